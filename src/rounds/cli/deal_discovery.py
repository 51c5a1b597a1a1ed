"""`rounds deal discovery …`: the calls in six timed sections, and what was found out."""

from __future__ import annotations

import json
from datetime import datetime
from uuid import UUID

import click

from rounds.cli.deal_eyes import MOMENT, WHICH, below, by_now, contact_of, deal_of, in_zone
from rounds.cli.options import JSON
from rounds.cli.people import WHO, eyes

CALL = click.argument("call", type=click.UUID)


@click.group("discovery")
def discovery() -> None:
    """Discovery calls of a deal, and what was found out."""


@discovery.command("show")
@WHICH
@WHO
@JSON
def show(deal: UUID, email: str, as_json: bool) -> None:
    """The calls with their notes, and the records."""
    with eyes(email) as (user, _):
        from rounds.access.scope import visible
        from rounds.access.sight import current
        from rounds.models import DiscoveryCall, DiscoveryRecord

        row = deal_of(user, deal, change=False)
        calls = list(visible(DiscoveryCall, current()).filter(opportunity=row).order_by("-starts_at", "-id")[:20])
        found = list(visible(DiscoveryRecord, current()).filter(opportunity=row, withdrawn_at=None).order_by("at", "id")[:400])
        told = {"calls": [{"id": str(one.id), "starts_at": one.starts_at.isoformat(), "state": _state(one), "agenda": one.agenda, "notes": one.notes} for one in calls],
                "records": [{"id": str(one.id), "kind": one.kind, "group": one.group, "text": one.text} for one in found]}  # fmt: skip
    if as_json:
        click.echo(json.dumps(told))
        return
    for one in told["calls"]:
        click.echo(f"{one['id']}  {one['starts_at'][:16].replace('T', ' ')}  {one['state']}")
        for section in one["agenda"]:
            click.echo(f"  {section['minutes']:>3} min  {section['title']}: {one['notes'].get(section['section'], '') or 'nothing noted'}")
    for one in told["records"]:
        group = f" ({one['group']})" if one["group"] else ""
        click.echo(f"{one['id']}  {one['kind']}{group}: {one['text']}")
    click.echo(f"{len(told['calls'])} calls, {len(told['records'])} records.")


def _state(call) -> str:
    return "held" if call.held_at else "called off" if call.dropped_at else "planned"


