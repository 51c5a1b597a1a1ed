"""The sums of a quarter by rep, team, territory or segment: won, called, held, covered (FORECAST-01, 04, 09)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Q

from rounds.analytics.forecast.deals import Line
from rounds.models import ForecastCall, Opportunity
from rounds.playbook import Playbook
from rounds.rules.pipeline.quarters import Quarter

BY = ("owner", "team", "territory", "segment")


@dataclass(frozen=True)
class Asked:
    """Which deals: all one sees, or those of an owner, a team, a territory, a segment; broken down `by` one of BY; moved
    `since` a day."""

    quarter: Quarter
    owner: UUID | None = None
    team: UUID | None = None
    territory: str = ""
    segment: str = ""
    by: str = "owner"
    since: date | None = None

    def where(self) -> Q:
        found = Q()
        for name, value in (("owner", self.owner), ("team", self.team), ("territory", self.territory), ("account__segment", self.segment)):
            if value:
                found &= Q(**{name: value})
        return found


@dataclass(frozen=True)
class Cover:
    """`quota` None: none is set. `won` and `open` are of the people whose quota it is, so that both sides are of the same people
    (ANALYTICS-12, ANALYTICS-17). `left` of it to be won; `times`: open deals ÷ what they are to cover, None where nothing is left;
    `gap`: cents of open deals that are missing to the target."""

    quota: int | None
    won: int
    open: int
    target: float
    left: int
    times: float | None
    gap: int

    @property
    def attained(self) -> float | None:
        return self.won / self.quota if self.quota else None


def cover(quota: int | None, won: int, still_open: int, target: float, of: str) -> Cover:
    """Coverage of a quota by the open deals that close in the quarter; `of` what is left of it (remaining) or all of it (full)
    (FORECAST-04, C-55)."""
    left = max(0, (quota or 0) - won)
    base = left if of == "remaining" else (quota or 0)
    times = still_open / base if base and quota is not None else None
    return Cover(quota, won, still_open, target, left, times, max(0, round(target * base) - still_open) if quota is not None else 0)


def covers(book: Playbook, span: Quarter) -> tuple[float, str]:
    """(how many times a quota is to be covered at the end of a quarter, remaining or full)."""
    aims = book.targets.of("pipeline_coverage", span.last, "quarter")
    return (float(aims[0].value or 0) if aims else 0.0), book.measures.coverage_of.value


@dataclass
class Group:
    """A rep, team, territory or segment: sums in cents. `open`: all that is still to close in the quarter, omitted or not. `won_by` and
    `open_by` are the same by person, of whom coverage counts those with a quota (ANALYTICS-12). `call`, `override`: what was said of whole quarters; None: nobody said."""

    key: str
    name: str
    won: int = 0
    commit: int = 0
    best: int = 0
    pipeline: int = 0
    held_commit: int = 0
    open: int = 0
    mean: float = 0.0
    call: int | None = None
    override: int | None = None
    quota: int | None = None
    cover: Cover | None = None
    said: list[ForecastCall] = field(default_factory=list)
    won_by: Counter[UUID | None] = field(default_factory=Counter)
    open_by: Counter[UUID | None] = field(default_factory=Counter)

    @property
    def called(self) -> int:
        """What the rep calls: said, or else what is won and committed."""
        return self.won + self.commit if self.call is None else self.call

    @property
    def held(self) -> int:
        """What the manager holds: said, or else what is won and committed by their categories; the rep's call where they differ in nothing."""
        if self.override is not None:
            return self.override
        return self.called + self.held_commit - self.commit


def grouped(asked: Asked, lines: Iterable[Line], won: Iterable[Opportunity], cents: Mapping[UUID, int]) -> tuple[dict[str, Group], Group]:
    """The groups by their keys, with what their deals come to, and all of them together."""
    groups: dict[str, Group] = {}
    total = Group("", "All")
    for deal in won:
        for group in (_group(groups, deal, asked.by), total):
            group.won += cents[deal.pk]
            group.won_by[deal.owner_id] += cents[deal.pk]
    for line in lines:
        for group in (_group(groups, line.deal, asked.by), total):
            _count(group, line)
    return groups, total


def summed(groups: Mapping[str, Group], total: Group, asked: Asked, book: Playbook, carry: Collection[UUID | None]) -> list[Group]:
    """The groups in their order, with their coverage by the people who `carry` a quota; of reps who said nothing, what is won and
    committed counts in the sum."""
    if asked.by == "owner" and groups:
        reps = list(groups.values())
        total.call = sum(one.called for one in reps) if total.call is not None else None
        total.override = sum(one.held for one in reps) if total.override is not None else None
    for group in (*groups.values(), total):
        won, still_open = (sum(by[owner] for owner in carry) for by in (group.won_by, group.open_by))
        group.cover = cover(group.quota, won, still_open, *covers(book, asked.quarter))
    return sorted(groups.values(), key=lambda one: (-(one.won + one.commit), one.name))


def _count(group: Group, line: Line) -> None:
    group.mean += line.cents * line.chance
    if line.place != "inside":
        return
    group.open += line.cents
    group.open_by[line.deal.owner_id] += line.cents
    if line.category == "commit":
        group.commit += line.cents
    elif line.category == "best_case":
        group.best += line.cents
    elif line.category == "pipeline":
        group.pipeline += line.cents
    if line.held_as == "commit":
        group.held_commit += line.held_cents


def _group(groups: dict[str, Group], deal: Opportunity, by: str) -> Group:
    key, name = key_of(deal, by)
    return groups.setdefault(key, Group(key, name))


def key_of(deal: Opportunity, by: str) -> tuple[str, str]:
    """(key, name) of the rep, team, territory or segment a deal counts with."""
    return {
        "owner": lambda: (str(deal.owner_id or ""), deal.owner.name if deal.owner else "Nobody"),
        "team": lambda: (str(deal.team_id or ""), deal.team.name if deal.team else "No team"),
        "territory": lambda: (deal.territory, deal.territory or "Not placed"),
        "segment": lambda: (deal.account.segment, deal.account.segment.replace("_", " ").capitalize() or "No segment"),
    }[by]()
