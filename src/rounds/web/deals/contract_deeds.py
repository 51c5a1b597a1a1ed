"""What is done with a contract from its page: each a small form that answers the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from rounds.access.allowed import need, need_to_read, need_to_write
from rounds.actions.deals import (
    contract_execution,
    contract_issues,
    contract_marks,
    contract_versions,
    contracts,
    privileged,
)
from rounds.actions.trust import agreements
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import Contract, ContractIssue
from rounds.models.flow.active import active
from rounds.web.deals import contract_shown
from rounds.web.deals.contracts import contract_or_404
from rounds.web.deals.paper_forms import day_or_none, person_or_none, whole_or_none
from rounds.web.doors import one, page

Does = Callable[[Contract, dict[str, Any]], Any]


def _done(request: HttpRequest, key: UUID, part: str, says: str, does: Does, row: Contract | None = None) -> HttpResponse:
    """Do it and show the contract at `part`; what was typed wrong is said on its page."""
    row = row or contract_or_404(request, key)
    try:
        does(row, {"by": request.user.actor, "at": now()})
    except Refusal as refusal:
        if refusal.status != 422 or request.htmx:
            raise
        said = {**contract_shown.whole(request, contract_or_404(request, key)), "error": refusal}
        return render(request, "deals/contracts/contract.html", said, status=422)
    if says:
        request.session["toast"] = {"text": says}
    return redirect(f"/contracts/{key}/{part}")


@require_POST
@page
def review(request: HttpRequest, key: UUID) -> HttpResponse:
    """The legal review begins."""
    return _done(request, key, "#review", "The review has begun", lambda row, by: contracts.start_review(row, **by))


@require_POST
@page
def mark(request: HttpRequest, key: UUID) -> HttpResponse:
    """An item of the checklist; waiving one is for legal."""
    row, said = contract_or_404(request, key), request.POST
    if said.get("state") in active().playbook.checklist.needs_legal.states:
        need(request.user, "contracts.waive")
    return _done(request, key, "#checklist", "", lambda row, by: contract_marks.mark(
        row, said.get("item", ""), said.get("state", ""), reason=said.get("reason", ""), **by), row)  # fmt: skip


@require_POST
@page
def tick(request: HttpRequest, key: UUID) -> HttpResponse:
    """Tick an item of a step of the review, or take it back."""
    said = request.POST
    return _done(request, key, "#review", "", lambda row, by: contract_marks.tick(
        row, said.get("step", ""), said.get("item", ""), said.get("done") == "yes", **by))  # fmt: skip


@require_POST
@page
def step(request: HttpRequest, key: UUID) -> HttpResponse:
    """Whose a step is, and until when."""
    said = request.POST
    return _done(request, key, "#review", "", lambda row, by: contract_marks.give_step(
        row, said.get("step", ""), owner=person_or_none(said, "owner"), theirs=said.get("theirs", ""), due_on=day_or_none(said, "due_on"), **by))  # fmt: skip


@require_POST
@page
def issues(request: HttpRequest, key: UUID) -> HttpResponse:
    """Write a redline down."""
    said = request.POST
    given = {name: said.get(name, "") for name in ("clause", "theirs", "ours", "fallback", "item")}
    return _done(request, key, "#redlines", "Redline added", lambda row, by: contract_issues.add(
        row, {**given, "red_flag": said.get("red_flag") == "yes", "owner": person_or_none(said, "owner"), "due_on": day_or_none(said, "due_on")}, **by))  # fmt: skip


@require_POST
@page
def issue(request: HttpRequest, key: UUID, issue: UUID) -> HttpResponse:
    """Settle a redline, or say that our wording was proposed."""
    row, said = contract_or_404(request, key), request.POST
    found = ContractIssue.objects.filter(contract=row, pk=issue).select_related("contract").first()
    if found is None:
        raise Http404
    if said.get("outcome") == "proposed":
        return _done(request, key, "#redlines", "", lambda row, by: contract_issues.change(found, {"state": "proposed"}, **by), row)
    return _done(request, key, "#redlines", "", lambda row, by: contract_issues.settle(found, said.get("outcome", ""), how=said.get("how", ""), **by), row)


@require_POST
@page
def versions(request: HttpRequest, key: UUID) -> HttpResponse:
    """Keep a version: the file or the text."""
    said, sent = request.POST, request.FILES.get("file")
    most = active().playbook.contracts.files.megabytes * 1024 * 1024
    body = sent.read(most + 1) if sent is not None else None
    return _done(request, key, "#versions", "Version kept", lambda row, by: contract_versions.keep(
        row, label=said.get("label", ""), text="" if sent else said.get("text", ""), body=body, file_name=sent.name if sent else "",
        from_whom=said.get("from_whom", "ours"), **by))  # fmt: skip


@require_POST
@page
def approvals(request: HttpRequest, key: UUID) -> HttpResponse:
    """An executive approved it."""
    said = request.POST
    return _done(request, key, "#approval", "Approval written down", lambda row, by: contract_execution.approve(
        row, name=said.get("name", ""), title=said.get("title", ""), side=said.get("side", "customer"), evidence=said.get("evidence", ""),
        link=said.get("link", "").strip(), on=day_or_none(said, "on") or agreements.day(by["at"]), **by))  # fmt: skip


@require_POST
@page
def signatures(request: HttpRequest, key: UUID) -> HttpResponse:
    """A side signed."""
    said = request.POST
    return _done(request, key, "#signatures", "Signature written down", lambda row, by: contract_execution.sign(
        row, side=said.get("side", ""), name=said.get("name", ""), title=said.get("title", ""), on=day_or_none(said, "on") or agreements.day(by["at"]), **by))  # fmt: skip


@require_POST
@page
def terms(request: HttpRequest, key: UUID) -> HttpResponse:
    """Its days and whether it renews."""
    said = request.POST

    def change(row: Contract, by: dict[str, Any]) -> Any:
        given: dict[str, Any] = {"renews": said.get("renews") == "yes", "notice_days": whole_or_none(said, "notice_days")}
        if row.is_open:
            given |= {"effective_on": day_or_none(said, "effective_on"), "expires_on": day_or_none(said, "expires_on")}
        return contracts.change(row, given, **by)

    return _done(request, key, "", "Terms changed", change)


@require_POST
@page
def ending(request: HttpRequest, key: UUID) -> HttpResponse:
    """End an executed contract, or let one go that is not."""
    said = request.POST

    def end(row: Contract, by: dict[str, Any]) -> Any:
        if row.is_open:
            return contracts.abandon(row, why=said.get("why", ""), **by)
        return contracts.end(row, day_or_none(said, "on") or agreements.day(by["at"]), why=said.get("why", ""), **by)

    return _done(request, key, "", "Done; the reason is kept", end)


@require_POST
@page
def notes(request: HttpRequest, key: UUID) -> HttpResponse:
    """A privileged note: legal alone."""
    need_to_read(request.user, "privileged_note")
    need_to_write(request.user, "privileged_note")
    row = one(request, Contract, key, "account", to="read")
    return _done(request, key, "#privileged", "Note kept", lambda row, by: privileged.note(row, request.POST.get("text", ""), **by), row)
