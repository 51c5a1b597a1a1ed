"""Passwords: checked before they are taken, kept as argon2 hashes, never the same one again soon (SEC-04)."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from rounds.actions.flow.deeds import deed
from rounds.actions.people import breaches, logins, sessions
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import OldPassword, Session, User
from rounds.models.flow.active import active

WORD = 4
"""Letters from which on a part of a name is looked for: “Lee” inside a password says nothing of who chose it."""


class PasswordRefused(Refusal):
    """A password that is not taken; the sentence says how to mend it."""

    status = 422
    field = "password"


def check(password: str, user: User) -> None:
    """Go on only with a password `user` may have. Raises PasswordRefused.

    Asked in this order: length, what is left without their own words, the common ones, the breached ones, the last ones.
    """
    said = active().playbook.sign_in.passwords
    shortest, longest = said.shortest.value, said.longest.value
    if len(password) < shortest:
        raise PasswordRefused(f"A password needs at least {shortest} characters; this one has {len(password)}. Four words"
                              " that have nothing to do with each other are long and easy to keep.")  # fmt: skip
    if len(password) > longest:
        raise PasswordRefused(f"A password has at most {longest} characters; this one has {len(password)}.")
    left = len(_without_own_words(password, user))
    if left < shortest:
        raise PasswordRefused("Your name, your e-mail address and the company's name are the first things tried. Without"
                              f" them {_left(left)}; {shortest} are needed. Add words that have nothing to do with you.")  # fmt: skip
    if _is_common(password):
        raise PasswordRefused("This password is among the most common ones. Choose one nobody else would think of.")
    if _is_breached(password):
        raise PasswordRefused("This password was found in data stolen from somewhere else, so it is on the lists"
                              " that are tried. Choose one you use nowhere else.")  # fmt: skip
    if _was_theirs(password, user, said.not_again.value):
        raise PasswordRefused(f"You had this password before. Choose one that is not among your last {said.not_again.value}.")


def set(user: User, password: str, *, by: Actor, at: datetime, keep: Session | None = None) -> User:
    """Take a new password. The person's sessions end, all but `keep` (the one it is set in).

    Effects: the password, password_at, the one before as an OldPassword, sessions ended, an audit entry. Raises PasswordRefused, NeverLogsIn.
    """
    if not logins.logs_in(user):
        raise logins.NeverLogsIn
    check(password, user)
    with deed(by):
        user_now = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        remember(user_now, at=at)
        user.set_password(password)
        user.password_at = at
        user.save(update_fields=["password", "password_at"])
        others = Session.objects.filter(user=user)
        sessions.end(others.exclude(pk=keep.pk) if keep else others, why="password", at=at)
        audit.note("password.set", by=by, at=at, kind="user", subject=user.id)
    return user


def remember(user: User, *, at: datetime) -> None:
    """Keep the hash of the password `user` has as an old one, and no more of them than are asked about."""
    if not user.has_usable_password():
        return
    OldPassword.objects.create(user=user, password=user.password, until=at)
    most = active().playbook.sign_in.passwords.not_again.value
    kept = OldPassword.objects.filter(user=user).order_by("-until", "-id").values_list("pk", flat=True)[:most]
    OldPassword.objects.filter(user=user).exclude(pk__in=list(kept)).delete()


def _was_theirs(password: str, user: User, most: int) -> bool:
    old = OldPassword.objects.filter(user=user).order_by("-until", "-id").values_list("password", flat=True)
    hashes = ([user.password] if user.has_usable_password() else []) + list(old[:most])
    return any(check_password(password, one) for one in hashes[:most])


def _without_own_words(password: str, user: User) -> str:
    """What is left of the password without the words everybody knows of its owner, longest first."""
    address, _, host = user.email.partition("@")
    said = [user.email, address, host, host.split(".")[0], user.name, settings.CONFIG.company, "rounds"]
    words = {part for text in said for part in (text, *re.split(r"[\W_]+", text)) if len(part) >= WORD}
    words |= {re.sub(r"[\W_]+", "", text) for text in said if len(text) >= WORD}
    left = password.casefold()
    for word in sorted(words, key=len, reverse=True):
        left = left.replace(word.casefold(), "")
    return left


def _left(count: int) -> str:
    return "nothing is left" if count == 0 else "one character is left" if count == 1 else f"{count} characters are left"


def _is_common(password: str) -> bool:
    try:
        _COMMON.validate(password)
    except ValidationError:
        return True
    return False


_COMMON = CommonPasswordValidator()


def _is_breached(password: str) -> bool:
    file: Path | None = settings.CONFIG.breached_passwords
    return file is not None and breaches.times_seen(password, file) > 0
