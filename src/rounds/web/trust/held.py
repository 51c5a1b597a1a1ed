"""Texts held back as patient data: the reviewer's queue, one entry at a time, and the decision."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rounds.access.allowed import need
from rounds.actions.trust import held, phi
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import Quarantine
from rounds.models.flow.active import active
from rounds.rules import phi as rule
from rounds.web.proof import sensitive

MOST = 200
WHAT = {"lead": "Lead", "leadactivity": "Activity", "contact": "Contact", "account": "Account", "answer": "Answer",
        "intelligence": "Intelligence", "committeeseat": "Committee seat", "dealcontact": "Committee of a deal", "dealnote": "Note on a deal", "discoveryrecord": "Discovery", "discoverycall": "Discovery call", "approvalstep": "Approval step", "tierrecord": "Tier"}  # fmt: skip
URLS = {"lead": "/leads/{}/", "account": "/accounts/{}/", "contact": "/contacts/{}/"}


@require_GET
@sensitive
def queue(request: HttpRequest) -> HttpResponse:
    """What waits, the oldest first, or (`?done=1`) what was decided, the latest first. No text is shown here."""
    need(request.user, "phi.review")
    done = request.GET.get("done") == "1"
    rows = Quarantine.objects.filter(decided_at__isnull=not done).order_by("-decided_at" if done else "at", "id")
    waiting = Quarantine.objects.filter(decided_at=None).count()
    shown = {"place": "held", "rows": [_line(row) for row in rows[:MOST]], "done": done, "waiting": waiting, "most": MOST,
             "views": [{"name": "Waiting", "url": "/trust/held/", "count": waiting, "current": not done},
                       {"name": "Decided", "url": "/trust/held/?done=1", "current": done}]}  # fmt: skip
    return render(request, "trust/held.html", shown)


@require_http_methods(["GET"])
@sensitive
def entry(request: HttpRequest, key: UUID) -> HttpResponse:
    """One held text, its marked places and the three decisions. Opening it is noted."""
    need(request.user, "phi.review")
    return _entry(request, _one(key))


@require_POST
@sensitive
def decide(request: HttpRequest, key: UUID) -> HttpResponse:
    """Let it through, black the places out, or discard it; with a reason."""
    need(request.user, "phi.review")
    row = _one(key)
    try:
        done = held.decide(row, request.POST.get("decision", ""), why=request.POST.get("why", ""),
                           by=request.user.actor, at=now())  # fmt: skip
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        return _entry(request, row, refusal)
    request.session["toast"] = {"text": held.DECISIONS[done.decision], "undo": ""}
    following = Quarantine.objects.filter(decided_at=None).order_by("at", "id").first()
    return redirect(f"/trust/held/{following.id}/" if following and request.POST.get("next") else "/trust/held/")


def _one(key: UUID) -> Quarantine:
    row = Quarantine.objects.filter(pk=key).first()
    if row is None:
        raise Http404
    return row


def _entry(request: HttpRequest, row: Quarantine, error: Refusal | None = None) -> HttpResponse:
    text = held.read(row, by=request.user.actor, at=now()) if row.decided_at is None else ""
    shown: dict[str, Any] = {"place": "held", **_line(row), "pieces": _pieces(text), "error": error,
                             "why": request.POST.get("why", ""), "decisions": held.DECISIONS}  # fmt: skip
    return render(request, "trust/held_entry.html", shown, status=error.status if error else 200)


def _line(row: Quarantine) -> dict[str, Any]:
    book = active().playbook.phi
    url = URLS.get(row.kind, "")
    return {"row": row, "what": WHAT.get(row.kind, row.kind.capitalize() or "Text"), "field": row.field.replace("_", " "),
            "kinds": [rule.title(book, kind) for kind in row.found], "age": now() - row.at,
            "decided": held.DECISIONS.get(row.decision, ""), "url": url.format(row.subject_id) if url else ""}  # fmt: skip


def _pieces(text: str) -> list[tuple[str, str]]:
    """The text in pieces: (words, what they look like); "" for what looks like nothing."""
    pieces, at, book = [], 0, active().playbook.phi
    for one in phi.look(text):
        if one.end <= at:
            continue
        start = max(at, one.start)
        pieces += [(text[at:start], ""), (text[start : one.end], rule.title(book, one.kind))]
        at = one.end
    return [piece for piece in [*pieces, (text[at:], "")] if piece[0]]
