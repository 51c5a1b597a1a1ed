"""Where people outside book a time, move it, call it off: by a link, without a log-in. Fetched it changes nothing, for the
gateways of hospitals fetch every link; a button does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rounds.access.sight import EVERYTHING, sight
from rounds.actions.people import throttling
from rounds.actions.reach import booking, hosts, meeting_links, meeting_mails
from rounds.documents.invitations import ics
from rounds.kit.addresses import client_address, network
from rounds.kit.clock import now, sayable
from rounds.kit.ids import new_id
from rounds.kit.refusal import Refusal
from rounds.models import BookingPage, Contact, Lead, Meeting, User
from rounds.models.flow.active import active
from rounds.rules.calendar import zone_of
from rounds.web.reach.meeting_words import STATES, title_of
from rounds.web.reach.zones import ZONES

TRAP = "fax_number"
"""A field no person sees: whoever fills it in is a robot."""
HOUR = timedelta(hours=1)


class TooMany(Refusal):
    """That was a lot at once. Wait an hour, then try again, or answer the mail you have from us."""

    status = 429


class NoTime(Refusal):
    """Choose one of the times."""

    status = 422
    field = "starts_at"


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, token: str) -> HttpResponse:
    """GET: the times, or who one is where the router is to name the host. POST: it is booked, or the times are shown."""
    try:
        with sight(EVERYTHING):
            page, who = meeting_links.page_of(token, at=now())
            if request.method != "POST":
                return _page(request, token, page, who)
            _slow_down(request)
            if request.POST.get(TRAP):
                return redirect(request.path)
            return _posted(request, token, page, who)
    except Refusal as refusal:
        return _gone(request, refusal)


def _posted(request: HttpRequest, token: str, page: BookingPage, who: Any) -> HttpResponse:
    said = {name: request.POST.get(name, "")[:300] for name in ("name", "email", "organization", "state", "note")}
    try:
        with sight(EVERYTHING):
            if page.user is None and who is None:
                who = _welcomed(request, page, said)
                return redirect(meeting_links.link_for(page, who).removeprefix(settings.CONFIG.public_url.rstrip("/")) + f"?zone={_zone(request, None)}")
            starts = _moment(request.POST.get("starts_at", ""))
            who = who or _welcomed(request, page, said)
            row = booking.book_as_guest(page, who, starts_at=starts, zone=_zone(request, who), name=said["name"], email=said["email"], note=said["note"],
                                        by=booking.guest_of(page), at=now())  # fmt: skip
            return redirect(f"/book/own/{meeting_links.token_of(row.id)}/")
    except booking.NobodyFree:
        raise
    except Refusal as refusal:
        if refusal.status not in (409, 422):
            raise
        return _page(request, token, page, who if isinstance(who, Lead | Contact) and ":" in token else None, error=refusal, said=said)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest, token: str) -> HttpResponse:
    """GET: when and with whom. POST: another time."""
    try:
        with sight(EVERYTHING):
            row = meeting_links.meeting_of(token)
            if request.method != "POST":
                return _own(request, token, row)
            _slow_down(request)
            try:
                with sight(EVERYTHING):
                    made = booking.move_by_link(token, _moment(request.POST.get("starts_at", "")), at=now())
            except Refusal as refusal:
                return _own(request, token, row, error=refusal, moving=True)
            return redirect(f"/book/own/{meeting_links.token_of(made.id)}/")
    except Refusal as refusal:
        return _gone(request, refusal)


@never_cache
@sensitive_post_parameters()
@require_POST
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    """The guest calls it off."""
    try:
        with sight(EVERYTHING):
            _slow_down(request)
            booking.cancel_by_link(token, at=now())
            return redirect(f"/book/own/{token}/")
    except Refusal as refusal:
        return _gone(request, refusal)


@never_cache
@require_GET
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The meeting as a file for a calendar."""
    try:
        with sight(EVERYTHING):
            row = meeting_links.meeting_of(token)
            text = ics(meeting_mails.invitation(row, at=now()), "CANCEL" if row.state == "cancelled" else "PUBLISH")
    except Refusal as refusal:
        return _gone(request, refusal)
    return HttpResponse(text, content_type="text/calendar; charset=utf-8", headers={"Content-Disposition": 'attachment; filename="meeting.ics"'})


