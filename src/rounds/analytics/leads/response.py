"""How long a lead waited for our first answer (ROUTE-15).

From a lead's creation to the first human, two-way-capable touch of ours: a call or its attempt, a personal mail, a visit, a
meeting. An automatic mail never counts, a withdrawn activity neither. Hours as they pass, nights and weekends included.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, DurationField, ExpressionWrapper, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.aggregates import Aggregate

from rounds.access.scope import visible
from rounds.kit.scope import Scope
from rounds.models import Lead, LeadActivity
from rounds.playbook import Playbook
from rounds.rules.answers import HUMAN

TARGET = "first_response"
MEANS = ("From a lead's creation to our first call, personal mail, visit or meeting; automatic mail never counts. Hours as "
         "they pass, nights and weekends included.")  # fmt: skip


class Median(Aggregate):
    """The middle of what is there, by PostgreSQL."""

    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


@dataclass(frozen=True)
class Responses:
    """The answers of a stretch: how many leads, how many had one, the middle wait, how many waited no longer than `target`."""

    leads: int
    answered: int
    median: timedelta | None
    within: int
    target: timedelta
    since: datetime

    @property
    def share(self) -> float | None:
        """Of all leads that had time for an answer, those answered within the target; None where there are none."""
        return self.within / self.leads if self.leads else None


def first_answers(book: Playbook) -> QuerySet[LeadActivity]:
    """The activities that answer a lead, by the playbook."""
    said = book.tasks.response
    ours = Q(direction="out", kind__in=said.outbound) | Q(kind__in=said.together)
    return LeadActivity.objects.filter(ours, by_kind__in=HUMAN, withdrawn_at=None)


def answered_at(lead: Lead, book: Playbook) -> datetime | None:
    """When a lead had our first answer; None while it has none."""
    found = first_answers(book).filter(lead=lead, happened_at__gte=lead.captured_at)
    return found.aggregate(first=Min("happened_at"))["first"]


def responses(scope: Scope, book: Playbook, *, since: datetime, at: datetime, whose: Q | None = None) -> Responses:
    """The answers to leads created between `since` and a target's time ago. One query."""
    span = target(book)
    first = first_answers(book).filter(lead=OuterRef("pk"), happened_at__gte=OuterRef("captured_at"))
    first = first.order_by("happened_at").values("happened_at")[:1]
    rows = visible(Lead, scope).filter(whose or Q(), captured_at__gte=since, captured_at__lte=at - span).exclude(driving_band="unqualified")
    wait = ExpressionWrapper(F("first") - F("captured_at"), output_field=DurationField())
    found = rows.annotate(first=Subquery(first)).annotate(wait=wait).aggregate(
        leads=Count("pk"), answered=Count("first"), median=Median("wait"), within=Count("pk", filter=Q(wait__lte=span)),
    )  # fmt: skip
    return Responses(**found, target=span, since=since)


def target(book: Playbook) -> timedelta:
    """The longest first response any band is promised, as the playbook's clocks say it."""
    limits = [band[TARGET] for band in book.sla.bands.values() if TARGET in band]
    return max((timedelta(**{limit.unit: limit.value}) for limit in limits), default=timedelta(0))
