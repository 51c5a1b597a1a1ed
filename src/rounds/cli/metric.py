"""`rounds metric [NAME]`: any number of the house, with why it is what it is."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from rounds.cli.django import start
from rounds.cli.options import JSON
from rounds.kit.refusal import Refusal

DAY = click.DateTime(["%Y-%m-%d"])


class NotAFilter(Refusal):
    """A filter is written dimension=value, such as segment=enterprise."""

    status = 422


@click.command("metric")
@click.argument("name", required=False)
@click.option("--period", default="this-quarter", show_default=True, help="2026-Q4, 2026-10, 2026-W44, 2026, last-month, 2026-10-05..2026-11-02.")
@click.option("--by", default="", help="Break down by: segment, territory, tier, owner, team, stage …")
@click.option("--filter", "filters", multiple=True, metavar="DIMENSION=VALUE", help="Count these alone; may be repeated.")
@click.option("--as-of", type=DAY, help="As the records stood at the end of that day.")
@click.option("--as", "email", metavar="EMAIL", help="Whose eyes (else: everything).")
@click.option("--files", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Read Parquet files of this folder by DuckDB instead.")
@JSON
def command(name: str | None, period: str, by: str, filters: tuple[str, ...], as_of: datetime | None, email: str | None, files: Path | None, as_json: bool) -> None:
    """Show the metric NAME; without a name, list all of them."""
    start("web" if email else "worker")
    if not name:
        _list(as_json)
        return
    found = _answer(name, period, by, _filters(filters), as_of.date() if as_of else None, email, files)
    click.echo(json.dumps(found.plain(), default=str)) if as_json else _say(found)


def _list(as_json: bool) -> None:
    from rounds.analytics.numbers.registry import metrics

    told = [{"metric": one.name, "number": one.number, "title": one.title, "unit": one.unit, "counted": one.when, "waits_for": one.waits_for, "about": one.about}
            for one in metrics().values()]  # fmt: skip
    if as_json:
        click.echo(json.dumps(told))
        return
    for one in told:
        waits = f"  waits for {one['waits_for']}" if one["waits_for"] else ""
        click.echo(f"{one['number']:<13} {one['metric']:<26} {one['title']}{waits}")


def _filters(said: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found: dict[str, list[str]] = {}
    for one in said:
        dimension, sign, value = one.partition("=")
        if not sign:
            raise NotAFilter
        found.setdefault(dimension, []).append(value)
    return tuple((name, tuple(values)) for name, values in found.items())


def _answer(name: str, period: str, by: str, filters: Any, as_of: date | None, email: str | None, files: Path | None) -> Any:
    from rounds.access.scope import scope_of
    from rounds.access.sight import sight
    from rounds.analytics.numbers import period as periods
    from rounds.analytics.numbers.answering import answer
    from rounds.analytics.numbers.files import opened
    from rounds.analytics.numbers.live import Live
    from rounds.cli.people import person
    from rounds.kit.clock import now
    from rounds.kit.scope import SYSTEM
    from rounds.models.flow.active import active

    at, scope = now(), scope_of(person(email)) if email else SYSTEM
    with sight(scope):
        book = active().playbook
        engine = opened(files, book, scope) if files else Live(scope, book)
        return answer(name, periods.parse(period, book, periods.today(book, at)), engine, at, filters=filters, as_of=as_of, by=by)


def _say(found: Any) -> None:
    head = f"{found.metric.title}, {found.period.title}: {found.reading.says}"
    click.echo(head + ("  (restated)" if found.restated else ""))
    for line in (*found.why, *found.notes):
        click.echo(f"  {line}")
    for one in found.verdicts:
        click.echo(f"  {one.kpi} {one.status}: {one.says} ({one.source})")
    for part in found.parts:
        click.echo(f"    {part.key or 'not said':<24} {part.reading.says:>16}  n {part.reading.n}")
    for point in found.points:
        told = f"  told {point.told.says}" if point.restated and point.told else ""
        click.echo(f"    {point.period.title:<24} {point.now.says:>16}  n {point.now.n}{told}")
