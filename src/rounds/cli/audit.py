"""`rounds audit`: count the chains again, anchor them, hand them out, check what was handed out."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from rounds.cli.django import start

CHAINS = ("write", "read")


@click.group("audit")
def command() -> None:
    """The audit trail: every write in one chain, every read in another."""


@command.command()
@click.option("--json", "as_json", is_flag=True, help="Answer with data.")
def verify(as_json: bool) -> None:
    """Count both chains again, link by link, and hold them against the anchors outside the database.

    Names the first altered, deleted, inserted, swapped or cut entry of each; exit status 1 where one does not hold.
    """
    start("worker")
    from rounds.actions.trust import audit

    found = [audit.verify(chain) for chain in CHAINS]
    if as_json:
        click.echo(json.dumps({one.chain: one.plain() for one in found}))
    for one in found if not as_json else ():
        click.echo(_sentence(one))
    if not all(one.holds for one in found):
        raise click.exceptions.Exit(1)


@command.command()
@click.option("--begin", default="", help="Why the anchors so far do not count: the database was restored or made anew.")
@click.option("--key", "show_key", is_flag=True, help="Print the public key and write nothing.")
def anchor(begin: str, show_key: bool) -> None:
    """Sign the heads of both chains now and put them into the file outside the database."""
    start("worker")
    from rounds.actions.trust import anchors
    from rounds.kit import signing
    from rounds.kit.clock import now

    if show_key:
        public = signing.signer().public
        click.echo(f"{signing.name_of(public)}  ed25519  {public.hex()}")
        return
    for row in anchors.write(at=now(), begins=begin):
        click.echo(f"The {row.chain} chain is anchored at link {row.seq:,}.")
    click.echo(f"Written to {anchors.file_of()}.")


@command.command()
@click.option("--from", "since", type=click.DateTime(["%Y-%m-%d"]), help="The first day, in UTC.")
@click.option("--to", "until", type=click.DateTime(["%Y-%m-%d"]), help="The last day, in UTC.")
@click.option("--email", required=True, help="Who takes it out: a person who may.")
@click.option("--reason", required=True, help="Why, and for whom; it is on the record.")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
def export(since: datetime | None, until: datetime | None, email: str, reason: str, file: Path) -> None:
    """Write an evidence bundle: entries, seals, anchors, the public key, and a program that checks them offline."""
    start("worker")
    from rounds.actions.trust import bundles
    from rounds.kit.clock import now
    from rounds.models import User

    person = User.objects.filter(email__iexact=email, is_active=True).first()
    if person is None:
        raise click.ClickException(f"Nobody active has the address {email}.")
    made = bundles.write(file, _day(since), _day(until, last=True), person=person, reason=reason, at=now())
    click.echo(f"{made:,} entries written to {file}; check them anywhere with: rounds audit check {file} --key KEY")


@command.command()
@click.option("--json", "as_json", is_flag=True, help="Answer with data.")
@click.option("--key", help="The public key you were given on another way, in hex. Without it nothing is proven.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path, key: str | None, as_json: bool) -> None:
    """Check an evidence bundle offline, without any database.

    Exit status 0 where it is proven, 1 where something is wrong with it, 2 where nothing is wrong and it is not proven:
    its anchors are missing, do not cover it, or the key is not one you were given on another way.
    """
    from rounds.documents.audit_check import check as check_bundle
    from rounds.documents.audit_check import status

    found = check_bundle(str(file), key)
    click.echo(json.dumps(found) if as_json else "\n".join(found["says"]))
    raise click.exceptions.Exit(status(found))


def _day(day: datetime | None, *, last: bool = False) -> datetime | None:
    if day is None:
        return None
    begins = day.replace(tzinfo=UTC)
    return begins + timedelta(days=1, microseconds=-1) if last else begins


def _sentence(found: Any) -> str:
    parts = []
    if found.holds:
        parts.append(f"The {found.chain} chain holds: {found.links:,} link{'s' * (found.links != 1)}.")
    else:
        parts.append(f"The {found.chain} chain is BROKEN. {found.fault.says}")
    if found.unsealed:
        parts.append(f"{found.unsealed:,} at its end wait for their seal, the oldest since {found.oldest:%Y-%m-%d %H:%M:%S} UTC.")
    if found.purged:
        parts.append(f"{found.purged:,} entries were purged by right; their links stand.")
    if found.late:
        parts.append(f"{found.late:,} were noted more than a day after the moment they speak of.")
    anchor = found.anchor
    if anchor is None:
        parts.append("It has no anchor outside the database.")
    elif anchor.fault is None and anchor.at is not None:
        parts.append(f"Its newest anchor outside, link {anchor.seq:,} of {anchor.at:%Y-%m-%d %H:%M} UTC, agrees.")
    return " ".join(parts)
