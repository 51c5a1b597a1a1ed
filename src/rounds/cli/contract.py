"""`rounds contract …`: contracts and what ends next, what is done with one, addresses for signature services."""

from __future__ import annotations

import json

import click

from rounds.cli.contract_deeds import DEEDS
from rounds.cli.contract_hooks import HOOKS
from rounds.cli.people import eyes


@click.group("contract")
def command() -> None:
    """List contracts, work on one until it is executed; open addresses for signature services."""


for deed in (*DEEDS, *HOOKS):
    command.add_command(deed)


@command.command("list")
@click.option("--as", "email", metavar="EMAIL", required=True, help="Whose eyes: what they see is shown.")
@click.option("--ending", is_flag=True, help="Only those in force that end, the next first.")
@click.option("--json", "as_json", is_flag=True, help="Answer with data.")
def list_(email: str, ending: bool, as_json: bool) -> None:
    """The contracts, the newest first (at most 200)."""
    with eyes(email) as (user, _):
        from rounds.access.allowed import need_to_read
        from rounds.access.scope import visible
        from rounds.access.sight import current
        from rounds.models import Contract

        need_to_read(user, "contract")
        rows = visible(Contract, current()).select_related("account")
        rows = rows.filter(state="executed", expires_on__isnull=False).order_by("expires_on", "id") if ending else rows.order_by("-at", "id")
        found = [{"id": str(row.pk), "name": row.name, "account": row.account.name, "kind": row.kind, "state": row.state,
                  "expires_on": row.expires_on and row.expires_on.isoformat()} for row in rows[:200]]  # fmt: skip
    if as_json:
        click.echo(json.dumps(found))
        return
    for one in found:
        click.echo(f"{one['id']}  {one['state']:<10}  {one['expires_on'] or 'no end    '}  {one['name']} ({one['account']})")
    click.echo(f"{len(found)} contracts.")
