"""`rounds contract hook …`: addresses where signature services tell us who signed: opened, listed, closed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from uuid import UUID

import click

from rounds.cli.deal_eyes import NotBelow, by_now
from rounds.cli.options import JSON
from rounds.cli.people import WHO, eyes

if TYPE_CHECKING:
    from rounds.models import SignatureHook

MAY = "webhooks.manage"


def _address(row: SignatureHook) -> str:
    from django.conf import settings

    return f"{settings.CONFIG.public_url.rstrip('/')}/hooks/signatures/{row.key}/"


@click.command("hook")
@click.argument("name")
@WHO
def hook(name: str, email: str) -> None:
    """Open an address where the signature service NAME tells us who signed; its secret is printed once."""
    with eyes(email) as (user, by):
        from rounds.access.allowed import need
        from rounds.actions.deals import signature_hooks

        need(user, MAY)
        row, secret = signature_hooks.add(name, **by_now(by))
        click.echo(_address(row))
        click.echo(f"Secret (shown once): {secret}")


@click.command("hooks")
@WHO
@JSON
def hooks(email: str, as_json: bool) -> None:
    """The addresses of signature services, those that are open first: what came last, and what was not signed."""
    with eyes(email) as (user, _):
        from rounds.access.allowed import need
        from rounds.models import SignatureHook

        need(user, MAY)
        told = [{"id": str(row.id), "name": row.name, "address": _address(row), "ended_at": row.ended_at and row.ended_at.isoformat(),
                 "last_at": row.last_at and row.last_at.isoformat(), "last_said": row.last_said, "unsigned": row.unsigned}
                for row in SignatureHook.objects.order_by("-ended_at", "-at")]  # fmt: skip
    if as_json:
        click.echo(json.dumps(told))
        return
    for row in told:
        last = f"{row['last_at'][:16].replace('T', ' ')} {row['last_said']}" if row["last_at"] else "nothing came yet"
        click.echo(f"{row['id']}  {'closed' if row['ended_at'] else 'open':6}  {row['name']}: {last}, {row['unsigned']} not signed")
        click.echo(f"  {row['address']}")
    click.echo(f"{len(told)} {'address' if len(told) == 1 else 'addresses'}.")


@click.command("unhook")
@click.argument("hook", type=click.UUID)
@WHO
def unhook(hook: UUID, email: str) -> None:
    """Close the address HOOK; what comes there is refused from now on."""
    with eyes(email) as (user, by):
        from rounds.access.allowed import need
        from rounds.actions.deals import signature_hooks
        from rounds.models import SignatureHook

        need(user, MAY)
        row = SignatureHook.objects.filter(pk=hook).first()
        if row is None:
            raise NotBelow("There is no such address; `rounds contract hooks` lists them.")
        click.echo(f"The address of {signature_hooks.end(row, **by_now(by)).name} is closed.")


HOOKS: tuple[click.Command, ...] = (hook, hooks, unhook)
