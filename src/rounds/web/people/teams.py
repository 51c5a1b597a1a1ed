"""Teams: the list with its form, and one team with its members."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from rounds.access.allowed import need
from rounds.access.roles import role_of
from rounds.actions.people import teams, users
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import Team, User
from rounds.models.flow.active import active
from rounds.web.people.people import is_id, titles
from rounds.web.proof import sensitive


@require_http_methods(["GET", "POST"])
@sensitive
def index(request: HttpRequest) -> HttpResponse:
    """Every team, and the form of a new one."""
    need(request.user, "people.read")
    error: Refusal | None = None
    if request.method == "POST":
        need(request.user, "teams.manage")
        try:
            team = teams.add(**_said(request), by=request.user.actor, at=now())
            return _to(request, team, f"{team.name} is added")
        except teams.TeamRefused as refusal:
            error = refusal
    rows = Team.objects.select_related("manager").annotate(size=Count("members", filter=Q(members__is_active=True)))
    said = _choices() | {"teams": rows.filter(ended_at=None), "ended": rows.exclude(ended_at=None), "error": error,
                         "said": request.POST, "toast": request.session.pop("toast", None)}  # fmt: skip
    return render(request, "people/teams.html", said, status=error.status if error else 200)


@require_http_methods(["GET", "POST"])
@sensitive
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """One team: its name, segment and manager, and who stands in it."""
    team, error = team_or_404(request, key), None
    if request.method == "POST":
        need(request.user, "teams.manage")
        try:
            return _to(request, teams.change(team, _said(request), by=request.user.actor, at=now()), "The team is changed")
        except teams.TeamRefused as refusal:
            error = refusal
    members = User.objects.filter(team=team)
    said = _choices() | {"team": team, "error": error, "members": members.filter(is_active=True), "titles": titles(),
                         "gone": members.filter(is_active=False).count(), "others": _others(team),
                         "toast": request.session.pop("toast", None)}  # fmt: skip
    return render(request, "people/team.html", said, status=error.status if error else 200)


@require_POST
@sensitive
def members(request: HttpRequest, key: UUID) -> HttpResponse:
    """Put somebody into the team (`person`), or take them out of it (`out`). It moves what they see: people.manage."""
    team = team_or_404(request, key, "people.manage")
    said = request.POST.get("out") or request.POST.get("person", "")
    person = User.objects.filter(pk=said).first() if is_id(said) else None
    if person is None:
        raise users.PersonRefused("Choose somebody.", field="person")
    out = bool(request.POST.get("out"))
    teams.join(None if out else team, person, by=request.user.actor, at=now())
    return _to(request, team, f"{person.name} {'stands in no team now' if out else f'stands in {team.name} now'}")


@require_POST
@sensitive
def ending(request: HttpRequest, key: UUID) -> HttpResponse:
    """End a team nobody stands in."""
    team = teams.end(team_or_404(request, key, "teams.manage"), by=request.user.actor, at=now())
    request.session["toast"] = {"text": f"{team.name} is ended", "undo": ""}
    return redirect("/teams/")


def team_or_404(request: HttpRequest, key: UUID, *needs: str) -> Team:
    """The team `key`, for those who may look at people and may what else is needed."""
    for permission in ("people.read", *needs):
        need(request.user, permission)
    team = Team.objects.select_related("manager").filter(pk=key).first()
    if team is None:
        raise Http404
    return team


def _said(request: HttpRequest) -> dict[str, Any]:
    manager = request.POST.get("manager", "")
    found = User.objects.filter(pk=manager).first() if is_id(manager) else None
    if manager and found is None:
        raise teams.TeamRefused("Nobody here has that id; choose a manager from the list.", field="manager")
    return {"name": request.POST.get("name", ""), "segment": request.POST.get("segment", ""), "manager": found}


def _choices() -> dict[str, Any]:
    staff = [user for user in User.objects.filter(is_active=True) if role_of(user).audience == "staff"]
    return {"place": "teams", "segments": [(one.segment, one.title) for one in active().playbook.segments.segments],
            "managers": staff}  # fmt: skip


def _others(team: Team) -> list[User]:
    there = User.objects.filter(is_active=True).exclude(team=team).select_related("team")
    return [user for user in there if role_of(user).audience == "staff"]


def _to(request: HttpRequest, team: Team, says: str) -> HttpResponse:
    request.session["toast"] = {"text": says, "undo": ""}
    return redirect(f"/teams/{team.pk}/")
