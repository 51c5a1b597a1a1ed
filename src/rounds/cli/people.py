"""Who a command acts as, and through whose eyes it looks."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from rounds.cli.django import start
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rounds.models import User

WHO = click.option("--as", "email", metavar="EMAIL", required=True, help="Who looks, or acts.")


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


@contextmanager
def eyes(email: str) -> Iterator[tuple[User, Actor]]:
    """The block sees what the person sees (`current()`), and acts as them. What needs Django is imported within it."""
    start("web")
    from rounds.access.scope import scope_of
    from rounds.access.sight import sight

    user = person(email)
    with sight(scope_of(user)):
        yield user, user.actor
