"""Contracts: the list, a new one, the page of one, its versions as files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from rounds.access.allowed import need_to_write, writes
from rounds.actions.deals import contract_versions, contracts
from rounds.actions.desk import views as desk
from rounds.kit.clock import now
from rounds.models import Account, Contract, ContractVersion, Opportunity
from rounds.models.flow.active import active
from rounds.web import lists
from rounds.web.deals import contract_shown
from rounds.web.deals.contract_table import TABLE, kind_word, settled_of
from rounds.web.deals.paper_forms import cents_of, day_or_none, whole_or_none
from rounds.web.doors import noted, one, page


@require_GET
@page
def index(request: HttpRequest) -> HttpResponse:
    """The contracts one may see."""
    asked = lists.ask(request, TABLE)
    if isinstance(asked, HttpResponse):
        return asked
    context = lists.context(request, TABLE, asked, toast=request.session.pop("toast", None), place="contracts", may_add=writes(request.user, "contract"))
    context["settled"] = settled_of([row.pk for row in context["rows"]])
    context["of"] = len(active().playbook.checklist.titles)
    return render(request, "deals/contracts/list.html", context)


@require_http_methods(["GET", "POST"])
@page
def new(request: HttpRequest) -> HttpResponse:
    """A contract of a deal (?opportunity=) or of an account (?account=)."""
    need_to_write(request.user, "contract")
    said = request.POST or request.GET
    deal = _row(request, Opportunity, said.get("opportunity", ""), "account")
    account = deal.account if deal else _row(request, Account, said.get("account", ""))
    context: dict[str, Any] = {"place": "contracts", "deal": deal, "account": account, "said": said,
                               "kinds": [(code, kind.title) for code, kind in active().playbook.contracts.kinds.items()]}  # fmt: skip
    if request.method == "GET" or account is None:
        return render(request, "deals/contracts/new.html", context, status=200 if request.method == "GET" else 422)
    try:
        row = contracts.add(
            said.get("name", ""), kind=said.get("kind", ""), account=account, deal=deal, owner=request.user,
            effective_on=day_or_none(said, "effective_on"), expires_on=day_or_none(said, "expires_on"), renews=said.get("renews") == "yes",
            notice_days=whole_or_none(said, "notice_days"), amount_cents=cents_of(said, "amount"),
            phi_involved=None if deal else said.get("phi_involved") == "yes", by=request.user.actor, at=now(),
        )  # fmt: skip
    except contracts.ContractRefused as refused:
        return render(request, "deals/contracts/new.html", {**context, "error": refused, "field": refused.field}, status=422)
    request.session["toast"] = {"text": "Contract added"}
    return redirect(f"/contracts/{row.pk}/")


@require_GET
@page
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """One contract. The read is on the record."""
    row = contract_or_404(request, key)
    noted(request, "contract.read", "contract", row.pk)
    desk.visited(request.user, label=row.name, url=f"/contracts/{row.pk}/", icon="file-text")
    return render(request, "deals/contracts/contract.html", {**contract_shown.whole(request, row), "toast": request.session.pop("toast", None)})


@require_GET
@page
def preview(request: HttpRequest, key: UUID) -> HttpResponse:
    """The side panel beside the list."""
    row = contract_or_404(request, key)
    noted(request, "contract.read", "contract", row.pk, part="preview")
    return render(request, "deals/contracts/preview.html", {"row": row, "url": f"/contracts/{row.pk}/", "kind": kind_word(row.kind),
                                                            "settled": settled_of([row.pk]).get(row.pk, 0), "of": len(active().playbook.checklist.titles),
                                                            "word": contract_shown.WORDS[row.state]})  # fmt: skip


@require_GET
@page
def file(request: HttpRequest, key: UUID, number: int) -> HttpResponse:
    """A version as it was kept; one whose bytes do not have its digest any more is refused."""
    row = contract_or_404(request, key)
    version = ContractVersion.objects.filter(contract=row, number=number).first()
    if version is None:
        raise Http404
    raw, sound = contract_versions.whole(version)
    if not sound:
        raise contracts.ContractRefused("This version does not have the digest it was kept with; ask an admin to look at the backup.")
    noted(request, "contract.download", "contract", row.pk, version=number, sha256=version.sha256)
    name = version.file_name or f"version-{number}.txt"
    response = HttpResponse(raw, content_type=f"{version.media}; charset=utf-8" if version.media == "text/plain" else version.media)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def contract_or_404(request: HttpRequest, key: UUID) -> Contract:
    return one(request, Contract, key, "owner", "account", "opportunity")


def _row(request: HttpRequest, model: type, said: str, *fetch: str) -> Any:
    try:
        return one(request, model, UUID(said), *fetch, to="read") if said else None
    except ValueError:
        return None
