"""The range of a quarter as it was on an evening that was kept: of the deals as they stood, by what was learned by then."""

from __future__ import annotations

from datetime import date, timedelta

from rounds.access.scope import visible
from rounds.analytics.forecast.model import Ahead, ahead, learned
from rounds.kit.scope import Scope
from rounds.models import DealSnapshot, Opportunity, SnapshotDay
from rounds.models.flow.days import day_of
from rounds.playbook import Playbook
from rounds.rules.forecast.history import Open
from rounds.rules.pipeline.quarters import Quarter

DAY = timedelta(days=1)


def range_then(scope: Scope, quarter: Quarter, evening: date, book: Playbook) -> Ahead | None:
    """The range at the end of `evening`, of the deals `scope` sees now; None where that evening was not kept, or lies behind the
    quarter. Four queries."""
    if not SnapshotDay.objects.filter(day=evening).exists():
        return None
    seen = visible(Opportunity, scope).values("pk")
    rows = DealSnapshot.objects.filter(opportunity__in=seen, day__lte=evening).order_by("opportunity_id", "-day").distinct("opportunity_id")
    open_, won = [], 0
    for row in rows:
        if row.outcome == "open":
            since = row.stage_since or row.opened_at
            open_.append(Open(str(row.opportunity_id), row.stage, day_of(book, since) if since else evening, row.counted_cents or 0))
        elif row.outcome == "won" and row.closed_at and quarter.first <= day_of(book, row.closed_at) <= quarter.last:
            won += row.counted_cents or 0
    return ahead(learned(book, evening), open_, quarter, evening + DAY, won, book)
