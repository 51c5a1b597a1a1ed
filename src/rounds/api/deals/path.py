"""The path to signature of a deal: the plan with its steps, and what the deal says otherwise than the playbook."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import BaseModel, Field

from rounds.actions.deals import signing
from rounds.api.auth import Bearer
from rounds.api.doors import ONCE_HELP, Input, once, one, said
from rounds.api.shapes import Shape, answer
from rounds.kit.clock import now
from rounds.models import Opportunity, SigningStep
from rounds.models.deals.signing import path_of
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.rules.pipeline.critical_path import Planned
from rounds.rules.pipeline.path_says import says, tag

of_deals = Router(tags=["path"])
READ, WRITE = Bearer("opportunities:read"), Bearer("opportunities:write")
STEP = Shape("SigningStep", SigningStep, {
    "step": "code", "own": "own", "title": "title", "whose": "whose", "days": "days", "begins_on": "begins_on", "meets_on": "meets_on",
    "done_on": "done_on", "left_out": "left_out", "updated_at": "updated_at",
})  # fmt: skip


class StepPlanned(BaseModel):
    """A step as it is planned: as early as can be, and when it must begin for the wanted close. `critical`: no day of it
    can be lost; `longest`: the one to shorten; `changed`: the deal says something of it."""

    step: str
    title: str
    whose: str
    days: int
    after: list[str]
    begins: date
    ends: date
    must_begin: date
    must_end: date
    late_days: int
    done_on: date | None
    critical: bool
    longest: bool
    changed: bool


class FreezeShown(BaseModel):
    """Days on which the steps that pause stand still."""

    title: str
    begins: date
    ends: date


class PathShown(BaseModel):
    """The plan seen from today. `signature` the earliest day, `short_days` by how many it misses `wanted` (negative: days to
    spare); `asked` null: nobody said when it is to close. `state` ok, soon or late, in words `says`."""

    signature: date
    wanted: date
    asked: date | None
    short_days: int
    state: str
    says: str
    closes: date | None
    in_budget: bool
    steps: list[StepPlanned]
    freezes: list[FreezeShown]
    left_out: list[str]


class PathStepGiven(Input):
    """A step of the deal's own; the last step of the playbook waits for it."""

    title: str = Field(min_length=1, max_length=200)
    days: int = Field(ge=1, le=730)
    whose: str = Field("", max_length=200)
    begins_on: date | None = None
    meets_on: date | None = None


class PathStepChanges(Input):
    """What is otherwise with a step; null goes back to what the playbook says."""

    title: str | None = Field(None, max_length=200)
    whose: str | None = Field(None, max_length=200)
    days: int | None = Field(None, ge=1, le=730)
    begins_on: date | None = None
    meets_on: date | None = None
    done_on: date | None = None
    left_out: bool | None = None


@of_deals.get("/{opportunity}/path", auth=READ, response=PathShown)
def show(request: HttpRequest, opportunity: UUID) -> HttpResponse:
    """When the deal can be signed, and which step is to blame."""
    deal, book = one(request, Opportunity, opportunity, "account"), active().playbook
    held = path_of(deal, book, house_day(now()))
    path = held.path
    return answer({
        "signature": path.signature, "wanted": path.wanted, "asked": held.asked, "short_days": path.short_days,
        "state": tag(path, book.signing_path.quarters.starts)[0], "says": says(path), "closes": path.closes, "in_budget": path.in_budget,
        "steps": [_planned(step, held.changed) for step in path.planned],
        "freezes": [{"title": one_.title, "begins": one_.begins, "ends": one_.ends} for one_ in path.freezes],
        "left_out": [step.step for step in held.left_out],
    })  # fmt: skip


@of_deals.post("/{opportunity}/path/steps", auth=WRITE, response={201: STEP.schema}, openapi_extra=ONCE_HELP)
@once
def add(request: HttpRequest, opportunity: UUID, given: PathStepGiven) -> HttpResponse:
    """Put a step of its own on the path."""
    deal = one(request, Opportunity, opportunity)
    return answer(STEP.of(signing.add(deal, by=request.actor, at=now(), **given.model_dump())), 201)


@of_deals.patch("/{opportunity}/path/steps/{step}", auth=WRITE, response=STEP.schema)
def change(request: HttpRequest, opportunity: UUID, step: str, given: PathStepChanges) -> HttpResponse:
    """Change a step, one of the playbook or of the deal's own."""
    deal = one(request, Opportunity, opportunity)
    return answer(STEP.of(signing.change(deal, step, by=request.actor, at=now(), **said(given))))


@of_deals.delete("/{opportunity}/path/steps/{step}", auth=WRITE, response={204: None})
def reset(request: HttpRequest, opportunity: UUID, step: str) -> HttpResponse:
    """Go back to what the playbook says of a step; one of the deal's own goes."""
    signing.reset(one(request, Opportunity, opportunity), step, by=request.actor, at=now())
    return HttpResponse(status=204)


def _planned(one_: Planned, changed: frozenset[str]) -> dict[str, Any]:
    step = one_.step
    return {
        "step": step.code, "title": step.title, "whose": step.whose, "days": step.days, "after": list(step.after), "begins": one_.begins,
        "ends": one_.ends, "must_begin": one_.must_begin, "must_end": one_.must_end, "late_days": one_.late_days, "done_on": step.done_on,
        "critical": one_.critical, "longest": one_.longest, "changed": step.code in changed,
    }  # fmt: skip
