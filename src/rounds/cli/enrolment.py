"""`rounds enrolment list | show | pause | resume | release | stop`: who is in a sequence, why a letter waits, and what is done about it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

import click

from rounds.cli.people import WHO, eyes
from rounds.kit.refusal import Refusal

if TYPE_CHECKING:
    from rounds.kit.actor import Actor
    from rounds.models import Enrolment


class NoSuchEnrolment(Refusal):
    """There is no such enrolment, or you do not see it; `rounds enrolment list` shows yours with their ids."""

    status = 404


@click.group("enrolment")
def command() -> None:
    """Look at enrolments; pause, resume, release and stop them."""


@command.command("list")
@WHO
@click.option("--sequence", default="", help="Only those of this sequence.")
@click.option("--all", "everything", is_flag=True, help="Also those that have ended.")
@click.option("--json", "as_json", is_flag=True, help="Answer with data.")
def list_(email: str, sequence: str, everything: bool, as_json: bool) -> None:
    """Those under way, the newest first, with what comes next and why it waits (at most 200)."""
    with eyes(email) as (user, _):
        from rounds.access.allowed import need
        from rounds.access.scope import visible
        from rounds.access.sight import current
        from rounds.models import Enrolment
        from rounds.models.reach.ahead import next_steps

        need(user, "sequences.enrol")
        rows = visible(Enrolment, current()).order_by("-at", "id")
        rows = rows.filter(sequence=sequence) if sequence else rows
        found = list((rows if everything else rows.exclude(state="ended"))[:200])
        ahead = next_steps(found)
    told = [{"id": str(row.id), "name": row.name, "sequence": row.sequence, "state": row.state, "ended_for": row.ended_for,
             "next": ahead[row.pk].step if row.pk in ahead else None, "next_at": ahead[row.pk].next_at.isoformat() if row.pk in ahead else None,
             "waits": row.paused_for if row.state == "paused" else ahead[row.pk].said if row.pk in ahead else ""} for row in found]  # fmt: skip
    if as_json:
        click.echo(json.dumps(told))
        return
    for one in told:
        comes, waits = one["next"] or "nothing", f" ({one['waits']})" if one["waits"] else ""
        click.echo(f"{one['id']}  {one['state']:<7} {one['sequence']:<24} {one['name']}: {comes}{waits}")
    click.echo(f"{len(told)} enrolments.")


@contextmanager
def _one(key: UUID, email: str, permission: str) -> Iterator[tuple[Enrolment, Actor]]:
    """The enrolment and as whom the person acts, seen through their eyes for the block. Raises NoSuchEnrolment, NotAllowed."""
    with eyes(email) as (user, by):
        from rounds.access.allowed import need
        from rounds.access.scope import visible
        from rounds.access.sight import current
        from rounds.models import Enrolment

        row = visible(Enrolment, current()).filter(pk=key).first()
        if row is None:
            raise NoSuchEnrolment
        need(user, permission)
        yield row, by


@command.command()
@click.argument("enrolment", type=click.UUID)
@WHO
def show(enrolment: UUID, email: str) -> None:
    """One, step by step, with each decision and its reason."""
    with _one(enrolment, email, "sequences.enrol") as (row, _):
        from rounds.models.reach.ahead import decisions_of, steps_of

        steps, decided = steps_of(row), decisions_of(row)
    click.echo(f"{row.name} in {row.sequence}: {row.state}{f', {row.ended_for}' if row.ended_for else ''}{f' ({row.paused_for})' if row.paused_for else ''}")
    for step in steps:
        click.echo(f"  {step.due_on} {step.do:<8} {step.step:<16} {step.state}{f', looked at {step.next_at:%Y-%m-%d %H:%M} UTC' if step.state == 'planned' else ''}")
        for one in decided.get(step.position, []):
            click.echo(f"      {one.at:%Y-%m-%d %H:%M} {one.outcome}: {one.why}")


@command.command()
@click.argument("enrolment", type=click.UUID)
@WHO
@click.option("--why", required=True, help="Why nothing goes for now.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Until the morning of this day, where they are.")
def pause(enrolment: UUID, email: str, why: str, until) -> None:
    """Nothing goes until that day, or until it is resumed."""
    with _one(enrolment, email, "sequences.stop") as (row, by):
        from rounds.actions.reach import enrolling
        from rounds.kit.clock import now

        enrolling.pause(row, why=why, until=until.replace(tzinfo=ZoneInfo(row.zone)) if until else None, by=by, at=now())
    click.echo(f"{row.name} is paused{f' until {until:%Y-%m-%d}' if until else ''}.")


@command.command()
@click.argument("enrolment", type=click.UUID)
@WHO
def resume(enrolment: UUID, email: str) -> None:
    """It goes on; what fell into the pause is due now."""
    with _one(enrolment, email, "sequences.stop") as (row, by):
        from rounds.actions.reach import enrolling
        from rounds.kit.clock import now

        enrolling.resume(row, by=by, at=now())
    click.echo(f"{row.name} goes on.")


@command.command()
@click.argument("enrolment", type=click.UUID)
@WHO
def release(enrolment: UUID, email: str) -> None:
    """Let the letter go that waits for a word."""
    with _one(enrolment, email, "sequences.approve") as (row, by):
        from rounds.actions.reach import approving
        from rounds.kit.clock import now

        approving.release(row, by=by, at=now())
    click.echo(f"The letter to {row.name} is let go.")


@command.command()
@click.argument("enrolment", type=click.UUID)
@WHO
@click.option("--why", required=True, help="Why it ends.")
def stop(enrolment: UUID, email: str, why: str) -> None:
    """End it; what was not sent is cancelled."""
    with _one(enrolment, email, "sequences.stop") as (row, by):
        from rounds.actions.reach import enrolling
        from rounds.kit.clock import now

        enrolling.end(row, "by_hand", why=why, by=by, at=now())
    click.echo(f"{row.name} is stopped.")
