"""`rounds campaign list | show | stop`: one-off sends and what came of them. One is begun by `rounds sequence enrol CODE … --campaign NAME`."""

from __future__ import annotations

from uuid import UUID

import click

from rounds.cli.people import WHO, eyes
from rounds.kit.refusal import Refusal


class NoSuchCampaign(Refusal):
    """There is no such send; `rounds campaign list` shows them with their ids."""

    status = 404


@click.group("campaign")
def command() -> None:
    """Look at one-off sends, and stop one."""


@command.command("list")
@WHO
def list_(email: str) -> None:
    """The sends, the newest first, with what came of each."""
    with eyes(email) as (user, _):
        from rounds.access.allowed import need
        from rounds.access.sight import current
        from rounds.analytics.reach import campaigns as told
        from rounds.analytics.reach.sequences import Line
        from rounds.models import Campaign

        need(user, "playbook.read")
        lines, rows = told.lines(current()), list(Campaign.objects.order_by("-at", "id")[:200])
    for row in rows:
        line = lines.get(str(row.pk), Line())
        click.echo(f"{row.pk}  {row.state:<8} {line.enrolled:>6} people {line.sent:>6} sent {line.answered:>5} answered {line.meetings:>4} met {line.unsubscribed:>4} left  {row.name}")
    click.echo(f"{len(rows)} sends.")


@command.command()
@click.argument("campaign", type=click.UUID)
@WHO
def show(campaign: UUID, email: str) -> None:
    """One, by segment and by tier."""
    with eyes(email) as (user, _):
        from rounds.access.allowed import need
        from rounds.access.sight import current
        from rounds.analytics.reach import campaigns as told

        need(user, "playbook.read")
        row = _of(campaign)
        whole = told.line(row.pk, current())
        parts = {part: told.by_part(row.pk, current(), part) for part in ("segment", "tier")}
    click.echo(f"{row.name} ({row.kind}), {row.state}: {whole.enrolled} people, {whole.sent} sent, {whole.delivered} delivered, {whole.answered} answered, "
               f"{whole.meetings} met, {whole.unsubscribed} unsubscribed.")  # fmt: skip
    for part, lines in parts.items():
        for name, line in sorted(lines.items()):
            click.echo(f"  {part} {name or 'not known':<14} {line.enrolled} people, {line.sent} sent, {line.answered} answered, {line.unsubscribed} unsubscribed")


@command.command()
@click.argument("campaign", type=click.UUID)
@WHO
@click.option("--why", required=True, help="Why it is stopped.")
def stop(campaign: UUID, email: str, why: str) -> None:
    """Stop it for whoever did not get it yet."""
    with eyes(email) as (user, by):
        from rounds.access.allowed import need
        from rounds.actions.reach import campaigns
        from rounds.kit.clock import now

        need(user, "campaigns.run")
        row = campaigns.stop(_of(campaign), why=why, by=by, at=now())
    click.echo(f"{row.name} is stopped.")


def _of(key: UUID):
    from rounds.models import Campaign

    row = Campaign.objects.filter(pk=key).first()
    if row is None:
        raise NoSuchCampaign
    return row