@discovery.command("plan")
@WHICH
@click.argument("starts_at", type=MOMENT)
@WHO
@click.option("--with", "people", type=click.UUID, multiple=True, help="A contact who is to be there; may be given several times.")
def plan(deal: UUID, starts_at: datetime, email: str, people: tuple[UUID, ...]) -> None:
    """Plan a call at STARTS_AT, such as 2026-11-20T10:00, with the agenda of the playbook."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import discovery as actions

        of = deal_of(user, deal)
        row = actions.plan(of, in_zone(starts_at, user), people=[contact_of(key, of) for key in people], **by_now(by))
        agenda = ", ".join(f"{one['title']} {one['minutes']} min" for one in row.agenda)
        click.echo(f"{row.id}  planned: {agenda}")


@discovery.command("agenda")
@WHICH
@CALL
@click.argument("minutes", nargs=-1, required=True, metavar="SECTION=MINUTES…")
@WHO
def agenda(deal: UUID, call: UUID, minutes: tuple[str, ...], email: str) -> None:
    """Give sections of one call other times, such as: challenges=20 technology=5. Together they fill the call."""
    said = {name.strip(): number.strip() for name, _, number in (one.partition("=") for one in minutes)}
    if wrong := [name for name, number in said.items() if not (number.isascii() and number.isdigit())]:
        raise click.BadParameter(f"Write {wrong[0]} as {wrong[0]}=15.")
    with eyes(email) as (user, by):
        from rounds.actions.deals import discovery as actions
        from rounds.models import DiscoveryCall

        row = below(DiscoveryCall, deal_of(user, deal), call)
        row = actions.set_agenda(row, {name: int(number) for name, number in said.items()}, **by_now(by))
        click.echo(", ".join(f"{one['title']} {one['minutes']} min" for one in row.agenda))


@discovery.command("change")
@WHICH
@CALL
@WHO
@click.option("--at", "starts_at", type=MOMENT, help="When it is, such as 2026-11-20T10:00.")
@click.option("--with", "people", type=click.UUID, multiple=True, help="A contact who is there; all of them at once.")
def change(deal: UUID, call: UUID, email: str, starts_at: datetime | None, people: tuple[UUID, ...]) -> None:
    """Say anew when a call is, or who is there."""
    if starts_at is None and not people:
        raise click.UsageError("Say what changes: --at or --with.")
    with eyes(email) as (user, by):
        from rounds.actions.deals import discovery as actions
        from rounds.models import DiscoveryCall

        of = deal_of(user, deal)
        row = actions.note(below(DiscoveryCall, of, call), {}, people=[contact_of(key, of) for key in people] or None,
                           starts_at=in_zone(starts_at, user) if starts_at else None, **by_now(by))  # fmt: skip
        click.echo(f"{row.starts_at:%Y-%m-%d %H:%M} UTC, {len(row.people)} of the customer are there.")


@discovery.command("note")
@WHICH
@CALL
@click.argument("section")
@click.argument("text")
@WHO
def note(deal: UUID, call: UUID, section: str, text: str, email: str) -> None:
    """Keep TEXT as what was heard in SECTION of a call."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import discovery as actions
        from rounds.models import DiscoveryCall

        row = actions.note(below(DiscoveryCall, deal_of(user, deal), call), {section: text}, **by_now(by))
        kept = sum(bool(words.strip()) for words in row.notes.values())
        click.echo(f"Kept; {kept} of {len(row.agenda)} sections have notes.")


@discovery.command("hold")
@WHICH
@CALL
@WHO
def hold(deal: UUID, call: UUID, email: str) -> None:
    """Say that a call was held; the deal is told."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import discovery as actions
        from rounds.models import DiscoveryCall

        actions.complete(below(DiscoveryCall, deal_of(user, deal), call), **by_now(by))
        click.echo("Held.")


@discovery.command("drop")
@WHICH
@CALL
@WHO
@click.option("--why", required=True, help="Why it is called off.")
def drop(deal: UUID, call: UUID, email: str, why: str) -> None:
    """Call a call off."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import discovery as actions
        from rounds.models import DiscoveryCall

        actions.drop(below(DiscoveryCall, deal_of(user, deal), call), why=why, **by_now(by))
        click.echo("Called off.")


@discovery.command("record")
@WHICH
@click.argument("kind")
@click.argument("text")
@WHO
@click.option("--group", default="", help="Of an interview: who was heard.")
@click.option("--measure", default="", help="Of a success criterion: what is measured.")
@click.option("--baseline", default="", help="Of a success criterion: what it is now.")
@click.option("--target", default="", help="Of a success criterion: what is wanted.")
@click.option("--contact", type=click.UUID, help="Who said it.")
@click.option("--call", type=click.UUID, help="The call in which it was said.")
def record(deal: UUID, kind: str, text: str, email: str, contact: UUID | None, call: UUID | None, **said: str) -> None:
    """Write down that TEXT was found out, a KIND of deals/discovery.yaml such as pain_point, or an interview."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import discovery as actions
        from rounds.models import DiscoveryCall

        of = deal_of(user, deal)
        heard = below(DiscoveryCall, of, call) if call else None
        row = actions.record(of, kind, text, contact=contact_of(contact), call=heard, **said, **by_now(by))
        click.echo(f"{row.id}  {row.kind}")


@discovery.command("withdraw")
@WHICH
@click.argument("record", type=click.UUID)
@WHO
def withdraw(deal: UUID, record: UUID, email: str) -> None:
    """Take a record back."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import discovery as actions
        from rounds.models import DiscoveryRecord

        actions.withdraw(below(DiscoveryRecord, deal_of(user, deal), record), **by_now(by))
        click.echo("Taken back.")
