"""API tokens: made for a person, shown once, kept as a digest, revoked for good."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection

from rounds.access.allowed import may, reads, writes
from rounds.access.roles import role_of, roles_for
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import ApiToken, User
from rounds.models.base import signature

SCOPES: dict[str, str] = {
    "accounts:read": "Read accounts, their facts, scores, tiers, answers and history",
    "accounts:write": "Add and change accounts, answer their questions, hand them over",
    "contacts:read": "Read contacts and committees",
    "contacts:write": "Add and change contacts and committee seats",
    "leads:read": "Read leads, their activities, answers and scores",
    "leads:write": "Add and change leads, log activities, answer questions, hand them over",
    "tasks:read": "Read tasks: what is to be done, by whom and until when",
    "tasks:write": "Add, tick off, put off and give on tasks",
    "mailboxes:read": "Read one's own mailboxes: how they go, whose mail is kept; never mail or passwords",
    "mailboxes:write": "Pause one's own mailboxes, resume and disconnect them, say whose mail is kept",
    "imports:write": "Send files of records to import, run them and take them back",
    "opportunities:read": "Read opportunities, their stages and competitors",
    "opportunities:write": "Open, change, price, move and close opportunities",
    "customers:read": "Read customers, their projects, readings and health",
    "customers:write": "Keep readings, tick off steps, check health",
    "contracts:read": "Read contracts, their checklists, redlines, approvals and signatures",
    "contracts:write": "Add contracts, settle their items, write down approvals and signatures",
    "content:read": "Read the library of content",
    "content:write": "Keep the library of content: add, approve, retire",
    "hand-offs:read": "Read hand-offs between departments",
    "reports:read": "Read the reports that were made for one",
    "reports:write": "Make reports",
    "hand-offs:write": "Give hand-offs, accept them, send them back, finish them",
    "playbook:read": "Read the playbook in force, ask its rules, read what automations did",
    "automations:write": "Do runs of automations again",
    "people:read": "Read who works here: their role, team, territories and state",
    "people:write": "Invite people, change their role, send them away",
    "audit:read": "Read the audit trail",
}
"""What a token may be made for → what it says to the person who makes it."""

PERMISSIONS = {"playbook:read": "playbook.read", "automations:write": "automations.manage", "imports:write": "records.import", "people:read": "people.read", "people:write": "people.manage",
               "audit:read": "audit.read", "content:read": "content.read", "content:write": "content.manage", "mailboxes:read": "mailboxes.connect", "mailboxes:write": "mailboxes.connect"}  # fmt: skip
"""Scope → the permission its person needs; of the others the role must read or write the noun."""

MARK = "rounds_"
"""What every token begins with, so that people and secret scanners know one when they see it."""

GOOD_FOR = timedelta(days=365)
USED_EVERY = timedelta(minutes=1)
"""How exact `last_used_at` is: a busy token writes it once in this time."""


class TokenRefused(Refusal):
    """A token that cannot be made like this."""

    status = 422


class NoTokens(Refusal):
    """Customer portal users have no API tokens."""

    status = 403


class TokenDead(Refusal):
    """This token opens nothing: it is unknown, expired or revoked, or its person has left."""

    status = 401


def scopes_for(user: User) -> list[str]:
    """The scopes a token of `user` can have: a subset of what their role reads, writes and may. In the order of SCOPES."""
    return [scope for scope in SCOPES if _reaches(user, scope)]


def _reaches(user: User, scope: str) -> bool:
    if role_of(user).audience == "portal":
        return False
    if scope in PERMISSIONS:
        return may(user, PERMISSIONS[scope])
    nouns, _, deed_ = scope.partition(":")
    if nouns == "reports":
        return reads(user, "opportunity")  # made for oneself alone, of what one reads
    noun = next((name for name, said in roles_for(user).objects.items() if said.plural == nouns), nouns)
    return (writes if deed_ == "write" else reads)(user, noun)


def make(
    user: User, *, name: str, scopes: Iterable[str], by: Actor, at: datetime, expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """Make a token that acts for `user` within `scopes` (keys of SCOPES); it lives a year where nothing is said.

    Answers the row and the token itself, which is nowhere kept and never shown again. Effects: ApiToken, an audit
    entry. Raises TokenRefused, and NoTokens for a portal user.
    """
    asked = sorted(set(scopes))
    expires_at = expires_at or at + GOOD_FOR
    if not name.strip():
        raise TokenRefused("Name the token after what will use it.", field="name")
    if not user.is_active:
        raise TokenRefused(f"{user.name} no longer works here; a token needs somebody active.", field="user")
    if role_of(user).audience == "portal":
        raise NoTokens
    if unknown := [scope for scope in asked if scope not in SCOPES]:
        raise TokenRefused(f"“{unknown[0]}” is not a scope; choose from: {', '.join(SCOPES)}.", field="scopes")
    if not asked:
        raise TokenRefused(f"Say what the token is for; choose from: {', '.join(SCOPES)}.", field="scopes")
    if beyond := [scope for scope in asked if scope not in scopes_for(user)]:
        raise TokenRefused(f"The role of {user.name} ({role_of(user).title}) does not reach {beyond[0]}.", field="scopes")
    if expires_at <= at:
        raise TokenRefused("The token's end must lie ahead.", field="expires_at")
    token = MARK + secrets.token_urlsafe(32)
    with deed(by):
        row = ApiToken.objects.create(
            name=name.strip()[:120], user=user, prefix=token[: len(MARK) + 6], digest=digest(token), scopes=asked,
            expires_at=expires_at, **signature(by, at),
        )  # fmt: skip
        detail = {"name": row.name, "user": str(user.id), "scopes": asked, "expires_at": expires_at.isoformat()}
        audit.note("token.make", by=by, at=at, kind="token", subject=row.id, detail=detail)
    return row, token


def revoke(row: ApiToken, *, by: Actor, at: datetime, reason: str = "") -> ApiToken:
    """End a token now; ending it again changes nothing. Effects: revoked_at, an audit entry."""
    with deed(by):
        row = ApiToken.objects.select_for_update(of=("self",)).get(pk=row.pk)
        if row.revoked_at is None:
            row.revoked_at = at
            row.save(update_fields=["revoked_at"])
            audit.note("token.revoke", by=by, at=at, kind="token", subject=row.id, detail={"reason": reason})
    return row


def use(token: str, *, at: datetime) -> ApiToken:
    """The row of `token` with its user, if it opens anything at `at`. Raises TokenDead with the reason.

    Effects: last_used_at, at most once in USED_EVERY and never waiting for another request that writes it.
    """
    # No order: the digest is unique, and ordering by it costs more than the query.
    row = next(iter(ApiToken.objects.select_related("user").filter(digest=digest(token))[:1]), None)
    if row is None:
        raise TokenDead("No such token. Check that it was copied whole, or make a new one.")
    if row.revoked_at is not None:
        raise TokenDead(f"The token “{row.name}” was revoked. Make a new one.")
    if row.expires_at is not None and row.expires_at <= at:
        raise TokenDead(f"The token “{row.name}” has expired. Make a new one.")
    if not row.user.is_active:
        raise TokenDead("The person this token acts for no longer works here.")
    if role_of(row.user).audience == "portal":
        raise TokenDead(str(NoTokens()))
    if row.last_used_at is None or at - row.last_used_at >= USED_EVERY:
        _used(row, at)
    return row


def _used(row: ApiToken, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE rounds_apitoken SET last_used_at = %s WHERE id ="
            " (SELECT id FROM rounds_apitoken WHERE id = %s FOR UPDATE SKIP LOCKED)",
            [at, row.pk],
        )


def digest(token: str) -> bytes:
    """What is kept of a token: its sha256. A token is 256 random bits, so no salt is needed."""
    return hashlib.sha256(token.encode()).digest()
