"""`rounds lead add | import`: one lead, or a simple CSV file of them."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rounds.cli.django import start
from rounds.kit.refusal import Refusal

if TYPE_CHECKING:
    from rounds.kit.actor import Actor
    from rounds.kit.scope import Scope

TEXTS = ("email", "phone", "title", "organization", "state", "source", "message", "external_id")
SHOWN = 20


class NotAPair(Refusal):
    """A fact is said as NAME=VALUE, such as beds=420."""

    status = 422


@click.group("lead")
def command() -> None:
    """Add and import leads."""


def _who(email: str | None) -> tuple[Scope, Actor]:
    """Whose sight and whose name: a person's, or, without one, the worker's own."""
    start("web" if email else "worker")
    from rounds.access.scope import scope_of
    from rounds.cli.people import actor
    from rounds.kit.scope import SYSTEM
    from rounds.models import User

    by = actor(email)
    return (scope_of(User.objects.get(pk=by.id)) if email else SYSTEM), by


@command.command()
@click.option("--name", required=True, help="The person's name.")
@click.option("--hand-raise", is_flag=True, help="The person asked to be called.")
@click.option("--fact", "facts", multiple=True, metavar="NAME=VALUE", help="A fact of the vocabulary, such as beds=420.")
@click.option("--answer", "answers", multiple=True, metavar="QUESTION=LEVEL", help="An answered scoring question.")
@click.option("--as", "email", metavar="EMAIL", help="Who adds it; its account is matched among what they see.")
@click.option("--json", "as_json", is_flag=True, help="Answer with data.")
def add(name: str, hand_raise: bool, facts: tuple[str, ...], answers: tuple[str, ...], email: str | None,
        as_json: bool, **texts: str | None) -> None:  # fmt: skip
    """Take in one lead: matched, scored and placed."""
    scope, by = _who(email)
    from rounds.access.sight import sight
    from rounds.actions.flow.imports.cells import as_fact
    from rounds.actions.leads.leads import capture
    from rounds.kit.clock import now
    from rounds.playbook import VOCABULARY

    said: dict[str, Any] = {key.removesuffix("_"): value for key, value in texts.items() if value is not None}
    said["facts"] = {key: as_fact(key, value) if key in VOCABULARY else value for key, value in map(_pair, facts)}
    with sight(scope):
        lead = capture({"name": name, "hand_raise": hand_raise, "answers": dict(map(_pair, answers)), **said},
                       by=by, at=now())  # fmt: skip
        told = {"id": str(lead.id), "score": lead.score_total, "band": lead.band, "provisional": lead.band_provisional,
                "territory": lead.territory, "segment": lead.segment, "owner_role": lead.owner_role,
                "account": str(lead.account_id) if lead.account_id else None}  # fmt: skip
    where = lead.territory or "no territory"
    click.echo(json.dumps(told) if as_json else f"{lead.name}: {lead.score_total} points, {lead.band}, {where} ({lead.id})")


for _field in reversed(TEXTS):
    # `email` is taken by --as.
    add = click.option(f"--{_field.replace('_', '-')}", f"{_field}_" if _field == "email" else _field)(add)


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Try every line and keep nothing.")
@click.option("--as", "email", metavar="EMAIL", help="Who imports; accounts are matched among what they see.")
@click.option("--json", "as_json", is_flag=True, help="Answer with data.")
def import_(file: Path, dry_run: bool, email: str | None, as_json: bool) -> None:
    """Take in a CSV FILE: a header of lead fields and facts, a lead a line. A bad line is named and spoils no other.

    Run it again after mending: lines that were taken are known and not taken twice.
    """
    scope, by = _who(email)
    from rounds.jobs import lead_import

    report = lead_import.run(file, scope=scope, by=by, dry_run=dry_run, progress=_progress)
    if as_json:
        click.echo(json.dumps(asdict(report)))
    else:
        _tell(report)
    if report.refused:
        sys.exit(1)


def _progress(done: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{done:,} lines", nl=False, err=True)


def _tell(report: Any) -> None:
    for bad in report.refused[:SHOWN]:
        click.echo(bad["says"], err=True)
    if len(report.refused) > SHOWN:
        click.echo(f"… and {len(report.refused) - SHOWN:,} more; --json names them all.", err=True)
    would = "would be taken in" if report.dry_run else "taken in"
    click.echo(f"{report.taken:,} {would}, {report.there:,} there already, {len(report.refused):,} refused, "
               f"of {report.rows:,} lines in {report.seconds} s.")  # fmt: skip
    if report.held:
        what = "1 text looks" if report.held == 1 else f"{report.held:,} texts look"
        click.echo(f"{what} like patient data: held for a reviewer under /trust/held/; the rest of the line is not held up.")


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise NotAPair(f"“{text[:60]}” is not NAME=VALUE, such as beds=420.")
    return name.strip(), value.strip()
