"""A proof of concept while it runs: milestones, weekly reviews, issues, more time."""

from datetime import date
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from pydantic import Field

from rounds.access.allowed import need
from rounds.access.scope import visible
from rounds.actions.deals import poc_extending, poc_issues, poc_plan
from rounds.api.deals.pocs import ISSUE, READ, WRITE, router, seen, to_change
from rounds.api.doors import ONCE_HELP, Input, below, once
from rounds.api.shapes import Shape, answer, several
from rounds.kit.clock import now
from rounds.models import PocExtension, PocIssue, PocMilestone, PocReview

MILESTONE = Shape("PocMilestone", PocMilestone, {
    "code": "code", "title": "title", "phase": "phase", "due_on": "due_on", "door": "door", "done_at": "done_at", "done_by": "done_name",
})  # fmt: skip
REVIEW = Shape("PocReview", PocReview, {"id": "id", "week": "week", "held_on": "held_on", "note": "note", "by": "by_name", "at": "at"})
EXTENSION = Shape("PocExtension", PocExtension, {
    "id": "id", "number": "number", "weeks": "weeks", "why": "why", "answer": "answer", "answered_at": "answered_at", "answer_note": "answer_note",
    "ends_on": "ends_on", "by": "by_name", "at": "at",
})  # fmt: skip


class ReviewGiven(Input):
    note: str = Field(min_length=1, max_length=4000)
    held_on: date | None = None


class PocSettling(Input):
    solution: str = Field(min_length=1, max_length=4000)


class ExtensionGiven(Input):
    """How many weeks more, and why."""

    weeks: int = Field(ge=1, le=52)
    why: str = Field(min_length=1, max_length=2000)


class ExtensionAnswer(Input):
    granted: bool
    note: str = Field("", max_length=2000)


@router.get("/{poc}/milestones", auth=READ, response=several(MILESTONE))
def milestones(request: HttpRequest, poc: UUID) -> HttpResponse:
    """The steps of its plan, the first due first."""
    row = seen(request, poc)
    return answer({"data": MILESTONE.rows(visible(PocMilestone, request.scope).filter(poc=row).order_by("due_on", "id"))})


@router.put("/{poc}/milestones/{code}/completion", auth=WRITE, response=MILESTONE.schema)
def finish(request: HttpRequest, poc: UUID, code: str) -> HttpResponse:
    """A step was reached; one that was stays so."""
    row = visible(PocMilestone, request.scope).filter(poc=to_change(request, poc), code=code).select_related("poc").first()
    if row is None:
        raise Http404
    return answer(MILESTONE.of(poc_plan.finish(row, by=request.actor, at=now())))


@router.get("/{poc}/reviews", auth=READ, response=several(REVIEW))
def reviews(request: HttpRequest, poc: UUID) -> HttpResponse:
    """The weekly reviews that were held, the first first."""
    row = seen(request, poc)
    return answer({"data": REVIEW.rows(visible(PocReview, request.scope).filter(poc=row).order_by("held_on", "id"))})


@router.post("/{poc}/reviews", auth=WRITE, response={201: REVIEW.schema}, openapi_extra=ONCE_HELP)
@once
def review(request: HttpRequest, poc: UUID, given: ReviewGiven) -> HttpResponse:
    """The weekly review was held."""
    return answer(REVIEW.of(poc_plan.review(to_change(request, poc), note=given.note, held_on=given.held_on, by=request.actor, at=now())), 201)


@router.get("/{poc}/issues", auth=READ, response=several(ISSUE))
def issues(request: HttpRequest, poc: UUID) -> HttpResponse:
    """What stands, or stood, in the way, the newest first."""
    row = seen(request, poc)
    return answer({"data": ISSUE.rows(visible(PocIssue, request.scope).filter(poc=row).order_by("-at", "-id"))})


@router.put("/{poc}/issues/{issue}/settling", auth=WRITE, response=ISSUE.schema)
def settle(request: HttpRequest, poc: UUID, issue: UUID, given: PocSettling) -> HttpResponse:
    """It is settled, and how."""
    return answer(ISSUE.of(poc_issues.close(_issue(request, poc, issue), solution=given.solution, by=request.actor, at=now())))


@router.put("/{poc}/issues/{issue}/escalation", auth=WRITE, response=ISSUE.schema)
def escalate(request: HttpRequest, poc: UUID, issue: UUID) -> HttpResponse:
    """Tell whom the playbook names for its severity."""
    return answer(ISSUE.of(poc_issues.escalate(_issue(request, poc, issue), by=request.actor, at=now())))


@router.get("/{poc}/extensions", auth=READ, response=several(EXTENSION))
def extensions(request: HttpRequest, poc: UUID) -> HttpResponse:
    """More time that was asked for, and what was said to it."""
    row = seen(request, poc)
    return answer({"data": EXTENSION.rows(visible(PocExtension, request.scope).filter(poc=row).order_by("number", "id"))})


@router.post("/{poc}/extensions", auth=WRITE, response={201: EXTENSION.schema}, openapi_extra=ONCE_HELP)
@once
def ask(request: HttpRequest, poc: UUID, given: ExtensionGiven) -> HttpResponse:
    """Ask for more time."""
    return answer(EXTENSION.of(poc_extending.ask(to_change(request, poc), weeks=given.weeks, why=given.why, by=request.actor, at=now())), 201)


@router.put("/{poc}/extensions/{extension}/answer", auth=WRITE, response=EXTENSION.schema)
def say(request: HttpRequest, poc: UUID, extension: UUID, given: ExtensionAnswer) -> HttpResponse:
    """Grant or refuse it, as the person whose token it is."""
    row = below(visible(PocExtension, request.scope).filter(poc=to_change(request, poc)).select_related("poc"), extension)
    need(request.user, "poc.extend")
    return answer(EXTENSION.of(poc_extending.answer(row, granted=given.granted, note=given.note, by=request.user.actor, at=now())))


def _issue(request: HttpRequest, poc: UUID, key: UUID) -> PocIssue:
    return below(visible(PocIssue, request.scope).filter(poc=to_change(request, poc)).select_related("poc"), key)
