"""`rounds proposal …`: written on a quote, sent, opened, answered, taken back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from uuid import UUID

import click

from rounds.cli.deal_eyes import WHICH, by_now, contact_of, deal_of, row_of
from rounds.cli.options import JSON
from rounds.cli.people import WHO, eyes

if TYPE_CHECKING:
    from rounds.models import Proposal, User

PROPOSAL = click.argument("proposal", type=click.UUID)
FETCH = ("opportunity__account", "opportunity__owner", "quote", "contact")


def proposal_of(user: User, key: UUID, *, change: bool = True) -> Proposal:
    """The proposal, where one may change its deal, or with `change` False read it."""
    from rounds.models import Proposal

    return row_of(user, Proposal, key, *FETCH, of="opportunity", change=change)


def say(row: Proposal) -> None:
    click.echo(f"{row.id}  version {row.version}, {row.state}: {row.title}, until {row.expires_on}")


@click.group("proposal")
def command() -> None:
    """Proposals: drafted from what a deal holds, sent, answered."""


@command.command("list")
@WHICH
@WHO
def list_(deal: UUID, email: str) -> None:
    """Those of a deal, the newest version first."""
    with eyes(email) as (user, _):
        from rounds.models import Proposal

        found = list(Proposal.objects.filter(opportunity=deal_of(user, deal, change=False)).order_by("-version", "-id"))
        for row in found:
            say(row)
        click.echo(f"{len(found)} proposals.")


@command.command()
@PROPOSAL
@WHO
@JSON
def show(proposal: UUID, email: str, as_json: bool) -> None:
    """One: its sections, and what nothing was found for."""
    with eyes(email) as (user, _):
        from rounds.actions.deals import proposals

        row = proposal_of(user, proposal, change=False)
        missing, sections = proposals.missing(row), row.body.get("sections", [])
        if as_json:
            click.echo(json.dumps({"id": str(row.id), "title": row.title, "version": row.version, "state": row.state, "missing": missing, "sections": sections}))
            return
        say(row)
        for section in sections:
            click.echo(f"  {section['title']}: {', '.join(item['title'] for item in section['items'])}")
        click.echo(f"Missing: {', '.join(missing) or 'nothing'}.")


@command.command()
@click.argument("quote", type=click.UUID)
@WHO
@click.option("--title", default="", help="What it is called.")
@click.option("--to", "contact", type=click.UUID, help="The contact it goes to; whom the deal is with unless said.")
def draft(quote: UUID, email: str, title: str, contact: UUID | None) -> None:
    """Write a proposal on a QUOTE from what the deal holds."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import proposals
        from rounds.models import Quote

        row = row_of(user, Quote, quote, "opportunity__account", "opportunity__owner", of="opportunity")
        say(proposals.draft(row, title=title, contact=contact_of(contact, row.opportunity), **by_now(by)))


@command.command()
@PROPOSAL
@WHO
def revise(proposal: UUID, email: str) -> None:
    """A further version with what people wrote."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import proposals

        say(proposals.revise(proposal_of(user, proposal), **by_now(by)))


@command.command()
@PROPOSAL
@WHO
@click.option("--how", type=click.Choice(["mail", "portal", "said"]), default="mail", show_default=True, help="said: given by hand.")
@click.option("--words", default="", help="What goes with it.")
def send(proposal: UUID, email: str, how: str, words: str) -> None:
    """Give it to the customer; its quote has to be approved as it stands. From then on it does not change."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import proposals

        say(proposals.deliver(proposal_of(user, proposal), how=how, words=words, **by_now(by))[0])


@command.command()
@PROPOSAL
@WHO
@click.option("--words", default="", help="How one knows.")
def opened(proposal: UUID, email: str, words: str) -> None:
    """Somebody says that the customer looked at it."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import proposal_life

        say(proposal_life.viewed(proposal_of(user, proposal), words=words, **by_now(by)))


@command.command()
@PROPOSAL
@click.argument("said", type=click.Choice(["accepted", "declined", "changes"]))
@WHO
@click.option("--words", default="", help="What they said.")
@click.option("--timeline-agreed/--timeline-open", "timeline_agreed", default=None, help="Whether they agree to its timeline.")
def answer(proposal: UUID, said: str, email: str, words: str, timeline_agreed: bool | None) -> None:
    """What they SAID to it."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import proposal_life

        say(proposal_life.answer(proposal_of(user, proposal), said, words=words, timeline_agreed=timeline_agreed, **by_now(by)))


@command.command()
@PROPOSAL
@WHO
@click.option("--why", "reason", default="", help="Why.")
def withdraw(proposal: UUID, email: str, reason: str) -> None:
    """Take it back; its links are dead."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import proposal_life

        proposal_life.end(proposal_of(user, proposal), "withdrawn", reason=reason, **by_now(by))
        click.echo("Withdrawn.")
