"""`rounds customers project …`: an implementation planned, kicked off, live, done; steps added and moved."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from rounds.cli.deal_eyes import DAY, NotBelow, by_now, row_of
from rounds.cli.options import JSON
from rounds.cli.people import WHO, eyes

if TYPE_CHECKING:
    from rounds.models import Implementation, ProjectStep, User

PROJECT = click.argument("project", type=click.UUID)
CODE = click.argument("code")
ON = click.option("--on", type=DAY, required=True, help="The day it was.")
EVIDENCE = click.option("--evidence", required=True, help="What shows it.")
WHY = click.option("--why", "reason", required=True, help="Why; it is kept with the days that were planned before.")


def project_of(user: User, key: UUID, *, change: bool = True) -> Implementation:
    from rounds.models import Implementation

    return row_of(user, Implementation, key, "customer__account", "customer__owner", change=change)


def step_of(project: Implementation, code: str) -> ProjectStep:
    """The step of that code. Raises NotBelow with those that are open."""
    from rounds.models import ProjectStep

    steps = ProjectStep.objects.filter(implementation=project).order_by("starts_on", "position")
    one = steps.filter(code=code).select_related("phase").first()
    if one is None:
        raise NotBelow(f"There is no step “{code}”; still open: {', '.join(steps.filter(done_on=None).values_list('code', flat=True))}.")
    return one


def say(project: Implementation) -> None:
    click.echo(f"{project.name}: {project.state.replace('_', ' ')}, {project.weeks} weeks from {project.kickoff_on}, until {project.ends_on}")


@click.group("project")
def project() -> None:
    """Implementations: their plan, and what happened."""


@project.command("show")
@PROJECT
@WHO
@JSON
def show(project: UUID, email: str, as_json: bool) -> None:
    """The plan, phase by phase, with the codes of its steps."""
    with eyes(email) as (user, _):
        from rounds.models import ProjectStep

        row = project_of(user, project, change=False)
        steps = list(ProjectStep.objects.filter(implementation=row).select_related("phase").order_by("phase__position", "starts_on", "position"))
    told = [{"code": one.code, "title": one.title, "phase": one.phase.code, "whose": one.whose, "starts_on": one.starts_on.isoformat(),
             "ends_on": one.ends_on.isoformat(), "done_on": one.done_on and one.done_on.isoformat(), "needs": one.needs} for one in steps]  # fmt: skip
    if as_json:
        click.echo(json.dumps({"id": str(row.id), "name": row.name, "state": row.state, "kickoff_on": row.kickoff_on.isoformat(), "weeks": row.weeks,
                               "ends_on": row.ends_on.isoformat(), "steps": told}))  # fmt: skip
        return
    say(row)
    phase = ""
    for one in told:
        if one["phase"] != phase:
            phase = one["phase"]
            click.echo(phase)
        done = f"done {one['done_on']}" if one["done_on"] else f"{one['starts_on']} to {one['ends_on']}"
        click.echo(f"  {one['code']:32} {done:26} {one['title']} ({one['whose']})")


@project.command("kickoff")
@PROJECT
@WHO
@ON
def kickoff(project: UUID, email: str, on: date) -> None:
    """The kickoff was held; on another day than planned the rest moves along."""
    with eyes(email) as (user, by):
        from rounds.actions.customers import implementations

        say(implementations.kick_off(project_of(user, project), on=on, **by_now(by)))


@project.command("first-value")
@PROJECT
@WHO
@ON
@EVIDENCE
def first_value(project: UUID, email: str, on: date, evidence: str) -> None:
    """Somebody of the customer got value of it for the first time."""
    with eyes(email) as (user, by):
        from rounds.actions.customers import implementations

        say(implementations.reach_value(project_of(user, project), on=on, evidence=evidence, **by_now(by)))


@project.command("go-live")
@PROJECT
@WHO
@ON
@EVIDENCE
def go_live(project: UUID, email: str, on: date, evidence: str) -> None:
    """The customer works with it."""
    with eyes(email) as (user, by):
        from rounds.actions.customers import implementations

        say(implementations.go_live(project_of(user, project), on=on, evidence=evidence, **by_now(by)))


@project.command("complete")
@PROJECT
@WHO
def complete(project: UUID, email: str) -> None:
    """Close one that is live and of which every step is done."""
    with eyes(email) as (user, by):
        from rounds.actions.customers import implementations

        say(implementations.complete(project_of(user, project), **by_now(by)))


@project.command("stop")
@PROJECT
@WHO
@click.option("--why", "reason", required=True, help="Why.")
def stop(project: UUID, email: str, reason: str) -> None:
    """Give it up."""
    with eyes(email) as (user, by):
        from rounds.actions.customers import stopping

        say(stopping.stop(project_of(user, project), reason=reason, **by_now(by)))


@project.command("take-in")
@PROJECT
@click.argument("other", type=click.UUID)
@WHO
def take_in(project: UUID, other: UUID, email: str) -> None:
    """Fulfil the contracts of the OTHER project of the customer here as well; the other one is closed."""
    with eyes(email) as (user, by):
        from rounds.actions.customers import implementations

        row, taken = project_of(user, project), project_of(user, other)
        if taken.customer_id != row.customer_id:
            raise NotBelow("That is a project of another customer.")
        say(implementations.take_in(row, taken, **by_now(by)))


@project.command("replan")
@PROJECT
@WHO
@WHY
@click.option("--kickoff", "kickoff_on", type=DAY, help="Begin on another day; all that is open moves along.")
@click.option("--weeks", type=click.IntRange(1, 104), help="Lay it out over so many weeks.")
def replan(project: UUID, email: str, reason: str, kickoff_on: date | None, weeks: int | None) -> None:
    """Lay the plan out anew: another kickoff, another length, or (neither) what is overdue ends today and the rest behind it."""
    if kickoff_on is not None and weeks is not None:
        raise click.UsageError("Say --kickoff or --weeks; one after the other.")
    with eyes(email) as (user, by):
        from rounds.actions.customers import planning

        row, signed = project_of(user, project), {"reason": reason, **by_now(by)}
        if kickoff_on is not None:
            say(planning.move_kickoff(row, on=kickoff_on, **signed))
        elif weeks is not None:
            say(planning.change_length(row, weeks=weeks, **signed))
        else:
            say(planning.catch_up(row, **signed))


@project.command("add-step")
@PROJECT
@click.argument("phase")
@click.argument("title")
@WHO
@click.option("--from", "starts_on", type=DAY, required=True, help="Its first day.")
@click.option("--to", "ends_on", type=DAY, required=True, help="Its last day.")
@click.option("--whose", type=click.Choice(["ours", "theirs", "both"]), default="both", show_default=True)
@click.option("--needs", multiple=True, metavar="CODE", help="A step that comes before it; may be given several times.")
def add_step(project: UUID, phase: str, title: str, email: str, **said: Any) -> None:
    """Add a step of one's own, TITLE, to a PHASE of the plan."""
    with eyes(email) as (user, by):
        from rounds.actions.customers import planning

        row = planning.add(project_of(user, project), phase, title, **said, **by_now(by))
        click.echo(f"{row.code}  {row.starts_on} to {row.ends_on}")


@project.command("move-step")
@PROJECT
@CODE
@WHO
@click.option("--from", "starts_on", type=DAY, required=True, help="Its first day.")
@click.option("--to", "ends_on", type=DAY, required=True, help="Its last day.")
@WHY
def move_step(project: UUID, code: str, email: str, **said: Any) -> None:
    """Plan the step CODE on other days; what needs it steps behind it."""
    with eyes(email) as (user, by):
        from rounds.actions.customers import planning

        row = planning.move(step_of(project_of(user, project), code), **said, **by_now(by))
        click.echo(f"{row.title}: {row.starts_on} to {row.ends_on}")


@project.command("reopen-step")
@PROJECT
@CODE
@WHO
@click.option("--why", "reason", default="", help="Why.")
def reopen_step(project: UUID, code: str, email: str, reason: str) -> None:
    """The step CODE is to do again."""
    with eyes(email) as (user, by):
        from rounds.actions.customers import planning

        click.echo(f"{planning.reopen(step_of(project_of(user, project), code), reason=reason, **by_now(by)).title}: open again.")
