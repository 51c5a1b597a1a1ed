"""`rounds simulate`: a company of two years, written by the real actions; or its columns, for very large dashboards."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from rounds.cli.django import start


@click.command("simulate")
@click.option("--seed", default=1, show_default=True, help="The same seed is the same company.")
@click.option("--months", default=24, show_default=True, type=click.IntRange(1, 24), help="How long its history is.")
@click.option("--deals", default=400, show_default=True, type=click.IntRange(1, 20_000), help="How many deals are alive in that time.")
@click.option("--small", is_flag=True, help="A small market, where there is none yet.")
@click.option("--stop", "stopping", is_flag=True, help="Ask the one that writes to stop after its day; the same command again goes on.")
@click.option("--load", "load", default=0, metavar="DEALS", type=click.IntRange(0), help="Write so many deals as Parquet files instead, into --out.")
@click.option("--out", "folder", type=click.Path(file_okay=False, path_type=Path), help="The folder of --load.")
@click.option("--json", "as_json", is_flag=True, help="Answer with data.")
def command(seed: int, months: int, deals: int, small: bool, stopping: bool, load: int, folder: Path | None, as_json: bool) -> None:
    """Write a believable, synthetic company: sellers, leads, deals, papers and customers, as if it had sold for MONTHS.

    Only into a database that is empty or was invented. Ctrl-C stops it; the same command goes on, and writes nothing twice.
    """
    if load:
        if folder is None:
            raise click.UsageError("Say where the files go: --out FOLDER.")
        _load(load, folder, seed, months, as_json)
        return
    start("worker")
    if stopping:
        _stop()
        return
    from rounds.jobs.simulate.whole import company
    from rounds.jobs.simulate.writing import Asked

    def say(day: str, done: int, total: int) -> None:
        if done % 30 == 0 or done == total:
            click.echo(f"  {day}: day {done} of {total}", err=True)

    written = company(Asked(seed, months, deals), small=small, say=say, told=lambda said: click.echo(f"  {said} …", err=True))
    if as_json:
        click.echo(json.dumps(asdict(written)))
        return
    click.echo(f"{'Written' if written.finished else 'Stopped'}: {written.days} of {written.of_days} days, {written.steps} steps in {written.seconds:.0f} s ({written.processor_seconds:.0f} s of processor).")
    if not written.snapshots:
        click.echo("  no daily snapshots: there are deals here that are not of this company.")
    for sentence, count in sorted(written.refused.items(), key=lambda pair: -pair[1]):
        click.echo(f"  left out {count} times: {sentence}")


def _stop() -> None:
    from rounds.access.sight import system_sight
    from rounds.actions.flow import simulations
    from rounds.kit.actor import SYSTEM_ACTOR
    from rounds.kit.clock import now

    with system_sight():
        simulations.stop(by=SYSTEM_ACTOR, at=now())
    click.echo("It stops after the day it is at.")


def _load(deals: int, folder: Path, seed: int, months: int, as_json: bool) -> None:
    from rounds.jobs.simulate.load import write
    from rounds.kit.clock import now

    done = write(deals, folder, seed=seed, months=months, today=now().date(), say=lambda said: click.echo(f"  {said}", err=True))
    if as_json:
        click.echo(json.dumps(asdict(done)))
        return
    for name, rows in done.rows.items():
        click.echo(f"  {name:14} {rows:>12,} rows")
    click.echo(f"Written to {folder} in {done.seconds:.1f} s ({done.processor_seconds:.0f} s of processor); {done.megabytes:,.0f} MB of files, at most {done.peak_mb:,.0f} MB of memory.")
