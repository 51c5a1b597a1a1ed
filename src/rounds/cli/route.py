"""`rounds route dry-run FILE|--last-month`: who would get which leads, and what everybody would carry. Writes nothing."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import click

from rounds.cli.django import start
from rounds.kit.refusal import Refusal

MONTH = 30


class NothingToRoute(Refusal):
    """Name a file of leads, or --last-month."""

    status = 422


@click.group("route")
def command() -> None:
    """Routing: who would get what."""


@command.command("dry-run")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--last-month", is_flag=True, help="The leads that came in the last 30 days, as if they came now.")
@click.option("--json", "as_json", is_flag=True, help="Answer with data.")
def dry(file: Path | None, last_month: bool, as_json: bool) -> None:
    """Show who would get the leads of FILE, or those of the last month, and how fair that is."""
    if bool(file) == last_month:
        raise NothingToRoute
    start("worker")
    from rounds.access.sight import system_sight
    from rounds.analytics.leads.dry_run import dry_run
    from rounds.kit.actor import SYSTEM_ACTOR
    from rounds.kit.clock import now

    refused: list[str] = []
    if file is not None:
        from rounds.jobs.dry_run import of_file
        from rounds.kit.scope import SYSTEM

        found, refused = of_file(file, scope=SYSTEM, by=SYSTEM_ACTOR)
    else:
        from rounds.models import Lead

        at = now()
        with system_sight():
            leads = Lead.objects.filter(captured_at__gte=at - timedelta(days=MONTH)).order_by("captured_at", "id")
            found = dry_run(list(leads), at=at)
    if as_json:
        click.echo(json.dumps({**found.as_data(), "refused": refused}))
    else:
        _say(found, refused)


def _say(found, refused: list[str]) -> None:
    fair = f", the largest share {found.fairness:.2f} times the smallest of its pool" if found.fairness else ""
    click.echo(f"{found.total:,} leads: {found.given:,} given out{fair}; {found.microseconds:,.0f} microseconds to decide one.")
    for queue, many in found.unrouted.items():
        click.echo(f"  waits in the queue {queue}: {many:,}")
    widest = max((share.after for share in found.shares), default=1) or 1
    for share in found.shares:
        bar = "█" * round(share.after / widest * 24)
        away = f"  away until {share.away}" if share.away else ""
        click.echo(f"  {share.team[:14]:<14} {share.name[:22]:<22} {bar:<24} {share.after:>5} of {share.capacity:<5} +{share.leads} leads{away}")
    for sentence in refused[:20]:
        click.echo(f"  refused: {sentence}")
