"""Who saw us: everybody who read an account, its people or its leads, in one click (PLUS-34)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from rounds.access.allowed import may, need
from rounds.actions.trust import audit, exports
from rounds.analytics.trust import disclosures
from rounds.documents import csv
from rounds.documents.disclosures import HEADS, Paper, html
from rounds.kit.clock import now
from rounds.models import Account
from rounds.web.doors import noted, one
from rounds.web.proof import proved, sensitive

RANGES = {"30": "30 days", "90": "90 days", "365": "a year", "2192": "six years"}
OPENS = "90"


@require_GET
@sensitive
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """Who saw the account, grouped by person, the last first. Looking is itself noted."""
    account, found, said = _found(request, key)
    noted(request, "disclosures.read", "account", account.id, days=int(said["days"]), rows=len(found))
    said |= {"may_export": may(request.user, "records.export"), "place": "accounts"}
    return render(request, "trust/disclosures.html", {"account": account, "rows": found, **said})


@require_GET
@sensitive
@proved
def table(request: HttpRequest, key: UUID) -> HttpResponse:
    """The same as CSV."""
    account, found, said = _found(request, key)
    mark = _note(request, account, found, said, "csv")
    rows = ([*cells, mark] for cells in _cells(found))
    return _file("".join(csv.lines([*HEADS, "Rounds scope"], rows)).encode(), account, "csv", "text/csv; charset=utf-8")


@require_GET
@sensitive
@proved
def paper(request: HttpRequest, key: UUID) -> HttpResponse:
    """The same on paper; every sheet names who took it."""
    from rounds.documents.pdf import pdf

    account, found, said = _found(request, key)
    mark = _note(request, account, found, said, "pdf")
    days = f"From {said['since']:%d %b %Y} to {said['at']:%d %b %Y}"
    return _file(pdf(html(Paper(account.name, days, _cells(found), mark))), account, "pdf", "application/pdf")


def _found(request: HttpRequest, key: UUID) -> tuple[Account, list[disclosures.Viewer], dict[str, Any]]:
    need(request.user, "disclosures.read")
    account, at = one(request, Account, key), now()
    days = request.GET.get("days", OPENS)
    days = days if days in RANGES else OPENS
    since = at - timedelta(days=int(days))
    ranges = [{"name": name.capitalize(), "url": f"?days={key}", "current": key == days} for key, name in RANGES.items()]
    said = {"days": days, "in_words": RANGES[days], "since": since, "at": at, "ranges": ranges}
    return account, disclosures.viewers(account, request.scope, since=since, until=at), said


def _note(request: HttpRequest, account: Account, found: list[disclosures.Viewer], said: dict[str, Any], form: str) -> str:
    exports.need_to_take(request.user, len(found), request.GET.get("reason", ""))
    audit.note_file("disclosures.export", by=request.user.actor, at=said["at"], kind="account", subject=account.id, form=form,
                    ids=[who.id for who in found if who.id], accounts=[account.id], scope=request.scope.hash)  # fmt: skip
    return exports.mark(request.user, request.scope.hash, said["at"])


def _cells(found: list[disclosures.Viewer]) -> list[list[str]]:
    return [[who.name, _utc(who.first), _utc(who.last), f"{who.count}", who.said, f"{who.people}", f"{who.leads}"] for who in found]


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}"


def _file(body: bytes, account: Account, form: str, kind: str) -> HttpResponse:
    name = f'attachment; filename="who-saw-{slugify(account.name)[:60] or "account"}.{form}"'
    return HttpResponse(body, content_type=kind, headers={"Content-Disposition": name})
