"""`rounds worker`: the background worker."""

from __future__ import annotations

import click

from rounds.cli.django import start


@click.command("worker")
@click.option("--concurrency", default=2, show_default=True, type=click.IntRange(1, 32), help="Jobs at a time.")
@click.option("--once", is_flag=True, help="Do what waits in the queue, then end.")
def command(concurrency: int, once: bool) -> None:
    """Do background work until it is stopped (Ctrl-C); a running job ends first. Several workers may run.

    Jobs of a worker that was killed are taken up by another within a minute.
    """
    start("worker")
    from rounds.jobs import worker

    if not once:
        click.echo("The worker waits for jobs (stop it with Ctrl-C).")
    worker.run(concurrency=concurrency, once=once)
