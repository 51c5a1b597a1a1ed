"""What one does with a customer: its owner, issues, outcomes, readings taken back, surveys; each list of them."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query
from pydantic import Field

from rounds.access.scope import visible
from rounds.actions.customers import customers, issues, outcomes, readings, surveys
from rounds.actions.people.users import colleague
from rounds.api.customers.customers import CHECK, CUSTOMER, READ, READING, WRITE, router
from rounds.api.doors import ONCE_HELP, Input, below, once, one
from rounds.api.shapes import Shape, answer, several
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import (
    Contact,
    Customer,
    CustomerIssue,
    HealthCheck,
    Implementation,
    OutcomeRecord,
    SuccessReading,
    Survey,
)

ISSUE = Shape("CustomerIssue", CustomerIssue, {
    "id": "id", "title": "title", "severity": "severity", "note": "note", "implementation": "implementation_id", "resolved_at": "resolved_at",
    "resolved_by": "resolved_by", "resolution": "resolution", "by": "by_name", "at": "at",
})  # fmt: skip
OUTCOME = Shape("OutcomeRecord", OutcomeRecord, {
    "id": "id", "metric": "metric", "baseline": "baseline", "current": "current", "goal": "goal", "attained": "attained", "people": "people",
    "starts_on": "starts_on", "ends_on": "ends_on", "source": "source", "evidence": "evidence", "withdrawn_at": "withdrawn_at", "by": "by_name", "at": "at",
})  # fmt: skip
SURVEY = Shape("Survey", Survey, {
    "id": "id", "kind": "kind", "question": "question", "most": "most", "closes_at": "closes_at", "reminded_at": "reminded_at", "by": "by_name", "at": "at",
})  # fmt: skip


class CustomerNotTheirs(Refusal):
    """One of these people is not there, or you do not see them."""

    status = 422
    field = "people"


class CustomerNewOwner(Input):
    """Who looks after them, by id or e-mail address."""

    owner: str = Field(min_length=1, max_length=254)


class CustomerIssueGiven(Input):
    """Something troubles them; `severity` minor, major or critical, of the playbook."""

    title: str = Field(min_length=1, max_length=300)
    severity: str = Field("minor", max_length=40)
    note: str = Field("", max_length=4000)
    implementation: UUID | None = None


class Resolution(Input):
    resolution: str = Field(min_length=1, max_length=4000)


class OutcomeGiven(Input):
    """An outcome of a group of people, never of one patient. Figures are decimal numbers as text, in the metric's unit."""

    metric: str = Field(min_length=1, max_length=60)
    baseline: str = Field(min_length=1, max_length=40)
    current: str = Field(min_length=1, max_length=40)
    goal: str = Field("", max_length=40)
    people: int = Field(ge=1, le=10**9)
    starts_on: date
    ends_on: date
    source: str = Field(min_length=1, max_length=300)
    evidence: str = Field("", max_length=2000)


class SurveyGiven(Input):
    """Whom of the customer is asked, by mail: nps or csat, of the playbook."""

    kind: str = Field(min_length=1, max_length=40)
    people: list[UUID] = Field(min_length=1, max_length=200)


@router.put("/{customer}/owner", auth=WRITE, response=CUSTOMER.schema)
def give(request: HttpRequest, customer: UUID, given: CustomerNewOwner) -> HttpResponse:
    """Say who looks after them."""
    row = _customer(request, customer)
    return answer(CUSTOMER.of(customers.change(row, owner=colleague(given.owner), by=request.actor, at=now())))


@router.get("/{customer}/readings", auth=READ, response=several(READING))
def kept(request: HttpRequest, customer: UUID) -> HttpResponse:
    """The readings of success metrics, the newest first (at most 200), with those taken back."""
    row = _customer(request, customer)
    return answer({"data": READING.rows(visible(SuccessReading, request.scope).filter(customer=row).order_by("-as_of", "-id"))})


@router.delete("/{customer}/readings/{reading}", auth=WRITE, response={204: None})
def withdraw(request: HttpRequest, customer: UUID, reading: UUID, why: str = Query(min_length=1, max_length=500)) -> HttpResponse:
    """Take a wrong reading back, and say why."""
    row = below(visible(SuccessReading, request.scope).filter(customer=_customer(request, customer)), reading)
    readings.withdraw(row, why=why, by=request.actor, at=now())
    return HttpResponse(status=204)


