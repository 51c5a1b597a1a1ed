"""Second factors of a person: which they have, which they may add, adding, naming and taking away (SEC-03, C-37).

A factor counts once it is confirmed. A text message is allowed where the playbook says so, and never for a privileged
role, whatever was added before.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from rounds.access.roles import role_of
from rounds.actions.flow.deeds import deed
from rounds.actions.people import otp, sessions
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Factor, Session, User
from rounds.models.flow.active import active
from rounds.playbook.shapes.access import SecondFactor

TITLES = {"totp": "Authenticator app", "webauthn": "Security key or passkey", "sms": "Text message"}
LONGEST_NAME = 60


class FactorRefused(Refusal):
    """A second factor that cannot be added or taken away like this."""

    status = 422


class LastFactor(FactorRefused):
    """Your role asks for a second factor, and this is your only one. Add another first, then remove this one."""

    status = 409


def said() -> SecondFactor:
    """What the playbook in force says of second factors."""
    return active().playbook.sign_in.second_factor


def asked_of(user: User) -> bool:
    """Whether `user` must have a second factor: their role's audience is asked for one, and this process asks."""
    return settings.SECOND_FACTOR_ASKED and role_of(user).audience in said().asked_of


def held(user: User) -> list[Factor]:
    """Every confirmed factor of `user`, oldest first: who has one is asked for one, in whatever mode."""
    return list(Factor.objects.filter(user=user, removed_at=None).exclude(confirmed_at=None).order_by("added_at"))


def usable(user: User) -> list[Factor]:
    """The factors `user` may log in with: no text messages where they are not allowed (any more)."""
    by_message = sms_allowed(user)
    return [factor for factor in held(user) if factor.kind != "sms" or by_message]


def sms_allowed(user: User) -> bool:
    """Whether `user` may use codes by text message: the playbook allows it, the role is not privileged, a way is set."""
    return said().sms.allowed and not role_of(user).privileged and bool(settings.CONFIG.sms_url)


def kinds_for(user: User) -> list[str]:
    """The kinds `user` may add."""
    return [*said().kinds, *(["sms"] if sms_allowed(user) else [])]


def begin(user: User, kind: str, *, at: datetime, phone: str = "") -> Factor:
    """A factor by code, waiting for its first code; an earlier one that was never confirmed goes.

    Effects: Factor with a fresh seed (sealed). Raises FactorRefused where the kind is not allowed or the number is none.
    """
    if kind not in kinds_for(user) or kind == "webauthn":
        raise FactorRefused(f"{TITLES.get(kind, 'This')} is not a second factor your role may use.")
    secret = otp.fresh_secret(kind, phone)
    Factor.objects.filter(user=user, kind=kind, confirmed_at=None).delete()
    return Factor.objects.create(user=user, kind=kind, name=TITLES[kind], secret=secret, added_at=at)


def waiting(user: User, kind: str) -> Factor | None:
    """The factor of `kind` that `user` began to add."""
    return Factor.objects.filter(user=user, kind=kind, confirmed_at=None, removed_at=None).order_by("-added_at").first()


def confirm(factor: Factor, code: str, *, by: Actor, at: datetime) -> bool:
    """Whether the first code was right; then the factor counts. Effects: Factor, an audit entry."""
    with deed(by):
        factor = Factor.objects.select_for_update().get(pk=factor.pk)
        if factor.confirmed_at is not None or not otp.spend(factor, code, at=at):
            return False
        factor.confirmed_at = at
        factor.save(update_fields=["confirmed_at"])
        _note_added(factor, by, at)
    return True


def add_key(user: User, *, name: str, credential: bytes, public_key: bytes, counter: int, by: Actor, at: datetime) -> Factor:
    """Keep a security key or passkey whose answer was verified. Effects: Factor, an audit entry. Raises FactorRefused."""
    if "webauthn" not in kinds_for(user):
        raise FactorRefused("Security keys are not a second factor here.")
    if Factor.objects.filter(credential=credential).exists():
        raise FactorRefused("This key was added already.")
    with deed(by):
        factor = Factor.objects.create(user=user, kind="webauthn", name=_named(name, "webauthn"), credential=credential,
                                       public_key=public_key, counter=counter, added_at=at, confirmed_at=at)  # fmt: skip
        _note_added(factor, by, at)
    return factor


def rename(factor: Factor, name: str, *, by: Actor, at: datetime) -> Factor:
    """Call a factor something its person knows it by. Effects: the row, an audit entry."""
    with deed(by):
        factor.name = _named(name, factor.kind)
        factor.save(update_fields=["name"])
        audit.note("factor.rename", by=by, at=at, kind="user", subject=factor.user_id, detail={"factor": str(factor.id)})
    return factor


def remove(factor: Factor, *, by: Actor, at: datetime, keep: Session | None = None) -> None:
    """Take a factor away; every other session of its person ends, because one of them may be why.

    Effects: removed_at, the secret goes, sessions other than `keep`, an audit entry. Raises LastFactor.
    """
    user = factor.user
    with deed(by):
        User.objects.select_for_update().get(pk=user.pk)  # two removals at once must not leave none
        others = [one for one in usable(user) if one.pk != factor.pk]
        if not others and asked_of(user):
            raise LastFactor
        _take(Factor.objects.filter(pk=factor.pk), at)
        if not others:
            user.recovery_codes.all().delete()
        detail = {"factor": str(factor.id), "kind": factor.kind}
        audit.note("factor.remove", by=by, at=at, kind="user", subject=user.id, detail=detail)
        rest = Session.objects.filter(user=user).exclude(pk=keep.pk if keep else None)
        sessions.end(rest, why="factor removed", at=at)


def reset(user: User, *, by: Actor, at: datetime, reason: str) -> int:
    """Take away every factor and recovery code of somebody who lost them, end their sessions; how many factors.

    At the next log-in their role's rule holds: who needs one adds one before anything else. Effects: Factor,
    RecoveryCode, Session, an audit entry. Raises FactorRefused without a reason.
    """
    if not reason.strip():
        raise FactorRefused("Say why: the reason is kept.", field="reason")
    with deed(by):
        gone = _take(Factor.objects.filter(user=user, removed_at=None), at)
        user.recovery_codes.all().delete()
        sessions.end(Session.objects.filter(user=user), why="second factor reset", at=at)
        audit.note("factor.reset", by=by, at=at, kind="user", subject=user.id, detail={"reason": reason, "factors": gone})
    return gone


def _take(rows, at: datetime) -> int:
    return rows.update(removed_at=at, secret="", credential=None, public_key=None)


def _named(name: str, kind: str) -> str:
    return " ".join(name.split())[:LONGEST_NAME] or TITLES[kind]


def _note_added(factor: Factor, by: Actor, at: datetime) -> None:
    detail = {"factor": str(factor.id), "kind": factor.kind}
    audit.note("factor.add", by=by, at=at, kind="user", subject=factor.user_id, detail=detail)
