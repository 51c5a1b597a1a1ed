"""One's own calendars: connected, and ended. Nobody else sees them."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from rounds.access.allowed import need_to_read, need_to_write
from rounds.actions.reach import calendars
from rounds.jobs.mailbox_providers import TITLES
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import Busy, Calendar
from rounds.web.deals.proof_doors import done
from rounds.web.deals.proof_forms import text
from rounds.web.doors import page

STATES = {"working": ("Read", "g-met", "circle-check"), "broken": ("Not readable", "s-late", "circle-alert"), "stopped": ("Stopped", "tag-line", "circle-minus")}


@sensitive_post_parameters("secret")
@require_http_methods(["GET", "POST"])
@page
def index(request: HttpRequest) -> HttpResponse:
    """The viewer's calendars; POST connects one."""
    need_to_read(request.user, "task")
    error: Refusal | None = None
    if request.method == "POST":
        need_to_write(request.user, "task")
        try:
            _connect(request)
            return done(request, "/meetings/calendars/", "Connected; it is read within a minute")
        except Refusal as refused:
            error = refused
    rows = calendars.own(request.user).exclude(state="ended")
    boxes = request.user.mailboxes.filter(kind__in=calendars.OF_MAILBOXES).exclude(state="ended").exclude(address__in=[row.address for row in rows])
    said = {"boxes": [{"row": box, "title": TITLES[box.kind]} for box in boxes.order_by("address")], "rows": [{"row": row, "state": _state(row)} for row in rows],
            "busy": Busy.objects.filter(user=request.user, ends_at__gt=now()).count(), "error": error, "said": request.POST, "place": "meetings",
            "toast": request.session.pop("toast", None)}  # fmt: skip
    return render(request, "reach/meetings/calendars.html", said, status=error.status if error else 200)


def _state(row: Calendar) -> tuple[str, str, str]:
    if row.state == "working" and row.failed:
        return "Trying again", "s-soon", "hourglass"
    if row.state == "broken" and row.next_at:
        return "Broken, still tried", "s-late", "hourglass"
    return STATES[row.state] if row.read_at or row.state == "broken" else ("To be read", "tag-line", "hourglass")


def _connect(request: HttpRequest) -> None:
    """By CalDAV, or the one beside a mailbox of one's own."""
    by = {"by": request.user.actor, "at": now()}
    if not (key := text(request, "mailbox")):
        calendars.connect(request.user, address=text(request, "address"), login=text(request, "login"), secret=request.POST.get("secret", ""), **by)
        return
    box = next((box for box in request.user.mailboxes.exclude(state="ended") if str(box.pk) == key), None)
    if box is None:
        raise calendars.CalendarRefused("You have no such mailbox.", field="mailbox")
    calendars.connect_mailbox(box, **by)


@require_POST
@page
def end(request: HttpRequest, key: UUID) -> HttpResponse:
    """Read it no more."""
    row = calendars.own(request.user).filter(pk=key).first()
    if row is None:
        raise Http404
    calendars.end(row, by=request.user.actor, at=now())
    return done(request, "/meetings/calendars/", "Not read any more; its password is gone")
