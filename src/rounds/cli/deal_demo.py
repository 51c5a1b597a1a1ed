"""`rounds deal demo …`: the demos of a deal, booked, moved, held, called off."""

from __future__ import annotations

import json
from datetime import date, datetime
from uuid import UUID

import click

from rounds.cli.deal_demo_room import DEMO, ROOM
from rounds.cli.deal_eyes import DAY, MOMENT, WHICH, below, by_now, contact_of, deal_of, in_zone
from rounds.cli.options import JSON
from rounds.cli.people import WHO, eyes


@click.group("demo")
def demo() -> None:
    """Demos of a deal."""


for deed in ROOM:
    demo.add_command(deed)


@demo.command("list")
@WHICH
@WHO
@JSON
def list_(deal: UUID, email: str, as_json: bool) -> None:
    """The demos, the latest first."""
    with eyes(email) as (user, _):
        from rounds.access.scope import visible
        from rounds.access.sight import current
        from rounds.models import Demo

        rows = visible(Demo, current()).filter(opportunity=deal_of(user, deal, change=False)).order_by("-starts_at", "-id")[:200]
        told = [{"id": str(row.id), "kind": row.kind, "state": row.state, "starts_at": row.starts_at.isoformat(), "minutes": row.minutes} for row in rows]
    if as_json:
        click.echo(json.dumps(told))
        return
    for row in told:
        click.echo(f"{row['id']}  {row['starts_at'][:16].replace('T', ' ')}  {row['state']:9}  {row['kind']}, {row['minutes']} minutes")
    click.echo(f"{len(told)} demos.")


@demo.command("book")
@WHICH
@click.argument("kind")
@click.argument("starts_at", type=MOMENT)
@WHO
@click.option("--with", "people", type=click.UUID, multiple=True, help="A contact who is invited; may be given several times.")
def book(deal: UUID, kind: str, starts_at: datetime, email: str, people: tuple[UUID, ...]) -> None:
    """Book a demo of KIND, such as executive, at STARTS_AT; its preparation becomes tasks."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import demos

        row = demos.book(deal_of(user, deal), kind, starts_at=in_zone(starts_at, user), attendees=[contact_of(key) for key in people], **by_now(by))
        click.echo(f"{row.id}  {row.kind}, {row.minutes} minutes")


@demo.command("move")
@WHICH
@DEMO
@click.argument("starts_at", type=MOMENT)
@WHO
@click.option("--why", default="", help="Why.")
def move(deal: UUID, demo: UUID, starts_at: datetime, email: str, why: str) -> None:
    """Move a demo; its preparation moves along."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import demos
        from rounds.models import Demo

        demos.move(below(Demo, deal_of(user, deal), demo), in_zone(starts_at, user), why=why, **by_now(by))
        click.echo("Moved.")


@demo.command("hold")
@WHICH
@DEMO
@WHO
@click.option("--came", "people", type=click.UUID, multiple=True, required=True, help="A contact who came; may be given several times.")
@click.option("--notes", default="", help="What was said.")
@click.option("--next", "next_step", default="", help="What was agreed.")
@click.option("--by", "next_step_on", type=DAY, help="Until when.")
def hold(deal: UUID, demo: UUID, email: str, people: tuple[UUID, ...], notes: str, next_step: str, next_step_on: date | None) -> None:
    """Say that a demo was held, and who came."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import demos
        from rounds.models import Demo

        demos.complete(below(Demo, deal_of(user, deal), demo), came=[contact_of(key) for key in people], notes=notes, next_step=next_step,
                       next_step_on=next_step_on, **by_now(by))  # fmt: skip
        click.echo("Held; what follows became tasks.")


@demo.command("cancel")
@WHICH
@DEMO
@WHO
@click.option("--why", required=True, help="Why it is called off.")
def cancel(deal: UUID, demo: UUID, email: str, why: str) -> None:
    """Call a demo off."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import demos
        from rounds.models import Demo

        demos.cancel(below(Demo, deal_of(user, deal), demo), why=why, **by_now(by))
        click.echo("Called off.")
