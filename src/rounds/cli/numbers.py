"""`rounds numbers snapshot | quota | export`: keep how deals stand, give quotas, take the tables of the metrics out."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from rounds.cli.django import start
from rounds.cli.options import BY

DAY = click.DateTime(["%Y-%m-%d"])


@click.group("numbers")
def command() -> None:
    """Keep how deals stand each day; give quotas; take the tables of the metrics out as Parquet."""


@command.command()
@click.option("--day", type=DAY, help="Which day's end this is; the day that is over unless said.")
def snapshot(day: datetime | None) -> None:
    """Keep how every deal stands. The worker does this every night; a day that is kept is not rewritten."""
    start("worker")
    from rounds.jobs.numbers import keep

    kept = keep(day.date() if day else None)
    click.echo(f"{kept.day:%-d %b %Y}: {kept.deals:,} deals, {kept.changed:,} of them changed since they were kept last.")


@command.command()
@click.argument("email")
@click.argument("dollars", type=int)
@click.argument("period")
@BY
def quota(email: str, dollars: int, period: str, who: str | None) -> None:
    """Give EMAIL a quota of so many DOLLARS (ARR) for PERIOD, such as 2026-Q4."""
    start("worker")
    from rounds.access.sight import system_sight
    from rounds.actions.numbers import quotas
    from rounds.analytics.numbers import period as periods
    from rounds.cli.people import actor, person
    from rounds.kit.clock import now
    from rounds.models.flow.active import active

    at, book = now(), active().playbook
    found = periods.parse(period, book, periods.today(book, at))
    with system_sight():
        owner = person(email)
        quotas.give(owner, 100 * dollars, starts_on=found.starts, ends_on=found.ends, by=actor(who), at=at)
    click.echo(f"{owner.name}: ${dollars:,} for {found.title}.")


@command.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export(folder: Path) -> None:
    """Write every table of the metrics to FOLDER, one Parquet file each, for DuckDB or Spark."""
    start("worker")
    from rounds.access.sight import system_sight
    from rounds.analytics.numbers.exporting import write
    from rounds.kit.scope import SYSTEM
    from rounds.models.flow.active import active

    with system_sight():
        counts = write(folder, SYSTEM, active().playbook)
    for name, rows in counts.items():
        click.echo(f"{rows:>9,}  {name}")
