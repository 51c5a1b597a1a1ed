"""The timeline of a deal: all of it, page by page, and the notes that stand in it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from rounds.actions.deals import notes
from rounds.actions.leads import activities
from rounds.kit.clock import now
from rounds.models import Contact, DealNote
from rounds.web.deals.forms import back, moment_of, of_deal, part, picked
from rounds.web.deals.frame import deal_or_404
from rounds.web.deals.timeline_shown import shown
from rounds.web.doors import page


@require_GET
@page
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """Everything that happened, filtered, the latest first; the further entries of a page as a fragment."""
    said = part(request, key, "timeline")
    found = shown(request, said["deal"], only=request.GET.get("only", ""), after=request.GET.get("after", ""))
    template = "deals/entries.html" if request.htmx and request.GET.get("after") else "deals/timeline.html"
    return render(request, template, {**said, **found, "finding": f"What happened with {said['deal'].name}"})


@require_POST
@page
def add_note(request: HttpRequest, key: UUID) -> HttpResponse:
    """Write a note."""
    deal = deal_or_404(request, key)
    row = notes.add(deal, request.POST.get("text", ""), by=request.user.actor, at=now())
    return back(request, deal, request.POST.get("back", "") if request.POST.get("back") == "timeline/" else "", "Note kept",
                f"/opportunities/{deal.id}/notes/{row.id}/withdrawal/")  # fmt: skip


@require_POST
@page
def withdraw_note(request: HttpRequest, key: UUID, note: UUID) -> HttpResponse:
    """Take a note back."""
    deal = deal_or_404(request, key)
    notes.withdraw(of_deal(request, DealNote, deal, note), by=request.user.actor, at=now())
    return back(request, deal, "timeline/", "Note taken back")


@require_POST
@page
def log(request: HttpRequest, key: UUID) -> HttpResponse:
    """Log a call or a meeting with somebody of the customer."""
    deal, say = deal_or_404(request, key), request.POST.get
    unit = deal.buying_unit_id or deal.account_id
    contact = picked(request, Contact, "contact", buying_unit_id=unit)
    act = activities.log(
        say("kind", ""), account=deal.account, contact=contact, happened_at=moment_of(request, "happened_at"), direction=say("direction") or "out",
        subject=say("subject", "").strip()[:300], body=say("body", "").strip()[:5000], by=request.user.actor, at=now(),
        external_id=f"form:{say('once')}" if say("once") else None,
    )  # fmt: skip
    return back(request, deal, "", f"{act.kind.replace('_', ' ').capitalize()} logged")

