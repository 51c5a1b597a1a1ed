"""Meetings: the list, one as a page, booking one for somebody, and what becomes of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rounds.access.allowed import need_to_read, need_to_write
from rounds.access.meetings import may_change_meeting, need_to_change
from rounds.access.scope import visible
from rounds.actions.reach import booking, hosts, meetings, rooms
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import Account, Contact, Lead, Meeting, Opportunity, User
from rounds.models.flow.active import active
from rounds.rules import recording
from rounds.web import lists
from rounds.web.deals.proof_doors import done, part_of
from rounds.web.deals.proof_forms import FormRefused, colleague, colleagues, key_of, moment, text
from rounds.web.doors import noted, one, page
from rounds.web.reach import meeting_parts
from rounds.web.reach.meeting_table import TABLE
from rounds.web.reach.meeting_words import state_of, title_of

FETCH = ("host", "lead__account", "opportunity__account", "account", "contact", "page")
SUBJECTS: dict[str, type[Lead | Contact | Opportunity | Account]] = {"lead": Lead, "contact": Contact, "opportunity": Opportunity}


@require_GET
@page
def index(request: HttpRequest) -> HttpResponse:
    """What is to come, what is to be recorded, what was."""
    asked = lists.ask(request, TABLE)
    if isinstance(asked, HttpResponse):
        return asked
    return render(request, "reach/meetings/list.html", lists.context(request, TABLE, asked, at=now(), toast=request.session.pop("toast", None), place="meetings"))


@require_GET
@page
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """One meeting. The read is on the record."""
    row = one(request, Meeting, key, *FETCH, to="read")
    noted(request, "meeting.read", "meeting", row.id)
    return render(request, "reach/meetings/meeting.html", {**shown(request, row), "toast": request.session.pop("toast", None)})


@require_GET
@page
def preview(request: HttpRequest, key: UUID) -> HttpResponse:
    """The side panel beside the list."""
    row = one(request, Meeting, key, *FETCH, to="read")
    noted(request, "meeting.read", "meeting", row.id, part="preview")
    return render(request, "reach/meetings/preview.html", shown(request, row))


def shown(request: HttpRequest, row: Meeting) -> dict[str, Any]:
    """What page and panel say of a meeting."""
    at, zone = now(), ZoneInfo(row.zone)
    writable = may_change_meeting(request.user, row)
    said = {"row": row, "url": f"/meetings/{row.id}/", "place": "meetings", "at": at, "state": state_of(row, at), "begun": at >= row.starts_at, "writable": writable,
            "kind": title_of(row.kind), "their_time": row.starts_at.astimezone(zone).replace(tzinfo=None), "ends": row.ends_at.astimezone(zone).replace(tzinfo=None),
            "platform": active().playbook.meetings.platforms.get(row.platform), "recording": recording.asked(active().playbook, [_state(row)])}  # fmt: skip
    return {**said, "asks": meeting_parts.asks(row, at) if writable and row.state == "planned" else []}


def _state(row: Meeting) -> str:
    """Where the other side is, as far as it is known."""
    deal = row.opportunity.account if row.opportunity else None
    return next((one.state for one in (row.account, deal, row.lead, row.lead.account if row.lead else None) if one is not None and one.state), "")


@require_POST
@page
def part(request: HttpRequest, key: UUID, name: str) -> HttpResponse:
    """What is done with it: `name` says what."""
    row = one(request, Meeting, key, *FETCH, to="read")
    deed = part_of(meeting_parts.PARTS, name)
    need_to_change(request.user, row)
    return done(request, f"/meetings/{row.id}/", deed(request, row, None))


@require_http_methods(["GET", "POST"])
@page
def new(request: HttpRequest) -> HttpResponse:
    """Book one: with whom, what for, when. The times of the host that are free stand beside."""
    name, who = _about(request)
    need_to_write(request.user, who)
    said = _form(request, name, who)
    if request.method == "GET":
        return render(request, "reach/meetings/new.html", said)
    try:
        host = colleague(request, "host")
        if host is None:
            raise FormRefused("Say who hosts it.", field="host")
        given = booking.of(who)
        mail = text(request, "email").lower() or given.email
        about = meetings.About(text(request, "name") or given.name, mail, given.lead, given.opportunity, given.account, given.contact)
        row = meetings.book(text(request, "kind"), about, host=host, starts_at=_when(request), zone=text(request, "zone"), platform=text(request, "platform"),
                            place=text(request, "place"), note=text(request, "note"), by=request.user.actor, at=now())  # fmt: skip
    except Refusal as refused:
        if refused.status not in (409, 422):
            raise
        return render(request, "reach/meetings/new.html", {**said, "error": refused, "field": refused.field}, status=refused.status)
    return done(request, f"/meetings/{row.id}/", "Booked; the invitation is on its way" if row.guest_email else "Booked")


@require_GET
@page
def times(request: HttpRequest) -> HttpResponse:
    """The next times of a host for a kind of meeting, as a fragment."""
    need_to_read(request.user, "task")
    return render(request, "reach/meetings/times.html", _times(request))


def _when(request: HttpRequest) -> Any:
    return moment(request, "other") if text(request, "other") else moment(request, "starts_at")


def _times(request: HttpRequest, host: User | None = None) -> dict[str, Any]:
    said = request.POST or request.GET
    kinds = active().playbook.meetings.kinds
    kind = said.get("kind", "")
    kind = kind if kind in kinds else next(iter(kinds))
    if said.get("host"):
        host = User.objects.filter(pk=key_of(said["host"]), is_active=True).first()
    free = hosts.times(host, kind, at=now()) if host is not None else []
    days: dict[Any, list[Any]] = {}
    from django.utils import timezone

    for slot in free:
        days.setdefault(timezone.localtime(slot.starts).date(), []).append(slot.starts)
    return {"days": list(days.items()), "host_found": host, "picked": said.get("starts_at", "")}


def _about(request: HttpRequest) -> tuple[str, Any]:
    """The record the meeting is about, as the address or the form names it, else 404."""
    said = request.POST or request.GET
    for name, model in SUBJECTS.items():
        if said.get(name):
            key = key_of(said[name])
            row = visible(model, request.scope).filter(pk=key).first() if key else None
            if row is not None:
                return name, row
    raise Http404


def _form(request: HttpRequest, name: str, who: Any) -> dict[str, Any]:
    said, at = request.POST or request.GET, now()
    given = booking.of(who)
    return {"name": name, "who": who, "given": given, "said": said, "kinds": list(active().playbook.meetings.kinds.items()), "colleagues": colleagues(),
            "platforms": rooms.rooms(request.user, at=at), "host": said.get("host") or str(request.user.pk), "place": "meetings",
            "back": f"/{ {'lead': 'leads', 'contact': 'contacts', 'opportunity': 'opportunities'}[name] }/{who.pk}/", **_times(request, request.user)}  # fmt: skip
