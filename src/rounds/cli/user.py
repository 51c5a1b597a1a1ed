"""`rounds user add | link | token | deactivate`: people, the links that log them in, and tokens for programs."""

from __future__ import annotations

import json
from typing import Any

import click

from rounds.cli.django import start
from rounds.kit.refusal import Refusal

JSON = click.option("--json", "as_json", is_flag=True, help="Answer with data.")
BY = click.option("--by", "who", help="The e-mail address of the person who does this (else: the command line).")


class NoSuchTeam(Refusal):
    """There is no team of that name."""

    status = 404


@click.group("user")
def command() -> None:
    """Add people, make log-in links and API tokens, send people away."""


@command.command()
@click.argument("email")
@click.argument("name")
@click.option("--role", default="ae", show_default=True, help="A role of access/roles.yaml.")
@click.option("--team", default="", help="The name of their team.")
@click.option("--territory", "territories", multiple=True, help="A territory of the playbook; may be given several times.")
@BY
@JSON
def add(email: str, name: str, role: str, team: str, territories: tuple[str, ...], who: str | None,
        as_json: bool) -> None:  # fmt: skip
    """Add a person and print the link of their first log-in. There is no default account and no default password."""
    start("worker")
    from rounds.actions.people import users
    from rounds.kit.clock import now
    from rounds.models import Team

    by, at = _actor(who), now()
    group = Team.objects.filter(name=team).first() if team else None
    if team and group is None:
        known = ", ".join(Team.objects.values_list("name", flat=True)) or "none yet"
        raise NoSuchTeam(f"There is no team named {team}; there is: {known}.")
    user = users.add(email, name, role=role, team=group, territories=list(territories), by=by, at=at)
    address = _link(user, by, at)
    _answer(as_json, {"id": str(user.id), "email": user.email, "role": user.role, "link": address},
            f"{user.name} is added. First log-in, within 30 minutes: {address}")  # fmt: skip


@command.command()
@click.argument("email")
@BY
@JSON
def link(email: str, who: str | None, as_json: bool) -> None:
    """Make a link that logs EMAIL in once within 30 minutes."""
    start("worker")
    from rounds.kit.clock import now

    user = _person(email)
    address = _link(user, _actor(who), now())
    _answer(as_json, {"email": user.email, "link": address}, address)


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

    user = _person(email)
    row, secret = tokens.make(user, name=name, scopes=scopes, by=_actor(who), at=now())
    said = {"id": str(row.id), "token": secret, "scopes": row.scopes, "expires_at": row.expires_at}
    _answer(as_json, said, f"{secret}\nKeep it now: it is not shown again. It expires on {row.expires_at:%Y-%m-%d}.")


@command.command()
@click.argument("email")
@click.option("--reason", required=True, help="Why; it is kept.")
@BY
@JSON
def deactivate(email: str, reason: str, who: str | None, as_json: bool) -> None:
    """Send EMAIL away: sessions and tokens die at once; what they did stays."""
    start("worker")
    from rounds.actions.people import users
    from rounds.kit.clock import now

    user = users.deactivate(_person(email), reason=reason, by=_actor(who), at=now())
    _answer(as_json, {"id": str(user.id), "email": user.email, "active": user.is_active}, f"{user.name} is deactivated.")


def _actor(email: str | None):
    from rounds.cli.people import actor

    return actor(email)


def _person(email: str):
    from rounds.cli.people import NobodyOfThatName
    from rounds.models import User

    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is None:
        raise NobodyOfThatName(f"No active person has the address {email}; `rounds user add` adds one.")
    return user


def _link(user, by, at) -> str:
    from django.conf import settings

    from rounds.actions.people import logins

    return f"{settings.CONFIG.public_url.rstrip('/')}/login/link/{logins.make_link(user, by=by, at=at)}/"


def _answer(as_json: bool, said: dict[str, Any], sentence: str) -> None:
    click.echo(json.dumps(said, default=lambda value: value.isoformat()) if as_json else sentence)
