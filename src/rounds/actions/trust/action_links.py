"""Links that do one thing, for one person, once: in mails and channels. Opening one changes nothing; pressing its button
does. What they can do is registered by the domain that does it (PURPOSES)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from rounds.access.roles import role_of
from rounds.access.scope import scope_of, visible
from rounds.access.sight import sight
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit
from rounds.actions.trust.tokens import digest
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import ActionLink, User
from rounds.models.base import signature
from rounds.models.flow.active import active

BYTES = 32


class LinkDead(Refusal):
    """This link does nothing any more."""

    status = 410


class LinkUnknown(Refusal):
    """There is no such link. Check that it was copied whole."""

    status = 404


class NotYours(Refusal):
    """This link belongs to somebody else."""

    status = 403


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a link may do. `model`: what it is about (a seen noun); `asks`: what must be said with it, "" for nothing.

    `does(subject, said, by=, at=)` is the action; it answers a sentence, or None for `done`.
    """

    code: str
    words: str
    model: Callable[[], type]
    does: Callable[..., str | None]
    done: str
    asks: str = ""


PURPOSES: dict[str, Purpose] = {}


def purpose(code: str, words: str, *, model: Callable[[], type], done: str, asks: str = "") -> Callable[..., Any]:
    """Above a function (subject, said, *, by, at): what links of `code` do."""

    def keep(does: Callable[..., str | None]) -> Callable[..., str | None]:
        PURPOSES[code] = Purpose(code, words, model, does, done, asks)
        return does

    return keep


@dataclass(frozen=True, slots=True)
class Looked:
    """A link that was opened: the row, what it would do and to what."""

    row: ActionLink
    purpose: Purpose
    subject: Any
    needs_login: bool


def known() -> dict[str, Purpose]:
    """Every purpose, those of the shipped domains included."""
    from rounds.actions.trust import action_purposes  # noqa: F401

    return PURPOSES


def issue(purpose: str, *, subject: Any, user: User, expires_at: datetime | None = None, by: Actor, at: datetime) -> str:
    """The path (/act/<token>/) of a link that lets `user` do `purpose` to `subject` once.

    The token has 256 bits and is kept as a digest alone. Effects: ActionLink. Raises KeyError for an unknown purpose.
    """
    if purpose not in known():
        raise KeyError(purpose)
    token = secrets.token_urlsafe(BYTES)
    with deed(by):
        ActionLink.objects.create(digest=digest(token), purpose=purpose, subject_id=getattr(subject, "pk", subject), user=user,
                                  expires_at=expires_at or at + active().playbook.notifications.links.good_for.span,
                                  **signature(by, at))  # fmt: skip
    return f"/act/{token}/"


def offered(kind: str, subject: Any, user: User, *, by: Actor, at: datetime) -> tuple[tuple[str, str], ...]:
    """(words, path) of what a message of `kind` offers `user` to do to `subject`, by fresh links. Effects: ActionLink."""
    codes = [code for code in active().playbook.notifications.kind(kind).acts if code in known() and _fits(code, subject)]
    return tuple((PURPOSES[code].words, issue(code, subject=subject, user=user, by=by, at=at)) for code in codes)


def subject(kind: str, key: UUID, user: User) -> Any | None:
    """The row `key` that a message of `kind` offers to act on, as far as `user` sees it."""
    for code in active().playbook.notifications.kind(kind).acts:
        if code in known():
            try:
                row = visible(PURPOSES[code].model(), scope_of(user)).filter(pk=key).first()
            except LookupError:
                continue
            if row is not None:
                return row
    return None


def _fits(code: str, subject: Any) -> bool:
    try:
        return isinstance(subject, PURPOSES[code].model())
    except LookupError:  # a noun this version does not have yet
        return False


def look(token: str, *, viewer: User | None, at: datetime) -> Looked:
    """What the link of `token` would do, through the eyes of its person; changes nothing.

    Raises LinkUnknown (404), LinkDead (410), NotYours (403).
    """
    row = ActionLink.objects.select_related("user").filter(digest=digest(token)).first()
    if row is None:
        raise LinkUnknown
    if row.used_at is not None:
        raise LinkDead(f"This was done already: {row.outcome or 'nothing is left to do'}")
    if row.expires_at <= at:
        raise LinkDead("This link has expired. Open the record in Rounds instead.")
    does = known().get(row.purpose)
    if does is None or not row.user.is_active or role_of(row.user).audience != "staff":
        raise LinkDead("This link does nothing any more. Open the record in Rounds instead.")
    if viewer is not None and viewer.pk != row.user_id:
        raise NotYours(f"This link belongs to {row.user.name}, and you are logged in as {viewer.name}. Log out first, or leave it to them.")
    needs = viewer is None and row.purpose not in active().playbook.notifications.links.without_login.purposes
    with sight(scope_of(row.user)):
        subject = visible(does.model(), scope_of(row.user)).filter(pk=row.subject_id).first()
    if subject is None:
        raise LinkDead(f"What this link was about is no longer {row.user.name}’s to see.")
    return Looked(row, does, subject, needs)


def do(token: str, *, said: str = "", viewer: User | None, at: datetime) -> tuple[Looked, str]:
    """Do what the link says, as its person, once; (what was done, a sentence). A second press changes nothing.

    Effects: those of the purpose's action, used_at, an audit entry. Raises as `look`, NotYours where a log-in is needed,
    and what the action refuses, which leaves the link as it was.
    """
    found = look(token, viewer=viewer, at=at)
    if found.needs_login:
        raise NotYours("Log in first: this is not done by a link alone.")
    by = found.row.user.actor
    with sight(scope_of(found.row.user)), deed(by):
        row = ActionLink.objects.select_for_update(of=("self",)).get(pk=found.row.pk)
        if row.used_at is not None:
            raise LinkDead(f"This was done already: {row.outcome}")
        row.outcome = found.purpose.does(found.subject, said, by=by, at=at) or found.purpose.done
        row.used_at = at
        row.save(update_fields=["used_at", "outcome"])
        _spend_others(row, at)
        audit.note("action_link.use", by=by, at=at, kind="action_link", subject=row.id,
                   detail={"purpose": row.purpose, "subject": str(row.subject_id), "logged_in": viewer is not None})  # fmt: skip
    return found, row.outcome


def _spend_others(row: ActionLink, at: datetime) -> None:
    """The other links to the same deed (of a mail and of a channel) are spent with the one that was used."""
    ActionLink.objects.filter(purpose=row.purpose, subject_id=row.subject_id, user_id=row.user_id, used_at=None).update(
        used_at=at, outcome=row.outcome)  # fmt: skip


def end(subject: UUID, *, at: datetime) -> int:
    """Links about `subject` do nothing from now on; how many there were. Effects: expires_at."""
    return ActionLink.objects.filter(subject_id=subject, used_at=None, expires_at__gt=at).update(expires_at=at)
