"""Who is here: what each carries, who is away and until when; one's own days away, and those of one's team."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.views.decorators.http import require_http_methods, require_POST

from rounds.access.allowed import NotAllowed
from rounds.access.people import beside, looks_after, need_to_look_after
from rounds.access.roles import role_of
from rounds.actions.people import absences
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import Absence, User
from rounds.models.flow.active import active
from rounds.models.leads.pool import whole_pool
from rounds.rules.routing.pool import capacity_of
from rounds.web.doors import page
from rounds.web.people.people import is_id, titles

URL = "/availability/"


@require_http_methods(["GET", "POST"])
@page
def index(request: HttpRequest) -> HttpResponse:
    """The people beside one with their load and absences; a POST keeps days away, one's own or of somebody one looks after."""
    error: Refusal | None = None
    if request.method == "POST":
        person = _person(request)
        need_to_look_after(request.user, person)
        try:
            row = absences.go_away(person, _day(request, "first_day"), _day(request, "last_day"), by=request.user.actor, at=now())
            return _back(request, f"{person.name} is away from {row.first_day:%-d %b} to {row.last_day:%-d %b}",
                         undo=f"{URL}absences/{row.pk}/withdrawal/")  # fmt: skip
        except absences.AbsenceRefused as refusal:
            error = refusal
    return render(request, "people/availability.html", _shown(request, error), status=error.status if error else 200)


@require_POST
@page
def withdrawal(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take days away back."""
    row = Absence.objects.select_related("user").filter(pk=key).first()
    if row is None or not (row.user_id == request.user.pk or beside(request.user).filter(pk=row.user_id).exists()):
        raise Http404
    need_to_look_after(request.user, row.user)
    absences.withdraw(row, by=request.user.actor, at=now())
    return _back(request, f"{row.user.name} is here again on those days")


@require_POST
@page
def capacity(request: HttpRequest, key: UUID) -> HttpResponse:
    """How much somebody of one's team carries; empty is what the playbook gives their role."""
    person = beside(request.user).filter(pk=key).first()
    if person is None:
        raise Http404
    if not looks_after(request.user, person):
        raise NotAllowed("Managers say how much their people carry.")
    said = request.POST.get("capacity", "").strip().replace(",", "")
    if said and not (said.isascii() and said.isdigit() and len(said) < 8):
        raise absences.CapacityRefused
    absences.set_capacity(person, int(said) if said else None, by=request.user.actor, at=now())
    return _back(request, f"{person.name} carries {said}" if said else f"{person.name} carries what the playbook gives the role")


def _person(request: HttpRequest) -> User:
    said = request.POST.get("user") or str(request.user.pk)
    people = beside(request.user) if said != str(request.user.pk) else User.objects.filter(pk=request.user.pk)
    person = people.filter(pk=said).first() if is_id(said) else None
    if person is None:
        raise Http404
    return person


def _day(request: HttpRequest, name: str) -> date:
    try:
        return date.fromisoformat(request.POST.get(name, ""))
    except ValueError:
        raise absences.AbsenceRefused("Give both days, like 2026-12-24.", field=name) from None


def _shown(request: HttpRequest, error: Refusal | None) -> dict[str, Any]:
    at, book = now(), active().playbook
    today = localtime(at).date()  # absences are kept by people's own calendars
    people = list(beside(request.user).order_by("team__name", "name"))
    pool = whole_pool(book, at).by_id
    ahead: dict[UUID, list[Absence]] = {}
    known = {person.pk for person in people} | {request.user.pk}
    for row in Absence.objects.filter(user_id__in=known, withdrawn_at=None, last_day__gte=today):
        ahead.setdefault(row.user_id, []).append(row)
    rows = [_row(request.user, person, pool.get(str(person.pk)), ahead.get(person.pk, []), book) for person in people]
    sells = role_of(request.user).sells
    return {
        "rows": rows, "here": sum(1 for row in rows if row["state"] == "here"), "mine": ahead.get(request.user.pk, []), "error": error,
        "may_be_away": sells, "others": [row["person"] for row in rows if row["managed"] and row["person"].pk != request.user.pk],
        "said": request.POST if error else {}, "titles": titles(), "place": "leads", "today": today,
        "toast": request.session.pop("toast", None),
    }  # fmt: skip


def _row(viewer: User, person: User, rep: Any, ahead: list[Absence], book: Any) -> dict[str, Any]:
    """One line: what they carry of how much, and whether a lead would find them now."""
    if rep is None:
        return {"person": person, "load": None, "capacity": None, "state": "no team", "ahead": ahead, "managed": looks_after(viewer, person)}
    most = capacity_of(book, rep)
    state = "away" if rep.away else "full" if rep.load >= most else "here"
    return {"person": person, "load": rep.load, "capacity": most, "state": state, "until": rep.away, "ahead": ahead,
            "managed": looks_after(viewer, person)}  # fmt: skip


def _back(request: HttpRequest, says: str, undo: str = "") -> HttpResponse:
    request.session["toast"] = {"text": says, "undo": undo}
    return redirect(URL)
