"""What one does with an implementation project: kickoff, first value, go-live, its end, its plan and steps."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from pydantic import Field

from rounds.access.scope import visible
from rounds.actions.customers import implementations, planning, stopping
from rounds.api.customers.customers import PROJECT, READ, STEP, WRITE
from rounds.api.customers.customers import projects as router
from rounds.api.customers.customers import router as of_customers
from rounds.api.doors import ONCE_HELP, Input, once, one
from rounds.api.shapes import answer, several
from rounds.kit.clock import now
from rounds.models import Customer, Implementation, ProjectStep


class On(Input):
    """The day it was."""

    on: date


class Shown(Input):
    """The day it was, and what shows it."""

    on: date
    evidence: str = Field(min_length=1, max_length=2000)


class Stopping(Input):
    reason: str = Field(min_length=1, max_length=1000)


class Taking(Input):
    """Another project of the customer that is fulfilled here."""

    other: UUID


class Replanning(Input):
    """Another kickoff, or another length; neither: what is overdue is laid out from today on. And why."""

    kickoff_on: date | None = None
    weeks: int | None = Field(None, ge=1, le=104)
    reason: str = Field("", max_length=1000)


class ProjectStepGiven(Input):
    """A step of one's own in a phase of the plan; `whose`: ours, theirs or both; `needs`: codes of steps before it."""

    phase: str = Field(min_length=1, max_length=60)
    title: str = Field(min_length=1, max_length=200)
    starts_on: date
    ends_on: date
    whose: str = Field("both", max_length=20)
    needs: list[str] = Field([], max_length=40)


class Days(Input):
    """Other days for a step, and why; what needs it steps behind it."""

    starts_on: date
    ends_on: date
    reason: str = Field(min_length=1, max_length=1000)


@of_customers.get("/{customer}/implementations", auth=READ, response=several(PROJECT))
def index(request: HttpRequest, customer: UUID) -> HttpResponse:
    """The projects of a customer, the last one first."""
    row = one(request, Customer, customer)
    return answer({"data": PROJECT.rows(visible(Implementation, request.scope).filter(customer=row).order_by("-signed_on", "-id"))})


@router.put("/{implementation}/kickoff", auth=WRITE, response=PROJECT.schema)
def kick_off(request: HttpRequest, implementation: UUID, given: On) -> HttpResponse:
    """The kickoff was held."""
    return answer(PROJECT.of(implementations.kick_off(_project(request, implementation), on=given.on, by=request.actor, at=now())))


@router.put("/{implementation}/first-value", auth=WRITE, response=PROJECT.schema)
def reach_value(request: HttpRequest, implementation: UUID, given: Shown) -> HttpResponse:
    """They got value of it."""
    project = _project(request, implementation)
    return answer(PROJECT.of(implementations.reach_value(project, on=given.on, evidence=given.evidence, by=request.actor, at=now())))


@router.put("/{implementation}/go-live", auth=WRITE, response=PROJECT.schema)
def go_live(request: HttpRequest, implementation: UUID, given: Shown) -> HttpResponse:
    """They are live."""
    project = _project(request, implementation)
    return answer(PROJECT.of(implementations.go_live(project, on=given.on, evidence=given.evidence, by=request.actor, at=now())))


@router.put("/{implementation}/completion", auth=WRITE, response=PROJECT.schema)
def complete(request: HttpRequest, implementation: UUID) -> HttpResponse:
    """The project is complete."""
    return answer(PROJECT.of(implementations.complete(_project(request, implementation), by=request.actor, at=now())))


@router.put("/{implementation}/stopping", auth=WRITE, response=PROJECT.schema)
def stop(request: HttpRequest, implementation: UUID, given: Stopping) -> HttpResponse:
    """The project is given up."""
    return answer(PROJECT.of(stopping.stop(_project(request, implementation), reason=given.reason, by=request.actor, at=now())))


@router.post("/{implementation}/merges", auth=WRITE, response={201: PROJECT.schema}, openapi_extra=ONCE_HELP)
@once
def take_in(request: HttpRequest, implementation: UUID, given: Taking) -> HttpResponse:
    """Another project of the customer is taken in."""
    project = _project(request, implementation)
    other = visible(Implementation, request.scope).filter(pk=given.other, customer=project.customer_id).first()
    if other is None:
        raise implementations.ProjectRefused("Choose another project of this customer.", field="other")
    return answer(PROJECT.of(implementations.take_in(project, other, by=request.actor, at=now())), 201)


@router.put("/{implementation}/plan", auth=WRITE, response=PROJECT.schema)
def replan(request: HttpRequest, implementation: UUID, given: Replanning) -> HttpResponse:
    """Lay the plan out anew; the days that were planned first are kept."""
    project, signed = _project(request, implementation), {"reason": given.reason, "by": request.actor, "at": now()}
    if given.kickoff_on is not None:
        project = planning.move_kickoff(project, on=given.kickoff_on, **signed)
    elif given.weeks is not None:
        project = planning.change_length(project, weeks=given.weeks, **signed)
    else:
        project = planning.catch_up(project, **signed)
    return answer(PROJECT.of(project))


@router.post("/{implementation}/steps", auth=WRITE, response={201: STEP.schema}, openapi_extra=ONCE_HELP)
@once
def add(request: HttpRequest, implementation: UUID, given: ProjectStepGiven) -> HttpResponse:
    """A step of one's own."""
    said: dict[str, Any] = given.model_dump()
    step = planning.add(_project(request, implementation), said.pop("phase"), said.pop("title"), by=request.actor, at=now(), **said)
    return answer(STEP.of(step), 201)


@router.delete("/{implementation}/steps/{code}/completion", auth=WRITE, response=STEP.schema)
def reopen(request: HttpRequest, implementation: UUID, code: str) -> HttpResponse:
    """A step is to do again."""
    return answer(STEP.of(planning.reopen(_step(request, implementation, code), by=request.actor, at=now())))


@router.put("/{implementation}/steps/{code}/days", auth=WRITE, response=STEP.schema)
def move(request: HttpRequest, implementation: UUID, code: str, given: Days) -> HttpResponse:
    """A step is planned on other days."""
    return answer(STEP.of(planning.move(_step(request, implementation, code), by=request.actor, at=now(), **given.model_dump())))


def _project(request: HttpRequest, key: UUID) -> Implementation:
    return one(request, Implementation, key, "customer__account", "customer__owner")


def _step(request: HttpRequest, key: UUID, code: str) -> ProjectStep:
    step = ProjectStep.objects.filter(implementation=_project(request, key), code=code).select_related("phase").first()
    if step is None:
        raise Http404
    return step
