"""Codes: of an authenticator app (RFC 6238), by text message (RFC 4226), and to recover with. Each works once."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from datetime import datetime

import pyotp

from rounds.actions.flow.deeds import deed
from rounds.actions.people import throttling
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Factor, RecoveryCode, User
from rounds.models.flow.active import active

STEP = 30
"""Seconds of a code of an app (RFC 6238)."""
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Without I, L, O, 0 and 1, which people mistake."""
GROUPS, LONG = 4, 4
"""A recovery code: four groups of four, 79 bits; too many to be tried, so a plain digest keeps it."""


class NoNumber(Refusal):
    """A mobile number with its country, such as +1 212 555 0100."""

    status = 422
    field = "phone"


def fresh_secret(kind: str, phone: str = "") -> str:
    """A new seed (160 bits); for messages with the number they go to. Raises NoNumber."""
    seed = pyotp.random_base32()
    if kind != "sms":
        return seed
    number = "+" + re.sub(r"[^0-9]", "", phone)
    if not phone.strip().startswith("+") or not 8 <= len(number) <= 16:
        raise NoNumber
    return json.dumps({"seed": seed, "phone": number})


def address(factor: Factor, *, company: str) -> str:
    """The otpauth:// address an app reads from the picture: the seed, whose and where."""
    return pyotp.TOTP(factor.secret).provisioning_uri(name=factor.user.email, issuer_name=company)


def spend(factor: Factor, code: str, *, at: datetime) -> bool:
    """Whether `code` is right and was not used before; then it is used. Effects: last_step, used_at (and the lock)."""
    row = Factor.objects.select_for_update().filter(pk=factor.pk, removed_at=None).first()
    digits = re.sub(r"[^0-9]", "", code)
    if row is None or len(digits) != 6:
        return False
    step = _app_step(row, digits, at) if row.kind == "totp" else _message_step(row, digits, at)
    if step is None:
        return False
    row.last_step, row.used_at = step, at
    row.save(update_fields=["last_step", "used_at"])
    return True


def _app_step(row: Factor, digits: str, at: datetime) -> int | None:
    """The step `digits` belongs to: near enough to `at`, later than the last one used."""
    here, drift = int(at.timestamp()) // STEP, active().playbook.sign_in.second_factor.totp_drift.value
    app = pyotp.TOTP(row.secret)
    fits = [step for step in range(here - drift, here + drift + 1) if hmac.compare_digest(app.at(step * STEP), digits)]
    return next((step for step in fits if step > row.last_step), None)


def _message_step(row: Factor, digits: str, at: datetime) -> int | None:
    """0 when `digits` was sent last and is still good: `last_step` of a factor by message is when its code ends."""
    if row.last_step <= at.timestamp() or not hmac.compare_digest(code_of(row), digits):
        return None
    return 0


def code_of(row: Factor) -> str:
    """The code that the last message said, or is about to say."""
    return pyotp.HOTP(json.loads(row.secret)["seed"]).at(row.counter)


def send(factor: Factor, *, at: datetime) -> None:
    """Send the next code by message; the one before it ends. The job works the code out from the sealed seed.

    Effects: counter, last_step, the job people.send_code. Raises Throttled after too many.
    """
    from procrastinate.contrib.django import app

    key = throttling.key("sms", factor.id)
    throttling.check(key, at=at)
    throttling.failed(key, at=at)
    row = Factor.objects.select_for_update().get(pk=factor.pk)
    row.counter += 1
    row.last_step = int((at + active().playbook.sign_in.second_factor.sms.good_for.span).timestamp())
    row.save(update_fields=["counter", "last_step"])
    app.configure_task("people.send_code").defer(factor=str(row.id), number=row.counter)


def phone_of(factor: Factor) -> str:
    """The number, all but its last two digits hidden."""
    return f"ends in {json.loads(factor.secret)['phone'][-2:]}"


def make_codes(user: User, *, by: Actor, at: datetime) -> list[str]:
    """Fresh recovery codes, shown once and kept as digests; the old ones end. Effects: RecoveryCode, an audit entry."""
    number = active().playbook.sign_in.second_factor.recovery_codes.value
    codes = [_code() for _ in range(number)]
    with deed(by):
        user.recovery_codes.all().delete()
        RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=_digest(user, c), made_at=at) for c in codes)
        audit.note("recovery_codes.make", by=by, at=at, kind="user", subject=user.id, detail={"codes": number})
    return codes


def spend_code(user: User, code: str, *, at: datetime) -> bool:
    """Whether `code` is an unused recovery code of `user`; then it is used. Effects: used_at, an audit entry."""
    rows = RecoveryCode.objects.filter(user=user, digest=_digest(user, code), used_at=None)
    if not rows.update(used_at=at):
        return False
    audit.note("recovery_codes.use", by=user.actor, at=at, kind="user", subject=user.id, detail={"left": codes_left(user)})
    return True


def codes_left(user: User) -> int:
    """How many recovery codes `user` has not used."""
    return user.recovery_codes.filter(used_at=None).count()


def _code() -> str:
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(LONG)) for _ in range(GROUPS))


def _digest(user: User, code: str) -> bytes:
    plain = re.sub(r"[^A-Z0-9]", "", code.upper())
    return hashlib.sha256(f"{user.id}:{plain}".encode()).digest()
