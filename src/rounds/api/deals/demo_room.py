"""What becomes of a demo: who is invited, moved, called off, nobody came; its ticks and its open questions."""

from datetime import date
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from pydantic import Field

from rounds.access.scope import visible
from rounds.actions.deals import demo_room, demos
from rounds.actions.people.users import colleague
from rounds.api.deals.demos import DEMO, FEEDBACK, READ, WRITE, router
from rounds.api.deals.demos import to_change as _demo
from rounds.api.doors import ONCE_HELP, Input, ZonedMoment, below, once, one
from rounds.api.shapes import Shape, answer, several
from rounds.kit.clock import now
from rounds.models import Contact, Demo, DemoAttendee, DemoFeedback, DemoQuestion, DemoTick

ATTENDEE = Shape("DemoAttendee", DemoAttendee, {"contact.id": "contact_id", "contact.name": "contact__name", "role": "role", "came": "came", "at": "at"})
TICK = Shape("DemoTick", DemoTick, {"item": "item", "by": "by_name", "at": "at"})
QUESTION = Shape("DemoQuestion", DemoQuestion, {
    "id": "id", "question": "question", "asked_by": "asked_by_id", "owner.id": "owner_id", "owner.name": "owner__name", "due_on": "due_on",
    "answer": "answer", "answered_at": "answered_at", "answered_by": "answered_name", "by": "by_name", "at": "at",
})  # fmt: skip


class Moving(Input):
    """The new moment, and why."""

    starts_at: ZonedMoment
    why: str = Field("", max_length=500)


class Cancelling(Input):
    why: str = Field(min_length=1, max_length=500)


class NoShow(Input):
    why: str = Field("", max_length=500)


class QuestionGiven(Input):
    """What stayed open, who answers it (id or e-mail address; the owner of the deal unless said), until when."""

    question: str = Field(min_length=1, max_length=2000)
    due_on: date
    owner: str | None = Field(None, min_length=1, max_length=254)
    asked_by: UUID | None = None


class DemoAnswerGiven(Input):
    answer: str = Field(min_length=1, max_length=4000)


@router.get("/{demo}/attendees", auth=READ, response=several(ATTENDEE))
def attendees(request: HttpRequest, demo: UUID) -> HttpResponse:
    """Who is invited, and who came."""
    row = _seen(request, demo)
    return answer({"data": ATTENDEE.rows(visible(DemoAttendee, request.scope).filter(demo=row).order_by("contact__name", "id"))})


@router.put("/{demo}/attendees/{contact}", auth=WRITE, response=ATTENDEE.schema)
def invite(request: HttpRequest, demo: UUID, contact: UUID) -> HttpResponse:
    """Invite somebody of the customer; one who is invited stays so."""
    row = _demo(request, demo)
    return answer(ATTENDEE.of(demos.invite(row, one(request, Contact, contact, to="read"), by=request.actor, at=now())))


@router.delete("/{demo}/attendees/{contact}", auth=WRITE, response={204: None})
def uninvite(request: HttpRequest, demo: UUID, contact: UUID) -> HttpResponse:
    """Take somebody off the list."""
    there = visible(DemoAttendee, request.scope).filter(demo=_demo(request, demo), contact_id=contact).select_related("demo").first()
    if there is None:
        raise Http404
    demos.uninvite(there, by=request.actor, at=now())
    return HttpResponse(status=204)


@router.put("/{demo}/moving", auth=WRITE, response=DEMO.schema)
def move(request: HttpRequest, demo: UUID, given: Moving) -> HttpResponse:
    """Another moment; its preparation moves along."""
    return answer(DEMO.of(demos.move(_demo(request, demo), given.starts_at, why=given.why, by=request.actor, at=now())))


@router.put("/{demo}/cancelling", auth=WRITE, response=DEMO.schema)
def cancel(request: HttpRequest, demo: UUID, given: Cancelling) -> HttpResponse:
    """Call it off."""
    return answer(DEMO.of(demos.cancel(_demo(request, demo), why=given.why, by=request.actor, at=now())))


@router.put("/{demo}/no-show", auth=WRITE, response=DEMO.schema)
def no_show(request: HttpRequest, demo: UUID, given: NoShow) -> HttpResponse:
    """Nobody of the customer came; a task asks for a new day."""
    return answer(DEMO.of(demos.no_show(_demo(request, demo), why=given.why, by=request.actor, at=now())))


@router.get("/{demo}/feedback", auth=READ, response=several(FEEDBACK))
def feedback(request: HttpRequest, demo: UUID) -> HttpResponse:
    """What people said of it, the first first; of each the last word counts."""
    row = _seen(request, demo)
    return answer({"data": FEEDBACK.rows(visible(DemoFeedback, request.scope).filter(attendee__demo=row).order_by("at", "id"))})


@router.get("/{demo}/ticks", auth=READ, response=several(TICK))
def ticks(request: HttpRequest, demo: UUID) -> HttpResponse:
    """The items of its guide that are ticked."""
    row = _seen(request, demo)
    return answer({"data": TICK.rows(visible(DemoTick, request.scope).filter(demo=row).order_by("at", "id"))})


@router.put("/{demo}/ticks/{item}", auth=WRITE, response={204: None})
def tick(request: HttpRequest, demo: UUID, item: str) -> HttpResponse:
    """Tick an item of the guide."""
    demo_room.tick(_demo(request, demo), item, by=request.actor, at=now())
    return HttpResponse(status=204)


@router.delete("/{demo}/ticks/{item}", auth=WRITE, response={204: None})
def untick(request: HttpRequest, demo: UUID, item: str) -> HttpResponse:
    """Take the tick of an item back."""
    demo_room.tick(_demo(request, demo), item, done=False, by=request.actor, at=now())
    return HttpResponse(status=204)


@router.get("/{demo}/questions", auth=READ, response=several(QUESTION))
def questions(request: HttpRequest, demo: UUID) -> HttpResponse:
    """What stayed open, and the answers, the first due first."""
    row = _seen(request, demo)
    return answer({"data": QUESTION.rows(visible(DemoQuestion, request.scope).filter(demo=row).order_by("due_on", "id"))})


@router.post("/{demo}/questions", auth=WRITE, response={201: QUESTION.schema}, openapi_extra=ONCE_HELP)
@once
def ask(request: HttpRequest, demo: UUID, given: QuestionGiven) -> HttpResponse:
    """Keep a question; whoever answers it is given a task."""
    row = _demo(request, demo)
    owner = colleague(given.owner) if given.owner else None
    asked_by = one(request, Contact, given.asked_by, to="read") if given.asked_by else None
    kept = demo_room.ask(row, given.question, owner=owner, due_on=given.due_on, asked_by=asked_by, by=request.actor, at=now())
    return answer(QUESTION.of(kept), 201)


@router.put("/{demo}/questions/{question}/answer", auth=WRITE, response=QUESTION.schema)
def say(request: HttpRequest, demo: UUID, question: UUID, given: DemoAnswerGiven) -> HttpResponse:
    """Answer it; its task is done."""
    row = below(visible(DemoQuestion, request.scope).filter(demo=_demo(request, demo)), question)
    return answer(QUESTION.of(demo_room.answer(row, given.answer, by=request.actor, at=now())))


def _seen(request: HttpRequest, key: UUID) -> Demo:
    return one(request, Demo, key, to="read")
