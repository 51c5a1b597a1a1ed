"""`rounds report …`: reports made now, listed, shown, and when they come."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import click

from rounds.cli.deal_eyes import DAY
from rounds.cli.django import start
from rounds.cli.options import JSON
from rounds.cli.people import WHO, eyes


@click.group("report")
def command() -> None:
    """Reports: which there are, make one, list what was told, who gets them."""


@command.command("list")
@WHO
@JSON
def list_(email: str, as_json: bool) -> None:
    """What was told to somebody, the last first (at most 100)."""
    with eyes(email) as (user, _):
        from rounds.actions.numbers import reports

        rows = [{"id": str(row.pk), "report": row.kind, "period": row.period, "version": row.version, "at": row.at.isoformat(), "digest": row.digest}
                for row in reports.own(user).defer("content")[:100]]  # fmt: skip
    if as_json:
        click.echo(json.dumps(rows))
        return
    for one in rows:
        click.echo(f"{one['id']}  {one['at'][:16]}  {one['report']:<10} {one['period']:<10} version {one['version']}")


@command.command("make")
@click.argument("name")
@WHO
@click.option("--as-of", type=DAY, help="As the records stood at the end of that day.")
@click.option("--pdf", type=click.Path(dir_okay=False, path_type=Path), help="Write it to this file as well.")
@JSON
def make(name: str, email: str, as_of: date | None, pdf: Path | None, as_json: bool) -> None:
    """Make the report NAME (monday, thursday, monthly, compliance, quarterly, annual) as somebody may see it, and keep it."""
    with eyes(email) as (user, by):
        from rounds.access.reports import may_read
        from rounds.access.sight import current
        from rounds.actions.numbers import reports
        from rounds.analytics.reports import making
        from rounds.kit.clock import now
        from rounds.models.flow.active import active

        kind = reports.kind_of(name)
        if not may_read(user, kind):
            raise reports.NotYours
        found = making.made(kind, current(), active().playbook, now(), as_of)
        row = reports.keep(found, user, by=by, at=found.at)
        row.content = making.shown(row, reports.words_of(row), current())
        if pdf:
            _print(row, user, by, pdf)
    if as_json:
        click.echo(json.dumps({"id": str(row.pk), "report": name, "period": row.period, "version": row.version, "digest": row.digest, "content": row.content}))
        return
    _say(row)


def _print(row: Any, user: Any, by: Any, place: Path) -> None:
    from rounds.actions.trust import audit, exports
    from rounds.documents.pdf import pdf
    from rounds.documents.report import Paper, html
    from rounds.rules.reports import told

    exports.need_to_take(user, len(told.as_rows(row.content)))
    audit.note_file("report.export", by=by, at=row.at, kind="report", subject=row.pk, form="pdf", ids=[row.pk], accounts=_accounts(row), scope=row.scope_hash)
    mark = f"{exports.mark(user, row.scope_hash, row.at)} · {row.digest[:16]}"
    place.write_bytes(pdf(html(Paper(row.content, f"Version {row.version}, made for {user.name}", mark))))


def _accounts(row: Any) -> list[Any]:
    from rounds.models import Opportunity

    deals = {one["deal"] for part in row.content["sections"] for table in part["tables"] for one in table["rows"] if one["deal"]}
    return list(Opportunity.objects.filter(pk__in=deals).values_list("account_id", flat=True))


def _say(row: Any) -> None:
    from rounds.kit import told

    click.echo(f"{row.title}, {row.content['period']['title']}, version {row.version} ({row.pk})")
    for part in row.content["sections"]:
        click.echo(f"\n{part['title']}")
        for words in part["sentences"]:
            click.echo(f"  {told.text(words)}")
        for table in part["tables"]:
            for one in table["rows"]:
                click.echo("    " + "  ".join(told.cell(cell) for cell in one["cells"]))


@command.command("send")
@click.argument("name")
def send(name: str) -> None:
    """Have the report NAME of its last time made for everybody who gets it, and mailed; who has it already gets no second one."""
    start("worker")
    from rounds.access.sight import system_sight
    from rounds.actions.numbers import report_times, reports
    from rounds.kit.clock import now
    from rounds.models.flow.active import active

    with system_sight():
        kind = reports.kind_of(name)
        due = report_times.last(kind, active().playbook, now())
        if due is None:
            raise click.ClickException(f"{kind.title} was never due yet.")
        people = len(reports.recipients(name))
        report_times.begin(kind, due.key)
    click.echo(f"{kind.title} of {due.key}: the worker makes it for {people} {'person' if people == 1 else 'people'} and mails it.")


@command.command("recipients")
@click.argument("name")
def recipients(name: str) -> None:
    """Who gets the report NAME by mail, and when it comes next."""
    start("worker")
    from rounds.access.sight import system_sight
    from rounds.actions.numbers import report_times, reports
    from rounds.kit.clock import now
    from rounds.models.flow.active import active

    with system_sight():
        kind, book = reports.kind_of(name), active().playbook
        coming = report_times.coming(kind, book, now())
        click.echo(f"{kind.title}" + (f", next on {coming.at:%Y-%m-%d %H:%M} UTC" if coming else ""))
        for person in reports.recipients(name):
            click.echo(f"  {person.name:<28} {person.email:<40} {person.role}")
