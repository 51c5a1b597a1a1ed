"""Demos: listed, booked, held; what people said of them."""

from datetime import date
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from rounds.access.allowed import need_to_write
from rounds.access.scope import visible
from rounds.actions.deals import demo_room, demos
from rounds.api.auth import Bearer
from rounds.api.doors import ONCE_HELP, Input, ZonedMoment, below, list_help, noted, once, one, page
from rounds.api.shapes import Shape, answer, page_schema
from rounds.kit.clock import now
from rounds.models import Contact, Demo, DemoAttendee, DemoFeedback, Opportunity
from rounds.models.deals.proof_listing import DEMOS

router, of_deals = Router(tags=["demos"]), Router(tags=["demos"])
READ, WRITE = Bearer("opportunities:read"), Bearer("opportunities:write")
DEMO = Shape("Demo", Demo, {
    "id": "id", "opportunity": "opportunity_id", "kind": "kind", "state": "state", "standard": "standard", "starts_at": "starts_at",
    "minutes": "minutes", "zone": "zone", "place": "place", "presenter.id": "presenter_id", "presenter.name": "presenter__name",
    "moved": "moved", "held_at": "held_at", "notes": "notes", "next_step": "next_step", "next_step_on": "next_step_on", "by": "by_name", "at": "at",
})  # fmt: skip
FEEDBACK = Shape("DemoFeedback", DemoFeedback, {
    "id": "id", "contact": "attendee__contact_id", "rating": "rating", "intent": "intent", "blocker": "blocker", "champion": "champion",
    "concerns": "concerns", "by": "by_name", "at": "at",
})  # fmt: skip


class DemoGiven(Input):
    """A demo to come. `kind` is a type of the playbook; `minutes` and `zone` follow from it and the customer's place."""

    kind: str = Field(min_length=1, max_length=60)
    starts_at: ZonedMoment
    attendees: list[UUID] = Field([], max_length=100)
    minutes: int | None = Field(None, ge=10, le=480)
    zone: str = Field("", max_length=60)
    place: str = Field("", max_length=500)
    standard: bool = False


class Holding(Input):
    """Who came, and what was agreed."""

    came: list[UUID] = Field(min_length=1, max_length=100)
    notes: str = Field("", max_length=20_000)
    next_step: str = Field("", max_length=500)
    next_step_on: date | None = None


class FeedbackGiven(Input):
    """What somebody who came thinks; the last word counts."""

    contact: UUID
    rating: int = Field(ge=1, le=10)
    intent: str = Field("", max_length=60)
    blocker: bool = False
    champion: bool = False
    concerns: str = Field("", max_length=4000)


@router.get("", auth=READ, response=page_schema(DEMO), openapi_extra=list_help())
def index(request: HttpRequest) -> HttpResponse:
    """Demos, the latest first unless sorted otherwise."""
    return page(request, DEMOS, DEMO)


@router.get("/{demo}", auth=READ, response=DEMO.schema)
def show(request: HttpRequest, demo: UUID) -> HttpResponse:
    """One demo."""
    values = visible(Demo, request.scope).filter(pk=demo).values_list(*DEMO.paths).first()
    if values is None:
        raise Http404
    noted(request, "demo.read", "demo", demo)
    return answer(DEMO.row(values))


@of_deals.post("/{opportunity}/demos", auth=WRITE, response={201: DEMO.schema}, openapi_extra=ONCE_HELP)
@once
def book(request: HttpRequest, opportunity: UUID, given: DemoGiven) -> HttpResponse:
    """Book a demo of a deal. Its preparation becomes tasks."""
    deal = one(request, Opportunity, opportunity, "account", "owner")
    demo = demos.book(deal, given.kind, starts_at=given.starts_at, attendees=_people(request, given.attendees), minutes=given.minutes,
                      zone=given.zone, place=given.place, standard=given.standard, by=request.actor, at=now())  # fmt: skip
    return answer(DEMO.of(demo), 201, Location=f"/api/v1/demos/{demo.id}")


@router.put("/{demo}/holding", auth=WRITE, response=DEMO.schema)
def hold(request: HttpRequest, demo: UUID, given: Holding) -> HttpResponse:
    """It was held. The first one of a deal moves it."""
    row = to_change(request, demo)
    done = demos.complete(row, came=_people(request, given.came), notes=given.notes, next_step=given.next_step,
                          next_step_on=given.next_step_on, by=request.actor, at=now())  # fmt: skip
    return answer(DEMO.of(done))


@router.post("/{demo}/feedback", auth=WRITE, response={201: FEEDBACK.schema}, openapi_extra=ONCE_HELP)
@once
def say(request: HttpRequest, demo: UUID, given: FeedbackGiven) -> HttpResponse:
    """What somebody who came thinks of it."""
    row = to_change(request, demo)
    attendee = visible(DemoAttendee, request.scope).filter(demo=row, contact_id=given.contact).first()
    if attendee is None:
        raise demo_room.NotThere
    said = demo_room.say(attendee, rating=given.rating, intent=given.intent, blocker=given.blocker, champion=given.champion,
                         concerns=given.concerns, by=request.actor, at=now())  # fmt: skip
    return answer(FEEDBACK.of(said), 201)


def to_change(request: HttpRequest, key: UUID) -> Demo:
    """A demo one may change: with its deal."""
    row = below(visible(Demo, request.scope).select_related("opportunity__account", "opportunity__owner"), key)
    need_to_write(request.user, row.opportunity)
    return row


def _people(request: HttpRequest, keys: list[UUID]) -> list[Contact]:
    found = list(visible(Contact, request.scope).filter(pk__in=keys))
    if len(found) < len(set(keys)):
        raise demos.DemoRefused("One of these people is not there, or you do not see them.", field="attendees")
    return found
