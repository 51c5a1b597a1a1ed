"""`rounds automation list | show | test | runs | replay | on | off`."""

from __future__ import annotations

import json
from uuid import UUID

import click

from rounds.cli.django import start
from rounds.cli.options import BY, JSON
from rounds.kit.refusal import Refusal


class NoSuchRecord(Refusal):
    """There is no lead, no account and no deal of that id."""

    status = 404


@click.group("automation")
def command() -> None:
    """Automations: what they are, what they did, try one on a record, switch one on or off."""


@command.command("list")
@JSON
def listed(as_json: bool) -> None:
    """Every automation of the playbook in force: on or off, what it did."""
    start("worker")
    from rounds.access.sight import system_sight
    from rounds.analytics.flow import automations as told
    from rounds.kit.clock import now
    from rounds.models.flow.active import active

    with system_sight():
        lines = told.lines(active(), now())
    if as_json:
        click.echo(json.dumps([{"code": x.code, "on": x.on, "today": x.today, "failed": x.failed, "minutes": x.minutes} for x in lines]))
        return
    for line in lines:
        click.echo(f"{'on ' if line.on else 'off'} {line.code:<24} {line.today:>5} today {line.failed:>4} failed {line.minutes:>6} min saved  {line.automation.title}")


@command.command()
@click.argument("code")
def show(code: str) -> None:
    """CODE in words, with its switch and how often it would have run in the last thirty days."""
    start("worker")
    from rounds.access.sight import system_sight
    from rounds.actions.flow.automations import NoSuchAutomation
    from rounds.analytics.flow import automations as told
    from rounds.kit.clock import now
    from rounds.models.flow.active import active
    from rounds.rules.automation.words import sentence

    with system_sight():
        held = active()
        if code not in held.playbook.automations:
            raise NoSuchAutomation
        automation, line = held.playbook.automations[code], next(x for x in told.lines(held, now()) if x.code == code)
        would = told.would_have_run(automation, held, now())
    click.echo(f"{sentence(automation)}\n{'On' if line.on else 'Off'}{f': {line.switch.reason} ({line.switch.by_name})' if line.switch else ''}. "
               f"It would have run {would.times} times in the last 30 days ({would.looked_at} of {would.whole} {would.noun} looked at).\n"
               f"automations/{code}.yaml:{held.playbook.line(f'automations/{code}.yaml', 'when')}")  # fmt: skip


@command.command()
@click.argument("code")
@click.argument("record", type=click.UUID)
@click.option("--by", "who", required=True, help="The e-mail address of the person who tries it.")
def test(code: str, record: UUID, who: str) -> None:
    """Try CODE on the lead, account or deal RECORD: what it would find and do. Nothing is written, nothing leaves."""
    start("worker")
    from rounds.access.sight import system_sight
    from rounds.actions.flow.automating.trying import try_on
    from rounds.actions.flow.automations import NoSuchAutomation
    from rounds.cli.people import actor
    from rounds.kit.clock import now
    from rounds.models import Account, Lead, Opportunity, User
    from rounds.models.flow.active import active

    with system_sight():
        automation = active().playbook.automations.get(code)
        if automation is None:
            raise NoSuchAutomation
        kinds = {"lead": (Lead, ("account__buying_unit", "owner")), "account": (Account, ("buying_unit", "owner")),
                 "deal": (Opportunity, ("account__buying_unit", "account__owner", "owner", "lead"))}  # fmt: skip
        there = ((noun, model.objects.select_related(*fetch).filter(pk=record).first()) for noun, (model, fetch) in kinds.items())
        found_one = {noun: row for noun, row in there if row is not None}
        if not found_one:
            raise NoSuchRecord
        by = actor(who)
        found = try_on(automation, **found_one, user=User.objects.get(pk=by.id), by=by, at=now())
    for line in found.judged.lines:
        click.echo(f"{ {True: 'yes', False: 'no', None: '?'}[line.holds]:<4}{line.says} (found: {line.found})")
    if found.open:
        click.echo(f"Whether it would run hangs on what the event says: {found.judged.why_not}.")
    else:
        click.echo("Its conditions hold." if found.fires else f"It would not run: {found.stopped or found.judged.why_not}.")
    for place, step in enumerate(found.steps, 1):
        click.echo(f"{place:>3} {step.title}: {step.state}, {step.sentence}")


@command.command()
@click.argument("code", required=False, default="")
@click.option("--state", default="", help="Only runs of this state: done, failed, refused, waiting, running, unmet.")
@click.option("--last", default=20, show_default=True, type=click.IntRange(1, 1000))
@JSON
def runs(code: str, state: str, last: int, as_json: bool) -> None:
    """The last runs of CODE, or of all, with what each step came to."""
    start("worker")
    from rounds.access.sight import system_sight
    from rounds.analytics.flow import automations as told

    with system_sight():
        found = [(run, sorted(run.steps.all(), key=lambda s: s.position)) for run in told.runs(code, state=state).prefetch_related("steps")[:last]]
    if as_json:
        click.echo(json.dumps([{"id": str(run.id), "automation": run.automation, "state": run.state, "reason": run.reason,
                                "steps": [{"title": s.title, "state": s.state, "outcome": s.outcome, "error": s.error} for s in steps]}
                               for run, steps in found]))  # fmt: skip
        return
    for run, steps in found:
        click.echo(f"{run.started_at:%Y-%m-%d %H:%M} {run.state:<8} {run.automation:<24} {run.id} {run.reason}")
        for step in steps:
            click.echo(f"      {step.position + 1} {step.title}: {step.state}{', ' + step.outcome if step.outcome else ''} {step.error}".rstrip())


@command.command()
@click.argument("run", type=click.UUID)
@BY
def replay(run: UUID, who: str | None) -> None:
    """Do again what of RUN is not done; the worker does it."""
    start("worker")
    from rounds.access.sight import system_sight
    from rounds.actions.flow import automations
    from rounds.cli.people import actor
    from rounds.kit.clock import now
    from rounds.models import AutomationRun

    with system_sight():
        found = AutomationRun.objects.filter(pk=run).first()
        if found is None:
            raise automations.NoSuchAutomation("There is no run of that id; `rounds automation runs` lists them.")
        count = automations.replay(found, by=actor(who), at=now())
    click.echo(f"{count} {'step' if count == 1 else 'steps'} will be done again.")


def _switch(code: str, on: bool, reason: str, who: str | None) -> None:
    start("worker")
    from rounds.access.sight import system_sight
    from rounds.actions.flow import automations
    from rounds.cli.people import actor
    from rounds.kit.clock import now

    with system_sight():
        automations.switch(code, on, reason=reason, by=actor(who), at=now())
    click.echo(f"{code} is {'on' if on else 'off'}.")


@command.command()
@click.argument("code")
@click.option("--reason", required=True)
@BY
def on(code: str, reason: str, who: str | None) -> None:
    """Switch CODE on."""
    _switch(code, True, reason, who)


@command.command()
@click.argument("code")
@click.option("--reason", required=True)
@BY
def off(code: str, reason: str, who: str | None) -> None:
    """Switch CODE off; runs that have begun go on."""
    _switch(code, False, reason, who)
