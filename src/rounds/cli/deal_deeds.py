"""`rounds deal …`: what it brings, whose it is, how sure one is, whom it meets, and what waits for a word."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import click

from rounds.cli.deal_eyes import DAY, WHICH, NotBelow, below, by_now, deal_of
from rounds.cli.options import MONEY
from rounds.cli.people import WHO, eyes

WHY = click.option("--why", "reason", default="", help="Why.")


@click.command("change")
@WHICH
@WHO
@click.option("--name", help="What it is called.")
@click.option("--closes", "close_on", type=DAY, help="The day a close is wanted.")
@click.option("--next", "next_step", help="What comes next.")
@click.option("--next-by", "next_step_due", type=DAY, help="Until when.")
@click.option("--patient-data/--no-patient-data", "phi_involved", default=None, help="Whether patient data is involved.")
def change(deal: UUID, email: str, **said: Any) -> None:
    """Change what is known of a deal; what is not said stays."""
    given = {name: value for name, value in said.items() if value is not None}
    if not given:
        raise click.UsageError("Say what is otherwise with it, such as --closes 2027-03-31.")
    with eyes(email) as (user, by):
        from rounds.actions.deals import opportunities

        row = opportunities.change(deal_of(user, deal), **given, **by_now(by))
        click.echo(f"{row.name}: closes {row.close_on or 'no day'}; next: {row.next_step or 'nothing said'}")


@click.command("price")
@WHICH
@click.argument("a_year", type=MONEY)
@WHO
@click.option("--months", "term_months", type=click.IntRange(1, 600), help="The term.")
@click.option("--currency", default="", help="Another than the company's, with --rate and --rate-on.")
@click.option("--rate", default="", help="How many of the company's one is.")
@click.option("--rate-on", type=DAY, help="The day of that rate.")
@WHY
def price(deal: UUID, a_year: int, email: str, **said: Any) -> None:
    """Say what a deal brings A_YEAR, such as 404,800."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import opportunities

        row = opportunities.price(deal_of(user, deal), a_year, **said, **by_now(by))
        click.echo(f"{row.name}: {(row.amount_cents or 0) / 100:,.2f} {row.currency} a year")


@click.command("forecast")
@WHICH
@click.argument("category")
@WHO
@WHY
def forecast(deal: UUID, category: str, email: str, reason: str) -> None:
    """Say how sure one is: a CATEGORY such as commit, or `stage` for what its stage says."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import opportunities

        row = opportunities.forecast(deal_of(user, deal), "" if category == "stage" else category, reason=reason, **by_now(by))
        click.echo(f"{row.name}: {row.forecast_category}")


@click.command("assign")
@WHICH
@click.argument("owner")
@WHO
@WHY
def assign(deal: UUID, owner: str, email: str, reason: str) -> None:
    """Give a deal to OWNER, an address, or to `nobody`."""
    with eyes(email) as (user, by):
        from rounds.access.allowed import need_to_give
        from rounds.actions.deals import opportunities
        from rounds.actions.people.users import colleague

        row, to = deal_of(user, deal), None if owner == "nobody" else colleague(owner)
        need_to_give(user, row, to)
        row = opportunities.assign(row, to, reason=reason, **by_now(by))
        click.echo(f"{row.name}: {row.owner.name if row.owner else 'nobody'}")


@click.command("signals")
@WHICH
@WHO
def signals(deal: UUID, email: str) -> None:
    """What arrived that belongs to a stage and waits for a word."""
    with eyes(email) as (user, _):
        from rounds.models import StageSignal
        from rounds.models.deals.stages import WAITING

        found = list(StageSignal.objects.filter(WAITING, opportunity=deal_of(user, deal, change=False)).order_by("-at", "-id"))
    for one in found:
        click.echo(f"{one.id}  {one.at:%Y-%m-%d}  {one.kind.replace('.', ' ').replace('_', ' ')}: to {one.stage}{f'; {one.says}' if one.says else ''}")
    click.echo(f"{len(found)} wait for a word.")


@click.command("decide")
@WHICH
@click.argument("signal", type=click.UUID)
@click.argument("decision", type=click.Choice(["accept", "dismiss"]))
@WHO
@WHY
@click.option("--passing", default="", help="Why it goes through a gate that stops it.")
def decide(deal: UUID, signal: UUID, decision: str, email: str, reason: str, passing: str) -> None:
    """Say yes or no to a SIGNAL: the deal goes where it leads, if its gate lets it, or stays."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import stages
        from rounds.models import StageSignal

        row = below(StageSignal, deal_of(user, deal), signal)
        if decision == "accept":
            row = stages.accept(row, reason=reason, passing=passing, **by_now(by))
        else:
            row = stages.dismiss(row, reason=reason, **by_now(by))
        click.echo(f"{row.kind}: {row.decision}.")


@click.command("met")
@WHICH
@click.argument("competitor")
@WHO
@click.option("--status", default="present", show_default=True, help="present, incumbent, shortlisted or eliminated.")
@click.option("--note", default="", help="A few words.")
@click.option("--off", is_flag=True, help="Take back that it is met.")
def met(deal: UUID, competitor: str, email: str, status: str, note: str, off: bool) -> None:
    """Say that a COMPETITOR, by its name, is met in a deal, and how it stands."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import competitors
        from rounds.models import Competitor

        row, rival = deal_of(user, deal), Competitor.objects.filter(name__iexact=competitor.strip()).first()
        there = row.competitors.filter(competitor=rival).select_related("opportunity", "competitor").first() if rival else None
        if rival is None or (off and there is None):
            raise NotBelow(f"There is no competitor named {competitor}{' in this deal' if rival else ''}.")
        if off:
            competitors.part(there, **by_now(by))
            click.echo(f"{rival.name} is no longer met.")
            return
        click.echo(f"{rival.name}: {competitors.meet(row, rival, status=status, note=note, **by_now(by)).status}")


@click.command("place")
@WHICH
@WHO
@click.option("--below", "parent", type=click.UUID, help="The deal it stands below; without it on its own.")
@click.option("--site", "sites", type=click.UUID, multiple=True, help="A further account of its organisation it is about; all of them at once.")
def place(deal: UUID, email: str, parent: UUID | None, sites: tuple[UUID, ...]) -> None:
    """Put a deal below another of its organisation, and say at which of its accounts it is; amounts are counted once."""
    with eyes(email) as (user, by):
        from rounds.access.scope import visible
        from rounds.access.sight import current
        from rounds.actions.deals import placing
        from rounds.models import Account

        row, above = deal_of(user, deal), deal_of(user, parent) if parent else None
        found = list(visible(Account, current()).filter(pk__in=sites))
        if len(found) < len(set(sites)):
            raise NotBelow("One of these accounts is not there, or you do not see it.")
        at = by_now(by)
        row = placing.put_below(placing.place(row, found, **at), above, **at)
        click.echo(f"{row.name}: {f'below {above.name}' if above else 'on its own'}, {len(found)} further accounts.")


DEEDS: tuple[click.Command, ...] = (change, price, forecast, assign, signals, decide, met, place)
