"""`rounds contract …`: written down, reviewed, its checklist and redlines settled, approved, signed, ended."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from rounds.cli.deal_eyes import DAY, NotBelow, by_now, deal_of, row_of
from rounds.cli.options import MONEY
from rounds.cli.people import WHO, eyes

if TYPE_CHECKING:
    from rounds.models import Contract, User

CONTRACT = click.argument("contract", type=click.UUID)
EFFECTIVE = click.option("--from", "effective_on", type=DAY, help="The day it is in effect from.")
EXPIRES = click.option("--until", "expires_on", type=DAY, help="The day it ends.")
NOTICE = click.option("--notice-days", type=click.IntRange(0, 3650))
VALUE = click.option("--value", "amount_cents", type=MONEY)


def contract_of(user: User, key: UUID) -> Contract:
    """The contract, where one may change it."""
    from rounds.models import Contract

    return row_of(user, Contract, key, "account", "opportunity", "owner")


def _said(row: Contract) -> None:
    click.echo(f"{row.id}  {row.name}: {row.state.replace('_', ' ')}")


@click.command()
@click.argument("kind")
@WHO
@click.option("--deal", type=click.UUID, help="The deal it is about; its account with it.")
@click.option("--account", type=click.UUID, help="The account, where there is no deal.")
@click.option("--name", default="")
@EFFECTIVE
@EXPIRES
@click.option("--renews", is_flag=True, help="It renews by itself.")
@NOTICE
@VALUE
def add(kind: str, email: str, deal: UUID | None, account: UUID | None, name: str, **said: Any) -> None:
    """Write a contract of KIND down, such as subscription."""
    with eyes(email) as (user, by):
        from rounds.access.allowed import need_to_write
        from rounds.actions.deals import contracts
        from rounds.models import Account

        need_to_write(user, "contract")
        about = deal_of(user, deal, change=False) if deal else None
        if about is None and account is None:
            raise click.UsageError("Name the deal or the account: --deal ID or --account ID.")
        place = about.account if about else row_of(user, Account, account, change=False)
        _said(contracts.add(name, kind=kind, account=place, deal=about, owner=user, **said, **by_now(by)))


@click.command()
@CONTRACT
@WHO
@click.option("--name")
@EFFECTIVE
@EXPIRES
@click.option("--renews/--renews-not", default=None)
@NOTICE
@VALUE
def change(contract: UUID, email: str, **said: Any) -> None:
    """Change its terms; of an executed one the days stay."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import contracts

        _said(contracts.change(contract_of(user, contract), {name: value for name, value in said.items() if value is not None}, **by_now(by)))


@click.command()
@CONTRACT
@WHO
def review(contract: UUID, email: str) -> None:
    """Begin the legal review."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import contracts

        _said(contracts.start_review(contract_of(user, contract), **by_now(by)))


@click.command()
@CONTRACT
@click.argument("item")
@click.argument("state")
@WHO
@click.option("--reason", default="", help="Waived and na say why.")
def mark(contract: UUID, item: str, state: str, email: str, reason: str) -> None:
    """Say how an ITEM of the checklist stands: STATE, such as agreed."""
    with eyes(email) as (user, by):
        from rounds.access.allowed import need
        from rounds.actions.deals import contract_marks
        from rounds.models.flow.active import active

        row = contract_of(user, contract)
        if state in active().playbook.checklist.needs_legal.states:
            need(user, "contracts.waive")
        made = contract_marks.mark(row, item, state, reason=reason, **by_now(by))
        click.echo(f"{made.item}: {made.state.replace('_', ' ')}")


@click.command()
@CONTRACT
@click.argument("step")
@click.argument("item")
@WHO
@click.option("--off", is_flag=True, help="Take the tick back.")
def tick(contract: UUID, step: str, item: str, email: str, off: bool) -> None:
    """Tick an ITEM of a STEP of the review, such as internal."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import contract_marks

        made = contract_marks.tick(contract_of(user, contract), step, item, not off, **by_now(by))
        click.echo(f"{made.item}: {made.state.replace('_', ' ')}")


