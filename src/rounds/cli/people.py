"""Who a command acts as."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal

if TYPE_CHECKING:
    from rounds.models import User


class NobodyOfThatName(Refusal):
    """No active person has that e-mail address; `rounds user add` adds one."""

    status = 404


def actor(email: str | None) -> Actor:
    """The person of `email`, or, without one, the system by way of the command line."""
    return person(email).actor if email else Actor("system", None, "Command line")


def person(email: str) -> User:
    """The active person of an address. Raises NobodyOfThatName."""
    from rounds.models import User

    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is None:
        raise NobodyOfThatName(f"No active person has the address {email}; `rounds user add` adds one.")
    return user
