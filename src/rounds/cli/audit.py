"""`rounds audit verify`: count the chains again."""

from __future__ import annotations

import json

import click

from rounds.cli.django import start

CHAINS = ("write", "read")


@click.group("audit")
def command() -> None:
    """The audit trail: every write in one chain, every read in another."""


@command.command()
@click.option("--json", "as_json", is_flag=True, help="Answer with data.")
def verify(as_json: bool) -> None:
    """Count both chains again, link by link; exit status 1 where one does not hold."""
    start("worker")
    from rounds.actions.trust import audit

    found = [audit.verify(chain) for chain in CHAINS]
    if as_json:
        said = {one.chain: {"holds": one.holds, "links": one.links, "broken_at": one.broken_at, "unsealed": one.unsealed}
                for one in found}  # fmt: skip
        click.echo(json.dumps(said))
    for one in found if not as_json else ():
        click.echo(_sentence(one))
    if not all(one.holds for one in found):
        raise click.exceptions.Exit(1)


def _sentence(found) -> str:
    waiting = f" {found.unsealed:,} at its end are not sealed yet." if found.unsealed else ""
    if found.holds:
        return f"The {found.chain} chain holds: {found.links:,} links.{waiting}"
    return f"The {found.chain} chain is BROKEN at link {found.broken_at:,} of {found.links:,}: an entry was changed or removed.{waiting}"
