"""`rounds retention plan | run | certificates`: what is kept too long, letting go of it, and the proof."""

from __future__ import annotations

import json

import click

from rounds.cli.django import start


@click.group("retention")
def command() -> None:
    """How long things are kept (trust/retention.yaml), and what went."""


@command.command()
@click.option("--json", "as_json", is_flag=True, help="Answer with data.")
def plan(as_json: bool) -> None:
    """A dry run: how much is due and how much is held back, by rule. Nothing goes."""
    start("worker")
    from rounds.access.sight import system_sight
    from rounds.actions.trust import retention
    from rounds.kit.clock import now

    with system_sight():
        found = retention.plan(now())
    if as_json:
        click.echo(json.dumps([
            {"rule": one.rule, "kind": one.kind, "before": one.before.isoformat(), "due": one.due, "held": one.held,
             "first": list(one.first)} for one in found
        ]))  # fmt: skip
        return
    for one in found:
        if one.due or one.held:
            click.echo(f"{one.rule:24} {one.kind:20} {one.due:>10,} due {one.held:>8,} held back   before {one.before:%Y-%m-%d}")
    click.echo(f"{sum(one.due for one in found):,} rows are due; nothing went.")


@command.command()
@click.option("--as", "email", default=None, help="The person who asks (else the system).")
@click.option("--json", "as_json", is_flag=True, help="Answer with data.")
def run(email: str | None, as_json: bool) -> None:
    """Let go of everything that is due, chunk by chunk. Ctrl-C stops it; the next run goes on."""
    start("worker")
    from rounds.access.allowed import need
    from rounds.access.sight import system_sight
    from rounds.actions.trust import retention
    from rounds.cli.people import actor
    from rounds.jobs.retention import retain
    from rounds.kit.clock import now
    from rounds.models import Purge, User

    with system_sight():
        by = actor(email)
        if by.id:
            need(User.objects.get(pk=by.id), "retention.manage")
        batch = retention.begin(by=by, at=now())
    gone = retain(str(batch.id))
    with system_sight():
        certificates = [str(key) for key in Purge.objects.filter(at__gte=batch.at).values_list("id", flat=True)]
    if as_json:
        click.echo(json.dumps({"run": str(batch.id), "gone": gone, "certificates": certificates}))
    else:
        click.echo(f"{gone:,} rows went; {len(certificates)} certificates: rounds retention certificates.")


@command.command()
@click.option("--json", "as_json", is_flag=True, help="Answer with data.")
@click.option("--last", default=20, show_default=True, help="How many.")
def certificates(as_json: bool, last: int) -> None:
    """The certificates of what went: when, by which rule, how many, and the digest of their keys."""
    start("worker")
    from rounds.access.sight import system_sight
    from rounds.models import Purge

    with system_sight():
        rows = list(Purge.objects.order_by("-at", "-id")[:last])
    if as_json:
        click.echo(json.dumps([
            {"id": str(row.id), "at": row.at.isoformat(), "by": row.by_name, "rule": row.rule, "kind": row.kind,
             "before": row.before.isoformat() if row.before else None, "rows": row.rows, "held": row.held,
             "tombstones": row.tombstones} for row in rows
        ]))  # fmt: skip
        return
    for row in rows:
        digest = (row.tombstones[0].get("digest", "") if row.tombstones else "")[:12]
        click.echo(f"{row.at:%Y-%m-%d %H:%M} {row.rule:24} {row.kind:20} {row.rows:>9,} rows {row.held:>7,} held back  {digest}")
    if not rows:
        click.echo("Nothing was let go of yet.")
