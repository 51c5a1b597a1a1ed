"""`rounds customers …`: who they are and how they are, counting it now, and what is done with one."""

from __future__ import annotations

import json

import click

from rounds.cli.customer_deeds import DEEDS
from rounds.cli.customer_growth import GROWTH
from rounds.cli.customer_projects import project
from rounds.cli.django import start
from rounds.cli.people import eyes


@click.group("customers")
def command() -> None:
    """List customers, check how they are, work with one."""


for deed in (*DEEDS, *GROWTH, project):
    command.add_command(deed)


@command.command("list")
@click.option("--as", "email", metavar="EMAIL", required=True, help="Who asks; what they see is shown.")
@click.option("--json", "as_json", is_flag=True, help="Answer with data.")
def list_(email: str, as_json: bool) -> None:
    """The customers, the least healthy first (at most 200)."""
    with eyes(email) as (user, _):
        from rounds.access.allowed import need_to_read
        from rounds.access.scope import visible
        from rounds.access.sight import current
        from rounds.models import Customer

        need_to_read(user, "customer")
        rows = list(visible(Customer, current()).select_related("account", "owner").order_by("health", "pk")[:200])
    told = [{"id": str(row.id), "name": row.account.name, "phase": row.phase, "health": row.health, "band": row.health_band,
             "arr_cents": row.arr_cents, "renews_on": row.renews_on and row.renews_on.isoformat(), "owner": row.owner.name if row.owner else None}
            for row in rows]  # fmt: skip
    if as_json:
        click.echo(json.dumps(told))
        return
    for said in told:
        health = f"{said['health']:>3} {said['band']}" if said["health"] is not None else "  ? unknown"
        click.echo(f"{health:<12} {said['name']}, {said['phase']}, renews {said['renews_on'] or 'never'} ({said['owner'] or 'nobody'})")
    click.echo(f"{len(told)} customers.")


@command.command()
def check() -> None:
    """Count the health of every customer now; a fall of more than the playbook's points is told."""
    start("worker")
    from rounds.access.sight import system_sight
    from rounds.actions.customers import health
    from rounds.kit.actor import SYSTEM_ACTOR
    from rounds.kit.clock import now

    with system_sight():
        count, alarms = health.check_all(by=SYSTEM_ACTOR, at=now())
    click.echo(f"{count} customers checked, {alarms} alarms.")
