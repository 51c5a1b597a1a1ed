"""The board: open deals by stage, with what each column sums to; and the same deals over time (PIPE-25)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db.models import Count, F, FloatField, Q, QuerySet, Sum, Window
from django.db.models.functions import Cast, Coalesce, RowNumber

from rounds.models import Opportunity
from rounds.models.deals.ages import Age, age_of
from rounds.models.flow.days import day_of, zone_of
from rounds.playbook import Playbook
from rounds.rules.pipeline import planner, probability
from rounds.rules.pipeline.amounts import counted
from rounds.rules.pipeline.quarters import quarter_end
from rounds.rules.pipeline.spread import Share, Spread, spread

SIZE = 12
"""Cards of a column at first: what a screen shows and a little more; the rest come when asked for."""
SINCE = Coalesce("stage_since", "opened_at")


def squares(column: str) -> Sum:
    """The sum of the squares of a column of cents, as a float: a bigint would run over."""
    return Sum(Cast(column, FloatField()) * Cast(column, FloatField()))



NOTHING = Spread(0, 0, 0, 0, target=False)


@dataclass(frozen=True)
class Card:
    """A deal on the board: how long it stands where it stands and how that is, and whether its next step is late."""

    deal: Opportunity
    age: Age
    late: bool

    @property
    def next_missing(self) -> bool:
        return not self.deal.next_step


@dataclass(frozen=True)
class Column:
    """One stage: every open deal counted and summed in the company's currency, `spread` the weighted sum with its range, the
    first cards, where the next begin."""

    code: str
    title: str
    count: int
    cents: int
    spread: Spread
    cards: list[Card]
    next: str

    @property
    def more(self) -> int:
        return max(0, self.count - len(self.cards))


@dataclass(frozen=True)
class Board:
    """The columns of the open stages; `ends` are the closed deals of this quarter, won and lost."""

    columns: list[Column]
    ends: list[Column]
    spread: Spread

    @property
    def count(self) -> int:
        return sum(one.count for one in self.columns)

    @property
    def cents(self) -> int:
        return sum(one.cents for one in self.columns)

    @property
    def weighted(self) -> int:
        return self.spread.weighted


def board(rows: QuerySet[Opportunity], book: Playbook, at: datetime, chances: Mapping[str, probability.Chance], *, size: int = SIZE) -> Board:
    """The board of `rows`. Four queries, however many deals there are."""
    open_ = rows.filter(closed_at=None)
    totals = {row["stage"]: row for row in open_.order_by().values("stage").annotate(n=Count("pk"), cents=Sum("amount_company_cents"), squares=squares("amount_company_cents"))}
    twice = _counted_twice(open_)
    first: dict[str, list[Opportunity]] = {}
    for deal in _ranked(open_, size):
        first.setdefault(deal.stage, []).append(deal)
    columns, shares = [], []
    for code in book.stages.open:
        found, cards = totals.get(code), first.get(code, [])
        held, squared = twice.get(code, (0, 0.0))
        cents, count = (found["cents"] or 0 if found else 0) - held, found["n"] if found else 0
        shares.append(Share(cents, max((found["squares"] or 0.0 if found else 0.0) - squared, 0.0), chances[code]))
        columns.append(Column(code, book.stages.by_code[code].title, count, cents, spread(book, shares[-1:]),
                              [card(deal, book, at) for deal in cards], _key(cards[-1]) if cards and count > len(cards) else ""))  # fmt: skip
    return Board(columns, _ends(rows, book, day_of(book, at)), spread(book, shares))


def sum_of(rows: QuerySet[Opportunity], book: Playbook, chances: Mapping[str, probability.Chance]) -> Spread:
    """The weighted total of `rows` (with their `counted_cents`) and its range. One query."""
    found = rows.order_by().values("stage").annotate(cents=Sum("counted_cents"), squares=squares("counted_cents"))
    return spread(book, [Share(row["cents"], row["squares"], chances[row["stage"]]) for row in found if row["cents"] and row["stage"] in chances])


def further(rows: QuerySet[Opportunity], stage: str, after: str, book: Playbook, at: datetime, *, size: int = SIZE) -> tuple[list[Card], str]:
    """The next cards of a column, and where those after them begin. One query."""
    found = rows.filter(closed_at=None, stage=stage).annotate(since=SINCE)
    if (cut := _cut(after)) is not None:
        found = found.filter(Q(since__gt=cut[0]) | Q(since=cut[0], id__gt=cut[1]))
    deals = list(found.select_related("owner", "account").order_by("since", "id")[: size + 1])
    return [card(deal, book, at) for deal in deals[:size]], _key(deals[size - 1]) if len(deals) > size else ""


def card(deal: Opportunity, book: Playbook, at: datetime) -> Card:
    """A deal as a card. No query."""
    return Card(deal, age_of(deal, book, at), bool(deal.next_step_due and deal.next_step_due < day_of(book, at)))


def _ranked(rows: QuerySet[Opportunity], size: int) -> QuerySet[Opportunity]:
    """The first `size` of each stage, whoever waited longest first."""
    rank = Window(RowNumber(), partition_by=F("stage"), order_by=[SINCE.asc(), F("id").asc()])
    return rows.annotate(rank=rank, since=SINCE).filter(rank__lte=size).select_related("owner", "account").order_by("stage", "rank")


def _counted_twice(rows: QuerySet[Opportunity]) -> dict[str, tuple[int, float]]:
    """Stage → what parents say that the deals below them say as well (PIPE-29), and what that takes off the squares."""
    held: dict[UUID, tuple[str, int, list[int]]] = {}
    children = rows.filter(parent__closed_at=None, parent__isnull=False, parent__in=rows.order_by().values("pk"))
    for key, stage, own, amount in children.values_list("parent_id", "parent__stage", "parent__amount_company_cents", "amount_company_cents"):
        held.setdefault(key, (stage, own or 0, []))[2].append(amount or 0)
    twice: dict[str, tuple[int, float]] = {}
    for stage, own, amounts in held.values():
        left, (cents, squares) = counted(own, amounts), twice.get(stage, (0, 0.0))
        twice[stage] = cents + own - left, squares + float(own) ** 2 - float(left) ** 2
    return twice


def _ends(rows: QuerySet[Opportunity], book: Playbook, today: date) -> list[Column]:
    """What was won and lost since the quarter began. One query."""
    start = _quarter_start(today, book.signing_path.quarters.starts)
    found = {row["stage"]: row for row in rows.filter(closed_at__gte=datetime.combine(start, time(), zone_of(book))).order_by().values("stage").annotate(n=Count("pk"), cents=Sum("amount_company_cents"))}
    ends = [entry for entry in book.stages.stages if entry.end]
    return [Column(entry.stage, entry.title, found.get(entry.stage, {}).get("n", 0), found.get(entry.stage, {}).get("cents") or 0, NOTHING, [], "") for entry in ends]


def _quarter_start(today: date, starts: int) -> date:
    end = quarter_end(today, starts)
    index = end.year * 12 + end.month - 3
    return date(index // 12, index % 12 + 1, 1)


def _key(deal: Opportunity) -> str:
    return f"{(deal.stage_since or deal.opened_at).isoformat()}~{deal.id}"


def _cut(after: str) -> tuple[datetime, UUID] | None:
    when, _, key = after.partition("~")
    try:
        moment = datetime.fromisoformat(when.replace(" ", "+"))
        return (moment, UUID(key)) if moment.tzinfo else None
    except ValueError:
        return None


@dataclass(frozen=True)
class Span:
    """A deal over time: opened, today, the window its close is expected in, the day that is wanted."""

    card: Card
    earliest: date
    latest: date
    late: bool


def spans(rows: QuerySet[Opportunity], book: Playbook, at: datetime, *, first: int = 0, size: int = 50) -> tuple[list[Span], bool]:
    """Open deals by the day that is wanted, those without one last. One query."""
    found = rows.filter(closed_at=None).select_related("owner", "account").order_by(F("close_on").asc(nulls_last=True), "id")[first : first + size + 1]
    deals: Sequence[Any] = list(found)
    return [_span(deal, book, at) for deal in deals[:size]], len(deals) > size


def _span(deal: Opportunity, book: Playbook, at: datetime) -> Span:
    since = day_of(book, deal.process_since or deal.opened_at)
    kind = deal.account
    months = planner.months_of(book, org_type=kind.org_type, subtype=kind.subtype, beds=kind.beds)
    plan = planner.plan(book, deal.stage, opened=day_of(book, deal.opened_at), since=since, today=day_of(book, at), segment_months=months)
    return Span(card(deal, book, at), plan.close[0], plan.close[1], bool(deal.close_on and deal.close_on < plan.close[0]))
