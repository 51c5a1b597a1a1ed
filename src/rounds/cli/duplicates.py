"""`rounds duplicates find | list`: look for records that are the same one twice."""

from __future__ import annotations

import json

import click

from rounds.cli import options
from rounds.cli.django import start

NOUN = click.option("--noun", type=click.Choice(["account", "contact", "lead"]), help="One noun (else: all).")


@click.group("duplicates")
def command() -> None:
    """Records that may be one: accounts, contacts, leads (duplicates.yaml)."""


@command.command()
@NOUN
def find(noun: str | None) -> None:
    """Look through everything now, as it is done every night."""
    start("worker")
    from rounds.jobs.duplicates import find_all

    found = find_all(noun)
    click.echo(f"{found:,} pairs may be one; they wait under Duplicates.")


@command.command("list")
@NOUN
@options.JSON
def list_(noun: str | None, as_json: bool) -> None:
    """The pairs that nobody decided on yet, the surest first."""
    start("worker")
    from rounds.access.sight import system_sight
    from rounds.models import DuplicatePair

    with system_sight():
        rows = DuplicatePair.objects.filter(state="open", **({"noun": noun} if noun else {})).order_by("-points", "id")
        said = [
            {"id": str(pair.id), "noun": pair.noun, "points": pair.points, "group": pair.group, "one": str(pair.one.pk),
             "one_name": str(pair.one), "other": str(pair.other.pk), "other_name": str(pair.other)}
            for pair in rows.select_related(*(f"{side}{n}" for n in ("account", "contact", "lead") for side in ("", "other_")))
        ]  # fmt: skip
    if as_json:
        click.echo(json.dumps(said))
        return
    for pair in said:
        click.echo(f"{pair['points']:3}  {pair['group']:9} {pair['noun']:8} {pair['one_name']}  |  {pair['other_name']}")
    click.echo(f"{len(said):,} pairs wait for somebody." if said else "Nothing waits: no two records are alike.")
