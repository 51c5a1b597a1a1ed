"""Sections about deals: how the numbers moved, which deals moved, which are in danger, which come first, which slipped."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, timedelta
from fractions import Fraction
from typing import Any

from rounds.access.scope import visible
from rounds.analytics.numbers.registry import find
from rounds.analytics.numbers.running import behind, is_kept, parts
from rounds.analytics.numbers.wording import many
from rounds.analytics.reports.asked import Asked, told
from rounds.analytics.reports.content import Filled, Named, Row, Table, Word
from rounds.models import Opportunity, StageEntry, User
from rounds.models.flow.days import day_of
from rounds.playbook.shapes.reports import ReportSection
from rounds.rules.numbers.showing import short

CENTS = 100


def figures(asked: Asked, said: ReportSection) -> Filled:
    """Every metric of the section: its number, how it moved, how it stands to its target."""
    found = [told(asked, name) for name in said.metrics]
    return Filled(tuple(words for _, words in found), tuple(figure for figure, _ in found))


def broken_down(asked: Asked, said: ReportSection) -> Filled:
    """The same, and the first metric by a dimension."""
    first, whole = find(said.metrics[0]), figures(asked, said)
    cell = asked.cells(first)[0]
    found = [(key, reading) for key, reading in parts(first, cell, said.by, asked.engine, asked.at) if reading.n]
    found.sort(key=lambda one: (one[1].value is None, -(one[1].value or 0), one[0]))
    names = _names(said.by, [key for key, _ in found], asked)
    url = asked.url(first.name, cell)
    rows = tuple(Row((Named(names[key]) if said.by == "owner" else names[key], (reading.says, f"{url}&by={said.by}"), f"{reading.n:,}"))
                 for key, reading in found[: asked.length])  # fmt: skip
    if not rows:
        return whole
    table = Table((said.by.capitalize(), first.title, "Rows"), rows, max(len(found) - asked.length, 0))
    return Filled(whole.sentences, whole.figures, (table,))


def _names(by: str, keys: list[str], asked: Asked) -> dict[str, str]:
    """Value of a dimension → its words."""
    if by == "owner":
        people = dict(User.objects.filter(pk__in=[key for key in keys if key]).values_list("pk", "name"))
        return {key: next((name for pk, name in people.items() if str(pk) == key), "Nobody") for key in keys}
    titles = {}
    if by == "stage":
        titles = {one.stage: f"{one.stage} {one.title}" for one in asked.book.stages.stages}
    if by == "segment":
        titles = {one.segment: one.title for one in asked.book.segments.segments}
    return {key: titles.get(key, key.replace("_", " ").capitalize() if key.islower() else key) or "Not said" for key in keys}


WAYS = {"opened": "opened", "forward": "moved forward", "skipped": "skipped stages", "backward": "moved back", "won": "won", "lost": "lost",
        "reopened": "taken up again"}  # fmt: skip


def movements(asked: Asked, said: ReportSection) -> Filled:
    """Which deals entered which stage in the period, and the pipeline by stage."""
    window, now = asked.window, broken_down(asked, said)
    entries = StageEntry.objects.filter(opportunity__in=visible(Opportunity, asked.scope), way__in=WAYS, entered_at__gte=window.start.replace(tzinfo=UTC),
                                        entered_at__lt=window.end.replace(tzinfo=UTC))  # fmt: skip
    rows = list(entries.select_related("opportunity").order_by("-entered_at", "id"))
    if not rows:
        return Filled(((f"No change: no deal changed its stage in {asked.period.title}.",), *now.sentences), now.figures, now.tables)
    count = Counter(row.way for row in rows)
    how = ", ".join(f"{count[way]} {words}" for way, words in WAYS.items() if count[way])
    table = Table(("Deal", "From", "To", "How", "On"), tuple(
        Row((_deal(row.opportunity), row.was or "–", row.now, WAYS[row.way], f"{day_of(asked.book, row.entered_at):%-d %b}"), str(row.opportunity_id), str(row.opportunity.account_id))
        for row in rows[: asked.length]), max(len(rows) - asked.length, 0))  # fmt: skip
    steps = "1 step" if len(rows) == 1 else f"{len(rows)} steps"
    return Filled(((f"{steps} of deals in {asked.period.title}: {how}.",), *now.sentences), now.figures, (table, *now.tables))


def risks(asked: Asked, said: ReportSection) -> Filled:
    """Open deals that raise flags, those with most first."""
    whole, metric = figures(asked, said), find("deals_at_risk")
    cell = asked.cells(metric)[0]
    found = sorted((one for one in behind(metric, cell, asked.engine, asked.at) if one.top), key=lambda one: (-(one.x or 0), one.id))
    return _listed(asked, whole, found, "Why", lambda one: one.why.rstrip(", "), "No open deal is at risk.", "at risk")


def slipped(asked: Asked, said: ReportSection) -> Filled:
    """Deals that were to close in the period when it began and will not."""
    whole, metric = figures(asked, said), find("deal_slippage")
    cell = asked.cells(metric)[0]
    if not is_kept(metric, cell, asked.engine, asked.at):
        return Filled(((f"Which deals slipped in {asked.period.title} is not known: how they stood when it began was not kept.",), *whole.sentences), whole.figures)
    found = [one for one in behind(metric, cell, asked.engine, asked.at) if one.top]
    return _listed(asked, whole, found, "Slipped", lambda one: asked.period.title, f"No deal slipped out of {asked.period.title}.", "slipped")


def _listed(asked: Asked, whole: Filled, found: list[Any], head: str, why: Any, none: str, word: str) -> Filled:
    if not found:
        return Filled(((none,), *whole.sentences), whole.figures)
    deals = visible(Opportunity, asked.scope).in_bulk([one.id for one in found[: asked.length]])
    known = {str(pk): deal for pk, deal in deals.items()}
    rows = tuple(Row((_deal(known[one.id]), known[one.id].stage, _money(known[one.id]), _closes(known[one.id]), why(one)), one.id, str(known[one.id].account_id))
                 for one in found[: asked.length] if one.id in known)  # fmt: skip
    are = "is" if len(found) == 1 else "are" if word == "at risk" else "have"
    if word == "slipped":
        are = "has" if len(found) == 1 else "have"
    sentence = f"{many(find('deals_at_risk'), len(found))} {are} {word}."
    return Filled(((sentence,), *whole.sentences), whole.figures, (Table(("Deal", "Stage", "Amount", "Closes", head), rows, max(len(found) - asked.length, 0)),))


def focus(asked: Asked, said: ReportSection) -> Filled:
    """Open deals that are to close soon, the biggest first."""
    days = asked.book.reports.focus_days.value
    until = asked.today + timedelta(days=days)
    rows = visible(Opportunity, asked.scope).filter(closed_at=None, close_on__gte=asked.today, close_on__lte=until)
    found = list(rows.order_by("-amount_company_cents", "close_on", "id")[: asked.length])
    if not found:
        return Filled(((f"No open deal is to close within {days} days.",),))
    total = rows.count()
    table = Table(("Deal", "Stage", "Amount", "Closes", "Next step"), tuple(
        Row((_deal(row), row.stage, _money(row), _closes(row), Named(row.next_step) if row.next_step else "None planned"), str(row.pk), str(row.account_id)) for row in found), total - len(found))  # fmt: skip
    return Filled(((f"{total} {'deal is' if total == 1 else 'deals are'} to close within {days} days, the biggest first.",),), tables=(table,))


def _deal(row: Opportunity) -> Word:
    return Named(row.name, f"/opportunities/{row.pk}/")


def _money(row: Opportunity) -> str:
    return "Not quoted" if row.amount_company_cents is None else short(Fraction(row.amount_company_cents, CENTS), "money")


def _closes(row: Opportunity) -> str:
    return f"{row.close_on:%-d %b %Y}" if row.close_on else "No date"
