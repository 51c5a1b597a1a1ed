"""`rounds sequence list | show | enrol`: what came of sequences, and enrolling leads after a dry run."""

from __future__ import annotations

import json

import click

from rounds.cli.people import WHO, eyes
from rounds.kit.refusal import Refusal


class NoSuchSequence(Refusal):
    """The playbook has no such sequence; `rounds sequence list` shows them with their codes."""

    status = 404


class NoSuchLead(Refusal):
    """There is no such lead, or it is not yours to change."""

    status = 404


@click.group("sequence")
def command() -> None:
    """Look at sequences, try and do enrolling."""


@command.command("list")
@WHO
@click.option("--json", "as_json", is_flag=True, help="Answer with data.")
def list_(email: str, as_json: bool) -> None:
    """Every sequence of the playbook: ready or draft, who is in it, what came of it."""
    with eyes(email) as (user, _):
        from rounds.access.allowed import need
        from rounds.access.sight import current
        from rounds.analytics.reach import sequences as told
        from rounds.models.flow.active import active

        need(user, "playbook.read")
        lines, book = told.lines(current()), active().playbook
    rows = [(code, one, lines.get(code, told.Line())) for code, one in book.sequences.items()]
    if as_json:
        click.echo(json.dumps([{"code": code, "title": one.title, "state": one.state, "enrolled": line.enrolled, "active": line.active, "sent": line.sent,
                                "answered": line.answered, "meetings": line.meetings, "unsubscribed": line.unsubscribed} for code, one, line in rows]))  # fmt: skip
        return
    for code, one, line in rows:
        click.echo(f"{code:<28} {one.state:<6} {line.enrolled:>6} enrolled {line.sent:>6} sent {line.answered:>5} answered {line.meetings:>4} met  {one.title}")


@command.command()
@click.argument("code")
@WHO
def show(code: str, email: str) -> None:
    """One, step by step and variant by variant."""
    with eyes(email) as (user, _):
        from rounds.access.allowed import need
        from rounds.access.sight import current
        from rounds.analytics.reach import sequences as told
        from rounds.models.flow.active import active
        from rounds.rules.reach.words import place_words, stop_words

        need(user, "playbook.read")
        book = active().playbook
        one = book.sequences.get(code)
        if one is None:
            raise NoSuchSequence
        steps = told.steps(code, current(), book.reach.trial)
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
@WHO
@click.option("--dry-run", is_flag=True, help="Say who would get which letter when; nothing is done.")
@click.option("--from-me", is_flag=True, help="You send, not the owner of each lead.")
@click.option("--why", default="", help="Kept with each enrolment.")
@click.option("--campaign", default="", help="The name of a one-off send, under which its numbers stand.")
def enrol(code: str, leads: tuple, email: str, dry_run: bool, from_me: bool, why: str, campaign: str) -> None:
    """Enrol these leads in the sequence CODE."""
    with eyes(email) as (user, by):
        from rounds.access.allowed import need, own_to_write
        from rounds.access.scope import visible
        from rounds.access.sight import current
        from rounds.actions.reach import campaigns, enrolling, people, rehearsing
        from rounds.kit.clock import now
        from rounds.models import Lead

        need(user, "sequences.enrol")
        rows = visible(Lead, current()).filter(own_to_write(user, "lead"), pk__in=leads).select_related("owner", "account__buying_unit")
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
