"""`rounds poc …`: what a proof of concept is agreed on, and how it runs."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from rounds.cli.deal_eyes import DAY, WHICH, NotBelow, by_now, contact_of, deal_of, row_of
from rounds.cli.people import WHO, eyes

if TYPE_CHECKING:
    from rounds.models import Poc, User

POC = click.argument("poc", type=click.UUID)
SIGNER = click.argument("signer", type=click.UUID)
SIGNED_ON = click.option("--on", "signed_on", type=DAY, help="The day it was signed; today unless said.")
NOTE = click.option("--note", default="", help="A few words.")


def poc_of(user: User, key: UUID) -> Poc:
    """The proof of concept, where one may change its deal."""
    from rounds.models import Poc

    return row_of(user, Poc, key, "opportunity__account", "opportunity__owner", "lead", of="opportunity")


def of_poc(model: type, poc: Poc, **where: Any) -> Any:
    """What stands below a proof of concept. Raises NotBelow."""
    from rounds.access.scope import visible
    from rounds.access.sight import current

    row = visible(model, current()).select_related("poc").filter(poc=poc, **where).order_by("-at").first()
    if row is None:
        raise NotBelow("There is no such thing of this POC; `rounds poc show` tells what there is.")
    return row


def say(poc: Poc) -> None:
    click.echo(f"{poc.id}  {poc.name}: {poc.state}{f', {poc.result}' if poc.result else ''}{f', {poc.decision}' if poc.decision else ''}")


@click.command("open")
@WHICH
@WHO
@click.option("--name", default="", help="What it is called; else after the account.")
@click.option("--weeks", type=click.IntRange(1, 52), help="How long it runs.")
def open_(deal: UUID, email: str, name: str, weeks: int | None) -> None:
    """Draft a POC for a deal; the one that is open is answered."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import pocs

        say(pocs.open_poc(deal_of(user, deal), name=name, weeks=weeks, **by_now(by)))


@click.command()
@POC
@WHO
@click.option("--use-case", help="What it is for.")
@click.option("--resources", help="What it takes of them.")
@click.option("--conversion-terms", help="What happens when it succeeds.")
@click.option("--weeks", type=click.IntRange(1, 52))
@click.option("--executive", type=click.UUID, help="Their executive, a contact.")
@click.option("--data-owner", type=click.UUID, help="Who of them answers for the data, a contact.")
def describe(poc: UUID, email: str, executive: UUID | None, data_owner: UUID | None, **given: Any) -> None:
    """Say what a draft is for and who answers for it."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import pocs

        said = {name: value for name, value in given.items() if value is not None}
        said |= {name: contact_of(key) for name, key in (("executive", executive), ("data_owner", data_owner)) if key}
        say(pocs.describe(poc_of(user, poc), said, **by_now(by)))


@click.command()
@POC
@click.argument("name")
@click.argument("category")
@click.argument("target", type=float)
@WHO
@click.option("--kind", default="share", show_default=True, help="share (0 to 1), mean or figure.")
@click.option("--at-most", is_flag=True, help="The target is a most; else a least.")
@click.option("--unit", default="", help="Such as min.")
@click.option("--baseline", type=float, help="Where it begins.")
@click.option("--weight", type=click.IntRange(0, 100), default=1)
@click.option("--mandatory", is_flag=True, help="Without it there is no success.")
@click.option("--planned-n", type=click.IntRange(1), help="How many are to be measured.")
@click.option("--deviation", type=float, help="The standard deviation one expects of a mean.")
def criterion(poc: UUID, email: str, *, at_most: bool, **said: Any) -> None:
    """Add a criterion to a draft: NAME, CATEGORY (such as adoption), TARGET."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import poc_criteria

        said["direction"] = "at_most" if at_most else "at_least"
        row = poc_criteria.add(poc_of(user, poc), {name: value for name, value in said.items() if value is not None}, **by_now(by))
        click.echo(f"{row.code}: {row.direction.replace('_', ' ')} {row.target:g}")


