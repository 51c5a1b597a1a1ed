"""The audit trail: who read, changed or exported what, searched and handed out; and whether both chains hold."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from rounds.access.allowed import may, need
from rounds.actions.trust import audit, exports, watching
from rounds.analytics.trust import trail as search
from rounds.analytics.trust import words
from rounds.documents import csv
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.web.doors import noted
from rounds.web.proof import proved, sensitive
from rounds.web.trust import audit_shown as shown

MOST = 100_000
"""Entries a file holds; `rounds audit export` takes more."""
HEADS = ["at", "who", "who_kind", "who_id", "chain", "verb", "kind", "id", "says", "detail", "entry", "Rounds scope"]


class TooMany(Refusal):
    """A file holds 100,000 entries; narrow the search, or use `rounds audit export` for more."""

    status = 422


@require_GET
@sensitive
def trail(request: HttpRequest) -> HttpResponse:
    """Entries under the filters of the address, a page at a time, and how both chains stand. Searching is itself noted."""
    need(request.user, "audit.read")
    at, asked = now(), shown.asked_of(request)
    entries = search.found(asked.query, search.SIZE + 1)
    rows = shown.rows(request, entries[: search.SIZE])
    noted(request, "audit.read", query=asked.said, rows=len(rows))
    last = entries[search.SIZE - 1] if len(entries) > search.SIZE else None
    said = {
        "place": "audit", "rows": rows, "asked": asked, "at": at, "standing": watching.standing(at),
        "next": asked.page(last) if last else "", "first": asked.first, "order": asked.turned, "groups": asked.groups, "chains": asked.chains,
        "may_export": may(request.user, "audit.export"), "above": exports.limits().reason_above,
    }  # fmt: skip
    return render(request, "trust/audit.html", said)


@require_POST
@sensitive
@proved
def export(request: HttpRequest) -> HttpResponse:
    """The entries under the filters as CSV or JSON lines: a proof, the permission, and a reason, always."""
    need(request.user, "audit.export")
    at, asked = now(), shown.asked_of(request, request.POST)
    reason = " ".join(request.POST.get("reason", "").split())[: exports.LONGEST]
    if len(reason) < 3:
        raise exports.ReasonAsked("Say why the audit trail leaves, and for whom; the reason is kept with your name.")
    entries = list(search.walked(asked.query, MOST + 1))
    if len(entries) > MOST:
        raise TooMany
    form = "jsonl" if request.POST.get("as") == "jsonl" else "csv"
    audit.note_file("audit.export", by=request.user.actor, at=at, form=form, ids=[e.id for e in entries], accounts=[], reason=reason,
                    scope=request.scope.hash, detail={"query": asked.said})  # fmt: skip
    mark = exports.mark(request.user, request.scope.hash, at)
    body = "".join(csv.lines(HEADS, _cells(entries, mark)) if form == "csv" else _lines(entries, mark))
    kind = "text/csv" if form == "csv" else "application/x-ndjson"
    name = f'attachment; filename="audit-{at:%Y-%m-%d}.{form}"'
    return HttpResponse(body, content_type=f"{kind}; charset=utf-8", headers={"Content-Disposition": name})


def _cells(entries: list[search.Entry], mark: str) -> Iterator[list[Any]]:
    for e in entries:
        yield [e.at, e.by_name, e.by_kind, e.by_id, e.chain, e.verb, e.subject_kind, e.subject_id,
               words.sentence(e.by_name, e.verb, e.subject_kind, e.detail), json.dumps(e.detail, ensure_ascii=False), e.id, mark]  # fmt: skip


def _lines(entries: list[search.Entry], mark: str) -> Iterator[str]:
    for e in entries:
        said = {name: getattr(e, name) for name in e.__slots__} | {"taken": mark}
        yield json.dumps(said, ensure_ascii=False, default=_plain) + "\n"


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
