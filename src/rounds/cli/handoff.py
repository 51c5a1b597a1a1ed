"""`rounds handoff …`: what one department gives to another."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from uuid import UUID

import click

from rounds.cli.deal_eyes import by_now, deal_of
from rounds.cli.options import JSON
from rounds.cli.people import WHO, eyes
from rounds.kit.refusal import Refusal

if TYPE_CHECKING:
    from rounds.models import HandOff, User

HANDOFF = click.argument("handoff", type=click.UUID)


class NoSuchHandOff(Refusal):
    """There is no such hand-off, or you do not see it; `rounds handoff list` shows yours with their ids."""

    status = 404


@click.group("handoff")
def command() -> None:
    """Hand-offs between departments: list, give, accept, send back, finish."""


@command.command("list")
@WHO
@click.option("--state", type=click.Choice(["waiting", "accepted", "returned", "done"]), help="Only those.")
@click.option("--ours", is_flag=True, help="Only those for one's own department.")
@JSON
def list_(email: str, state: str | None, ours: bool, as_json: bool) -> None:
    """The hand-offs one sees, those to be accepted first first (at most 200)."""
    with eyes(email) as (user, _):
        from rounds.access.allowed import need_to_read
        from rounds.access.scope import visible
        from rounds.access.sight import current
        from rounds.models import HandOff
        from rounds.models.enablement.listing import state_q
        from rounds.models.flow.active import active

        need_to_read(user, "handoff")
        rows = visible(HandOff, current()).select_related("owner").order_by("accept_by", "id")
        rows = rows.filter(state_q("is", [state], user)) if state else rows
        rows = rows.filter(to_department=active().playbook.handoffs.of_role(user.role)) if ours else rows
        told = [{"id": str(row.id), "title": row.title, "from": row.from_department, "to": row.to_department, "state": row.state,
                 "accept_by": row.accept_by.isoformat(), "owner": row.owner.name if row.owner else None} for row in rows[:200]]  # fmt: skip
    if as_json:
        click.echo(json.dumps(told))
        return
    for row in told:
        click.echo(f"{row['id']}  {row['state']:8}  by {row['accept_by'][:16].replace('T', ' ')}  {row['from']} → {row['to']}: {row['title']} ({row['owner'] or 'nobody'})")
    click.echo(f"{len(told)} hand-offs.")


@command.command("give")
@click.argument("kind")
@click.argument("title")
@WHO
@click.option("--deal", type=click.UUID, help="The deal it is about.")
@click.option("--note", default="", help="What one should know.")
def give(kind: str, title: str, email: str, deal: UUID | None, note: str) -> None:
    """Hand TITLE over by a KIND of handoffs.yaml, which says from whom to whom."""
    with eyes(email) as (user, by):
        from rounds.access.allowed import need_to_write
        from rounds.actions.enablement import handoffs

        need_to_write(user, "handoff")
        row = handoffs.give(kind, title, note=note, deal=deal_of(user, deal, change=False) if deal else None, **by_now(by))
        click.echo(f"{row.id}  handed to {row.to_department}, to be accepted by {row.accept_by:%Y-%m-%d %H:%M}.")


@command.command("accept")
@HANDOFF
@WHO
def accept(handoff: UUID, email: str) -> None:
    """Take it: yours from now on."""
    with eyes(email) as (user, by):
        from rounds.actions.enablement import handoffs

        row = handoffs.accept(_handoff(user, handoff), user, **by_now(by))
        click.echo(f"Yours, due {row.due_at:%Y-%m-%d %H:%M}.")


@command.command("return")
@HANDOFF
@WHO
@click.option("--why", required=True, help="What is missing.")
def send_back(handoff: UUID, email: str, why: str) -> None:
    """Send it back; its giver is told what is missing."""
    with eyes(email) as (user, by):
        from rounds.actions.enablement import handoffs

        handoffs.send_back(_handoff(user, handoff), why=why, **by_now(by))
        click.echo("Sent back.")


@command.command("finish")
@HANDOFF
@WHO
@click.option("--outcome", required=True, help="What came of it.")
def finish(handoff: UUID, email: str, outcome: str) -> None:
    """Say that it is done."""
    with eyes(email) as (user, by):
        from rounds.actions.enablement import handoffs

        handoffs.finish(_handoff(user, handoff), outcome=outcome, **by_now(by))
        click.echo("Done.")


def _handoff(user: User, key: UUID) -> HandOff:
    from rounds.access.allowed import need_to_write
    from rounds.access.scope import visible
    from rounds.access.sight import current
    from rounds.models import HandOff

    row = visible(HandOff, current()).select_related("owner").filter(pk=key).first()
    if row is None:
        raise NoSuchHandOff
    need_to_write(user, row)
    return row
