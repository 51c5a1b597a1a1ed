"""Sections about the forecast: the range of the quarter, how it stood on Monday, what moved since."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from rounds.access.sight import EVERYTHING, sight
from rounds.analytics.forecast.groups import Asked as Question
from rounds.analytics.forecast.model import Ahead
from rounds.analytics.forecast.moved import Moved, last_monday, moved
from rounds.analytics.forecast.quarter import Held, quarter
from rounds.analytics.forecast.then import range_then
from rounds.analytics.numbers import period as periods
from rounds.analytics.reports.asked import Asked
from rounds.analytics.reports.content import Filled, Named, Row, Table, Word
from rounds.models.deals.standing import outcomes
from rounds.playbook.shapes.reports import ReportSection
from rounds.rules.forecast.waterfall import SAYS
from rounds.rules.numbers.showing import short
from rounds.rules.pipeline.quarters import Quarter, quarter_of

CENTS = 100
DAY = timedelta(days=1)
Sentences = tuple[tuple[Word, ...], ...]


def ranges(asked: Asked) -> tuple[Sentences, tuple[Table, ...]]:
    """What the quarter brings in eight of ten cases, beside how that stood at the beginning of Monday."""
    span, monday = _span(asked), last_monday(asked.today)
    place = f"/forecast/?quarter={span.code}"
    now = _range(asked, span)
    if now is None:
        why = f"{span.name} is over." if span.last < asked.today else f"How deals stood on {asked.today:%-d %b %Y} was not kept, so that no range can be drawn of it."
        return ((why,),), ()
    found = now.range
    says: Sentences = (
        (f"{span.name} brings ", (_money(found.p50), place), " as likely as not, and in eight of ten cases between ", (_money(found.p10), place), " and ", (_money(found.p90), place), "."),
    )  # fmt: skip
    was = range_then(asked.scope, span, monday - DAY, asked.book) if span.first < monday else None
    if was is None:
        since = f"How deals stood on the evening before {monday:%A, %-d %b} was not kept" if span.first < monday else f"{span.name} began since {monday:%A, %-d %b}"
        return (*says, (f"{since}: there is no range to compare it with.",)), (_beside(found, None, monday),)
    change = found.p50 - was.range.p50
    moved_ = "no change" if not change else f"{'up' if change > 0 else 'down'} {_money(abs(change))}"
    return (*says, (f"The middle of the range: {moved_} from {_money(was.range.p50)} on {monday:%A, %-d %b}.",)), (_beside(found, was, monday),)


def _beside(found: object, was: Ahead | None, monday: date) -> Table:
    marks = (("P10: nine in ten bring more", "p10"), ("P50: as likely more as less", "p50"), ("P90: one in ten brings more", "p90"))
    rows = []
    for title, name in marks:
        now, then = getattr(found, name), getattr(was.range, name) if was else None
        rows.append(Row((title, _money(then) if then is not None else "Not kept", _money(now), "–" if then is None else _change(now - then))))
    return Table(("Range", f"On {monday:%-d %b}", "Now", "Change"), tuple(rows))


def since_monday(asked: Asked, said: ReportSection) -> Filled:
    """What came, went and changed of the quarter's open deals since Monday, deal by deal."""
    span, monday = _span(asked), last_monday(asked.today)
    if asked.as_of and asked.as_of < periods.today(asked.book, asked.at):
        return Filled((("What moved is told of today alone: ", ("the number", f"/forecast/?quarter={span.code}"), " tells it since any day."),))
    found = moved(asked.scope, _held(asked, span, monday), monday, asked.book)
    return Filled(*_told(asked, found, span, monday))


def _told(asked: Asked, found: Moved, span: Quarter, monday: date) -> tuple[Sentences, tuple[()], tuple[Table, ...]]:
    fall, place = found.fall, f"/forecast/?quarter={span.code}&since={monday}"
    basis: Sentences = ((found.basis,),) if found.basis else ()
    if not fall.moves:
        return ((f"No change: no deal of {span.name} came, went or changed its amount since {monday:%A, %-d %b}.",), *basis), (), ()
    how = ", ".join(f"{SAYS[step].lower()} {_change(cents)} ({_deals(many)})" for step, many, cents in fall.steps)
    first = (f"Open deals that close in {span.name} went from {_money(fall.before)} to ", (_money(fall.after), place), f" since {monday:%A, %-d %b}: {how}.")
    moves = [move for step, _, _ in fall.steps for move in fall.of(step)]
    moves.sort(key=lambda move: (-abs(move.cents), move.name))
    rows = tuple(Row((Named(move.name, f"/opportunities/{move.deal}/"), SAYS[move.step], _change(move.cents)), move.deal) for move in moves[: asked.length])
    return (first, *basis), (), (Table(("Deal", "What", "Amount"), rows, max(0, len(moves) - asked.length)),)


def _range(asked: Asked, span: Quarter) -> Ahead | None:
    """Of today as deals stand, of a day that is over as they were kept."""
    if asked.as_of and asked.as_of < periods.today(asked.book, asked.at):
        return range_then(asked.scope, span, asked.as_of, asked.book)
    return _held(asked, span, None).ahead


def _held(asked: Asked, span: Quarter, since: date | None) -> Held:
    with sight(EVERYTHING):
        closed = outcomes(asked.book)
    return quarter(asked.scope, Question(span, since=since), asked.book, asked.at, closed)


def _span(asked: Asked) -> Quarter:
    return quarter_of(asked.period.starts, asked.book.signing_path.quarters.starts)


def _deals(many: int) -> str:
    return f"{many:,} {'deal' if many == 1 else 'deals'}"


def _money(cents: int) -> str:
    return short(Fraction(cents, CENTS), "money")


def _change(cents: int) -> str:
    return f"{'+' if cents > 0 else '−' if cents < 0 else ''}{_money(abs(cents))}"
