"""What is known of customers now: their latest readings, answers, issues and outcomes, for many in few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from rounds.models.customers.health import CustomerIssue
from rounds.models.customers.outcomes import OutcomeRecord
from rounds.models.customers.readings import SuccessReading
from rounds.models.customers.surveys import Survey
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.models.leads.activities import LeadActivity
from rounds.rules.implementation import nps, success


@dataclass(frozen=True, slots=True)
class Round:
    """A survey with its counts. `hidden`: too few answers to show anything of them; `value` is then None."""

    survey: Survey
    asked: int
    answers: int
    promoters: int
    passives: int
    detractors: int
    value: Fraction | None
    hidden: bool


@dataclass
class Standing:
    """What is known of one customer: its latest reading of each metric, the last round of NPS that may be shown."""

    readings: dict[str, SuccessReading] = field(default_factory=dict)
    nps: Round | None = None
    load: int = 0
    touches: int = 0
    outcomes: tuple[int, int] = (0, 0)
    """(attained, of how many with a goal)."""

    def value(self, metric: str) -> Fraction | None:
        if metric == "nps":
            return self.nps.value if self.nps else None
        reading = self.readings.get(metric)
        return success.value_of(metric, reading.parts) if reading else None

    def judged(self) -> list[success.Reading]:
        """Every metric of the playbook against its target."""
        book = active().playbook
        return [success.judged(book, metric, self.value(metric)) for metric in book.success.metrics]

    def facts(self) -> dict[str, Any]:
        """What the health score is counted from; what nobody knows is left out."""
        attained, of = self.outcomes
        adoption, uptime, nps_value = (self.value(name) for name in ("user_adoption", "uptime", "nps"))
        found = {
            "adoption_percent": _float(adoption), "uptime_percent": _float(uptime), "nps": _float(nps_value), "issue_load": float(self.load),
            "touches": float(self.touches), "outcomes_percent": 100 * attained / of if of else None,
        }  # fmt: skip
        return {name: value for name, value in found.items() if value is not None}


def _float(value: Fraction | None) -> float | None:
    """Correctly rounded, so that 80 is 80.0 and nothing else is."""
    return None if value is None else value.numerator / value.denominator


def standing(accounts: Mapping[UUID, UUID], at: datetime) -> dict[UUID, Standing]:
    """The standing of each customer: {customer: its account} in, in a fixed number of queries."""
    keys, book = list(accounts), active().playbook
    found: dict[UUID, Standing] = {key: Standing() for key in keys}
    latest = SuccessReading.objects.filter(customer__in=keys, withdrawn_at=None, as_of__lte=house_day(at) + timedelta(days=1))
    for row in latest.order_by("customer", "metric", "-as_of", "-at").distinct("customer", "metric"):
        found[row.customer_id].readings[row.metric] = row
    for key, rounds in rounds_of(keys).items():
        found[key].nps = next((one for one in rounds if one.survey.kind == "nps" and not one.hidden), None)
    weights = book.health.issue_weights
    for key, severity, count in CustomerIssue.objects.filter(customer__in=keys, resolved_at=None).values_list("customer", "severity").annotate(Count("id")):
        found[key].load += getattr(weights, severity, weights.minor) * count
    for key, count in touched(list(accounts.values()), at).items():
        for customer, account in accounts.items():
            if account == key:
                found[customer].touches = count
    for key, outcomes in outcomes_of(keys).items():
        goals = [row.attained for row in outcomes if row.attained is not None]
        found[key].outcomes = (sum(goals), len(goals))
    return found


def touched(accounts: Collection[UUID], at: datetime) -> dict[UUID, int]:
    """How many activities were logged with each account in the days the playbook counts."""
    since = at - timedelta(days=active().playbook.health.touches_days.value)
    rows = LeadActivity.objects.filter(account__in=accounts, withdrawn_at=None, happened_at__gt=since, happened_at__lte=at)
    return dict(rows.order_by().values_list("account").annotate(Count("id")))


def outcomes_of(customers: Collection[UUID]) -> dict[UUID, list[OutcomeRecord]]:
    """The latest record of each outcome, by customer."""
    found: dict[UUID, list[OutcomeRecord]] = defaultdict(list)
    rows = OutcomeRecord.objects.filter(customer__in=customers, withdrawn_at=None)
    for row in rows.order_by("customer", "metric", "-ends_on", "-at").distinct("customer", "metric"):
        found[row.customer_id].append(row)
    return found


def rounds_of(customers: Collection[UUID]) -> dict[UUID, list[Round]]:
    """The surveys of each customer with their counts, the last first."""
    book = active().playbook
    high, low = book.success.nps.promoter_from.value, book.success.nps.detractor_to.value
    # The two sides are joined at once, so each is counted once for every row of the other: by distinct keys.
    rows = Survey.objects.filter(customer__in=customers).annotate(
        asked=Count("invitations", distinct=True), given=Count("answers", distinct=True),
        liked=Count("answers", filter=Q(answers__score__gte=high), distinct=True),
        disliked=Count("answers", filter=Q(answers__score__lte=low), distinct=True),
    )  # fmt: skip
    found: dict[UUID, list[Round]] = defaultdict(list)
    for row in rows.order_by("-at"):
        hidden = nps.hidden(book, row.given)
        passive = row.given - row.liked - row.disliked
        value = success.nps_of(row.liked, passive, row.disliked) if row.kind == "nps" and not hidden else None
        counts = (0, 0, 0) if hidden else (row.liked, passive, row.disliked)
        found[row.customer_id].append(Round(row, row.asked, row.given, *counts, value, hidden))
    return found
