"""`rounds poc …`: more time, the readout, signatures, the decision, patient data gone, what it is worth."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import click

from rounds.cli.deal_eyes import DAY, by_now, contact_of
from rounds.cli.options import MONEY
from rounds.cli.people import WHO, eyes
from rounds.cli.poc_deeds import NOTE, POC, SIGNED_ON, SIGNER, of_poc, poc_of, say

WHY = click.option("--why", required=True, help="Why.")


@click.command("more-time")
@POC
@click.argument("weeks", type=click.IntRange(1, 52))
@WHO
@WHY
def more_time(poc: UUID, weeks: int, email: str, why: str) -> None:
    """Ask for WEEKS more."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import poc_extending

        click.echo(f"{poc_extending.ask(poc_of(user, poc), weeks=weeks, why=why, **by_now(by)).id}  asked for.")


@click.command()
@POC
@WHO
@click.option("--refuse", is_flag=True, help="No; else yes.")
@NOTE
def grant(poc: UUID, email: str, refuse: bool, note: str) -> None:
    """Answer the last wish for more time, as whoever may."""
    with eyes(email) as (user, by):
        from rounds.access.allowed import need
        from rounds.actions.deals import poc_extending
        from rounds.models import PocExtension

        row = of_poc(PocExtension, poc_of(user, poc))
        need(user, "poc.extend")
        click.echo(f"{poc_extending.answer(row, granted=not refuse, note=note, **by_now(by)).answer}.")


@click.command()
@POC
@WHO
@click.option("--on", type=DAY, help="The day the results were shown; today unless said.")
def readout(poc: UUID, email: str, on: date | None) -> None:
    """The results were shown; a decision is due from now on."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import poc_ending

        say(poc_ending.hold_readout(poc_of(user, poc), on=on, **by_now(by)))


@click.command("sign-off")
@POC
@SIGNER
@WHO
@SIGNED_ON
@NOTE
@click.option("--what", type=click.Choice(["result", "plan", "roi"]), default="result", show_default=True)
def sign_off(poc: UUID, signer: UUID, email: str, signed_on: date | None, note: str, what: str) -> None:
    """The customer's SIGNER (a contact) signed the result, the roll-out plan or the ROI."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import poc_converting, poc_ending

        row = poc_of(user, poc)
        same: dict[str, Any] = {"signed_on": signed_on, "note": note, **by_now(by)}
        person = contact_of(signer, row.opportunity)
        if what == "result":
            say(poc_ending.sign_off(row, person, **same))
        else:
            poc_converting.signed(row, what, person, **same)
            click.echo(f"The {'ROI' if what == 'roi' else 'roll-out plan'} is signed.")


@click.command()
@POC
@click.argument("decision", type=click.Choice(["convert", "extend", "stop"]))
@WHO
@click.option("--why", default="", help="Why.")
@click.option("--weeks", type=click.IntRange(1, 52), help="How many more, for extend.")
def decide(poc: UUID, decision: str, email: str, why: str, weeks: int | None) -> None:
    """What becomes of it."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import poc_ending

        say(poc_ending.decide(poc_of(user, poc), decision, why=why, weeks=weeks, **by_now(by)))


@click.command()
@POC
@WHO
@WHY
def abandon(poc: UUID, email: str, why: str) -> None:
    """Give it up."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import poc_ending

        say(poc_ending.abandon(poc_of(user, poc), why=why, **by_now(by)))


@click.command()
@POC
@click.argument("method")
@WHO
@click.option("--data-set", required=True, help="Of which data.")
@click.option("--certificate", required=True, help="What certifies it.")
@click.option("--on", "done_on", type=DAY, help="The day; today unless said.")
def certify(poc: UUID, method: str, email: str, **given: Any) -> None:
    """Patient data was returned or destroyed: METHOD."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import poc_data

        click.echo(f"Certified on {poc_data.certify(poc_of(user, poc), method=method, **given, **by_now(by)).done_on}.")


@click.command()
@POC
@WHO
@click.option("--savings", type=MONEY, default="0", help="A year.")
@click.option("--revenue", type=MONEY, default="0", help="A year.")
@click.option("--cost", type=MONEY, default="0", help="A year.")
@click.option("--one-time", type=MONEY, default="0")
@click.option("--source", "sources", multiple=True, metavar="NAME=WORDS", help="Where a figure comes from: --source savings='Finance, FY26'.")
def worth(poc: UUID, email: str, sources: tuple[str, ...], **cents: int) -> None:
    """Count what it is worth."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import poc_roi

        said = {name.strip(): words.strip() for name, _, words in (one.partition("=") for one in sources)}
        row = poc_roi.count(poc_of(user, poc), cents, sources=said, **by_now(by))
        click.echo(f"Version {row.number}: {row.percent if row.percent is not None else 'no'} % over {row.term_months} months.")


@click.command()
@POC
@WHO
def plan(poc: UUID, email: str) -> None:
    """Draft the roll-out plan from what was proven."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import poc_converting

        say(poc_converting.draft(poc_of(user, poc), **by_now(by)))


ENDS = (more_time, grant, readout, sign_off, decide, abandon, certify, worth, plan)
