"""`rounds import FILE`: leads, accounts, contacts, activities, people or statuses from CSV or Excel."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from rounds.cli.lead import _pair, _progress, _who

SHOWN = 20
NOUNS = ("lead", "account", "contact", "activity", "owner", "status")


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--noun", type=click.Choice(NOUNS), default=None, help="What the rows are; guessed from the headers unless said.")
@click.option("--map", "columns", multiple=True, metavar="HEADER=FIELD", help="What a column means; HEADER= leaves it out. Others are guessed.")
@click.option("--match", metavar="KEYS", help="What rows are matched by, parted by commas: external_id,email.")
@click.option("--dry-run", is_flag=True, help="Try every row and keep nothing.")
@click.option("--as", "email", metavar="EMAIL", help="Who imports; records are matched among what they see.")
@click.option("--json", "as_json", is_flag=True, help="Answer with data.")
def command(file: Path, noun: str | None, columns: tuple[str, ...], match: str | None, dry_run: bool, email: str | None, as_json: bool) -> None:
    """Import a CSV or Excel FILE. Exports of Salesforce and HubSpot are recognised. Nothing starts until the batch is released.

    Run it again after mending: what came in is found again and not taken twice.
    """
    scope, by = _who(email)
    from rounds.jobs import import_here

    report = import_here.run(
        file, scope=scope, by=by, noun=noun or "", columns=dict(map(_pair, columns)), dry_run=dry_run, progress=_progress,
        match=[key.strip() for key in match.split(",") if key.strip()] if match is not None else None,
    )  # fmt: skip
    click.echo(json.dumps(asdict(report))) if as_json else _tell(report)
    if report.refused:
        sys.exit(1)


def _tell(report: Any) -> None:
    for bad in report.refused[:SHOWN]:
        click.echo(bad["says"], err=True)
    if len(report.refused) > SHOWN:
        click.echo(f"… and {len(report.refused) - SHOWN:,} more; --json names them all.", err=True)
    would = "would be " if report.dry_run else ""
    click.echo(f"{report.taken:,} {would}new, {report.updated:,} {would}updated, {report.there:,} the same, {report.duplicates:,} twice in the file, "
               f"{len(report.refused):,} refused, of {report.rows:,} rows in {report.seconds} s.")  # fmt: skip
    for one in report.reconciled:
        click.echo(f"{one['what']}: {one['file']:,} in the file, {one['here']:,} here" + ("" if one["same"] else ", which differs"))
    if report.held:
        click.echo(f"{report.held:,} texts look like patient data: held for a reviewer under /trust/held/.")
    if report.id:
        click.echo(f"See it, release it or take it back at /imports/{report.id}/.")
