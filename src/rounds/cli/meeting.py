"""`rounds meeting …`: meetings and the times that are free."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import click

from rounds.cli.deal_eyes import MOMENT, by_now, in_zone
from rounds.cli.options import JSON
from rounds.cli.people import WHO, eyes
from rounds.kit.refusal import Refusal

if TYPE_CHECKING:
    from rounds.models import Meeting, User

MEETING = click.argument("meeting", type=click.UUID)


class NoSuchMeeting(Refusal):
    """There is no such meeting, or you do not see it; `rounds meeting list` shows yours with their ids."""

    status = 404


class NobodyNamed(Refusal):
    """Say whom it is with: --lead, --contact or --deal, one that you see."""

    status = 422


@click.group("meeting")
def command() -> None:
    """Meetings: list, free times, book, move, call off, held, nobody came."""


@command.command("list")
@WHO
@JSON
def list_(email: str, as_json: bool) -> None:
    """The meetings one sees, the latest first (at most 200)."""
    with eyes(email) as (user, _):
        from rounds.access.allowed import need_to_read
        from rounds.access.scope import visible
        from rounds.access.sight import current
        from rounds.models import Meeting

        need_to_read(user, "task")
        rows = visible(Meeting, current()).select_related("host").order_by("-starts_at", "-id")[:200]
        told = [{"id": str(row.id), "title": row.title, "state": row.state, "starts_at": row.starts_at.isoformat(), "host": row.host.name if row.host else None} for row in rows]
    if as_json:
        click.echo(json.dumps(told))
        return
    for row in told:
        click.echo(f"{row['id']}  {row['starts_at'][:16].replace('T', ' ')}  {row['state']:9}  {row['title']} ({row['host'] or 'nobody'})")
    click.echo(f"{len(told)} meetings.")


@command.command("times")
@click.argument("kind")
@WHO
@click.option("--host", metavar="EMAIL", help="Whose times; one's own unless said.")
def times(kind: str, email: str, host: str | None) -> None:
    """The next free times for a meeting of KIND, such as intro, on one's own clock."""
    with eyes(email) as (user, _):
        from zoneinfo import ZoneInfo

        from rounds.actions.people.users import colleague
        from rounds.actions.reach import hosts, meetings
        from rounds.kit.clock import now
        from rounds.models.flow.active import active

        if kind not in active().playbook.meetings.kinds:
            raise meetings.MeetingRefused(f"Use one of: {', '.join(active().playbook.meetings.kinds)}.")
        for one in hosts.times(colleague(host) if host else user, kind, at=now()):
            click.echo(f"{one.starts.astimezone(ZoneInfo(user.time_zone)):%a %d %b %H:%M}  {one.starts.isoformat()}")


@command.command("book")
@click.argument("kind")
@click.argument("starts_at", type=MOMENT)
@WHO
@click.option("--lead", type=click.UUID, help="With the person of this lead.")
@click.option("--contact", type=click.UUID, help="With this contact.")
@click.option("--deal", type=click.UUID, help="About this deal.")
@click.option("--host", metavar="EMAIL", help="Who hosts it; oneself unless said.")
def book(kind: str, starts_at: datetime, email: str, lead: UUID | None, contact: UUID | None, deal: UUID | None, host: str | None) -> None:
    """Book a meeting of KIND at STARTS_AT; the invitation goes to both."""
    with eyes(email) as (user, by):
        from rounds.access.allowed import need_to_write
        from rounds.access.scope import visible
        from rounds.access.sight import current
        from rounds.actions.people.users import colleague
        from rounds.actions.reach import booking, meetings
        from rounds.models import Contact, Lead, Opportunity

        asked = ((Lead, lead), (Contact, contact), (Opportunity, deal))
        who = next((visible(model, current()).filter(pk=key).first() for model, key in asked if key), None)
        if who is None:
            raise NobodyNamed
        need_to_write(user, who)
        row = meetings.book(kind, booking.of(who), host=colleague(host) if host else user, starts_at=in_zone(starts_at, user), **by_now(by))
        click.echo(f"{row.id}  {row.title}")


@command.command("move")
@MEETING
@click.argument("starts_at", type=MOMENT)
@WHO
def move(meeting: UUID, starts_at: datetime, email: str) -> None:
    """Hold it at STARTS_AT instead."""
    with eyes(email) as (user, by):
        from rounds.actions.reach import meetings

        meetings.move(_one(user, meeting), in_zone(starts_at, user), **by_now(by))
        click.echo("Moved; both have a new invitation.")


@command.command("cancel")
@MEETING
@click.argument("why")
@WHO
def cancel(meeting: UUID, why: str, email: str) -> None:
    """Call it off, with the reason."""
    with eyes(email) as (user, by):
        from rounds.actions.reach import meetings

        meetings.cancel(_one(user, meeting), why=why, **by_now(by))
        click.echo("Called off; both are told.")


@command.command("held")
@MEETING
@click.argument("outcome")
@WHO
@click.option("--note", default="", help="What was said; no patient data.")
def held(meeting: UUID, outcome: str, email: str, note: str) -> None:
    """It was held; OUTCOME is a word of the playbook, such as "Went well"."""
    with eyes(email) as (user, by):
        from rounds.actions.reach import meeting_ends

        meeting_ends.hold(_one(user, meeting), outcome=outcome, note=note, **by_now(by))
        click.echo("Held.")


@command.command("no-show")
@MEETING
@WHO
def no_show(meeting: UUID, email: str) -> None:
    """Nobody came; a task asks for a new day."""
    with eyes(email) as (user, by):
        from rounds.actions.reach import meeting_ends

        meeting_ends.no_show(_one(user, meeting), **by_now(by))
        click.echo("Recorded; a task asks for a new day.")


def _one(user: User, key: UUID) -> Meeting:
    """A meeting one may change. Raises NoSuchMeeting (404), NotAllowed (403)."""
    from rounds.access.meetings import need_to_change
    from rounds.access.scope import visible
    from rounds.access.sight import current
    from rounds.models import Meeting

    row = visible(Meeting, current()).select_related("host", "lead__account", "opportunity__account", "account", "contact").filter(pk=key).first()
    if row is None:
        raise NoSuchMeeting
    need_to_change(user, row)
    return row
