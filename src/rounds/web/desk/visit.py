"""Three taps on a phone: Log, what it was, what came of it (PLUS-32)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from rounds.access.allowed import may_change
from rounds.access.scope import visible
from rounds.actions.leads import visits
from rounds.kit.clock import now
from rounds.kit.ids import new_id
from rounds.models import Account, Contact, Lead, Opportunity, Recent
from rounds.models.flow.active import active
from rounds.web.desk.palette import RECORD
from rounds.web.doors import noted, one, page

MODELS = {"lead": Lead, "account": Account}
BELOW = {"contact": Contact, "opportunity": Opportunity}
"""What is logged with its account."""
PLACES = {"lead": "leads", "account": "accounts", "contact": "contacts", "opportunity": "opportunities"}


@require_http_methods(["GET", "POST"])
@page
def log(request: HttpRequest) -> HttpResponse:
    """What it was and what came of it, for the record one comes from; else the records one was at last."""
    name, row = _subject(request)
    if request.method == "GET":
        said = active().playbook.tasks.visits
        if row is not None:
            noted(request, f"{name}.read", name, row.pk, part="log")
        return render(request, "desk/log.html", {
            "row": row, "name": name, "kinds": list(said.kinds.items()), "outcomes": said.outcomes, "missed": said.not_there.title,
            "recent": [] if row else _recent(request), "once": new_id(), "place": "log", "script": _script() if row else [],
            "sheet": f"/leads/{row.pk}/qualification/" if name == "lead" else f"/opportunities/{row.pk}/qualification/" if name == "opportunity" else "",
        })  # fmt: skip
    if row is None:
        raise Http404
    about = {name: row} if name in MODELS else {name: row, "account": row.account}
    act = visits.log(request.POST.get("kind", ""), request.POST.get("outcome", ""), owner=request.user,
                     once=request.POST.get("once", "")[:64], by=request.user.actor, at=now(), **about)  # fmt: skip
    undo = f"/{PLACES[name]}/{row.pk}/visits/{act.id}/undoing/" if name in MODELS else ""
    request.session["toast"] = {"text": act.subject, "undo": undo}
    return redirect(f"/{PLACES[name]}/{row.pk}/")


def _script() -> list[tuple[str, list[str]]]:
    """What a call asks, by dimension of the qualification (COMM-13)."""
    found = [(one.title, [item.ask for item in one.indicators if item.ask]) for one in active().playbook.qualification.dimensions]
    return [(title, asks) for title, asks in found if asks]


@require_POST
@page
def undo(request: HttpRequest, key: UUID, activity: UUID, name: str) -> HttpResponse:
    """Take back what was logged, with the task it set."""
    row = one(request, MODELS[name], key)
    act = row.activities.filter(pk=activity).first()
    if act is None:
        raise Http404
    visits.take_back(act, by=request.user.actor, at=now())
    request.session["toast"] = {"text": "Taken back", "undo": ""}
    url = f"/{name}s/{row.pk}/"
    return HttpResponse(status=204, headers={"HX-Redirect": url}) if request.htmx else redirect(url)


def _subject(request: HttpRequest) -> tuple[str, Any]:
    for name, model in (MODELS | BELOW).items():
        said = request.POST.get(name) or request.GET.get(name)
        if said:
            try:
                return name, one(request, model, UUID(said))
            except ValueError as error:
                raise Http404 from error
    return "", None


def _recent(request: HttpRequest) -> list[Lead | Account]:
    """The leads and accounts one looked at last and may change, the last first."""
    found = [(match["noun"], match["key"]) for url in Recent.objects.filter(user=request.user).order_by("-at").values_list("url", flat=True)
             if (match := RECORD.fullmatch(url))]  # fmt: skip
    rows = {}
    for name, model in MODELS.items():
        rows |= {str(row.pk): row for row in visible(model, request.scope).filter(pk__in=[key for noun, key in found if noun == PLACES[name]])}
    return [rows[key] for _, key in found if key in rows and may_change(request.user, rows[key])][:8]
