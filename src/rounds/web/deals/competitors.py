"""Competitors: the registry, one of them, and where it is met (COMPETE-01, COMPETE-05)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from rounds.access.allowed import may, need, need_to_read
from rounds.access.scope import visible
from rounds.actions.deals import competitors
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import Competitor, Opportunity
from rounds.models.deals.competitors import OpportunityCompetitor
from rounds.models.flow.active import active
from rounds.web.doors import one, page

MAY = "competitors.manage"


@require_http_methods(["GET", "POST"])
@page
def index(request: HttpRequest) -> HttpResponse:
    """The competitors, with how often each is met and who won; POST adds one."""
    need_to_read(request.user, "opportunity")
    said, error = {name: request.POST.get(name, "") for name in competitors.FIELDS}, None
    if request.method == "POST":
        need(request.user, MAY)
        try:
            row = competitors.add(by=request.user.actor, at=now(), **{**said, "kind": said["kind"] or "established"})
            return redirect(f"/competitors/{row.id}/")
        except (competitors.CompetitorRefused, competitors.NameTaken) as refusal:
            error = refusal
    shown = {"rows": _met(request), "said": said, "error": error, **_frame(request)}
    return render(request, "deals/competitors/list.html", shown, status=error.status if error else 200)


def _met(request: HttpRequest) -> list[dict[str, Any]]:
    """Every competitor with the deals the viewer sees it in: open, won by us, lost to it. Two queries."""
    book = active().playbook.stages
    seen = visible(OpportunityCompetitor, request.scope)
    counts = seen.order_by().values("competitor_id").annotate(
        open=Count("pk", filter=Q(opportunity__closed_at=None)), ours=Count("pk", filter=Q(opportunity__stage=book.ending("won"))),
        theirs=Count("pk", filter=Q(won=True)),
    )  # fmt: skip
    by_key = {row["competitor_id"]: row for row in counts}
    nothing = {"open": 0, "ours": 0, "theirs": 0}
    return [{"row": row, **{name: by_key.get(row.id, nothing)[name] for name in nothing}} for row in Competitor.objects.order_by("retired_at", "name")]


@require_http_methods(["GET", "POST"])
@page
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """One competitor: what is known, from where, and the deals it is met in; POST changes it."""
    need_to_read(request.user, "opportunity")
    row, error = _or_404(key), None
    if request.method == "POST":
        need(request.user, MAY)
        try:
            competitors.change(row, by=request.user.actor, at=now(), **{name: request.POST[name] for name in competitors.FIELDS if name in request.POST})
            request.session["toast"] = {"text": "Saved", "undo": ""}
            return redirect(f"/competitors/{row.id}/")
        except (competitors.CompetitorRefused, competitors.NameTaken) as refusal:
            error = refusal
    return render(request, "deals/competitors/one.html", _shown(request, row, error), status=error.status if error else 200)


def _shown(request: HttpRequest, row: Competitor, error: Refusal | None) -> dict[str, Any]:
    met = visible(OpportunityCompetitor, request.scope).filter(competitor=row).select_related("opportunity__account")
    return {"row": row, "error": error, "sources": list(row.sources.order_by("-as_of", "-id")[:50]), "met": list(met.order_by("-updated_at")[:50]),
            "toast": request.session.pop("toast", None), **_frame(request)}  # fmt: skip


@require_POST
@page
def cite(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say where something about it was read or heard."""
    need(request.user, MAY)
    row = _or_404(key)
    try:
        as_of = date.fromisoformat(request.POST.get("as_of", ""))
        sure = int(request.POST.get("confidence", ""))
    except ValueError:
        raise competitors.CompetitorRefused("Write the day, and how sure it is from 0 to 100.", field="as_of") from None
    competitors.cite(row, source=request.POST.get("source", ""), says=request.POST.get("says", ""), link=request.POST.get("link", ""),
                     as_of=as_of, confidence=sure, by=request.user.actor, at=now())  # fmt: skip
    return redirect(f"/competitors/{row.id}/#sources")


@require_POST
@page
def retire(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take it off the lists; the deals it was met in keep it."""
    need(request.user, MAY)
    competitors.retire(_or_404(key), by=request.user.actor, at=now())
    return redirect("/competitors/")


@require_POST
@page
def meet(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say that a competitor is met in a deal, how it stands, or (`gone`) that it is not."""
    deal = one(request, Opportunity, key)
    row = _or_404(_key(request.POST.get("competitor", "")))
    who = {"by": request.user.actor, "at": now()}
    if request.POST.get("gone"):
        there = deal.competitors.select_related("competitor", "opportunity").filter(competitor=row).first()
        if there is not None:
            competitors.part(there, **who)
    else:
        competitors.meet(deal, row, status=request.POST.get("status", "present"), note=request.POST.get("note", ""), **who)
    return redirect(f"/opportunities/{deal.id}/#competitors")


def _key(said: str) -> UUID:
    try:
        return UUID(said)
    except ValueError:
        raise competitors.CompetitorRefused("Choose a competitor.", field="competitor") from None


def _or_404(key: UUID) -> Competitor:
    row = Competitor.objects.filter(pk=key).first()
    if row is None:
        raise Http404
    return row


def _frame(request: HttpRequest) -> dict[str, Any]:
    said = active().playbook
    return {"place": "competitors", "may": may(request.user, MAY), "kinds": [(one_.kind, one_.title) for one_ in said.closing.competitors.kinds],
            "statuses": {one_.status: one_.title for one_ in said.closing.competitors.statuses}}  # fmt: skip
