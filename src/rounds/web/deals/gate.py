"""The gate before a stage, as a dialog: what is missing and how to mend it right there; and the move itself."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from rounds.access.allowed import may, who_may
from rounds.access.sight import whole_sight
from rounds.actions.deals import closing, criteria, stages
from rounds.kit.clock import now
from rounds.kit.once import reading_once
from rounds.kit.refusal import Refusal
from rounds.models import Competitor, Opportunity
from rounds.models.customers.reopening import project_of
from rounds.models.deals.standing import gate_of
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.rules.pipeline import moves
from rounds.rules.pipeline.gates import Gate
from rounds.web.deals.forms import back, moment_of
from rounds.web.deals.frame import deal_or_404, frame
from rounds.web.deals.standing_shown import gate_words, shown
from rounds.web.doors import back_to, page

HOW = {"forward": "Move", "skipped": "Move on", "backward": "Move back", "won": "Close as won", "reopened": "Take it up again"}


@require_GET
@page
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """What stands before a stage, filled into the dialog; for the lost one the reasons."""
    deal = deal_or_404(request, key)
    return drawn(request, deal, request.GET.get("to", ""))


def drawn(request: HttpRequest, deal: Opportunity, to: str, refused: Refusal | None = None) -> HttpResponse:
    """The gate of `to` as a fragment; with a refusal on top it answers 422, so that the dialog stays and says why."""
    book = active().playbook
    if to not in book.stages.by_code:
        raise Http404
    said = {**frame(request, deal), **_gate(request, deal, to), "refused": refused, "said": request.POST, "board": request.POST.get("board") or request.GET.get("board", "")}
    return render(request, "deals/gate.html", said, status=422 if refused else 200)


def _gate(request: HttpRequest, deal: Opportunity, to: str) -> dict[str, Any]:
    """The step, its gate, and what the viewer may do about it."""
    book, at = active().playbook, now()
    by_code = book.stages.by_code
    step = moves.move(book, deal.stage, to, today=house_day(at), closed_from=deal.closed_from, closed_on=house_day(deal.closed_at) if deal.closed_at else None)
    said: dict[str, Any] = {"to": to, "to_title": by_code[to].title, "from_title": by_code[deal.stage].title, "choices": _choices(deal),
                            "may_override": may(request.user, book.stages.moves.override.may)}  # fmt: skip
    if isinstance(step, moves.Refused):
        return {**said, "why": step.why, "lines": [], "go": False}
    if step.way == "lost":
        return {**said, "losing": True, "reasons": book.closing.lost.reasons, "competitors": list(Competitor.objects.filter(retired_at=None).order_by("name")[:200]),
                "met_here": set(deal.competitors.values_list("competitor_id", flat=True)), "go": True}  # fmt: skip
    if step.way == "reopened" and deal.stage == book.stages.ending("won"):
        with whole_sight(deal):
            said["project"] = project_of(deal)
    gate = _stands(request, deal, to) if step.way in ("forward", "skipped", "won") else None
    lacking = step.may if step.may and not may(request.user, step.may) else ""
    return {
        **said, "step": step, "how": HOW[step.way], "gate": gate, "needs_reason": step.reason, "over": [by_code[code].title for code in step.over],
        "lines": [shown(line, deal) for line in sorted(gate.lines, key=lambda line: line.met)] if gate else [], "gate_words": gate_words(gate) if gate else "",
        "lacking": request_words(lacking), "passing": bool(gate and not gate.passes and gate.may_override and said["may_override"]),
        "go": not lacking and (gate is None or gate.passes or (gate.may_override and said["may_override"])),
        "hard": bool(gate and gate.hard_missing), "blocks": bool(gate and not gate.passes),
    }  # fmt: skip


def request_words(permission: str) -> str:
    """What a person reads who lacks a permission."""
    return who_may(permission) if permission else ""


def _stands(request: HttpRequest, deal: Opportunity, to: str) -> Gate:
    with whole_sight(deal), reading_once():
        return gate_of(deal, to, active().playbook, role=request.user.role)


def _choices(deal: Opportunity) -> list[tuple[str, str]]:
    """The stages one may ask for from where the deal stands."""
    book = active().playbook.stages
    if not deal.is_open:
        return [(deal.closed_from or book.open[0], book.by_code[deal.closed_from or book.open[0]].title)]
    return [(code, entry.title) for code, entry in book.by_code.items() if code != deal.stage]


@require_POST
@page
def move(request: HttpRequest, key: UUID) -> HttpResponse:
    """Move the deal. What is refused stays in the dialog, with the sentence and the ways to mend it."""
    deal, to, say = deal_or_404(request, key), request.POST.get("to", ""), request.POST.get
    book = active().playbook.stages
    if to not in book.by_code:
        raise Http404
    same: dict[str, Any] = {"reason": say("reason", ""), "passing": say("passing", ""), "by": request.user.actor, "at": now()}
    try:
        if book.by_code[to].end == "won":
            closing.win(deal, entered_at=moment_of(request, "entered_at"), **same)
        else:
            stages.move(deal, to, entered_at=moment_of(request, "entered_at"), was=say("was", ""), **same)
    except Refusal as refused:
        if not request.htmx:
            raise
        deal.refresh_from_db()
        return drawn(request, deal, to, refused)
    return done(request, deal, f"{deal.name}: {book.by_code[to].title}")


@require_POST
@page
def lose(request: HttpRequest, key: UUID) -> HttpResponse:
    """Close the deal as lost, with a reason of the list."""
    deal, say = deal_or_404(request, key), request.POST.get
    lost = active().playbook.stages.ending("lost")
    try:
        closing.lose(deal, reason=say("code", ""), note=say("note", ""), competitor=_competitor(request), entered_at=moment_of(request, "entered_at"),
                     by=request.user.actor, at=now())  # fmt: skip
    except Refusal as refused:
        if not request.htmx:
            raise
        return drawn(request, deal, lost, refused)
    return done(request, deal, f"{deal.name} is closed as lost")


def _competitor(request: HttpRequest) -> Competitor | None:
    """Whom it was lost to: competitors are everybody's, no deal is behind them."""
    said = request.POST.get("competitor", "")
    try:
        return Competitor.objects.filter(pk=UUID(said)).first() if said else None
    except ValueError:
        return None


@require_POST
@page
def tick(request: HttpRequest, key: UUID, criterion: str) -> HttpResponse:
    """Say that a criterion is met (or, `state`, not met, or take that back), and draw the gate anew."""
    deal, say, to = deal_or_404(request, key), request.POST.get, request.POST.get("to", "")
    try:
        criteria.check(deal, criterion, say("state") or "met", note=say("note", ""), link=say("link", ""), by=request.user.actor, at=now())
    except Refusal as refused:
        if not request.htmx or not to:
            raise
        return drawn(request, deal, to, refused)
    if to and request.htmx:
        return drawn(request, deal, to)
    return done(request, deal, "Ticked")


def done(request: HttpRequest, deal: Opportunity, says: str) -> HttpResponse:
    """Back to the page the dialog stood on: the board, or the deal."""
    if request.POST.get("board") and request.htmx:
        request.session["toast"] = {"text": says, "undo": ""}
        return HttpResponse(status=204, headers={"HX-Redirect": back_to(request)})
    return back(request, deal, "", says)
