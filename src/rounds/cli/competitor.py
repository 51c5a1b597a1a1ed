"""`rounds competitor …`: the registry of competitors, and where what is known of them was read."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from rounds.cli.deal_eyes import DAY, by_now
from rounds.cli.options import JSON
from rounds.cli.people import WHO, eyes
from rounds.kit.refusal import Refusal

if TYPE_CHECKING:
    from rounds.models import Competitor

NAMED = click.argument("competitor")
MAY = "competitors.manage"


class NoSuchCompetitor(Refusal):
    """There is no such competitor; `rounds competitor list` shows them."""

    status = 404


def known(command: Callable[..., Any]) -> Callable[..., Any]:
    """What may be known of one; what is not said stays."""
    for name, says in (
        ("weaknesses", "Where it is weak."), ("strengths", "Where it is strong."), ("pricing", "What it costs."),
        ("ehr-partners", "EHRs it works with, with commas between them."), ("segments", "Whom it sells to, with commas between them."),
        ("products", "What it sells, with commas between them."), ("website", "Where it stands on the web."), ("kind", "established or entrant."),
    ):  # fmt: skip
        command = click.option(f"--{name}", help=says)(command)
    return command


@click.group("competitor")
def command() -> None:
    """Competitors: list, add, change, cite a source, retire. Where one is met in a deal: `rounds deal met`."""


@command.command("list")
@WHO
@click.option("--all", "retired", is_flag=True, help="Those that were retired as well.")
@JSON
def list_(email: str, retired: bool, as_json: bool) -> None:
    """The competitors, by name."""
    with eyes(email) as (user, _):
        from rounds.access.allowed import need_to_read
        from rounds.models import Competitor

        need_to_read(user, "opportunity")
        rows = Competitor.objects.order_by("retired_at", "name")
        told = [{"id": str(row.id), "name": row.name, "kind": row.kind, "retired": row.retired_at is not None}
                for row in (rows if retired else rows.filter(retired_at=None))]  # fmt: skip
    if as_json:
        click.echo(json.dumps(told))
        return
    for row in told:
        click.echo(f"{row['id']}  {row['kind']:11}  {row['name']}{' (retired)' if row['retired'] else ''}")
    click.echo(f"{len(told)} {'competitor' if len(told) == 1 else 'competitors'}.")


@command.command("show")
@NAMED
@WHO
@JSON
def show(competitor: str, email: str, as_json: bool) -> None:
    """What is known of one, named or by its id, and from where."""
    with eyes(email) as (user, _):
        from rounds.access.allowed import need_to_read
        from rounds.actions.deals.competitors import FIELDS

        need_to_read(user, "opportunity")
        row = _of(competitor)
        told = {"id": str(row.id), **{name: getattr(row, name) for name in FIELDS}, "retired": row.retired_at is not None, "sources": [
            {"source": one.source, "link": one.link, "as_of": one.as_of.isoformat(), "confidence": one.confidence, "says": one.says}
            for one in row.sources.order_by("-as_of", "-id")[:50]]}  # fmt: skip
    if as_json:
        click.echo(json.dumps(told))
        return
    for name in FIELDS:
        said = ", ".join(told[name]) if isinstance(told[name], list) else told[name]
        click.echo(f"{name.replace('_', ' ')}: {said or 'not known'}")
    for one in told["sources"]:
        says = f": {one['says']}" if one["says"] else ""
        click.echo(f"  {one['as_of']}  {one['confidence']:>3} % sure  {one['source']}{says}")


@command.command("add")
@click.argument("name")
@WHO
@known
def add(name: str, email: str, **said: str | None) -> None:
    """Keep a competitor called NAME."""
    with eyes(email) as (user, by):
        from rounds.access.allowed import need
        from rounds.actions.deals import competitors

        need(user, MAY)
        row = competitors.add(name=name, **{"kind": "established", **_only(said)}, **by_now(by))
        click.echo(f"{row.id}  {row.name}, {row.kind}")


@command.command("change")
@NAMED
@WHO
@click.option("--name", help="What it is called.")
@known
def change(competitor: str, email: str, **said: str | None) -> None:
    """Change what is known of one."""
    given = _only(said)
    if not given:
        raise click.UsageError("Say what changes, such as --pricing or --strengths.")
    with eyes(email) as (user, by):
        from rounds.access.allowed import need
        from rounds.actions.deals import competitors

        need(user, MAY)
        click.echo(f"{competitors.change(_of(competitor), **given, **by_now(by)).name}: changed.")


@command.command("cite")
@NAMED
@click.argument("source")
@WHO
@click.option("--as-of", type=DAY, required=True, help="The day it is of.")
@click.option("--sure", "confidence", type=int, required=True, help="How sure that is, 0 to 100.")
@click.option("--link", default="", help="Where it can be read.")
@click.option("--says", default="", help="What it says.")
def cite(competitor: str, source: str, email: str, as_of: date, confidence: int, link: str, says: str) -> None:
    """Say that something was read or heard at SOURCE."""
    with eyes(email) as (user, by):
        from rounds.access.allowed import need
        from rounds.actions.deals import competitors

        need(user, MAY)
        row = competitors.cite(_of(competitor), source=source, as_of=as_of, confidence=confidence, link=link, says=says, **by_now(by))
        click.echo(f"{row.id}  {row.source}, {row.as_of}")


@command.command("retire")
@NAMED
@WHO
def retire(competitor: str, email: str) -> None:
    """Take one off the lists; the deals it was met in keep it."""
    with eyes(email) as (user, by):
        from rounds.access.allowed import need
        from rounds.actions.deals import competitors

        need(user, MAY)
        click.echo(f"{competitors.retire(_of(competitor), **by_now(by)).name} is off the lists.")


def _only(said: dict[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in said.items() if value is not None}


def _of(said: str) -> Competitor:
    """The competitor of that id or name. Raises NoSuchCompetitor."""
    from rounds.models import Competitor

    try:
        row = Competitor.objects.filter(pk=UUID(said)).first()
    except ValueError:
        row = Competitor.objects.filter(name__iexact=said.strip()).first()
    if row is None:
        raise NoSuchCompetitor
    return row
