"""People: the list, a person's page, an invitation."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from rounds.access.allowed import need
from rounds.access.roles import all_roles, role_of
from rounds.access.scope import visible
from rounds.actions.people import factors, handovers, invitations, logins, mailing, sessions
from rounds.actions.people.users import PersonRefused
from rounds.actions.trust import audit
from rounds.kit.agents import described
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.kit.zones import zones
from rounds.models import Account, Session, Team, User
from rounds.models.flow.active import active
from rounds.models.people import listing
from rounds.web import lists
from rounds.web.people.table import TABLE, state_of
from rounds.web.proof import proved, sensitive


@require_GET
@sensitive
def index(request: HttpRequest) -> HttpResponse:
    """Everybody who works here, did, or is invited."""
    need(request.user, "people.read")
    asked = lists.ask(request, TABLE)
    if isinstance(asked, HttpResponse):
        return asked
    said = lists.context(request, TABLE, asked, place="people", roles=titles())
    return render(request, "people/list.html", said)


@require_GET
@sensitive
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """A person: role and place, sessions, tokens, second factors, and what can be done."""
    person = person_or_404(request, key)
    audit.note_read("person.read", by=request.user.actor, at=now(), kind="user", subject=person.id)
    return render(request, "people/person.html", shown(request, person))


@require_GET
@sensitive
def preview(request: HttpRequest, key: UUID) -> HttpResponse:
    """The side panel beside the list."""
    person = person_or_404(request, key)
    return render(request, "people/preview.html", {"person": person, "state": state_of(person), "roles": titles()})


@require_http_methods(["GET", "POST"])
@sensitive
@proved
def new(request: HttpRequest) -> HttpResponse:
    """The invitation: who, as what, where. Its link is shown once, on the page that answers."""
    need(request.user, "people.manage")
    error: Refusal | None = None
    if request.method == "POST":
        try:
            person, token = invitations.invite(
                request.POST.get("email", ""), request.POST.get("name", ""), by=request.user.actor, at=now(),
                **placed(request),
            )  # fmt: skip
            return link_shown(request, person, token, logins.INVITATION)
        except PersonRefused as refusal:
            error = refusal
    said = {"role": "ae"} if request.method == "GET" else request.POST.dict()
    return render(request, "people/new.html", choices() | {
        "said": said, "picked": request.POST.getlist("territories"), "error": error,
        "field": error.field if error else "", "place": "people",
    }, status=error.status if error else 200)  # fmt: skip


def person_or_404(request: HttpRequest, key: UUID, *needs: str) -> User:
    """The person `key`, for those who may look at people and may what else is needed. Raises NotAllowed, Http404."""
    for permission in ("people.read", *needs):
        need(request.user, permission)
    person = listing.rows().select_related("team", "portal_account").filter(pk=key).first()
    if person is None:
        raise Http404
    return person


def placed(request: HttpRequest) -> dict[str, Any]:
    """Role, team, territories and customer, as a form says them. Raises PersonRefused for a team or account unknown."""
    post = request.POST
    return {
        "role": post.get("role", ""), "territories": post.getlist("territories"),
        "team": _row(Team.objects.filter(ended_at=None), post.get("team", ""), "team", "That team has ended or never was."),
        "portal_account": _account(request, post.get("portal_account", "")),
    }  # fmt: skip


def _account(request: HttpRequest, said: str) -> Account | None:
    """A customer by its id or its exact name, among those the viewer sees."""
    rows = visible(Account, request.scope)
    named = list(rows.filter(name__iexact=said.strip())[:2]) if said.strip() else []
    if len(named) == 1:
        return named[0]
    if named:
        raise PersonRefused(f"Several accounts are named {said.strip()}; give the address of its page instead.",
                            field="portal_account")  # fmt: skip
    said = said.strip().rstrip("/").rpartition("/")[2]
    return _row(rows, said, "portal_account", "There is no such account. Give its whole name, or the address of its page.")


def _row(rows: Any, said: str, field: str, otherwise: str) -> Any:
    if not said:
        return None
    row = rows.filter(pk=said).first() if is_id(said) else None
    if row is None:
        raise PersonRefused(otherwise, field=field)
    return row


def is_id(said: str) -> bool:
    """Whether `said` is the id of a row."""
    try:
        UUID(said)
    except ValueError:
        return False
    return True


def titles() -> dict[str, str]:
    """Role → what it is called."""
    return {code: role.title for code, role in all_roles().roles.items()}


def choices() -> dict[str, Any]:
    """What the forms of a person offer."""
    return {"roles": titles(), "teams": Team.objects.filter(ended_at=None), "zones": zones(),
            "territories": active().playbook.territories.names,
            "portal_roles": [code for code, role in all_roles().roles.items() if role.audience == "portal"]}  # fmt: skip


def shown(request: HttpRequest, person: User, **more: Any) -> dict[str, Any]:
    """What a person's page needs."""
    at = now()
    tokens = person.tokens.filter(Q(expires_at=None) | Q(expires_at__gt=at), revoked_at=None).order_by("name")
    return choices() | {
        "person": person, "state": state_of(person), "role": role_of(person), "own": person.pk == request.user.pk,
        "sessions": [_worded(row) for row in sessions.open_of(person, at=at)[:50]], "tokens": tokens,
        "factors": factors.held(person), "factor_titles": factors.TITLES,
        "invited_until": invitations.open_until(person, at=at), "handover": handovers.latest(person),
        "managed": Team.objects.filter(manager=person, ended_at=None), "logs_in": logins.logs_in(person),
        "placed": {"role": person.role, "team": person.team_id, "portal_account": person.portal_account_id and
                   person.portal_account.name}, "here": request.session.row, "place": "people", "url": f"/people/{person.pk}/",
        "toast": request.session.pop("toast", None), **more,
    }  # fmt: skip


def _worded(row: Session) -> Session:
    row.words = described(row.agent)
    return row


def link_shown(request: HttpRequest, person: User, token: str, purpose: str) -> HttpResponse:
    """The page that shows a link once; it is nowhere kept."""
    address = f"{settings.CONFIG.public_url.rstrip('/')}/login/link/{token}/" if token else ""
    mailed = mailing.mail_link(person, token, purpose=purpose, by=request.user.actor, at=now())
    return render(request, "people/link_made.html", {"person": person, "address": address, "purpose": purpose, "mailed": mailed,
                  "until": now() + logins.lasts(purpose), "place": "people"})  # fmt: skip
