"""`rounds deal path …` and `rounds deal approvals …`: when a deal can be signed, and what the customer has to approve."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from uuid import UUID

import click

from rounds.cli.deal_eyes import DAY, WHICH, below, by_now, contact_of, deal_of
from rounds.cli.options import JSON
from rounds.cli.people import WHO, eyes


@click.group("path")
def path() -> None:
    """The path to signature: its steps, and which one is to blame."""


@path.command("show")
@WHICH
@WHO
@JSON
def show(deal: UUID, email: str, as_json: bool) -> None:
    """The plan seen from today."""
    with eyes(email) as (user, _):
        from rounds.kit.clock import now
        from rounds.models.deals.signing import path_of
        from rounds.models.flow.active import active
        from rounds.models.flow.days import house_day
        from rounds.rules.pipeline.path_says import says

        held = path_of(deal_of(user, deal, change=False), active().playbook, house_day(now()))
        plan, verdict = held.path, says(held.path)
        told = [{"step": one.step.code, "title": one.step.title, "whose": one.step.whose, "begins": one.begins.isoformat(), "ends": one.ends.isoformat(),
                 "done_on": one.step.done_on and one.step.done_on.isoformat(), "critical": one.critical, "longest": one.longest, "late_days": one.late_days}
                for one in plan.planned]  # fmt: skip
    if as_json:
        click.echo(json.dumps({"signature": plan.signature.isoformat(), "wanted": plan.wanted.isoformat(), "short_days": plan.short_days, "says": verdict,
                               "steps": told}))  # fmt: skip
        return
    click.echo(verdict)
    for one in told:
        mark = "✓" if one["done_on"] else "»" if one["longest"] else "!" if one["critical"] else " "
        click.echo(f" {mark} {one['begins']} – {one['ends']}  {one['title']} ({one['whose'] or 'nobody'}; {one['step']})")


@path.command("add")
@WHICH
@click.argument("title")
@click.argument("days", type=int)
@WHO
@click.option("--whose", default="", help="Who does it.")
@click.option("--begins", "begins_on", type=DAY, help="Not before this day.")
@click.option("--meets", "meets_on", type=DAY, help="The day a committee meets.")
def add(deal: UUID, title: str, days: int, email: str, **said: Any) -> None:
    """Put a step of its own, TITLE, that takes DAYS, on the path."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import signing

        row = signing.add(deal_of(user, deal), title, days, **said, **by_now(by))
        click.echo(f"{row.code}: {row.title}, {row.days} days.")


@path.command("change")
@WHICH
@click.argument("step")
@WHO
@click.option("--days", type=int, help="How long it takes.")
@click.option("--whose", help="Who does it.")
@click.option("--begins", "begins_on", type=DAY, help="Not before this day.")
@click.option("--meets", "meets_on", type=DAY, help="The day a committee meets.")
@click.option("--done", "done_on", type=DAY, help="The day it was done.")
@click.option("--leave-out/--take-in", "left_out", default=None, help="This deal does without it, or does not.")
def change(deal: UUID, step: str, email: str, **said: Any) -> None:
    """Change STEP, such as security_review; what is not said stays."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import signing

        given = {name: value for name, value in said.items() if value is not None}
        if not given:
            raise click.UsageError("Say what is otherwise with it, such as --days 10.")
        row = signing.change(deal_of(user, deal), step, **given, **by_now(by))
        click.echo(f"{row.code} is changed; the path is planned anew.")


@path.command("reset")
@WHICH
@click.argument("step")
@WHO
def reset(deal: UUID, step: str, email: str) -> None:
    """Go back to what the playbook says of STEP."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import signing

        changed = signing.reset(deal_of(user, deal), step, **by_now(by))
        click.echo("As the playbook says again." if changed else "It was as the playbook says.")


@click.group("approvals")
def approvals() -> None:
    """What the customer has to approve."""


@approvals.command("list")
@WHICH
@WHO
@JSON
def list_(deal: UUID, email: str, as_json: bool) -> None:
    """The steps in their order."""
    with eyes(email) as (user, _):
        from rounds.access.scope import visible
        from rounds.access.sight import current
        from rounds.models import ApprovalStep

        rows = visible(ApprovalStep, current()).filter(opportunity=deal_of(user, deal, change=False)).order_by("place", "id")
        told = [{"id": str(row.id), "title": row.title, "whose": row.whose, "state": row.state, "due_on": row.due_on and row.due_on.isoformat()} for row in rows]
    if as_json:
        click.echo(json.dumps(told))
        return
    for row in told:
        whose = f" ({row['whose']})" if row["whose"] else ""
        click.echo(f"{row['id']}  {row['state']:10}  {row['due_on'] or 'no day    '}  {row['title']}{whose}")
    click.echo(f"{len(told)} approvals.")


@approvals.command("add")
@WHICH
@click.argument("title", default="")
@WHO
@click.option("--whose", default="", help="Who gives it.")
@click.option("--contact", type=click.UUID, help="The contact who carries it.")
@click.option("--due", "due_on", type=DAY, help="Until when.")
@click.option("--usual", is_flag=True, help="Add those the playbook offers.")
def add_approval(deal: UUID, title: str, email: str, whose: str, contact: UUID | None, due_on: date | None, usual: bool) -> None:
    """Add an approval, TITLE, or (--usual) those the playbook offers."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import customer_approvals as actions

        row = deal_of(user, deal)
        if usual:
            click.echo(f"{len(actions.offer(row, **by_now(by)))} usual approvals are there.")
            return
        made = actions.add(row, title, whose=whose, contact=contact_of(contact), due_on=due_on, **by_now(by))
        click.echo(f"{made.id}  {made.title}")


@approvals.command("change")
@WHICH
@click.argument("step", type=click.UUID)
@WHO
@click.option("--state", help="waiting, in_review, approved, refused or not_needed.")
@click.option("--due", "due_on", type=DAY, help="Until when.")
@click.option("--decided", "decided_on", type=DAY, help="The day of the decision; today unless said.")
@click.option("--note", help="A few words.")
def change_approval(deal: UUID, step: UUID, email: str, **said: Any) -> None:
    """Say where an approval stands."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import customer_approvals as actions
        from rounds.models import ApprovalStep

        given = {name: value for name, value in said.items() if value is not None}
        row = actions.change(below(ApprovalStep, deal_of(user, deal), step), **given, **by_now(by))
        click.echo(f"{row.title}: {row.state.replace('_', ' ')}.")


@approvals.command("remove")
@WHICH
@click.argument("step", type=click.UUID)
@WHO
def remove(deal: UUID, step: UUID, email: str) -> None:
    """Take an approval off."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import customer_approvals as actions
        from rounds.models import ApprovalStep

        actions.remove(below(ApprovalStep, deal_of(user, deal), step), **by_now(by))
        click.echo("Taken off.")


@approvals.command("buying")
@WHICH
@WHO
@click.option("--committee", "committee_required", type=click.Choice(["yes", "no"]), help="Whether a committee has to decide.")
@click.option("--annual", "annual_budget", type=click.Choice(["yes", "no"]), help="Whether the money comes with the annual budget.")
@click.option("--year-ends", "fye_month", type=click.IntRange(1, 12), help="The month their fiscal year ends with.")
def buying(deal: UUID, email: str, **said: Any) -> None:
    """Say how the customer decides and pays."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import customer_approvals as actions

        given = {name: value for name, value in said.items() if value is not None}
        row = actions.say_buying(deal_of(user, deal), **given, **by_now(by))
        click.echo(f"Committee: {row.committee_required or 'not known'}; annual budget: {row.annual_budget or 'not known'}.")
