"""The qualification sheet of a deal that came without a lead (PIPE-28); with one, the sheet is its lead's."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from rounds.access.allowed import may_change
from rounds.actions.deals import criteria
from rounds.kit.clock import now
from rounds.models import Opportunity
from rounds.models.deals.sheets import holds_of, items_said
from rounds.models.flow.active import active
from rounds.web.doors import noted, one, page
from rounds.web.leads.sheet_shown import WORDS


@require_GET
@page
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """Every item with what was said of it, and what that comes to."""
    deal = one(request, Opportunity, key, "account", "owner")
    if deal.lead_id:
        return redirect(f"/leads/{deal.lead_id}/qualification/")
    noted(request, "opportunity.read", "opportunity", deal.id, part="qualification")
    said, verdict = items_said(deal), holds_of(deal)
    shown = {"deal": deal, "url": f"/opportunities/{deal.id}/", "place": "opportunities", "writable": may_change(request.user, deal) and deal.is_open,
             "bant": WORDS.get(verdict.bant, "Unknown"), "groups": _groups(said, verdict), "toast": request.session.pop("toast", None)}  # fmt: skip
    return render(request, "deals/qualification.html", shown)


def _groups(said: dict[str, Any], verdict: Any) -> list[dict[str, Any]]:
    book = active().playbook.qualification
    found = []
    for entry in book.asked:
        state = verdict.dimensions[entry.dimension].state
        items = [_item(item, said, flag=False) for item in entry.indicators] + [_item(item, said, flag=True) for item in entry.flags]
        found.append({"title": entry.title, "state": WORDS.get(state, "Unknown"), "items": items})
    found.append({"title": "Before stage 1 is left", "state": "", "items": [_item(item, said, flag=False) for item in book.stage_1.items]})
    return found


def _item(item: Any, said: dict[str, Any], *, flag: bool) -> dict[str, Any]:
    row = said.get(item.item)
    return {"item": item.item, "title": item.title, "ask": getattr(item, "ask", ""), "flag": flag,
            "answer": row.answer if row else "unknown", "pressed": row.answer if row else "", "note": row.note if row else "", "by": row.by_name if row else "",
            "at": row.at if row else None}  # fmt: skip


@require_POST
@page
def answer(request: HttpRequest, key: UUID) -> HttpResponse:
    """One answer, with its note."""
    deal, item = one(request, Opportunity, key), request.POST.get("item", "")
    criteria.answer(deal, item, request.POST.get("answer", ""), note=request.POST.get("note", ""), by=request.user.actor, at=now())
    return redirect(f"/opportunities/{deal.id}/qualification/#item-{item}")