@click.command()
@POC
@SIGNER
@WHO
@SIGNED_ON
@NOTE
def agree(poc: UUID, signer: UUID, email: str, signed_on: date | None, note: str) -> None:
    """The customer's SIGNER (a contact) signed the agreement."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import pocs

        row = poc_of(user, poc)
        say(pocs.agree(row, contact_of(signer, row.opportunity), signed_on=signed_on, note=note, **by_now(by)))


@click.command()
@POC
@WHO
@click.option("--on", type=DAY, help="The day it begins; today unless said.")
def kickoff(poc: UUID, email: str, on: date | None) -> None:
    """It begins: the criteria are locked."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import pocs

        say(pocs.kick_off(poc_of(user, poc), on, **by_now(by)))


@click.command()
@POC
@click.argument("code")
@WHO
@click.option("--value", type=float, help="A figure, or a mean.")
@click.option("--n", type=click.IntRange(1), help="How many were measured.")
@click.option("--hits", type=click.IntRange(0), help="How many of them, for a share.")
@click.option("--deviation", type=float, help="The standard deviation of a mean.")
@click.option("--on", "read_on", type=DAY, help="The day; today unless said.")
@click.option("--source", default="", help="Where it was read.")
def read(poc: UUID, code: str, email: str, **given: Any) -> None:
    """Keep a reading of the criterion CODE."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import poc_readings

        row = poc_readings.record(poc_of(user, poc), code, **given, **by_now(by))
        click.echo(f"{row.code}, week {row.week}: {row.value:g}, {row.word.replace('_', ' ')}")


@click.command()
@POC
@click.argument("note")
@WHO
@click.option("--on", "held_on", type=DAY, help="The day it was held; today unless said.")
def review(poc: UUID, note: str, email: str, held_on: date | None) -> None:
    """The weekly review was held: NOTE."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import poc_plan

        click.echo(f"Week {poc_plan.review(poc_of(user, poc), note=note, held_on=held_on, **by_now(by)).week} reviewed.")


@click.command()
@POC
@click.argument("code")
@WHO
def milestone(poc: UUID, code: str, email: str) -> None:
    """The step CODE of its plan was reached; `data_integration` opens the door to patient data."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import poc_plan
        from rounds.models import PocMilestone

        row, at = poc_of(user, poc), by_now(by)
        steps = {one.code: one for one in PocMilestone.objects.filter(opportunity=row.opportunity_id, poc=row).select_related("poc")}
        if code not in steps:
            raise NotBelow(f"There is no step “{code}”; there are {', '.join(steps) or 'none before the kickoff'}.")
        click.echo(f"{poc_plan.finish(steps[code], **at).title}: reached.")


@click.command()
@POC
@click.argument("title")
@WHO
@click.option("--severity", default="major", show_default=True, help="A severity of poc/terms.yaml.")
@NOTE
def issue(poc: UUID, title: str, email: str, severity: str, note: str) -> None:
    """Something stands in the way: TITLE."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import poc_issues

        row = poc_issues.raise_issue(poc_of(user, poc), title=title, severity=severity, note=note, **by_now(by))
        click.echo(f"{row.id}  {row.severity}, due {row.due_at:%Y-%m-%d %H:%M}")


@click.command()
@POC
@click.argument("issue", type=click.UUID)
@click.argument("solution")
@WHO
def settle(poc: UUID, issue: UUID, solution: str, email: str) -> None:
    """An ISSUE is settled: SOLUTION."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import poc_issues
        from rounds.models import PocIssue

        click.echo(f"{poc_issues.close(of_poc(PocIssue, poc_of(user, poc), pk=issue), solution=solution, **by_now(by)).title}: settled.")


DEEDS = (open_, describe, criterion, agree, kickoff, read, review, milestone, issue, settle)
