"""`rounds user …`: people, the links that log them in, and tokens for programs; the rest in user_people.py."""

from __future__ import annotations

import json
from typing import Any

import click

from rounds.cli import user_people
from rounds.cli.django import start
from rounds.cli.options import BY, JSON, placed
from rounds.kit.refusal import Refusal


class NoSuchTeam(Refusal):
    """There is no team of that name."""

    status = 404


@click.group("user")
def command() -> None:
    """Add people, make log-in links and API tokens, send people away."""


@command.command()
@placed
@BY
@JSON
def add(email: str, name: str, role: str, team: str, territories: tuple[str, ...], who: str | None,
        as_json: bool) -> None:  # fmt: skip
    """Add a person and print the link of their first log-in. There is no default account and no default password."""
    start("worker")
    from rounds.actions.people import logins, users
    from rounds.kit.clock import now

    by, at = actor_of(who), now()
    user = users.add(email, name, role=role, team=team_of(team), territories=list(territories), by=by, at=at)
    address = _link(user, by, at) if logins.logs_in(user) else ""
    said = f" First log-in, within 30 minutes: {address}" if address else " It never logs in; make it a token."
    answer(as_json, {"id": str(user.id), "email": user.email, "role": user.role, "link": address},
           f"{user.name} is added.{said}")  # fmt: skip


@command.command()
@click.argument("email")
@BY
@JSON
def link(email: str, who: str | None, as_json: bool) -> None:
    """Make a link that logs EMAIL in once within 30 minutes."""
    start("worker")
    from rounds.kit.clock import now

    user = person_of(email)
    address = _link(user, actor_of(who), now())
    answer(as_json, {"email": user.email, "link": address}, address)


@command.command()
@click.argument("email")
@click.option("--name", required=True, help="What the token is for, so that it can be told from others.")
@click.option("--scope", "scopes", multiple=True, required=True, help="What it may do, e.g. leads:write; several times.")
@BY
@JSON
def token(email: str, name: str, scopes: tuple[str, ...], who: str | None, as_json: bool) -> None:
    """Make an API token that acts for EMAIL. It is shown once and kept only as a digest."""
    start("worker")
    from rounds.actions.trust import tokens
    from rounds.kit.clock import now

    user = person_of(email)
    row, secret = tokens.make(user, name=name, scopes=scopes, by=actor_of(who), at=now())
    said = {"id": str(row.id), "token": secret, "scopes": row.scopes, "expires_at": row.expires_at}
    answer(as_json, said, f"{secret}\nKeep it now: it is not shown again. It expires on {row.expires_at:%Y-%m-%d}.")


def actor_of(email: str | None):
    """Who acts: the person of `email`, else the command line."""
    from rounds.cli.people import actor

    return actor(email)


def person_of(email: str, *, active: bool = True):
    """The person of an address, by default only one who is here. Raises NobodyOfThatName."""
    from rounds.cli.people import NobodyOfThatName
    from rounds.models import User

    rows = User.objects.filter(is_active=True) if active else User.objects.all()
    user = rows.filter(email=email.strip().lower()).first()
    if user is None:
        raise NobodyOfThatName(f"No active person has the address {email}; `rounds user add` adds one.")
    return user


def team_of(name: str):
    """The team of that name that goes on, None for "". Raises NoSuchTeam."""
    from rounds.models import Team

    there = Team.objects.filter(ended_at=None)
    team = there.filter(name=name).first() if name else None
    if name and team is None:
        known = ", ".join(there.values_list("name", flat=True)) or "none yet"
        raise NoSuchTeam(f"There is no team named {name}; there is: {known}.")
    return team


def _link(user, by, at) -> str:
    from rounds.actions.people import logins

    return address(logins.make_link(user, by=by, at=at))


def address(token: str) -> str:
    """Where a log-in token is used."""
    from django.conf import settings

    return f"{settings.CONFIG.public_url.rstrip('/')}/login/link/{token}/"


def answer(as_json: bool, said: Any, sentence: str) -> None:
    """Print data or the sentence."""
    click.echo(json.dumps(said, default=lambda value: value.isoformat()) if as_json else sentence)


for more in user_people.COMMANDS:
    command.add_command(more)
