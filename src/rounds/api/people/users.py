"""People over the API: provisioned by another system (invited, placed, sent away), in the manner of SCIM."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router
from pydantic import BaseModel, Field, create_model

from rounds.access.allowed import need
from rounds.access.scope import visible
from rounds.actions.people import handovers, invitations, leaving, logins, mailing, users
from rounds.actions.people.users import PersonRefused
from rounds.actions.trust import audit
from rounds.api.auth import Bearer
from rounds.api.doors import Input, changes, list_help, page, said
from rounds.api.shapes import Shape, answer, page_schema
from rounds.kit.clock import now
from rounds.models import Account, Team, User
from rounds.models.people.listing import PEOPLE, rows

router = Router(tags=["people"])
READ, WRITE = Bearer("people:read"), Bearer("people:write")

PERSON = Shape("Person", User, {
    "id": "id", "name": "name", "email": "email", "role": "role", "active": "is_active", "territories": "territories",
    "time_zone": "time_zone", "team.id": "team_id", "team.name": "team__name", "customer": "portal_account_id",
    "joined_at": "joined_at", "seen_at": "seen_at", "left_at": "left_at",
})  # fmt: skip


class PersonGiven(Input):
    """Somebody to invite. `customer` is the account of a portal user; nobody else has one."""

    email: str = Field(min_length=3, max_length=254)
    name: str = Field(min_length=1, max_length=200)
    role: str = Field(max_length=60)
    team: UUID | None = None
    territories: list[str] = Field(default_factory=list, max_length=200)
    customer: UUID | None = None
    time_zone: str | None = Field(None, max_length=60)


PersonChanges = changes(PersonGiven, "email")
Invited = create_model("Invited", person=(PERSON.schema, ...), link=(str, ...))


class Left(BaseModel):
    """What ended and what was handed over. `batch` names the handover, which can be given back; null where there was none."""

    accounts: int
    leads: int
    contacts: int
    sessions: int
    tokens: int
    teams: list[str]
    batch: UUID | None


@router.get("", auth=READ, response=page_schema(PERSON), openapi_extra=list_help())
def index(request: HttpRequest) -> HttpResponse:
    """People: who is here, invited, or left. Needs the permission people.read."""
    return page(request, PEOPLE, PERSON, rows(), needs="people.read")


# No Idempotency-Key here: a kept answer would keep the link. Sent twice, the second is refused: the address is there.
@router.post("", auth=WRITE, response={201: Invited})
def create(request: HttpRequest, person: PersonGiven) -> HttpResponse:
    """Invite somebody. The link of their first log-in is in this answer (and in a mail to them, where mail is sent); it works once."""
    need(request.user, "people.manage")
    given, at = _said(request, person.model_dump(exclude={"email", "name", "time_zone"})), now()
    row, token = invitations.invite(person.email, person.name, by=request.actor, at=at, **given)
    if person.time_zone is not None:
        row = users.change(row, {"time_zone": person.time_zone}, by=request.actor, at=at)
    mailing.mail_link(row, token, purpose=logins.INVITATION, by=request.actor, at=at)
    link = f"{settings.CONFIG.public_url.rstrip('/')}/login/link/{token}/" if token else ""
    return answer({"person": PERSON.of(row), "link": link}, 201, Location=f"/api/v1/users/{row.id}")


@router.get("/{user}", auth=READ, response=PERSON.schema)
def show(request: HttpRequest, user: UUID) -> HttpResponse:
    """One person. That they were read is noted."""
    need(request.user, "people.read")
    row = _one(user)
    audit.note_read("person.read", by=request.actor, at=now(), kind="user", subject=row.id)
    return answer(PERSON.of(row))


@router.patch("/{user}", auth=WRITE, response=PERSON.schema)
def change(request: HttpRequest, user: UUID, changed: PersonChanges) -> HttpResponse:
    """Change name, role, team, territories, customer or time zone. Nobody changes their own role, also not by a token."""
    need(request.user, "people.manage")
    given = {name: value for name, value in said(changed).items() if value is not None or name in ("team", "customer")}
    return answer(PERSON.of(users.change(_one(user), _said(request, given), by=request.actor, at=now())))


@router.delete("/{user}", auth=WRITE, response=Left)
def leave(request: HttpRequest, user: UUID, reason: str, heir: UUID | None = None) -> HttpResponse:
    """Send somebody away: everything of theirs is dead at once; what they owned goes to `heir`, or to nobody."""
    need(request.user, "people.manage")
    row = _one(user)
    to = users.colleague(str(heir)) if heir else None
    done = leaving.send_away(row, heir=to, reason=reason, by=request.actor, at=now())
    batch = handovers.latest(row) if done.owned else None
    return answer({"accounts": done.rows["account"], "leads": done.rows["lead"], "contacts": done.rows["contact"],
                   "sessions": done.sessions, "tokens": done.tokens, "teams": [team.name for team in done.teams],
                   "batch": batch.id if batch else None})  # fmt: skip


def _one(key: UUID) -> User:
    row = User.objects.select_related("team").filter(pk=key).first()
    if row is None:
        raise Http404
    return row


def _said(request: HttpRequest, given: dict[str, Any]) -> dict[str, Any]:
    """What was given, with rows for the ids of team and customer. Raises PersonRefused for those that are not there."""
    given = dict(given)
    if given.get("team"):
        given["team"] = Team.objects.filter(pk=given["team"], ended_at=None).first()
        if given["team"] is None:
            raise PersonRefused("There is no such team.", field="team")
    if "customer" in given:
        key = given.pop("customer")
        given["portal_account"] = visible(Account, request.scope).filter(pk=key).first() if key else None
        if key and given["portal_account"] is None:
            raise PersonRefused("There is no such account.", field="customer")
    return given
