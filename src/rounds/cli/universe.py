"""`rounds universe load | report | stop | briefs`: the public hospital files as scored accounts."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path

import click

from rounds.cli.django import start
from rounds.kit.refusal import Refusal

WIDTH = 28


class NothingLoaded(Refusal):
    """No hospital files have been loaded yet; run `rounds universe load DIR`."""

    status = 404


@click.group("universe")
def command() -> None:
    """The public hospital files: load them, see what they gave, stop a load."""


@command.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day the load speaks of (today unless told).")
@click.option("--json", "as_json", is_flag=True, help="Answer the report as JSON.")
@click.option("--from-agencies", is_flag=True, help="First download the agencies' files into FOLDER.")
def load(folder: Path, as_of: datetime | None, as_json: bool, from_agencies: bool) -> None:
    """Load the public files in FOLDER, whatever they are called: hospitals, systems, facts, scores, tiers."""
    start("worker")
    from rounds.jobs import universe

    if from_agencies:
        from rounds.jobs.agencies import download

        for sentence in download(folder, progress=_bar)[1]:
            click.echo(sentence, err=True)
    run = universe.load(folder, as_of=as_of.date() if as_of else None, progress=_bar)
    if as_json:
        click.echo(json.dumps(run.report))
    else:
        _say(run.report, run.survey)


@command.command()
@click.option("--json", "as_json", is_flag=True)
def report(as_json: bool) -> None:
    """The report of the last finished load."""
    start("worker")
    from rounds.models import UniverseRun

    run = UniverseRun.objects.filter(state="done").order_by("-at").first()
    if run is None:
        raise NothingLoaded
    if as_json:
        click.echo(json.dumps(run.report))
    else:
        _say(run.report, run.survey)


@command.command()
def stop() -> None:
    """Ask the running load to stop after its chunk; the next load goes on from there."""
    start("worker")
    from rounds.access.sight import system_sight
    from rounds.actions.market import universe
    from rounds.kit import clock
    from rounds.kit.actor import SYSTEM_ACTOR
    from rounds.models import UniverseRun

    with system_sight():
        run = UniverseRun.objects.filter(state="running").order_by("-at").first()
        if run is not None:
            universe.stop(run, by=SYSTEM_ACTOR, at=clock.now())
    click.echo("The load stops after its chunk." if run else "No load is running.")


@command.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--pdf", "paper", is_flag=True, help="As PDF instead of pages; takes longer.")
@click.option("--as", "email", default=None, help="The person they are made for: only what she may see.")
@click.option("--json", "as_json", is_flag=True)
def briefs(folder: Path, paper: bool, email: str | None, as_json: bool) -> None:
    """Write a pre-call brief of every buying unit into FOLDER, one file each."""
    start("worker")
    from rounds.access.scope import scope_of
    from rounds.access.sight import sight
    from rounds.cli.people import actor
    from rounds.jobs import briefs as job
    from rounds.kit.clock import now
    from rounds.kit.scope import SYSTEM
    from rounds.models import User

    by = actor(email)
    with sight(scope_of(User.objects.get(pk=by.id)) if by.id else SYSTEM) as scope:
        written = job.write(folder, scope, by=by, at=now(), form="pdf" if paper else "html")
    said = f"{written:,} briefs written to {folder}."
    click.echo(json.dumps({"briefs": written, "folder": str(folder)}) if as_json else said)


def _bar(code: str, says: str, done: int, total: int) -> None:
    """One line a phase on stderr; drawn in place where that is a terminal."""
    ratio = done / total if total else 1
    filled = int(ratio * WIDTH)
    line = f"{says:<28} [{'█' * filled}{'·' * (WIDTH - filled)}] {done:>7,} of {total:,}"
    if sys.stderr.isatty():
        click.echo(f"\r{line}", err=True, nl=done >= total)
    elif done >= total:
        click.echo(line, err=True)


def _say(report: dict, survey: dict) -> None:
    """The report as a person reads it."""
    rows, fill = report["rows"], report["fill"]
    click.echo(
        f"{report['hospitals']:,} hospitals, {report['systems']:,} systems, {report['buying_units']:,} buying units: "
        f"{rows['created']:,} created, {rows['updated']:,} updated, {rows['unchanged']:,} unchanged, "
        f"{report['closed']:,} closed."
    )
    click.echo("Known of all / of the core hospitals:")
    for what, share in fill.items():
        click.echo(f"  {what.replace('_', ' '):<20} {share['all']:>7.1%} {share['core']:>7.1%}")
    vendors, known = report["ehr_vendor"], sum(report["ehr_vendor"].values()) or 1
    click.echo("EHR: " + ", ".join(f"{name} {count / known:.0%}" for name, count in list(vendors.items())[:6]))
    click.echo("Tiers of units: " + ", ".join(f"{name} {count:,}" for name, count in report["tiers"].items()))
    click.echo("Fit of core hospitals: " + ", ".join(f"{name} {count:,}" for name, count in report["fit"].items()))
    for sentence in survey.get("lacking", []):
        click.echo(sentence)
    click.echo(f"{report['seconds']} s, {report['peak_rss_mb']} MB.")
