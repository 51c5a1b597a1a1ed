"""A lead taken down by hand: every fault beside its field, nothing typed is lost."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from rounds.access import fields
from rounds.access.allowed import need_to_write
from rounds.access.scope import visible
from rounds.actions.desk.own_fields import set_own
from rounds.actions.leads import leads
from rounds.actions.leads.given import LeadRefused, given
from rounds.actions.trust.phi import PhiRefused
from rounds.kit.clock import now
from rounds.kit.text import STATES
from rounds.models import Lead
from rounds.models.flow.active import active
from rounds.rules.own_fields import FieldRefused
from rounds.rules.scoring import scorer
from rounds.web.desk import own_cells
from rounds.web.doors import page

PLAIN = ("name", "email", "phone", "title", "organization", "state", "source", "message")
NUMBERS = {"beds": "Staffed beds, all sites", "it_budget_usd": "IT budget a year, in dollars"}
"""Raw facts asked for by number → label."""


@require_http_methods(["GET", "POST"])
@page
def new(request: HttpRequest) -> HttpResponse:
    """The form; a lead that is taken opens at once."""
    need_to_write(request.user, "lead")
    error: LeadRefused | PhiRefused | FieldRefused | None = None
    if request.method == "POST":
        try:
            taken = given(**_given(request))
            fields.given_by(request.user, taken)
            own = own_cells.given(request, "lead")
            lead = leads.capture(taken, by=request.user.actor, at=now(), owner=_owner(request))
            lead = set_own(lead, own, by=request.user.actor, at=now()) if own else lead
            request.session["toast"] = {"text": f"{lead.name} added", "undo": ""}
            return redirect(f"/leads/{lead.id}/")
        except (LeadRefused, PhiRefused, FieldRefused) as refusal:
            error = refusal
    said = request.POST if request.method == "POST" else {**request.GET.dict(), "organization": request.GET.get(
        "company", request.GET.get("organization", "")), "mine": "1", "source": request.GET.get("source", "")}
    return render(request, "leads/new.html", _shown(request, said, error), status=error.status if error else 200)


def _given(request: HttpRequest) -> dict[str, Any]:
    """The form as a LeadGiven's fields. Raises LeadRefused for a number that is none."""
    post = request.POST
    facts: dict[str, Any] = {}
    for name in NUMBERS:
        said = post.get(f"fact.{name}", "").strip().lstrip("$").replace(",", "")
        if not said:
            continue
        if not said.isdigit():
            raise LeadRefused(f"{NUMBERS[name]} takes a whole number such as 420, not “{said[:40]}”.", field=f"fact.{name}")
        facts[name] = int(said)
    if post.get("fact.ehr"):
        facts["ehr"] = post["fact.ehr"]
    answers = {name[7:]: level for name, level in post.items() if name.startswith("answer.") and level}
    return {**{name: post.get(name, "") for name in PLAIN}, "hand_raise": bool(post.get("hand_raise")), "facts": facts,
            "answers": answers, "external_id": f"new:{post['once']}" if post.get("once") else None}  # fmt: skip


def _owner(request: HttpRequest):
    return request.user if request.POST.get("mine") else None


def _shown(request: HttpRequest, said: Any, error: LeadRefused | PhiRefused | FieldRefused | None) -> dict[str, Any]:
    from rounds.kit.ids import new_id

    book = active().playbook
    model = scorer(book, "lead_fit")
    field = error.field if error else ""
    if field in NUMBERS or field == "ehr":
        field = f"fact.{field}"
    email = str(said.get("email", "")).strip().lower()
    hidden = request.scope.hidden
    silent = fields.criteria(book, "lead_fit", hidden)
    twins = list(visible(Lead, request.scope).filter(email=email)[:3]) if email and "lead.email" not in hidden else []
    return {
        "said": said, "error": error, "field": field, "place": "leads", "once": said.get("once") or new_id(),
        "sources": book.picklists.lead_source.values, "states": list(STATES.items()), "ehrs": book.picklists.ehr.values,
        "numbers": [(name, label) for name, label in NUMBERS.items() if name not in fields.facts(hidden)], "twins": twins,
        "questions": [{"code": line.code, "ask": line.criterion.ask, "name": f"answer.{line.code}",
                       "levels": [(level.level, level.title) for level in line.criterion.levels]}
                      for line in model.lines if line.criterion.levels and line.code not in silent],
    }  # fmt: skip
