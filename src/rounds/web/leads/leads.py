"""The list of leads, and a lead's details edited where they stand."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from rounds.access.allowed import need_to_write
from rounds.access.fields import need_to_be_shown
from rounds.actions.leads import leads
from rounds.kit.clock import now
from rounds.kit.text import STATES
from rounds.models import Event, Lead
from rounds.models.flow.active import active
from rounds.rules.scoring import scorer
from rounds.web import lists
from rounds.web.desk import cells
from rounds.web.doors import noted, page
from rounds.web.leads.lead_shown import lead_or_404
from rounds.web.leads.table import TABLE

EDITED = {"name": "Name", "email": "E-mail", "phone": "Phone", "title": "Title", "organization": "Organisation",
          "state": "State", "source": "Source"}  # fmt: skip
"""Details a person changes where they stand → label."""


@require_GET
@page
def index(request: HttpRequest) -> HttpResponse:
    """The leads one may see, under filters, views and sorts that are all in the address."""
    asked = lists.ask(request, TABLE)
    if isinstance(asked, HttpResponse):
        return asked
    whole = scorer(active().playbook, "lead_fit").fit_weight
    return render(request, "leads/list.html", lists.context(request, TABLE, asked, fit_whole=whole))


@require_http_methods(["GET", "POST"])
@page
def cell(request: HttpRequest, key: UUID, name: str) -> HttpResponse:
    """One detail of a lead: its field, its save, 409 when somebody else was quicker."""
    lead = lead_or_404(request, key)
    if name not in EDITED:
        raise Http404
    need_to_be_shown(request.user, "lead", [name])
    need_to_write(request.user, lead)
    if request.method == "GET":
        noted(request, "lead.read", "lead", lead.id, part=name)
    return cells.answer(request, cell_of(request, lead, name))


def detail_of(request: HttpRequest, lead: Lead, name: str) -> dict[str, Any]:
    """One detail as the page shows it; `kept`: its value is not for the viewer's role."""
    if f"lead.{name}" in request.scope.hidden:
        return {"label": EDITED[name], "kept": True}
    cell = cell_of(request, lead, name)
    return {"label": cell.label, "url": cell.url, "shown": cell.shown, "kept": False}


def cell_of(request: HttpRequest, lead: Lead, name: str) -> cells.Cell:
    """The cell of one detail."""

    def save(value: str) -> cells.Cell:
        return cell_of(request, leads.change(lead, by=request.user.actor, at=now(), **{name: value}), name)

    def who() -> tuple[str, Any]:
        last = Event.objects.filter(lead_id=lead.id, kind="lead.changed").order_by("-at").first()
        return (last.by_name, last.at) if last else ("", None)

    choices = None
    if name == "state":
        choices = [("", "Unknown"), *STATES.items()]
    elif name == "source":
        choices = [("", "Unknown"), *((v, v) for v in active().playbook.picklists.lead_source.values)]
    value = getattr(lead, name)
    return cells.Cell(f"/leads/{lead.id}/cells/{name}/", EDITED[name], value, value, f"/leads/{lead.id}/", save, who,
                      choices, "email" if name == "email" else "text")  # fmt: skip
