"""Requests of people in the data: looked up, opened with their clock, answered with a file or carried out (COMPL-13)."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rounds.access.allowed import need
from rounds.actions.trust import erasing, subject_file, subjects
from rounds.documents.subject import archive
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import SubjectRequest
from rounds.models.flow.active import active
from rounds.models.flow.days import house_today
from rounds.web.proof import proved, sensitive

MOST = 100
SURE = "erase"
"""What is typed before somebody is erased."""


@require_http_methods(["GET", "POST"])
@sensitive
def index(request: HttpRequest) -> HttpResponse:
    """The requests, the open ones first by their day; POST opens one."""
    need(request.user, "subjects.manage")
    if request.method == "GET":
        return render(request, "trust/requests.html", _listed())
    say = request.POST.get
    try:
        row = subjects.begin(say("kind", ""), say("who", ""), state=say("state", ""), asked_on=_day(say("asked_on", "")),
                             contacts=_ids(request, "contacts"), leads=_ids(request, "leads"),
                             by=request.user.actor, at=now())  # fmt: skip
    except Refusal as refusal:
        if refusal.status not in (404, 422):
            raise
        return render(request, "trust/requests.html", _listed() | {"error": refusal, "who": say("who", "")}, status=422)
    return redirect(f"/trust/requests/{row.id}/")


@require_POST
@sensitive
def finding(request: HttpRequest) -> HttpResponse:
    """Who has this address, number or name. Sent, not asked for in an address: those are written into logs."""
    need(request.user, "subjects.manage")
    who = request.POST.get("who", "").strip()[:300]
    person = subjects.look_up(who, by=request.user.actor, at=now()) if who else None
    counts = {name: n for name, n in person.counts.items() if n} if person else {}
    shown = _listed() | {"who": who, "person": person, "counts": counts, "today": house_today(), "kinds": subjects.KINDS,
                         "laws": [(code, law.title, law.days) for code, law in active().playbook.subject_law.laws.items()]}  # fmt: skip
    return render(request, "trust/requests.html", shown)


@require_GET
@sensitive
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """One request: what was found, what an erasure would do, and the way to close it."""
    need(request.user, "subjects.manage")
    return _shown(request, _one(key))


@require_POST
@sensitive
@proved
def file(request: HttpRequest, key: UUID) -> HttpResponse:
    """Everything kept of the person, as a ZIP: asks for a proof, and is noted before it leaves."""
    need(request.user, "subjects.manage")
    row = _one(key)
    said = subject_file.made(row, by=request.user.actor, at=now())
    return HttpResponse(archive(said, company=settings.CONFIG.company), content_type="application/zip",
                        headers={"Content-Disposition": f'attachment; filename="request-{str(row.id)[-8:]}.zip"'})  # fmt: skip


@require_POST
@sensitive
@proved
def erase(request: HttpRequest, key: UUID) -> HttpResponse:
    """Erase the person, for good. Asks for a proof and the word itself."""
    need(request.user, "subjects.manage")
    row = _one(key)
    try:
        if request.POST.get("sure", "").strip().lower() != SURE:
            raise subjects.RequestRefused(f"Type “{SURE}” to go on: nobody takes this back.", field="sure")
        erasing.erase(row, by=request.user.actor, at=now())
    except Refusal as refusal:
        if refusal.status not in (409, 422):
            raise
        return _shown(request, row, refusal)
    request.session["toast"] = {"text": "Erased", "undo": ""}
    return redirect(f"/trust/requests/{row.id}/")


@require_POST
@sensitive
def close(request: HttpRequest, key: UUID) -> HttpResponse:
    """Close a request that was answered or turned down."""
    return _done(request, key, lambda row: subjects.close(row, outcome=request.POST.get("outcome", ""),
                                                          by=request.user.actor, at=now()))  # fmt: skip


@require_POST
@sensitive
def longer(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take the further days the law allows once."""
    return _done(request, key, lambda row: subjects.longer(row, why=request.POST.get("why", ""), by=request.user.actor, at=now()))


def _done(request: HttpRequest, key: UUID, act: Any) -> HttpResponse:
    need(request.user, "subjects.manage")
    row = _one(key)
    try:
        act(row)
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        return _shown(request, row, refusal)
    return redirect(f"/trust/requests/{row.id}/")


def _one(key: UUID) -> SubjectRequest:
    row = SubjectRequest.objects.filter(pk=key).first()
    if row is None:
        raise Http404
    return row


def _listed() -> dict[str, Any]:
    rows = list(SubjectRequest.objects.order_by("done_at", "due_on")[:MOST])
    still = [row for row in rows if row.done_at is None]
    late = sum(row.due_on < house_today() for row in still)
    return {"place": "requests", "rows": [_line(row) for row in (*still, *(r for r in rows if r.done_at))], "open": len(still),
            "late": late, "who": "", "person": None, "error": None}  # fmt: skip


def _line(row: SubjectRequest) -> dict[str, Any]:
    _, law = subjects.law(row.state_law)
    due = timezone.make_aware(datetime.combine(row.due_on, time(23, 59)))
    return {"row": row, "kind": subjects.KINDS.get(row.kind, row.kind), "law": law, "due": due,
            "found": sum(row.found.get("counts", {}).values())}  # fmt: skip


def _shown(request: HttpRequest, row: SubjectRequest, error: Refusal | None = None) -> HttpResponse:
    counts = {name: n for name, n in row.found.get("counts", {}).items() if n}
    going = erasing.preview(row) if row.kind == "erasure" and row.done_at is None else None
    shown = {"place": "requests", **_line(row), "counts": counts, "going": going, "error": error, "sure": SURE,
             "longer": row.found.get("longer", ""), "field": error.field if error else ""}  # fmt: skip
    return render(request, "trust/request.html", shown, status=error.status if error else 200)


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        raise subjects.RequestRefused("The day they asked: write it as 2026-03-14.", field="asked_on") from None


def _ids(request: HttpRequest, name: str) -> list[UUID] | None:
    """The rows that were picked, or None where nothing was to be picked."""
    if not request.POST.get("picked"):
        return None
    try:
        return [UUID(said) for said in request.POST.getlist(name)]
    except ValueError:
        raise Http404 from None
