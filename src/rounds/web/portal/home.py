"""The portal's first page: what waits for their signature, what is shared with them, who looks after them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from rounds.actions.trust import audit
from rounds.analytics.portal import looked_after, shared
from rounds.kit.clock import now
from rounds.models.flow.days import house_day
from rounds.web.doors import page
from rounds.web.portal.own import PLACES, waits


@require_GET
@page
def home(request: HttpRequest) -> HttpResponse:
    """The customer's own page: of their organisation alone. The visit is on the record."""
    audit.note_read("portal.read", by=request.user.actor, at=now(), kind="account", subject=request.user.portal_account_id)
    found = shared(request.user)
    said = {"care": looked_after(), "company": settings.CONFIG.company, **found, "today": house_day(now()), "waiting": _waiting(request, found)}
    return render(request, "portal/home.html", said)


def _waiting(request: HttpRequest, found: dict[str, list[Any]]) -> list[dict[str, str]]:
    """What their signature is asked for, of what can be signed now."""
    done = {(row.kind, row.subject_id) for row in found["signed"]}
    some = []
    for place, kind in PLACES.items():
        for row in found[place][:5]:
            if (kind, row.pk) not in done and (asked := waits(request, kind, row.pk)) is not None:
                some.append({"about": asked.about, "url": f"/portal/{place}/{row.pk}/#sign"})
    return some
