"""`rounds compliance check`: every check, now. Exit status 1 when the house is not compliant."""

from __future__ import annotations

import json

import click

from rounds.cli.django import start

SIGNS = {"pass": "holds  ", "fail": "FAILS  ", "unknown": "unknown"}


@click.group("compliance")
def command() -> None:
    """The compliance checks of trust/checks.yaml."""


@command.command()
@click.option("--json", "as_json", is_flag=True, help="Answer with data.")
def check(as_json: bool) -> None:
    """Run every check now and keep the run. Exit status 1 unless everything critical is known to hold."""
    start("worker")
    from rounds.analytics.trust.standing import sentence
    from rounds.jobs.checks import check as work
    from rounds.models.flow.active import active

    run = work()
    if as_json:
        click.echo(json.dumps({"compliant": run.compliant, "passed": run.passed, "failed": run.failed,
                               "unknown": run.unknown, "at": run.at.isoformat(), "results": run.results}))  # fmt: skip
    else:
        for one in run.results:
            click.echo(f"{SIGNS[one['outcome']]} {one['severity']:8} {one['title']}: {one['says']}")
        click.echo(sentence(run, active().playbook.checks.target.percent))
    if not run.compliant:
        raise click.exceptions.Exit(1)
