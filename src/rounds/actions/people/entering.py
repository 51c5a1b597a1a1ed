"""Coming in: the first factor by password or passkey, then the second. What fails is counted and noted, and answers
nothing but that it failed.

A stranger's failures are counted apart from those on a browser its person is recognised on, and from those of somebody
who came by link: trying passwords keeps nobody out who is really there. Nothing here raises for a wrong answer, because
a refusal takes the request's transaction back and with it the count.
"""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.hashers import make_password

from rounds.actions.people import factors, otp, security_keys, throttling
from rounds.actions.people.logins import logs_in
from rounds.actions.people.security_keys import Place
from rounds.actions.trust import audit
from rounds.kit import keys
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.addresses import network
from rounds.models import Device, Session, User
from rounds.models.flow.active import active

NOT_IN = (
    "That e-mail address and password do not go together, or there were too many tries. Wait a quarter of an hour, or"
    " ask your admin for a log-in link."
)
"""The one answer to an unknown address, a wrong password, somebody who has left, a service, and too many tries."""
WRONG_CODE = (
    "That is not right, was used already, or there were too many tries. Wait for the next code, or use a recovery code."
)


def by_password(email: str, password: str, *, device: Device | None, ip: str, at: datetime) -> User | None:
    """The person of `email` if `password` is theirs, they may log in, and nobody has to wait; else None.

    Each way takes the same work. Effects: counters of failures, an audit entry for a failure.
    """
    email = email.strip().lower()
    user = User.objects.filter(email=email).first()
    known = device if device is not None and user is not None and device.user_id == user.id else None
    own = throttling.key("password", user.id if known else email, known.id if known else "unrecognised")
    there = throttling.key("network", network(ip))
    waits = throttling.blocked(own, at=at) | (throttling.blocked(there, at=at) and known is None)
    fits = _fits(user, password)
    # Looked at again under a lock: many guesses at once are one after the other here.
    if fits and not waits and user is not None and logs_in(user) and not throttling.blocked(own, at=at, lock=True):
        throttling.passed(own)
        return user
    if not waits:
        throttling.failed(own, at=at)
        if known is None:
            throttling.failed(there, at=at, free=throttling.figures().per_network.value)
    _note_failed("password", user, email, ip, at)
    return None


def by_passkey(answer: str, challenge: bytes, place: Place, *, ip: str, at: datetime) -> User | None:
    """The person whose passkey answered, having checked them itself: both factors at once. Effects: the key's counter."""
    key = security_keys.used(answer, challenge, place, at=at) if challenge else None
    if key is None or not logs_in(key.user):
        _note_failed("passkey", key.user if key else None, "", ip, at)
        return None
    return key.user


def second(user: User, said: dict[str, str], *, challenge: bytes, place: Place, way: str, ip: str, at: datetime) -> str:
    """The kind of second factor that was shown ("totp", "webauthn", "sms", "recovery"), "" when it was wrong.

    `said` holds `credential` (a key's answer) or `code`. `way` is how the first factor was given: its failures are its
    own. Effects: the factor is used, counters, an audit entry for a failure.
    """
    own = throttling.key("second", user.id, way)
    waits = throttling.blocked(own, at=at, lock=True)
    kind = "" if waits else shown(user, said, challenge=challenge, place=place, at=at)
    if kind:
        throttling.passed(own)
        return kind
    if not waits:
        throttling.failed(own, at=at)
    _note_failed("second", user, "", ip, at)
    return ""


def shown(user: User, said: dict[str, str], *, challenge: bytes, place: Place, at: datetime) -> str:
    """What of `user` was shown and is right: the kind of factor, or ""."""
    if said.get("credential"):
        return "webauthn" if challenge and security_keys.used(said["credential"], challenge, place, at=at, user=user) else ""
    code = said.get("code", "").strip()[:100]
    if sum(c.isdigit() for c in code) == 6 and not any(c.isalpha() for c in code):
        by_code = (one for one in factors.usable(user) if one.kind != "webauthn")
        return next((one.kind for one in by_code if otp.spend(one, code, at=at)), "")
    return "recovery" if code and factors.held(user) and otp.spend_code(user, code, at=at) else ""


def again(user: User, row: Session, said: dict[str, str], *, challenge: bytes, place: Place, ip: str, at: datetime) -> str:
    """How somebody who is logged in showed again who they are ("password" or a kind of factor), "" when they did not.

    Effects: counters, an audit entry for a failure; `sessions.prove` is the caller's.
    """
    own = throttling.key("again", user.id)
    if not throttling.blocked(own, at=at, lock=True):
        if said.get("password"):
            way = "password" if _fits(user, said["password"]) else ""
        else:
            way = shown(user, said, challenge=challenge, place=place, at=at)
        if way:
            throttling.passed(own)
            return way
        throttling.failed(own, at=at)
    _note_failed("again", user, "", ip, at, session=str(row.id))
    return ""


def _fits(user: User | None, password: str) -> bool:
    """Whether the password is the user's. Nobody's takes as long as somebody's."""
    longest = active().playbook.sign_in.passwords.longest.value
    password, whole = password[:longest], len(password) <= longest
    if user is None:
        make_password(password)
        return False
    return user.check_password(password) and whole


def _note_failed(what: str, user: User | None, email: str, ip: str, at: datetime, **more: str) -> None:
    """Into the chain of reads: its lock is nobody's way in. An unknown address is kept as a keyed digest only."""
    detail = {"what": what, "ip": ip, **more}
    if user is None and email:
        detail["address"] = keys.ring().blind(email, "login.address")
    audit.note_read("login.failed", by=SYSTEM_ACTOR, at=at, kind="user", subject=user.id if user else None, detail=detail)
