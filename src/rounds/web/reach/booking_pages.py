"""Booking pages: which there are, their links, opened and closed."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from rounds.access.allowed import NotAllowed, may, need, need_to_read, need_to_write
from rounds.access.scope import visible
from rounds.actions.reach import booking, meeting_links
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import BookingPage, Meeting
from rounds.models.flow.active import active
from rounds.web.deals.proof_doors import done
from rounds.web.deals.proof_forms import text
from rounds.web.doors import page
from rounds.web.reach.meeting_words import title_of

ROUTER = "router"


@require_http_methods(["GET", "POST"])
@page
def index(request: HttpRequest) -> HttpResponse:
    """The pages of the house with their links; POST opens one of one's own, or one whose host the router names."""
    need_to_read(request.user, "task")
    error: Refusal | None = None
    if request.method == "POST":
        need_to_write(request.user, "task")
        if text(request, "whose") == ROUTER:
            need(request.user, "forms.manage")
        try:
            booking.open_page(text(request, "kind"), user=None if text(request, "whose") == ROUTER else request.user, title=text(request, "title"),
                              by=request.user.actor, at=now())  # fmt: skip
            return done(request, "/meetings/pages/", "The page is open")
        except Refusal as refused:
            error = refused
    return render(request, "reach/meetings/pages.html", _shown(request, error), status=error.status if error else 200)


@require_POST
@page
def close(request: HttpRequest, key: UUID) -> HttpResponse:
    """Close a page; its links lead nowhere from then on."""
    need_to_write(request.user, "task")
    row = BookingPage.objects.filter(pk=key).first()
    if row is None:
        raise Http404
    if row.user_id != request.user.pk and not may(request.user, "forms.manage"):
        raise NotAllowed("Only whose page it is, or a RevOps admin, closes it.")
    booking.close_page(row, by=request.user.actor, at=now())
    return done(request, "/meetings/pages/", "Closed")


def _shown(request: HttpRequest, error: Refusal | None) -> dict:
    booked = dict(visible(Meeting, request.scope).filter(page__isnull=False).values_list("page").annotate(n=Count("pk")))
    manages = may(request.user, "forms.manage")
    rows = BookingPage.objects.select_related("user").order_by("off_at", "user__name", "at")[:200]
    return {"rows": [{"page": row, "link": meeting_links.page_link(row), "kind": title_of(row.kind), "booked": booked.get(row.id, 0),
                      "may_close": row.off_at is None and (manages or row.user_id == request.user.pk)} for row in rows],
            "kinds": [(code, one.title) for code, one in active().playbook.meetings.kinds.items()], "manages": manages, "error": error, "said": request.POST,
            "place": "meetings", "toast": request.session.pop("toast", None)}  # fmt: skip
