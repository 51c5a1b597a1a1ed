"""`rounds mailbox list | connect | keep | stop | resume | end`: one's own mailboxes, and the copy address of the house."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from rounds.cli.people import eyes
from rounds.kit.refusal import Refusal

if TYPE_CHECKING:
    from rounds.models import Mailbox, User

WHOSE = click.option("--as", "email", metavar="EMAIL", required=True, help="Whose mailbox: everybody has their own alone.")


class NoSuchMailbox(Refusal):
    """You have no such mailbox; `rounds mailbox list` shows yours."""

    status = 404


@click.group("mailbox")
def command() -> None:
    """Connect mailboxes, say whose mail is kept, stop and end them."""


def _one(user: User, address: str) -> Mailbox:
    row = user.mailboxes.filter(address=address.strip().lower()).exclude(state="ended").first()
    if row is None:
        raise NoSuchMailbox
    return row


def _said(row: Mailbox) -> dict[str, Any]:
    return {"address": row.address, "kind": row.kind, "state": row.state, "said": row.said, "keep": row.keep, "never": row.never, "seen": row.seen, "kept": row.kept,
            "read_at": row.read_at.isoformat() if row.read_at else None}  # fmt: skip


@command.command("list")
@WHOSE
@click.option("--json", "as_json", is_flag=True, help="Answer with data.")
def list_(email: str, as_json: bool) -> None:
    """One's mailboxes: how they go, how many mails were looked at and kept."""
    with eyes(email) as (user, _):
        rows = [_said(row) for row in user.mailboxes.exclude(state="ended").order_by("-at")]
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        click.echo(f"{row['address']}  {row['kind']}  {row['state']}  {row['seen']} looked at, {row['kept']} kept{'  ' + row['said'] if row['said'] else ''}")
    if not rows:
        click.echo("No mailbox is connected; `rounds mailbox connect` does.")


@command.command("connect")
@WHOSE
@click.argument("address")
@click.option("--host", required=True, help="The IMAP server.")
@click.option("--port", type=int, default=None, help="993, or 143 with STARTTLS, where none is said.")
@click.option("--security", type=click.Choice(["tls", "starttls", "none"]), default="tls", show_default=True)
@click.option("--user", default="", help="The user name there, where it is not the address.")
@click.option("--folder", "folders", multiple=True, help="A folder to be read; none: what came and what was sent.")
@click.option("--keep", type=click.Choice(["known", "business"]), default="known", show_default=True)
@click.option("--never", multiple=True, metavar="ADDRESS|DOMAIN", help="Whose mail is never kept.")
@click.option("--copies", is_flag=True, help="It is the address of the house that people copy their mail to (reach.manage).")
@click.option("--password", prompt=True, hide_input=True, help="Asked for where it is not given.")
def connect(email: str, address: str, keep: str, never: tuple[str, ...], copies: bool, password: str, **said: Any) -> None:
    """Log in to ADDRESS once, and connect it where that works."""
    with eyes(email) as (user, _):
        from rounds.actions.reach import mailboxes
        from rounds.jobs.mailboxes import try_imap
        from rounds.kit.clock import now

        said["folders"] = list(said["folders"]) or (["INBOX"] if copies else [])
        try_imap(said, address, password)
        row = mailboxes.connect(user, kind="bcc" if copies else "imap", address=address, settings=said, secret=password, keep=keep, never=never, by=user.actor, at=now())
        click.echo(f"{row.address} is connected; its mail is read from now on.")


@command.command("keep")
@WHOSE
@click.argument("address")
@click.option("--keep", type=click.Choice(["known", "business"]), default=None, help="Whose mail is kept.")
@click.option("--never", multiple=True, metavar="ADDRESS|DOMAIN", help="Whose mail is never kept; what was named before is replaced.")
def keep_(email: str, address: str, keep: str | None, never: tuple[str, ...]) -> None:
    """Say anew whose mail of ADDRESS is kept."""
    with eyes(email) as (user, _):
        from rounds.actions.reach import mailboxes
        from rounds.kit.clock import now

        row = _one(user, address)
        mailboxes.change(row, keep=keep or row.keep, never=never or row.never, by=user.actor, at=now())
        click.echo("Kept.")


def _deed(verb: str, says: str) -> None:
    @command.command(verb, help=says)
    @WHOSE
    @click.argument("address")
    def do(email: str, address: str) -> None:
        with eyes(email) as (user, _):
            from rounds.actions.reach import mailboxes
            from rounds.kit.clock import now

            row = getattr(mailboxes, verb)(_one(user, address), by=user.actor, at=now())
            click.echo(f"{row.address}: {row.state}.")


_deed("stop", "Read ADDRESS no more, till it is resumed.")
_deed("resume", "Read ADDRESS again, on from where it was.")
_deed("end", "Take ADDRESS away: its password is forgotten, what was kept stays.")
