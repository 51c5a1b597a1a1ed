"""`rounds deal note | timeline | hygiene`: what was said of a deal, what happened with it, what is left undone."""

from __future__ import annotations

import json
from uuid import UUID

import click

from rounds.cli.deal_eyes import WHICH, below, by_now, deal_of
from rounds.cli.options import JSON
from rounds.cli.people import WHO, eyes


@click.group("note")
def note() -> None:
    """Notes on a deal."""


@note.command("add")
@WHICH
@click.argument("text")
@WHO
def add(deal: UUID, text: str, email: str) -> None:
    """Write a note."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import notes

        click.echo(f"{notes.add(deal_of(user, deal), text, **by_now(by)).id}  kept")


@note.command("withdraw")
@WHICH
@click.argument("note", type=click.UUID)
@WHO
def withdraw(deal: UUID, note: UUID, email: str) -> None:
    """Take a note back."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import notes
        from rounds.models import DealNote

        notes.withdraw(below(DealNote, deal_of(user, deal), note), **by_now(by))
        click.echo("Taken back.")


@click.command("timeline")
@WHICH
@WHO
@click.option("--only", default="all", help="stages, talks, notes, people, work or money.")
@click.option("--last", default=30, show_default=True, type=click.IntRange(1, 200), help="How many entries.")
@JSON
def timeline(deal: UUID, email: str, only: str, last: int, as_json: bool) -> None:
    """What happened with a deal, the latest first."""
    with eyes(email) as (user, _):
        from rounds.access.sight import current
        from rounds.analytics.deals import timeline as deals

        if only not in deals.FILTERS:
            raise click.UsageError(f"--only is one of {', '.join(deals.FILTERS)}.")
        found = deals.timeline(deal_of(user, deal, change=False), current(), only=only, most=last)
        told = [{"at": one.when.isoformat(), "by": one.by, "kind": one.event.kind if one.event else f"activity.{one.activity.kind}",
                 "says": _says(one)} for one in found.entries]  # fmt: skip
    if as_json:
        click.echo(json.dumps(told))
        return
    for one in told:
        says = f": {one['says']}" if one["says"] else ""
        click.echo(f"{one['at'][:16].replace('T', ' ')}  {one['kind']:28} {one['by']}{says}")
    click.echo(f"{len(told)} entries{', and more' if found.next else ''}.")


def _says(entry) -> str:
    if entry.activity is not None:
        return entry.activity.subject
    if entry.note is not None:
        return "" if entry.note.withdrawn_at else entry.note.text
    said = entry.said or {}
    return next((str(said[name]) for name in ("title", "name", "contact", "reason", "why", "after") if said.get(name)), "")


@click.command("hygiene")
@WHICH
@WHO
@JSON
def hygiene(deal: UUID, email: str, as_json: bool) -> None:
    """What is left undone on a deal, and how it is mended."""
    with eyes(email) as (user, _):
        from rounds.access.sight import current
        from rounds.analytics.desk import hygiene as undone
        from rounds.kit.clock import now
        from rounds.models.flow.active import active

        row = deal_of(user, deal, change=False)
        told = [{"check": one.check, "title": one.title, "fix": one.fix} for one in undone.of_row(active().playbook, current(), "opportunity", row.pk, at=now())]
    if as_json:
        click.echo(json.dumps(told))
        return
    for one in told:
        click.echo(f"{one['title']}: {one['fix']}")
    click.echo("Nothing is left undone." if not told else f"{len(told)} left undone.")
