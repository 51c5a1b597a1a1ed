"""Leaving: one action that ends everything a person could do, and hands over what was theirs (SEC-02)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from rounds.access.roles import role_of
from rounds.actions.flow.deeds import deed
from rounds.actions.market.universe import runs
from rounds.actions.people import admins, handovers, logins, passwords, sessions
from rounds.actions.people.users import PersonRefused
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import (
    ApiToken,
    Batch,
    Device,
    Factor,
    PlaybookDraft,
    RecoveryCode,
    SavedView,
    Session,
    Team,
    UniverseRun,
    User,
)


class HasLeft(Refusal):
    """This person has left already."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """What sending somebody away would end and hand over, or did. `rows`: account, lead, contact → how many."""

    rows: dict[str, int]
    sessions: int
    tokens: int
    devices: int
    factors: int
    links: int
    work: int
    views: int
    drafts: int
    teams: list[Team]

    @property
    def owned(self) -> int:
        return sum(self.rows.values())


def preview(user: User, *, at: datetime) -> Leaving:
    """What `send_away` would end and hand over now. Writes nothing."""
    return Leaving(
        rows=handovers.counts(user),
        sessions=Session.objects.filter(user=user, ended_at=None, expire_date__gt=at).count(),
        tokens=user.tokens.filter(Q(expires_at=None) | Q(expires_at__gt=at), revoked_at=None).count(),
        devices=Device.objects.filter(user=user, forgotten_at=None).count(),
        factors=Factor.objects.filter(user=user, removed_at=None, confirmed_at__isnull=False).count(),
        links=logins.open_links(user, at=at).count(),
        work=_batches(user).count() + _runs(user).count(),
        views=SavedView.objects.filter(user=user).count(),
        drafts=PlaybookDraft.objects.filter(by_id=user.id, closed_at=None).count(),
        teams=list(Team.objects.filter(manager=user, ended_at=None)),
    )


def send_away(user: User, *, heir: User | None, reason: str, by: Actor, at: datetime,
              leads_to: handovers.LeadsTo = "heir") -> Leaving:  # fmt: skip
    """Send a person away: nothing of theirs opens anything from here on, and what they owned goes to `heir` (or nobody);
    with `leads_to` "routing" their open leads go where the router gives them.

    One action. Effects: is_active, left_at; the password kept only as an old one; sessions ended, links spent, tokens
    revoked, devices forgotten, factors removed; work begun by them stopped; accounts, leads and contacts handed over in
    one Batch (handovers.py) that can be undone; an audit entry. Saved views and drafts stay, and the teams they look
    after keep them as manager and are told of in the answer. Raises HasLeft, LastAdmin, PersonRefused.
    """
    if not reason.strip():
        raise PersonRefused("Say why: the reason is kept.", field="reason")
    with deed(by):
        admins.hold_still()
        # no_key: a job that gives this person a row at this moment holds a share of the key, and we wait for its batch.
        user = User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
        if not user.is_active:
            raise HasLeft
        admins.need_another(user)
        _need_heir(heir, user)
        what = preview(user, at=at)
        _stop_work(user, by=by, at=at)
        _shut(user, at=at)
        batch = handovers.hand_over(user, heir, reason=reason, by=by, at=at, leads_to=leads_to)
        detail = {"reason": reason, "heir": str(heir.id) if heir else None, "rows": what.rows, "tokens": what.tokens,
                  "sessions": what.sessions, "batch": str(batch.id) if batch else None,
                  "teams": [team.name for team in what.teams]}  # fmt: skip
        audit.note("user.leave", by=by, at=at, kind="user", subject=user.id, detail=detail)
    return what


def may_inherit(user: User) -> bool:
    """Whether `user` is somebody accounts can be given to: here, of our own people, with a role that works with them."""
    return user.is_active and role_of(user).audience == "staff" and "account" in role_of(user).read


def _need_heir(heir: User | None, user: User) -> None:
    if heir is None:
        return
    if heir.pk == user.pk:
        raise PersonRefused("Nobody inherits from themselves; choose somebody else, or nobody.", field="heir")
    if not may_inherit(heir):
        raise PersonRefused(f"{heir.name} cannot own accounts; choose somebody who works with them.", field="heir")


def _shut(user: User, *, at: datetime) -> None:
    """Every way in is closed. Each would be refused by `is_active` alone; none is left lying about."""
    passwords.remember(user, at=at)
    user.set_unusable_password()
    user.is_active, user.left_at = False, at
    user.save(update_fields=["is_active", "left_at", "password"])
    sessions.end(Session.objects.filter(user=user), why="left", at=at)
    logins.spend_links(user, at=at)
    ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=at)
    Device.objects.filter(user=user, forgotten_at=None).update(forgotten_at=at)
    Factor.objects.filter(user=user, removed_at=None).update(removed_at=at, secret="", credential=None, public_key=None)
    RecoveryCode.objects.filter(user=user, used_at=None).update(used_at=at)


def _ids(user: User) -> list[UUID]:
    """Who signs the work of `user`: they themselves, and their tokens."""
    return [user.id, *ApiToken.objects.filter(user=user).values_list("id", flat=True)]


def _batches(user: User):
    # The batch of a load of hospital files never finishes by itself: its run does.
    return Batch.objects.filter(by_id__in=_ids(user), finished_at=None).exclude(kind="universe")


def _runs(user: User):
    return UniverseRun.objects.filter(by_id__in=_ids(user), state__in=runs.OPEN)


def _stop_work(user: User, *, by: Actor, at: datetime) -> None:
    """End what runs and waits for `user`: what is done stays done and says why the rest was left."""
    for batch in _batches(user).select_for_update():
        batch.detail["stopped"] = f"{user.name} was sent away; the rest was left as it is."
        batch.stop_asked_at, batch.finished_at = batch.stop_asked_at or at, at
        batch.save(update_fields=["detail", "stop_asked_at", "finished_at"])
    for run in _runs(user):
        runs.stop(run, by=by, at=at)
