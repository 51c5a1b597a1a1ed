"""Meetings: listed, booked, moved, called off, held, or nobody came; the times that are free."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from rounds.access.allowed import need_to_read, need_to_write
from rounds.access.meetings import need_to_change
from rounds.access.scope import visible
from rounds.actions.people.users import colleague
from rounds.actions.reach import booking, hosts, meeting_ends, meetings
from rounds.api.auth import Bearer
from rounds.api.doors import ONCE_HELP, Input, ZonedMoment, below, list_help, noted, once, one, page
from rounds.api.shapes import Shape, answer, page_schema
from rounds.kit.clock import now
from rounds.models import Contact, Lead, Meeting, Opportunity
from rounds.models.flow.active import active
from rounds.models.reach.meeting_listing import MEETINGS

router = Router(tags=["meetings"])
READ, WRITE = Bearer("tasks:read"), Bearer("tasks:write")
FETCH = ("host", "lead__account", "opportunity__account", "account", "contact")

MEETING = Shape("Meeting", Meeting, {
    "id": "id", "kind": "kind", "title": "title", "state": "state", "starts_at": "starts_at", "ends_at": "ends_at", "zone": "zone", "guest": "guest_name",
    "host.id": "host_id", "host.name": "host__name", "account": "account_id", "lead": "lead_id", "opportunity": "opportunity_id", "contact": "contact_id",
    "platform": "platform", "place": "place", "note": "note", "moved": "moved", "state_at": "state_at", "state_why": "state_why", "by": "by_name", "at": "at",
})  # fmt: skip


class MeetingGiven(Input):
    """A meeting about one lead, contact or deal. `kind` is a code of the playbook; `host` an id or an address, the caller unless said."""

    kind: str = Field(max_length=60)
    starts_at: ZonedMoment
    lead: UUID | None = None
    contact: UUID | None = None
    opportunity: UUID | None = None
    host: str | None = Field(None, min_length=1, max_length=254)
    zone: str = Field("", max_length=60)
    platform: str = Field("", max_length=60)
    place: str = Field("", max_length=500)
    note: str = Field("", max_length=4000)


class Moving(Input):
    """When it is instead."""

    starts_at: ZonedMoment


class Cancelling(Input):
    """Why it is called off."""

    why: str = Field(min_length=1, max_length=500)


class Holding(Input):
    """What came of it: an outcome of the playbook, and notes."""

    outcome: str = Field(max_length=60)
    note: str = Field("", max_length=4000)


class NobodyNamed(meetings.MeetingRefused):
    """Say whom it is with: one lead, contact or opportunity that you see."""


@router.get("", auth=READ, response=page_schema(MEETING), openapi_extra=list_help())
def index(request: HttpRequest) -> HttpResponse:
    """Meetings, the latest first unless sorted otherwise; `f=due.is.coming` for what is to come."""
    return page(request, MEETINGS, MEETING)


@router.get("/times", auth=READ)
def times(request: HttpRequest, kind: str = Query(max_length=60), host: str = Query("", max_length=254)) -> HttpResponse:
    """The next times at which somebody can be met: {"times": [{"starts_at", "ends_at"}]}, in UTC."""
    need_to_read(request.user, "task")
    if kind not in active().playbook.meetings.kinds:
        raise meetings.MeetingRefused(f"Use one of: {', '.join(active().playbook.meetings.kinds)}.", field="kind")
    found = hosts.times(colleague(host) if host else request.user, kind, at=now())
    return answer({"times": [{"starts_at": one.starts, "ends_at": one.ends} for one in found]})


@router.post("", auth=WRITE, response={201: MEETING.schema}, openapi_extra=ONCE_HELP)
@once
def book(request: HttpRequest, given: MeetingGiven) -> HttpResponse:
    """Book a meeting. The invitation goes to both by mail."""
    keys = {Lead: given.lead, Contact: given.contact, Opportunity: given.opportunity}
    who = next((one(request, model, key, to="read") for model, key in keys.items() if key is not None), None)
    if who is None:
        need_to_write(request.user, "task")
        raise NobodyNamed
    need_to_write(request.user, who)
    row = meetings.book(given.kind, booking.of(who), host=colleague(given.host) if given.host else request.user, starts_at=given.starts_at, zone=given.zone,
                        platform=given.platform, place=given.place, note=given.note, by=request.actor, at=now())  # fmt: skip
    return answer(MEETING.of(row), 201, Location=f"/api/v1/meetings/{row.id}")


@router.get("/{meeting}", auth=READ, response=MEETING.schema)
def show(request: HttpRequest, meeting: UUID) -> HttpResponse:
    """One meeting."""
    values = visible(Meeting, request.scope).filter(pk=meeting).values_list(*MEETING.paths).first()
    if values is None:
        raise Http404
    noted(request, "meeting.read", "meeting", meeting)
    return answer(MEETING.row(values))


@router.put("/{meeting}/moving", auth=WRITE, response=MEETING.schema)
def move(request: HttpRequest, meeting: UUID, given: Moving) -> HttpResponse:
    """Hold it at another time; both get a new invitation."""
    return answer(MEETING.of(meetings.move(_to_change(request, meeting), given.starts_at, by=request.actor, at=now())))


@router.put("/{meeting}/cancelling", auth=WRITE, response=MEETING.schema)
def cancel(request: HttpRequest, meeting: UUID, given: Cancelling) -> HttpResponse:
    """Call it off; both are told."""
    return answer(MEETING.of(meetings.cancel(_to_change(request, meeting), why=given.why, by=request.actor, at=now())))


@router.put("/{meeting}/holding", auth=WRITE, response=MEETING.schema)
def hold(request: HttpRequest, meeting: UUID, given: Holding) -> HttpResponse:
    """It was held; it counts as an activity."""
    return answer(MEETING.of(meeting_ends.hold(_to_change(request, meeting), outcome=given.outcome, note=given.note, by=request.actor, at=now())))


@router.put("/{meeting}/no-show", auth=WRITE, response=MEETING.schema)
def no_show(request: HttpRequest, meeting: UUID) -> HttpResponse:
    """Nobody came; a task asks for a new day."""
    return answer(MEETING.of(meeting_ends.no_show(_to_change(request, meeting), by=request.actor, at=now())))


def _to_change(request: HttpRequest, key: UUID) -> Meeting:
    """A meeting one may change: with what it is about, or as its host."""
    row = below(visible(Meeting, request.scope).select_related(*FETCH), key)
    need_to_change(request.user, row)
    return row
