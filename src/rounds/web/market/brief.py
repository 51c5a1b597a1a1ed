"""The pre-call brief of an account, as a page and on paper."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from rounds.actions.trust import audit, exports, phi_files
from rounds.analytics.market.briefs import brief_of
from rounds.documents.brief import Brief, html, signed
from rounds.kit.clock import now
from rounds.models import Account
from rounds.web.doors import page
from rounds.web.market.account_shown import account_or_404
from rounds.web.proof import proved


@require_GET
@page
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """The brief to read or print."""
    account, brief = _made(request, key)
    audit.note_read("account.read", by=request.user.actor, at=brief.made_at, kind="account", subject=account.id,
                    scope=request.scope.hash, detail={"part": "brief"})  # fmt: skip
    peers = {"here": brief.margins.here, "middle": brief.margins.middle, "values": list(brief.margins.peers), "unit": "%"}
    if brief.margins.here is not None:
        peers = {"here": _percent(brief.margins.here), "middle": _percent(brief.margins.middle),
                 "values": [_percent(v) for v in brief.margins.peers], "unit": "%"}  # fmt: skip
    said = {"account": account, "brief": brief, "peers": peers, "place": "accounts", "url": f"/accounts/{account.id}/",
            "trend": signed(brief.margins.trend, "points") if brief.margins.trend is not None else ""}  # fmt: skip
    return render(request, "market/account/brief.html", said)


@require_GET
@page
@proved
def paper(request: HttpRequest, key: UUID) -> HttpResponse:
    """The brief as a PDF; its foot says who took it, when and with which sight, and that it left is noted."""
    from rounds.documents.pdf import pdf

    exports.need_to_take(request.user, 1)
    account, brief = _made(request, key)
    phi_files.need_clean([brief.why_source, *map(str, brief.points), *brief.notes], what="This brief")
    audit.note_file("account.export", by=request.user.actor, at=brief.made_at, kind="account", subject=account.id,
                    form="pdf", ids=[account.id], accounts=exports.with_its_unit(account), scope=request.scope.hash,
                    detail={"what": "brief"})  # fmt: skip
    name = slugify(account.name)[:60] or "account"
    return HttpResponse(pdf(html(brief)), content_type="application/pdf",
                        headers={"Content-Disposition": f'attachment; filename="brief-{name}.pdf"'})  # fmt: skip


def _made(request: HttpRequest, key: UUID) -> tuple[Account, Brief]:
    account = account_or_404(request, key)
    return account, brief_of(account, request.scope, at=now(), made_for=request.user.name)


def _percent(ratio: float | None) -> float | None:
    # Cut, as every share is written: 4.45 % is never 4.5 %.
    return None if ratio is None else int(round(ratio * 1000, 6)) / 10
