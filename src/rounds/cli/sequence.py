"""`rounds sequence list | show | enrol`: what came of sequences, and enrolling leads after a dry run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from rounds.cli.django import start
from rounds.kit.refusal import Refusal

if TYPE_CHECKING:
    from rounds.kit.actor import Actor
    from rounds.kit.scope import Scope
    from rounds.models import User

AS = click.option("--as", "email", metavar="EMAIL", required=True, help="Whose eyes and hands.")


class NoSuchSequence(Refusal):
    """The playbook has no such sequence; `rounds sequence list` shows them with their codes."""

    status = 404


class NoSuchLead(Refusal):
    """There is no such lead, or it is not yours to change."""

    status = 404


def who(email: str) -> tuple[User, Scope, Actor]:
    """The person of an address, what they see, and as whom they act."""
    start("web")
    from rounds.access.scope import scope_of
    from rounds.cli.people import person

    user = person(email)
    return user, scope_of(user), user.actor


@click.group("sequence")
def command() -> None:
    """Look at sequences, try and do enrolling."""


@command.command("list")
@AS
@click.option("--json", "as_json", is_flag=True, help="Answer with data.")
def list_(email: str, as_json: bool) -> None:
    """Every sequence of the playbook: ready or draft, who is in it, what came of it."""
    _, scope, _ = who(email)
    from rounds.access.sight import sight
    from rounds.analytics.reach import sequences as told
    from rounds.models.flow.active import active

    with sight(scope):
        lines, book = told.lines(scope), active().playbook
    rows = [(code, one, lines.get(code, told.Line())) for code, one in book.sequences.items()]
    if as_json:
        click.echo(json.dumps([{"code": code, "title": one.title, "state": one.state, "enrolled": line.enrolled, "active": line.active, "sent": line.sent,
                                "answered": line.answered, "meetings": line.meetings, "unsubscribed": line.unsubscribed} for code, one, line in rows]))  # fmt: skip
        return
    for code, one, line in rows:
        click.echo(f"{code:<28} {one.state:<6} {line.enrolled:>6} enrolled {line.sent:>6} sent {line.answered:>5} answered {line.meetings:>4} met  {one.title}")


@command.command()
@click.argument("code")
@AS
def show(code: str, email: str) -> None:
    """One, step by step and variant by variant."""
    _, scope, _ = who(email)
    from rounds.access.sight import sight
    from rounds.analytics.reach import sequences as told
    from rounds.models.flow.active import active
    from rounds.rules.reach.words import place_words, stop_words

    with sight(scope):
        book = active().playbook
        one = book.sequences.get(code)
        if one is None:
            raise NoSuchSequence
        steps = told.steps(code, scope, book.reach.trial)
    click.echo(f"{one.title}: {one.state}. It ends when {', '.join(stop_words(one))}.")
    for step in one.steps:
        line = steps.get(step.step, told.StepLine(step.step))
        click.echo(f"  {place_words(step):<8} {step.do:<8} {step.title}: {line.waiting} wait, {line.whole.sent} sent, {line.whole.answered} answered")
        for variant in line.variants if len(line.variants) > 1 else ():
            click.echo(f"           variant {variant.variant}: {variant.sent} sent. {variant.rate.says}")
        if line.compared:
            click.echo(f"           {line.compared.says}")


@command.command()
@click.argument("code")
@click.argument("leads", nargs=-1, required=True, type=click.UUID)
@AS
@click.option("--dry-run", is_flag=True, help="Say who would get which letter when; nothing is done.")
@click.option("--from-me", is_flag=True, help="You send, not the owner of each lead.")
@click.option("--why", default="", help="Kept with each enrolment.")
@click.option("--campaign", default="", help="The name of a one-off send, under which its numbers stand.")
def enrol(code: str, leads: tuple, email: str, dry_run: bool, from_me: bool, why: str, campaign: str) -> None:
    """Enrol these leads in the sequence CODE."""
    user, scope, by = who(email)
    from rounds.access.allowed import need, own_to_write
    from rounds.access.scope import visible
    from rounds.access.sight import sight
    from rounds.actions.reach import campaigns, enrolling, people, rehearsing
    from rounds.kit.clock import now
    from rounds.models import Lead

    with sight(scope):
        need(user, "sequences.enrol")
        rows = visible(Lead, scope).filter(own_to_write(user, "lead"), pk__in=leads).select_related("owner", "account__buying_unit")
        there = {row.pk: row for row in rows}
        if set(leads) - there.keys():
            raise NoSuchLead
        given = [(people.of_lead(there[key]), user if from_me else there[key].owner) for key in dict.fromkeys(leads)]
        if len(given) > 1 and (refused := campaigns.not_allowed(code, user)):
            raise refused
        if dry_run:
            _told(rehearsing.dry_run(code, given, at=now()))
            return
        found = enrolling.enrol_many(code, given, why=why, campaign=campaign, by=by, at=now())
    for one in found:
        click.echo(f"{one.person.name}: {one.refusal or f'enrolled, {one.there.id}'}")
    click.echo(f"{sum(one.refusal is None for one in found)} of {len(found)} are enrolled.")


def _told(runs) -> None:
    for run in runs:
        if not run.weighed.may:
            click.echo(f"{run.weighed.person.name}: {run.weighed.refusal or 'is in it already'}")
            continue
        click.echo(run.weighed.person.name)
        for stop in run.stops:
            when = f"{stop.at:%a %d %b %Y %H:%M %Z}" if stop.at else "waits"
            click.echo(f"  {when:<26} {stop.step.title}{f' ({stop.held.why})' if stop.held else ''}")
    click.echo(f"{sum(run.weighed.may for run in runs)} of {len(runs)} would be enrolled. Nothing was done.")
