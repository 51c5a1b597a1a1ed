"""How long a deal stands where it stands (PIPE-19): two numbers, each with one name, the same wherever they are shown.

Days in stage: since it entered one of the ten pipeline stages. Days in process stage: since it entered one of the seven of
the sales process, several pipeline stages long; these are what its weeks, and so on track, slow and stalled, are judged by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from rounds.kit.clock import now
from rounds.models.deals.opportunities import Opportunity
from rounds.models.flow.days import house_zone, zone_of
from rounds.playbook import Playbook
from rounds.rules.pipeline.days import begun_before, days_in
from rounds.rules.pipeline.planner import AGES, DAYS, age, weeks_of

MOST = 36_500
"""Days further back than any deal: a filter that asks for more finds none."""


@dataclass(frozen=True, slots=True)
class Age:
    """Days in the pipeline stage and in the process stage, how that is (on_track, slow, stalled) against its `low` to `high`
    days, and by how many it is `over`."""

    stage: int
    process: int
    state: str
    low: int
    high: int

    @property
    def word(self) -> str:
        return AGES[self.state]  # type: ignore[index]

    @property
    def over(self) -> int:
        return max(0, self.process - self.high)


def stage_days(deal: Opportunity, at: datetime) -> int:
    """Days in the pipeline stage."""
    return days_in(deal.stage_since or deal.opened_at, at, house_zone())


def process_days(deal: Opportunity, at: datetime) -> int:
    """Days in the process stage."""
    return days_in(deal.process_since or deal.opened_at, at, house_zone())


def age_of(deal: Opportunity, book: Playbook, at: datetime) -> Age:
    """Both numbers of an open deal, judged."""
    zone = zone_of(book)
    process = days_in(deal.process_since or deal.opened_at, at, zone)
    state, weeks = age(book, deal.stage, process)
    return Age(days_in(deal.stage_since or deal.opened_at, at, zone), process, state, weeks.low * DAYS, weeks.high * DAYS)


def stood_q(column: str, days: int, at: datetime) -> Q:
    """Deals that stand `days` days or more since `column` (stage_since, process_since)."""
    cut = begun_before(min(days, MOST), at, house_zone())
    return Q(**{f"{column}__lt": cut}) | Q(**{column: None}, opened_at__lt=cut)


def older_q(book: Playbook, stage: str, factor: float, at: datetime) -> Q:
    """Deals in `stage` that stand longer in its process stage than `factor` times its longest."""
    return Q(stage=stage) & stood_q("process_since", int(weeks_of(book, stage).high * DAYS * factor) + 1, at)


def stage_days_q(op: str, values: Sequence[str], context: Any) -> Q:
    """Deals by their days in stage."""
    return _days_q("stage_since", op, values)


def process_days_q(op: str, values: Sequence[str], context: Any) -> Q:
    """Deals by their days in process stage."""
    return _days_q("process_since", op, values)


def _days_q(column: str, op: str, values: Sequence[str]) -> Q:
    if op in ("known", "unknown"):
        return Q() if op == "known" else Q(pk__in=())
    at, found = now(), Q(pk__in=())
    for days in map(int, values):
        if op == "gte":
            found |= stood_q(column, max(days, 0), at)
        elif days >= 0:  # nothing stands for less than none
            found |= ~stood_q(column, days + 1, at) & (stood_q(column, days, at) if op == "is" else ~Q(pk__in=()))
    return found
