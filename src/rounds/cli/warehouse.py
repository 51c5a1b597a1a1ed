"""`rounds warehouse refresh | star | views | let | end`: the star schema for Tableau, Power BI and whoever reads Parquet or SQL."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from rounds.cli.django import start
from rounds.cli.options import BY, JSON

FOLDER = click.Path(file_okay=False, path_type=Path)


@click.group("warehouse")
def command() -> None:
    """The numbers out of the house: facts and dimensions as Parquet, CSV and SQL views (docs/warehouse.md)."""


@command.command()
@click.argument("folder", type=FOLDER)
@click.option("--as", "email", metavar="EMAIL", required=True, help="Through whose eyes: the folder holds what they may see and take out.")
@click.option("--reason", default="", help="Why so many records leave; kept in the audit trail.")
@click.option("--csv", is_flag=True, help="Write the tables as CSV too, in csv/ beside them.")
@JSON
def refresh(folder: Path, email: str, reason: str, csv: bool, as_json: bool) -> None:
    """Make the star in FOLDER anew; FOLDER/current leads to it. Killed, run it again: the star before stays in force until then."""
    start("worker")
    from rounds.access.sight import system_sight
    from rounds.cli.people import person
    from rounds.jobs import warehouse

    with system_sight():
        user = person(email)
    made = warehouse.refresh(folder, user, reason=reason, csv=csv)
    _say({**made.about, "folder": str(made.folder), "resumed": made.resumed}, as_json)


@command.command()
@click.argument("source", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("folder", type=FOLDER)
@JSON
def star(source: Path, folder: Path, as_json: bool) -> None:
    """Make the star of the Parquet tables in SOURCE (`rounds numbers export`, `rounds simulate --load`) in FOLDER; asks no database."""
    start("worker")
    from rounds.analytics.warehouse.building import build
    from rounds.kit.clock import now
    from rounds.playbook import default

    _say({**build(source, folder, default(), now()), "folder": str(folder)}, as_json)


@command.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("names", nargs=-1)
@click.option("--master", default="", help="The address of a Spark (spark://host:7077, local[2]); else one with workers is started here on loopback, and ended.")
@click.option("--workers", default=2, show_default=True, help="How many workers one that is started here has.")
@click.option("--period", default="this-quarter", show_default=True, help="2026-Q4, 2026-10, 2026, last-month …")
@click.option("--compare", is_flag=True, help="Ask DuckDB too and say where the two differ.")
def spark(folder: Path, names: tuple[str, ...], master: str, workers: int, period: str, compare: bool) -> None:
    """Ask Spark for metrics over the Parquet tables in FOLDER, all at once; without NAMES every third metric."""
    start("worker")
    from rounds.analytics.numbers.spark_cluster import standalone

    if master:
        _on_spark(master, folder, names, period, compare)
        return
    with standalone(workers) as here:
        click.echo(f"A master at {here} with {workers} workers.")
        _on_spark(here, folder, names, period, compare)


def _on_spark(master: str, folder: Path, names: tuple[str, ...], period: str, compare: bool) -> None:
    from time import monotonic

    from rounds.analytics.numbers import files
    from rounds.analytics.numbers import period as periods
    from rounds.analytics.numbers import spark as sparks
    from rounds.analytics.numbers.registry import find, metrics
    from rounds.analytics.numbers.running import all_at_once
    from rounds.kit.clock import now
    from rounds.playbook import default

    book, at = default(), now()
    wanted = [find(name) for name in names] or [metrics()[name] for name in sorted(name for name, one in metrics().items() if one.runs)[::3]]
    chosen = periods.parse(period, book, periods.today(book, at))
    begun = monotonic()
    with sparks.started(master) as session:
        engine = sparks.opened(session, folder, book)
        ready = monotonic()
        found = all_at_once(wanted, chosen, engine, at)
        done = monotonic()
    theirs = all_at_once(wanted, chosen, files.opened(folder, book), at) if compare else found
    here = monotonic()
    for name, reading in found.items():
        same = (reading.n, reading.top, reading.base) == (theirs[name].n, theirs[name].top, theirs[name].base) and abs(float(reading.value or 0) - float(theirs[name].value or 0)) < 1e-6
        click.echo(f"{name:<28} {reading.says:>18}  n {reading.n:,}" + ("" if same else f"   DuckDB: {theirs[name].says} (n {theirs[name].n:,})"))
    click.echo(f"{len(found)} metrics of {chosen.title}: {ready - begun:.1f} s to begin, {done - ready:.1f} s on Spark" + (f", {here - done:.1f} s on DuckDB." if compare else "."))


@command.command()
def views() -> None:
    """Make the star as SQL views in the schema `star`, or bring what is there up to date. Logins are let in by `let`."""
    start("owner")
    from rounds.jobs import warehouse_views
    from rounds.kit.clock import now

    warehouse_views.make(now())
    click.echo("The schema star is up to date; `rounds warehouse let LOGIN EMAIL` lets a login of the database read it.")


@command.command()
@click.argument("login")
@click.argument("email")
@BY
def let(login: str, email: str, who: str | None) -> None:
    """Let the database login LOGIN read the views as EMAIL sees the records, and nothing else."""
    start("owner")
    from rounds.access.sight import EVERYTHING, sight
    from rounds.cli.people import actor, person
    from rounds.jobs import warehouse_views
    from rounds.kit.clock import now

    with sight(EVERYTHING):
        user = person(email)
        warehouse_views.let(login, user, by=actor(who), at=now())
    click.echo(f"{login} reads the schema star as {user.name} sees the records.")


@command.command()
@click.argument("login")
@BY
def end(login: str, who: str | None) -> None:
    """Let the database login LOGIN read the views no more."""
    start("owner")
    from rounds.cli.people import actor
    from rounds.jobs import warehouse_views
    from rounds.kit.clock import now

    warehouse_views.end(login, by=actor(who), at=now())
    click.echo(f"{login} reads nothing any more.")


def _say(about: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(about))
        return
    for name, rows in sorted(about["rows"].items()):
        click.echo(f"{rows:>11,}  {name}")
    again = ", carried on from one that was ended" if about.get("resumed") else ""
    click.echo(f"As of {about['as_of']}, in {about['folder']}{again}.")
    if about["restated"]:
        click.echo(f"Told otherwise when they ended: {', '.join(about['restated'])}.")