def _welcomed(request: HttpRequest, page: BookingPage, said: dict[str, str]) -> Lead | Contact:
    return booking.welcome(page, name=said["name"], email=said["email"], organization=said["organization"], state=said["state"],
                           nonce=request.POST.get("once", "")[:64] or str(new_id()), at=now())  # fmt: skip


def _page(request: HttpRequest, token: str, page: BookingPage, who: Any, *, error: Refusal | None = None, said: dict[str, str] | None = None) -> HttpResponse:
    at, host = now(), booking.host_for(page, who, at=now())
    asks_first = page.user is None and who is None
    if host is None and not asks_first:
        raise booking.NobodyFree
    context = {"page": page, "token": token, "kind": active().playbook.meetings.kinds[page.kind], "host": host, "asks_first": asks_first,
               "asks_who": who is None or not getattr(who, "email", ""), "error": error, "said": said or {}, "once": request.POST.get("once") or new_id(), "trap": TRAP,
               "at": at, **_times(request, host, page.kind, who)}  # fmt: skip
    return render(request, "reach/book/page.html", context, status=error.status if error else 200)


def _own(request: HttpRequest, token: str, row: Meeting, *, error: Refusal | None = None, moving: bool = False) -> HttpResponse:
    zone, at = _zone(request, None, row.zone), now()
    times = _times(request, row.host, row.kind, None, but=row if row.state == "planned" else None, zone=zone) if row.host is not None else {"days": [], "detect": False}
    context = {"row": row, "token": token, "host": row.host, "state": STATES[row.state], "kind": title_of(row.kind), "starts": _wall(row.starts_at, zone),
               "ends": _wall(row.ends_at, zone), "over": row.starts_at <= at, "error": error, "zone": zone, "zones": _zones(zone),
               "moving": moving or "moving" in request.GET or "since" in request.GET or row.state in ("cancelled", "no_show"), "at": at, **times}  # fmt: skip
    return render(request, "reach/book/own.html", context, status=error.status if error else 200)


def _times(request: HttpRequest, host: User | None, kind: str, who: Any, *, but: Meeting | None = None, zone: str = "") -> dict[str, Any]:
    """The times on the guest's clock, by day; `later` where the next ones begin."""
    zone = zone or _zone(request, who)
    try:
        since = _moment(request.GET.get("since", ""))
    except NoTime:
        since = None
    found = hosts.times(host, kind, at=now(), since=since, but=but) if host is not None else []
    days: dict[Any, list[tuple[str, str]]] = {}
    for slot in found:
        local = slot.starts.astimezone(ZoneInfo(zone))
        days.setdefault(local.date(), []).append((slot.starts.isoformat(), f"{local:%H:%M}"))
    full = len(found) == active().playbook.meetings.offered
    later = (found[-1].starts + timedelta(minutes=1)).astimezone(UTC).isoformat() if full else ""
    return {"days": list(days.items()), "later": later, "earlier": since is not None, "zone": zone, "zones": _zones(zone), "detect": request.method == "GET" and "zone" not in request.GET}


def _wall(moment: datetime, zone: str) -> datetime:
    """What a clock there shows: without a zone, so that no template turns it into the viewer's."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def _zones(zone: str) -> list[str]:
    return ZONES if zone in ZONES else [zone, *ZONES]


def _zone(request: HttpRequest, who: Any, otherwise: str = "") -> str:
    """The guest's clock: as said, as their browser found, as the meeting has it, else as the playbook knows their state."""
    said = request.POST.get("zone") or request.GET.get("zone", "")
    if said in available_timezones():
        return said
    place = who if isinstance(who, Lead) else getattr(who, "account", None)
    return otherwise or str(zone_of(active().playbook.calendar, state=getattr(place, "state", "") or "", territory=getattr(place, "territory", "") or ""))


def _moment(said: str) -> datetime:
    """A time of the page. Raises NoTime (422)."""
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        raise NoTime from None
    if found.tzinfo is None or not sayable(found):
        raise NoTime
    return found


def _slow_down(request: HttpRequest) -> None:
    """At most so many presses an hour from one network, counted for all processes together (meetings.yaml)."""
    key = throttling.key("book", network(client_address(request)))
    request.keeps = partial(throttling.counted, key, window=HOUR, at=now())  # type: ignore[attr-defined]  # a refused press counts too
    if throttling.counted(key, window=HOUR, at=now()) > active().playbook.meetings.invites_an_hour:
        raise TooMany


def _gone(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return render(request, "reach/book/gone.html", {"refusal": refusal}, status=refusal.status)