@router.get("/{customer}/health", auth=READ, response=several(CHECK))
def checks(request: HttpRequest, customer: UUID) -> HttpResponse:
    """How they were, the latest check first (at most 200), each with its reasons."""
    row = _customer(request, customer)
    return answer({"data": CHECK.rows(visible(HealthCheck, request.scope).filter(customer=row).order_by("-at", "-id"))})


@router.get("/{customer}/issues", auth=READ, response=several(ISSUE))
def troubles(request: HttpRequest, customer: UUID) -> HttpResponse:
    """What troubles them, or did, the newest first (at most 200)."""
    row = _customer(request, customer)
    return answer({"data": ISSUE.rows(visible(CustomerIssue, request.scope).filter(customer=row).order_by("-at", "-id"))})


@router.post("/{customer}/issues", auth=WRITE, response={201: ISSUE.schema}, openapi_extra=ONCE_HELP)
@once
def open_issue(request: HttpRequest, customer: UUID, given: CustomerIssueGiven) -> HttpResponse:
    """Something troubles them."""
    row = _customer(request, customer)
    project = below(visible(Implementation, request.scope).filter(customer=row), given.implementation) if given.implementation else None
    made = issues.open_issue(row, given.title, severity=given.severity, note=given.note, implementation=project, by=request.actor, at=now())
    return answer(ISSUE.of(made), 201)


@router.put("/{customer}/issues/{issue}/resolution", auth=WRITE, response=ISSUE.schema)
def resolve(request: HttpRequest, customer: UUID, issue: UUID, given: Resolution) -> HttpResponse:
    """It is resolved, and how."""
    row = below(visible(CustomerIssue, request.scope).filter(customer=_customer(request, customer)), issue)
    return answer(ISSUE.of(issues.resolve(row, resolution=given.resolution, by=request.actor, at=now())))


@router.get("/{customer}/outcomes", auth=READ, response=several(OUTCOME))
def results(request: HttpRequest, customer: UUID) -> HttpResponse:
    """What became better, the newest first (at most 200), with those taken back."""
    row = _customer(request, customer)
    return answer({"data": OUTCOME.rows(visible(OutcomeRecord, request.scope).filter(customer=row).order_by("-at", "-id"))})


@router.post("/{customer}/outcomes", auth=WRITE, response={201: OUTCOME.schema}, openapi_extra=ONCE_HELP)
@once
def keep(request: HttpRequest, customer: UUID, given: OutcomeGiven) -> HttpResponse:
    """Keep an outcome of a group."""
    said = given.model_dump()
    return answer(OUTCOME.of(outcomes.keep(_customer(request, customer), said.pop("metric"), by=request.actor, at=now(), **said)), 201)


@router.delete("/{customer}/outcomes/{outcome}", auth=WRITE, response={204: None})
def take_back(request: HttpRequest, customer: UUID, outcome: UUID, why: str = Query(min_length=1, max_length=500)) -> HttpResponse:
    """Take a wrong outcome back, and say why."""
    row = below(visible(OutcomeRecord, request.scope).filter(customer=_customer(request, customer)), outcome)
    outcomes.withdraw(row, why=why, by=request.actor, at=now())
    return HttpResponse(status=204)


@router.get("/{customer}/surveys", auth=READ, response=several(SURVEY))
def asked(request: HttpRequest, customer: UUID) -> HttpResponse:
    """What they were asked, the newest first. Who said what stays with them; what it comes to is `nps` of the customer."""
    row = _customer(request, customer)
    return answer({"data": SURVEY.rows(visible(Survey, request.scope).filter(customer=row).order_by("-at", "-id"))})


@router.post("/{customer}/surveys", auth=WRITE, response={201: SURVEY.schema}, openapi_extra=ONCE_HELP)
@once
def ask(request: HttpRequest, customer: UUID, given: SurveyGiven) -> HttpResponse:
    """Ask people of the customer by mail."""
    row = _customer(request, customer)
    people = list(visible(Contact, request.scope).filter(pk__in=given.people))
    if len(people) < len(set(given.people)):
        raise CustomerNotTheirs
    return answer(SURVEY.of(surveys.send(row, given.kind, people, by=request.actor, at=now())), 201)


def _customer(request: HttpRequest, key: UUID) -> Customer:
    return one(request, Customer, key, "account", "owner")