@click.command("give-step")
@CONTRACT
@click.argument("step")
@WHO
@click.option("--to", help="Whose it is, an e-mail address.")
@click.option("--theirs", default="", help="Who it is on their side.")
@click.option("--due", "due_on", type=DAY)
def give_step(contract: UUID, step: str, email: str, to: str | None, theirs: str, due_on: date | None) -> None:
    """Say whose a STEP of the review is, and until when."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import contract_marks
        from rounds.actions.people.users import colleague

        row = contract_of(user, contract)
        made = contract_marks.give_step(row, step, owner=colleague(to) if to else None, theirs=theirs, due_on=due_on, **by_now(by))
        click.echo(f"{made.step}: {f'until {made.due_on}' if made.due_on else 'no day'}")


@click.command()
@CONTRACT
@click.argument("clause")
@WHO
@click.option("--item", default="", help="The item of the checklist it belongs to.")
@click.option("--theirs", default="", help="What they want.")
@click.option("--ours", default="", help="What we want.")
@click.option("--fallback", default="", help="What we would take.")
@click.option("--red-flag", is_flag=True)
@click.option("--due", "due_on", type=DAY)
def redline(contract: UUID, email: str, **said: Any) -> None:
    """Write a redline of CLAUSE down."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import contract_issues

        click.echo(f"{contract_issues.add(contract_of(user, contract), said, **by_now(by)).id}  open")


@click.command()
@CONTRACT
@click.argument("issue", type=click.UUID)
@click.argument("outcome", type=click.Choice(["proposed", "ours", "theirs", "fallback", "middle", "dropped"]))
@WHO
@click.option("--how", default="", help="The wording it came to.")
def settle(contract: UUID, issue: UUID, outcome: str, email: str, how: str) -> None:
    """A redline (ISSUE) is settled, or our wording went out (proposed)."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import contract_issues
        from rounds.models import ContractIssue

        row = ContractIssue.objects.filter(contract=contract_of(user, contract), pk=issue).select_related("contract").first()
        if row is None:
            raise NotBelow("This contract has no such redline.")
        same = by_now(by)
        made = contract_issues.change(row, {"state": "proposed"}, **same) if outcome == "proposed" else contract_issues.settle(row, outcome, how=how, **same)
        click.echo(f"{made.clause}: {made.state}")


@click.command()
@CONTRACT
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@WHO
@click.option("--label", default="")
@click.option("--from", "from_whom", type=click.Choice(["ours", "theirs", "signed"]), default="ours", show_default=True)
def keep(contract: UUID, file: Path, email: str, label: str, from_whom: str) -> None:
    """Keep a FILE (PDF, DOCX, TXT) as a version."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import contract_versions

        row = contract_versions.keep(contract_of(user, contract), label=label, body=file.read_bytes(), file_name=file.name, from_whom=from_whom, **by_now(by))
        click.echo(f"version {row.number}, sha256 {row.sha256}")


@click.command()
@CONTRACT
@click.argument("name")
@click.argument("evidence")
@WHO
@click.option("--on", type=DAY, required=True, help="The day.")
@click.option("--side", default="customer", show_default=True)
@click.option("--title", default="")
def approve(contract: UUID, name: str, evidence: str, email: str, **said: Any) -> None:
    """The executive NAME approved it; EVIDENCE says where that stands."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import contract_execution

        contract_execution.approve(contract_of(user, contract), name=name, evidence=evidence, **said, **by_now(by))
        click.echo(f"{name} approved it on {said['on']}.")


@click.command()
@CONTRACT
@click.argument("side", type=click.Choice(["customer", "ours"]))
@click.argument("name")
@WHO
@click.option("--on", type=DAY, required=True, help="The day.")
@click.option("--title", default="")
def sign(contract: UUID, side: str, name: str, email: str, **said: Any) -> None:
    """A SIDE signed, by the hand of NAME; with both and nothing in the way it is executed, and wins its deal."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import contract_execution

        row = contract_of(user, contract)
        contract_execution.sign(row, side=side, name=name, **said, **by_now(by))
        row.refresh_from_db()
        _said(row)


@click.command()
@CONTRACT
@WHO
@click.option("--why", required=True, help="Why.")
@click.option("--on", type=DAY, help="The day an executed one ends; today unless said.")
def end(contract: UUID, email: str, why: str, on: date | None) -> None:
    """End an executed contract, or let one go that is not."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import contracts
        from rounds.actions.trust import agreements

        row, same = contract_of(user, contract), by_now(by)
        _said(contracts.abandon(row, why=why, **same) if row.is_open else contracts.end(row, on or agreements.day(same["at"]), why=why, **same))


DEEDS = (add, change, review, mark, tick, give_step, redline, settle, keep, approve, sign, end)
