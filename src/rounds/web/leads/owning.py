"""Whose a lead is and why: the standing assignment with everybody who was looked at, those before it, yes and no."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from rounds.access.scope import visible
from rounds.actions.leads import routing
from rounds.kit.clock import now
from rounds.models import Assignment, Lead, PortalInvitation
from rounds.models.flow.active import active
from rounds.models.leads.queues import queue_title
from rounds.rules.routing.assignment import MANAGER
from rounds.web.doors import page
from rounds.web.leads.deeds import back
from rounds.web.leads.lead_shown import lead_or_404

CAUSES = {
    "captured": "came by itself", "own": "came with its owner", "declined": "was declined", "timed_out": "was not answered in time",
    "waited": "somebody was there again", "given": "given by hand", "claimed": "claimed", "reassigned": "given to others",
    "handover": "handed over", "undone": "given back", "rerouted": "routed again",
}  # fmt: skip
STEPS = {"score": "Score", "territory": "Territory", "segment": "Size", "availability": "Who can take it", "balance": "Choice",
         "notify": "Told", "portal": "Portal"}  # fmt: skip
MOST = 12


def shown(request: HttpRequest, lead: Lead) -> dict[str, Any]:
    """The standing assignment with its pool, and the history: two queries."""
    rows = list(Assignment.objects.filter(lead=lead).select_related("owner", "before").order_by("-at", "-id")[:MOST])
    now_ = next((row for row in rows if row.ended_at is None), None)
    mine = now_ is not None and lead.owner_id == request.user.pk == now_.owner_id
    titles = {code: role.title for code, role in active().playbook.roles.roles.items()}
    return {
        "assignment": now_, "assignments": [(row, CAUSES.get(row.cause, row.cause)) for row in rows],
        "seats": [{**seat, "title": titles.get(seat["role"], seat["role"]), "full": max(seat["capacity"], 1)} for seat in now_.pool] if now_ else [],
        "steps": [(STEPS.get(step["step"], step["step"]), step["result"]) for step in now_.steps] if now_ else [],
        "answers": mine and now_.accepted_at is None, "declines": mine, "decline_reasons": active().playbook.assignment.answer.reasons,
        "queue_title": queue_title(lead.queue), "invitation": PortalInvitation.objects.filter(lead=lead).first(), "waits": lead.queue == MANAGER,
    }  # fmt: skip


@require_POST
@page
def accept(request: HttpRequest, key: UUID) -> HttpResponse:
    """The lead is taken: nobody waits for an answer any more."""
    lead = lead_or_404(request, key)
    routing.accept(lead, by=request.user.actor, at=now())
    return back(request, lead, f"{lead.name} is yours")


@require_POST
@page
def decline(request: HttpRequest, key: UUID) -> HttpResponse:
    """No, with the reason; the lead goes to the next. Whoever does not see it any more is led back to the list."""
    lead = lead_or_404(request, key)
    said = " ".join(part for part in (request.POST.get("reason", ""), request.POST.get("more", "").strip()) if part)
    row = routing.decline(lead, reason=said, by=request.user.actor, at=now())
    to = f"given to {row.owner.name}" if row.owner_id else f"laid into the queue: {queue_title(row.queue)}"
    if visible(Lead, request.scope).filter(pk=lead.pk).exists():
        return back(request, lead, f"Declined, and {to}")
    request.session["toast"] = {"text": f"{lead.name} declined, and {to}", "undo": ""}
    return HttpResponse(status=204, headers={"HX-Redirect": "/leads/"}) if request.htmx else redirect("/leads/")
