"""Customers: listed, shown, read, checked; their projects shown, steps ticked off."""

from datetime import date
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from rounds.actions.customers import customers, health, planning, readings
from rounds.api.auth import Bearer
from rounds.api.doors import ONCE_HELP, Input, list_help, once, one, page, read
from rounds.api.shapes import Shape, answer, page_schema
from rounds.kit.clock import now
from rounds.models import Customer, HealthCheck, Implementation, ProjectStep, SuccessReading
from rounds.models.customers.listing import CUSTOMERS

router = Router(tags=["customers"])
projects = Router(tags=["customers"])
READ, WRITE = Bearer("customers:read"), Bearer("customers:write")

CUSTOMER = Shape("Customer", Customer, {
    "id": "id", "account.id": "account_id", "account.name": "account__name", "phase": "phase", "since": "since", "health": "health",
    "health_band": "health_band", "health_known": "health_known", "health_at": "health_at", "nps": "nps", "arr_cents": "arr_cents",
    "currency": "currency", "renews_on": "renews_on", "licensed_users": "licensed_users", "churned_on": "churned_on",
    "churn_reason": "churn_reason", "owner.id": "owner_id", "owner.name": "owner__name", "territory": "territory", "updated_at": "updated_at",
})  # fmt: skip
READING = Shape("SuccessReading", SuccessReading, {
    "id": "id", "customer": "customer_id", "metric": "metric", "as_of": "as_of", "parts": "parts", "evidence": "evidence", "url": "url",
    "by": "by_name", "at": "at", "withdrawn_at": "withdrawn_at",
})  # fmt: skip
CHECK = Shape("HealthCheck", HealthCheck, {
    "id": "id", "customer": "customer_id", "score": "score", "band": "band", "known": "known", "before": "before", "alarmed": "alarmed",
    "lines": "lines", "playbook_hash": "playbook_hash", "at": "at",
})  # fmt: skip
PROJECT = Shape("Implementation", Implementation, {
    "id": "id", "customer": "customer_id", "name": "name", "kickoff_on": "kickoff_on", "kickoff_held_at": "kickoff_held_at", "weeks": "weeks",
    "planned_to": "planned_to", "ends_on": "ends_on", "signed_on": "signed_on", "first_value_on": "first_value_on", "live_on": "live_on",
    "completed_at": "completed_at", "stopped_at": "stopped_at",
})  # fmt: skip
STEP = Shape("ProjectStep", ProjectStep, {
    "id": "id", "implementation": "implementation_id", "code": "code", "title": "title", "phase": "phase__code", "whose": "whose",
    "milestone": "milestone", "starts_on": "starts_on", "ends_on": "ends_on", "planned_from": "planned_from", "planned_to": "planned_to",
    "needs": "needs", "done_on": "done_on", "done_by": "done_by",
})  # fmt: skip


class ReadingGiven(Input):
    """`parts` are the whole numbers a metric is made of: active_users and licensed_users, or period_minutes,
    downtime_minutes and maintenance_minutes."""

    metric: str = Field(max_length=60)
    as_of: date
    parts: dict[str, int]
    evidence: str = Field(min_length=1, max_length=2000)
    url: str = Field("", max_length=1000)


class StepDone(Input):
    """The day it was done, and what shows it."""

    on: date
    note: str = Field("", max_length=2000)


@router.get("", auth=READ, response=page_schema(CUSTOMER), openapi_extra=list_help())
def index(request: HttpRequest) -> HttpResponse:
    """Customers, the least healthy first unless sorted otherwise."""
    return page(request, CUSTOMERS, CUSTOMER)


@router.get("/{customer}", auth=READ, response=CUSTOMER.schema)
def show(request: HttpRequest, customer: UUID) -> HttpResponse:
    """One customer."""
    return read(request, CUSTOMER, customer)


@router.post("/{customer}/readings", auth=WRITE, response={201: READING.schema}, openapi_extra=ONCE_HELP)
@once
def keep(request: HttpRequest, customer: UUID, given: ReadingGiven) -> HttpResponse:
    """Keep a reading of a success metric with its evidence; health is counted again."""
    row = one(request, Customer, customer, "account", "owner")
    found = readings.keep(row, given.metric, as_of=given.as_of, parts=given.parts, evidence=given.evidence, url=given.url, by=request.actor, at=now())
    health.check(customers.locked(row), by=request.actor, at=now())
    return answer(READING.of(found), 201)


@router.post("/{customer}/health", auth=WRITE, response={201: CHECK.schema}, openapi_extra=ONCE_HELP)
@once
def check(request: HttpRequest, customer: UUID) -> HttpResponse:
    """Count the health of a customer now, with its reasons."""
    return answer(CHECK.of(health.check(one(request, Customer, customer, "account", "owner"), by=request.actor, at=now())), 201)


@projects.get("/{implementation}", auth=READ, response=PROJECT.schema)
def project(request: HttpRequest, implementation: UUID) -> HttpResponse:
    """One implementation project."""
    return read(request, PROJECT, implementation)


@projects.get("/{implementation}/steps", auth=READ, response=list[STEP.schema])
def steps(request: HttpRequest, implementation: UUID) -> HttpResponse:
    """The steps of a project in the order of its plan."""
    row = one(request, Implementation, implementation, to="read")
    found = ProjectStep.objects.filter(implementation=row).select_related("phase").order_by("phase__position", "starts_on", "position")
    return answer([STEP.of(step) for step in found])


@projects.put("/{implementation}/steps/{code}/completion", auth=WRITE, response=STEP.schema)
def complete(request: HttpRequest, implementation: UUID, code: str, given: StepDone) -> HttpResponse:
    """A step was done; one that is done stays as it is. Kickoff, first value and go-live are steps like the others."""
    row = one(request, Implementation, implementation)
    step = ProjectStep.objects.filter(implementation=row, code=code).select_related("phase").first()
    if step is None:
        raise Http404
    return answer(STEP.of(planning.finish(step, on=given.on, note=given.note, by=request.actor, at=now())))
