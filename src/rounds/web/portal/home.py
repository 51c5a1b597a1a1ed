"""The portal's first page: who looks after a customer, what is shared with them, who they are here."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from rounds.actions.trust import audit
from rounds.analytics.portal import looked_after
from rounds.kit.clock import now
from rounds.web.doors import page


@require_GET
@page
def home(request: HttpRequest) -> HttpResponse:
    """The customer's own page. It reads the name of their organisation and who looks after it, and nothing else: the
    portal has no sight of records. The visit is on the record."""
    audit.note_read("portal.read", by=request.user.actor, at=now(), kind="account", subject=request.user.portal_account_id)
    return render(request, "portal/home.html", {"care": looked_after(), "company": settings.CONFIG.company})
