"""Events of customers: the project, the readings, health, surveys, and what grows of it."""

from __future__ import annotations

from typing import Any

from rounds.models.flow.payload import Payload


class CustomerWon(Payload):
    name: str
    arr_cents: int | None = None
    currency: str = "USD"


class CustomerChanged(Payload):
    changed: dict[str, list[Any]]


class Opened(Payload):
    name: str
    kickoff_on: str
    ends_on: str
    weeks: int
    deals: list[str] = []


class Merged(Payload):
    name: str
    deals: list[str]


class Replanned(Payload):
    name: str
    cause: str
    reason: str = ""
    end_before: str
    end_after: str
    moved: int


class StepDone(Payload):
    """`on` the day, `late` in days against the first plan."""

    step: str
    title: str
    on: str
    late: int


class StepReopened(Payload):
    step: str
    title: str


class Reached(Payload):
    """Kickoff, first value, go-live or completion."""

    name: str
    on: str
    evidence: str = ""


class Stopped(Payload):
    name: str
    reason: str


class Resumed(Payload):
    name: str
    kickoff_on: str


class ReadingKept(Payload):
    metric: str
    value: str
    status: str
    rag: str
    as_of: str


class Withdrawn(Payload):
    what: str
    reason: str


class HealthChecked(Payload):
    before: int | None = None
    after: int | None = None
    band: str
    alarmed: bool = False
    reasons: list[str] = []


class IssueOpened(Payload):
    title: str
    severity: str


class IssueResolved(Payload):
    title: str
    resolution: str


class SurveySent(Payload):
    survey: str
    kind: str
    people: int


class SurveyAnswered(Payload):
    """Nothing of what was said, and nobody's name."""

    survey: str
    kind: str


class ReferenceSet(Payload):
    willing: bool
    types: list[str]


class ReferenceUsed(Payload):
    kind: str
    told_to: str


class ExpansionFound(Payload):
    kind: str
    title: str
    why: str = ""


class ExpansionOpened(Payload):
    kind: str
    title: str
    opportunity: str


class Dropped(Payload):
    title: str
    reason: str


class TermChanged(Payload):
    """A term began, was renewed, or ended by churn."""

    starts_on: str
    ends_on: str
    arr_cents: int | None = None
    reason: str = ""


class OutcomeKept(Payload):
    metric: str
    people: int
    attained: bool | None = None


class Signed(Payload):
    kind: str
    about: str
    name: str
    accepted: bool


class Invited(Payload):
    """Somebody of a customer was invited into the portal."""

    person: str
    user: str


CUSTOMERS: dict[str, type[Payload]] = {
    "customer.won": CustomerWon,
    "customer.changed": CustomerChanged,
    "customer.reading_kept": ReadingKept,
    "customer.reading_withdrawn": Withdrawn,
    "customer.health_checked": HealthChecked,
    "customer.issue_opened": IssueOpened,
    "customer.issue_resolved": IssueResolved,
    "customer.reference_set": ReferenceSet,
    "customer.reference_used": ReferenceUsed,
    "customer.expansion_found": ExpansionFound,
    "customer.expansion_opened": ExpansionOpened,
    "customer.expansion_dropped": Dropped,
    "customer.term_began": TermChanged,
    "customer.renewed": TermChanged,
    "customer.churned": TermChanged,
    "customer.outcome_kept": OutcomeKept,
    "customer.outcome_withdrawn": Withdrawn,
    "implementation.opened": Opened,
    "implementation.merged": Merged,
    "implementation.replanned": Replanned,
    "implementation.step_done": StepDone,
    "implementation.step_reopened": StepReopened,
    "implementation.kicked_off": Reached,
    "implementation.first_value": Reached,
    "implementation.live": Reached,
    "implementation.completed": Reached,
    "implementation.stopped": Stopped,
    "implementation.resumed": Resumed,
    "survey.sent": SurveySent,
    "survey.answered": SurveyAnswered,
    "portal.signed": Signed,
    "portal.invited": Invited,
}
