"""`rounds poc …`: a criterion changed, left out or revised by both; whether patient data is involved; an issue escalated."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from rounds.cli.deal_eyes import NotBelow, by_now, contact_of, row_of
from rounds.cli.people import WHO, eyes
from rounds.cli.poc_deeds import POC, SIGNED_ON, SIGNER, of_poc, poc_of
from rounds.cli.poc_ends import WHY

if TYPE_CHECKING:
    from collections.abc import Callable

    from rounds.models import Poc, PocCriterion

CODE = click.argument("code")
SAID = (
    click.option("--name", help="What it is called."),
    click.option("--category", help="A category of poc/verdict.yaml, such as adoption."),
    click.option("--kind", help="share (0 to 1), mean or figure."),
    click.option("--at-least/--at-most", "least", default=None, help="Which way the target is."),
    click.option("--unit", help="Such as min."),
    click.option("--baseline", type=float, help="Where it begins."),
    click.option("--target", type=float, help="What is aimed at."),
    click.option("--weight", type=click.IntRange(0, 100)),
    click.option("--mandatory/--optional", default=None, help="Whether there is no success without it."),
    click.option("--planned-n", type=click.IntRange(1), help="How many are to be measured."),
    click.option("--deviation", type=float, help="The standard deviation one expects of a mean."),
)
"""What one may say of a criterion; what is not said stays."""


def said_of_one(command: Callable[..., Any]) -> Callable[..., Any]:
    for one in reversed(SAID):
        command = one(command)
    return command


def given(said: dict[str, Any]) -> dict[str, Any]:
    """Only what was said, as the actions take it. Raises UsageError where nothing was."""
    least = said.pop("least")
    found = {name: value for name, value in said.items() if value is not None} | ({} if least is None else {"direction": "at_least" if least else "at_most"})
    if not found:
        raise click.UsageError("Say what is otherwise with it, such as --target 0.8.")
    return found


def criterion_of(poc: Poc, code: str) -> PocCriterion:
    """The criterion of that code in the version in force. Raises NotBelow with the codes there are."""
    from rounds.access.scope import visible
    from rounds.access.sight import current
    from rounds.models import PocCriterion

    there = {one.code: one for one in visible(PocCriterion, current()).select_related("poc").filter(poc=poc, version=poc.version).order_by("place")}
    if code not in there:
        raise NotBelow(f"There is no criterion “{code}”; there are {', '.join(there) or 'none yet'}.")
    return there[code]


@click.command("change-criterion")
@POC
@CODE
@WHO
@said_of_one
def change(poc: UUID, code: str, email: str, **said: Any) -> None:
    """Change the criterion CODE of a draft; once it is agreed only its baseline, and after the kickoff `revise`."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import poc_criteria

        row = poc_criteria.change(criterion_of(poc_of(user, poc), code), given(said), **by_now(by))
        click.echo(f"{row.code}: {row.direction.replace('_', ' ')} {row.target:g}")


@click.command("drop-criterion")
@POC
@CODE
@WHO
def drop(poc: UUID, code: str, email: str) -> None:
    """Leave the criterion CODE of a draft out."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import poc_criteria

        poc_criteria.remove(criterion_of(poc_of(user, poc), code), **by_now(by))
        click.echo(f"{code} is left out.")


@click.command()
@POC
@CODE
@SIGNER
@WHO
@WHY
@SIGNED_ON
@said_of_one
def revise(poc: UUID, code: str, signer: UUID, email: str, *, why: str, signed_on: date | None, **said: Any) -> None:
    """Change the locked criterion CODE while it runs: the customer's SIGNER (a contact) agreed to it."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import poc_criteria

        row = poc_of(user, poc)
        person = contact_of(signer, row.opportunity)
        made = poc_criteria.revise(criterion_of(row, code), given(said), why=why, signer=person, signed_on=signed_on, **by_now(by))
        click.echo(f"Version {made.version} of the criteria is in force; the one before stays as it was.")


@click.command()
@POC
@click.argument("data_set")
@WHO
@WHY
@click.option("--patient-data/--no-patient-data", "involved", required=True, default=None, help="Whether it holds patient data.")
def determine(poc: UUID, email: str, **said: Any) -> None:
    """As compliance, say whether DATA_SET holds patient data; without a word it does."""
    with eyes(email) as (user, by):
        from rounds.access.allowed import need
        from rounds.actions.deals import poc_data
        from rounds.models import Poc

        row = row_of(user, Poc, poc, "opportunity__account", of="opportunity", change=False)
        need(user, "compliance.manage")
        kept = poc_data.determine(row, **said, **by_now(by))
        click.echo(f"{kept.data_set}: {'patient data' if kept.involved else 'no patient data'}.")


@click.command()
@POC
@click.argument("issue", type=click.UUID)
@WHO
def escalate(poc: UUID, issue: UUID, email: str) -> None:
    """Tell of an ISSUE those whom the playbook names for its severity; once."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import poc_issues
        from rounds.models import PocIssue

        row = poc_issues.escalate(of_poc(PocIssue, poc_of(user, poc), pk=issue), **by_now(by))
        if row.escalated_at is None:
            click.echo("It is settled; nobody is told.")
            return
        click.echo(f"Told: {row.escalated_to or 'nobody, for the playbook names nobody who is here'}.")


@click.command()
@POC
@WHO
def determinations(poc: UUID, email: str) -> None:
    """What compliance said of its data, the last one first; the last one holds."""
    with eyes(email) as (user, _):
        from rounds.access.scope import visible
        from rounds.access.sight import current
        from rounds.models import PhiDetermination, Poc

        row = row_of(user, Poc, poc, "opportunity__account", of="opportunity", change=False)
        found = list(visible(PhiDetermination, current()).filter(poc=row).order_by("-at", "-id"))
    for one in found:
        click.echo(f"{one.at:%Y-%m-%d}  {'patient data' if one.involved else 'no patient data'}: {one.data_set}. {one.why} ({one.by_name})")
    if not found:
        click.echo("Compliance said nothing yet; until then it counts as patient data.")


TERMS = (change, drop, revise, determine, determinations, escalate)
