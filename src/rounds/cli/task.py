"""`rounds task list | done`: what is to be done, and ticking it off."""

from __future__ import annotations

import json
from uuid import UUID

import click

from rounds.cli.people import eyes
from rounds.kit.refusal import Refusal


class NoSuchTask(Refusal):
    """There is no such task, or you do not see it; `rounds task list` shows yours with their ids."""

    status = 404


@click.group("task")
def command() -> None:
    """List tasks and tick them off."""


@command.command("list")
@click.option("--as", "email", metavar="EMAIL", required=True, help="Whose tasks; what they see is shown.")
@click.option("--late", is_flag=True, help="Only what is overdue.")
@click.option("--team", is_flag=True, help="Everybody's they see, not only their own.")
@click.option("--json", "as_json", is_flag=True, help="Answer with data.")
def list_(email: str, late: bool, team: bool, as_json: bool) -> None:
    """The open tasks, those due first first (at most 200)."""
    with eyes(email) as (user, _):
        from rounds.access.scope import visible
        from rounds.access.sight import current
        from rounds.kit.clock import now
        from rounds.models import Task
        from rounds.models.desk.listing import falls, state_of

        at = now()
        rows = visible(Task, current()).filter(state_of("open", at))
        rows = rows if team else rows.filter(owner=user)
        rows = rows.filter(falls("overdue", at, user.time_zone)) if late else rows
        found = list(rows.select_related("owner", "lead").order_by("due_at", "rank", "id")[:200])
    told = [{"id": str(task.id), "title": task.title, "due_at": task.due_at and task.due_at.isoformat(), "priority": task.priority,
             "owner": task.owner.name if task.owner else None, "lead": task.lead.name if task.lead else None} for task in found]  # fmt: skip
    if as_json:
        click.echo(json.dumps(told))
        return
    for task, said in zip(found, told, strict=True):
        due = f"{task.due_at:%Y-%m-%d %H:%M}" if task.due_at else "no day          "
        mark = " late" if task.due_at and task.due_at < at else ""
        click.echo(f"{said['id']}  {due}{mark}  {task.title}{f', {task.lead.name}' if task.lead else ''} ({said['owner'] or 'nobody'})")
    click.echo(f"{len(found)} open.")


@command.command()
@click.argument("task", type=click.UUID)
@click.option("--as", "email", metavar="EMAIL", required=True, help="Who did it.")
@click.option("--outcome", default="", help="What came of it.")
def done(task: UUID, email: str, outcome: str) -> None:
    """Tick off the task with that id."""
    with eyes(email) as (user, by):
        from rounds.access.allowed import need_to_write
        from rounds.access.scope import visible
        from rounds.access.sight import current
        from rounds.actions.desk import tasks
        from rounds.kit.clock import now
        from rounds.models import Task

        row = visible(Task, current()).filter(pk=task).first()
        if row is None:
            raise NoSuchTask
        need_to_write(user, row)
        row = tasks.complete(row, outcome=outcome, by=by, at=now())
    click.echo(f"Done: {row.title}")
