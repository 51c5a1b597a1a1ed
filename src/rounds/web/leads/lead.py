"""One lead: its page, its preview beside the list, and the parts that follow a change of the score."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from rounds.actions.desk import views as desk
from rounds.actions.trust import audit
from rounds.analytics.leads import response
from rounds.analytics.leads.standing import standing
from rounds.kit.clock import now
from rounds.kit.ids import new_id
from rounds.models import Lead
from rounds.models.flow.active import active
from rounds.web.desk.tasks import open_about
from rounds.web.doors import noted, page
from rounds.web.enablement.beside import went_to
from rounds.web.leads import lead_shown as shown
from rounds.web.leads import owning, timeline_shown
from rounds.web.leads.leads import EDITED, detail_of
from rounds.web.reach.meetings_beside import beside
from rounds.web.reach.panel import enrolled


@require_GET
@page
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """The whole lead. The read is on the record."""
    lead, at = shown.lead_or_404(request, key), now()
    audit.note_read("lead.read", by=request.user.actor, at=at, kind="lead", subject=lead.id, scope=request.scope.hash)
    desk.visited(request.user, label=lead.name, url=f"/leads/{lead.id}/", icon="inbox")
    wanted = request.GET.get("timeline", "all")
    said = shown.whole(request, lead, at=at) | owning.shown(request, lead)
    said |= {"events": timeline_shown.timeline(lead, wanted, request.scope.hidden), "journey": timeline_shown.journey(lead), "wanted": wanted,
             "filters": [{"name": name.capitalize(), "url": f"?timeline={name}#timeline", "current": name == wanted}
                         for name in timeline_shown.KINDS], "toast": request.session.pop("toast", None),
             "details": [detail_of(request, lead, name) for name in EDITED], "once": new_id(), **todo(request, lead), **enrolled(request, lead_id=lead.id),
             **beside(request, lead), **went_to(request, lead)}  # fmt: skip
    return render(request, "leads/lead.html", said)


def todo(request: HttpRequest, lead: Lead) -> dict[str, Any]:
    """What is open for the lead, and how long it waited, or waits, for our first answer."""
    book = active().playbook
    first = response.answered_at(lead, book)
    return {"lead_key": str(lead.id), "tasks": open_about(request, lead_id=lead.id), "answered_at": first, "answer_means": response.MEANS,
            "waited": first - lead.captured_at if first else None}  # fmt: skip


@require_GET
@page
def preview(request: HttpRequest, key: UUID) -> HttpResponse:
    """The side panel: who, what to do next, why this score."""
    lead, at = shown.lead_or_404(request, key), now()
    audit.note_read("lead.read", by=request.user.actor, at=at, kind="lead", subject=lead.id, scope=request.scope.hash,
                    detail={"part": "preview"})  # fmt: skip
    held = standing(lead, at=at)
    said = {**shown.header(request, lead, held), **shown.scores(request, lead, held), "best": shown.questions(lead, held, request.scope.hidden)[:1]}
    return render(request, "leads/preview.html", said)


@require_GET
@page
def part(request: HttpRequest, key: UUID, name: str) -> HttpResponse:
    """One part of the page as it stands now, asked for after an answer."""
    lead = shown.lead_or_404(request, key)
    noted(request, "lead.read", "lead", lead.id, part=name)
    return render(request, f"leads/{name}.html", shown.whole(request, lead, at=now()))
