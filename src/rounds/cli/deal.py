"""`rounds deal …`: the deals, where each stands, what is before its next stage, and moving it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from uuid import UUID

import click

from rounds.cli.deal_content import content
from rounds.cli.deal_deeds import DEEDS
from rounds.cli.deal_demo import demo
from rounds.cli.deal_discovery import discovery
from rounds.cli.deal_eyes import WHICH, NoSuchDeal, by_now, deal_of
from rounds.cli.deal_path import approvals, path
from rounds.cli.deal_people import challenge, committee
from rounds.cli.deal_talk import hygiene, note, timeline
from rounds.cli.people import WHO, eyes

if TYPE_CHECKING:
    from rounds.models import Opportunity

@click.group("deal")
def command() -> None:
    """List deals, show where one stands, work on it, move it, close it."""


for part in (committee, challenge, discovery, path, approvals, note, timeline, hygiene, content, demo, *DEEDS):
    command.add_command(part)


def _said(deal: Opportunity) -> None:
    from rounds.actions.deals.passing import title

    click.echo(f"{deal.name}: {title(deal.stage)}")


@command.command("list")
@WHO
@click.option("--stage", default="", metavar="CODE", help="Only of this stage, such as O3.")
@click.option("--all", "closed", is_flag=True, help="Closed ones as well.")
@click.option("--team", is_flag=True, help="Everybody's they see, not only their own.")
@click.option("--json", "as_json", is_flag=True, help="Answer with data.")
def list_(email: str, stage: str, closed: bool, team: bool, as_json: bool) -> None:
    """The deals, those that close first first (at most 200)."""
    with eyes(email) as (user, _):
        from rounds.access.allowed import need_to_read
        from rounds.access.scope import visible
        from rounds.access.sight import current
        from rounds.actions.deals.passing import title
        from rounds.models import Opportunity

        need_to_read(user, "opportunity")
        rows = visible(Opportunity, current())
        rows = rows if closed else rows.filter(closed_at=None)
        rows = rows if team else rows.filter(owner=user)
        rows = rows.filter(stage=stage) if stage else rows
        found = list(rows.select_related("account", "owner").order_by("close_on", "-opened_at", "id")[:200])
        told = [{"id": str(row.id), "name": row.name, "account": row.account.name, "stage": row.stage, "title": title(row.stage),
                 "amount_cents": row.amount_cents, "currency": row.currency, "close_on": row.close_on and row.close_on.isoformat(),
                 "next_step": row.next_step, "owner": row.owner.name if row.owner else None} for row in found]  # fmt: skip
    if as_json:
        click.echo(json.dumps(told))
        return
    for row in told:
        amount = f"{row['amount_cents'] / 100:,.0f} {row['currency']}" if row["amount_cents"] is not None else "not quoted"
        click.echo(f"{row['id']}  {row['close_on'] or 'no day    '}  {row['title']:15}  {amount:>16}  {row['name']} ({row['owner'] or 'nobody'})")
    click.echo(f"{len(told)} {'deal' if len(told) == 1 else 'deals'}.")


@command.command()
@WHICH
@WHO
def show(deal: UUID, email: str) -> None:
    """Where a deal stands, and what is before its next stage."""
    with eyes(email) as (user, _):
        from rounds.access.sight import whole_sight
        from rounds.actions.deals.passing import title
        from rounds.kit.clock import now
        from rounds.models.deals import ages
        from rounds.models.deals.standing import gate_of
        from rounds.models.flow.active import active
        from rounds.models.flow.days import house_day
        from rounds.rules.pipeline.moves import next_stage

        row, book = deal_of(user, deal, change=False), active().playbook
        click.echo(f"{row.name} with {row.account.name}: {title(row.stage)} since {house_day(row.stage_since or row.opened_at):%Y-%m-%d}, "
                   f"{ages.stage_days(row, now())} days in stage, {ages.process_days(row, now())} in process stage")
        if row.next_step:
            click.echo(f"Next: {row.next_step}{f' by {row.next_step_due}' if row.next_step_due else ''}")
        after = next_stage(book, row.stage)
        if after is None:
            return
        with whole_sight(row):
            gate = gate_of(row, after, book, role=user.role)
        click.echo(f"Before {title(after)} ({'it stops' if gate.mode == 'block' else 'it warns'}):")
        for line in gate.lines:
            click.echo(f"  {'✓' if line.met else '·'} {line.title}: {line.says or line.state}{f'; next: {line.next} ({line.whose})' if line.next else ''}")


@command.command("open")
@click.argument("account", type=click.UUID)
@click.argument("name")
@WHO
@click.option("--kind", default="expansion", help="new, expansion, partner or renewal.")
def open_(account: UUID, name: str, email: str, kind: str) -> None:
    """Open a deal with ACCOUNT that did not come from a lead."""
    with eyes(email) as (user, by):
        from rounds.access.allowed import keeper, need_to_write
        from rounds.access.scope import visible
        from rounds.access.sight import current
        from rounds.actions.deals import opportunities
        from rounds.models import Account

        need_to_write(user, "opportunity")
        row = visible(Account, current()).filter(pk=account).first()
        if row is None:
            raise NoSuchDeal("There is no such account, or you do not see it.")
        made = opportunities.open_deal(row, name, kind=kind, owner=keeper(user), **by_now(by))
        click.echo(f"{made.id}  {made.name}")


@command.command()
@WHICH
@click.argument("stage")
@WHO
@click.option("--reason", default="", help="Why it goes back, or over stages.")
@click.option("--passing", default="", help="Why it goes through a gate that stops it.")
def move(deal: UUID, stage: str, email: str, reason: str, passing: str) -> None:
    """Move a deal to STAGE, such as O3."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import stages

        _said(stages.move(deal_of(user, deal), stage, reason=reason, passing=passing, **by_now(by)))


@command.command()
@WHICH
@WHO
def win(deal: UUID, email: str) -> None:
    """Close a deal as won."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import closing

        _said(closing.win(deal_of(user, deal), **by_now(by)))


@command.command()
@WHICH
@WHO
@click.option("--reason", required=True, help="A reason of the list, such as no_decision.")
@click.option("--competitor", default="", help="The name of the competitor who won.")
@click.option("--note", default="", help="A few words.")
def lose(deal: UUID, email: str, reason: str, competitor: str, note: str) -> None:
    """Close a deal as lost."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import closing
        from rounds.models import Competitor

        rival = Competitor.objects.filter(name__iexact=competitor).first() if competitor else None
        if competitor and rival is None:
            raise NoSuchDeal(f"There is no competitor named {competitor}.")
        _said(closing.lose(deal_of(user, deal), reason=reason, competitor=rival, note=note, **by_now(by)))


@command.command("check")
@WHICH
@click.argument("criterion")
@WHO
@click.option("--note", default="", help="What shows it.")
@click.option("--not", "missing", is_flag=True, help="It is not met.")
def check(deal: UUID, criterion: str, email: str, note: str, missing: bool) -> None:
    """Tick an exit CRITERION of a deal, such as feasibility."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import criteria

        row = criteria.check(deal_of(user, deal), criterion, "not_met" if missing else "met", note=note, **by_now(by))
        click.echo(f"{row.criterion}: {row.state.replace('_', ' ')}")
