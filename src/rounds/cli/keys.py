"""`rounds keys make | status | rotate | retire`: the key ring, and sealing everything under a new key."""

from __future__ import annotations

import json
from pathlib import Path

import click

from rounds.cli.django import start
from rounds.kit.refusal import Refusal

JSON = click.option("--json", "as_json", is_flag=True, help="Answer with data.")
BY = click.option("--by", "who", help="The e-mail address of the person who does this (else: the command line).")


class RingThere(Refusal):
    """A key ring stands there already: it is never overwritten."""


@click.group("keys")
def command() -> None:
    """The key ring: what seals telephone numbers, second factors and backups. Keys are never printed."""


@command.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def make(file: Path) -> None:
    """Make a new key ring in FILE, readable by its owner alone. Keep a copy where the database and its backups are not."""
    from rounds.kit import keys

    if not keys.make_new(file):
        raise RingThere(f"{file} is there already: it is never overwritten.")
    click.echo(f"{file} holds a new key ring. Keep a copy apart: without it sealed columns and backups stay closed for ever.")


@command.command()
@JSON
def status(as_json: bool) -> None:
    """Which keys there are, how many values stand under each, and whether a rotation goes on."""
    start("worker")
    from rounds.access.sight import system_sight
    from rounds.actions.trust import keys
    from rounds.kit import keys as ring_of

    ring = ring_of.ring()
    with system_sight():
        counted, running = keys.counted(), keys.going_on()
    said = {
        "active": ring.active, "values": counted, "missing": sorted(set(counted) - set(ring.keys)),
        "backup": {"active": ring.backup_active, "keys": sorted(ring.backup)}, "blind_keys": 1 + len(ring.blind_before),
        "rotation": {"key": running.key, "since": running.at.isoformat(), "values": running.rows} if running else None,
    }  # fmt: skip
    if as_json:
        click.echo(json.dumps(said))
        return
    for name, values in sorted(counted.items()):
        part = "seals now" if name == ring.active else "MISSING in the ring" if name not in ring.keys else "opens only"
        click.echo(f"{name}: {values:,} values ({part})")
    click.echo(f"Backups are sealed with {ring.backup_active or 'no key yet'}; {1 + len(ring.blind_before)} keys of blind indexes.")
    if running:
        click.echo(f"A rotation to {running.key} goes on: {running.rows:,} values done; `rounds keys rotate` continues it.")


@command.command()
@click.option("--blind", is_flag=True, help="Make the blind indexes (look-up by telephone number) under a new key instead.")
@click.option("--backup", is_flag=True, help="Seal backups with a new key from now on; old ones open with the old key.")
@click.option("--later", is_flag=True, help="Leave the work to the worker.")
@BY
@JSON
def rotate(blind: bool, backup: bool, later: bool, who: str | None, as_json: bool) -> None:
    """Make a new key and seal everything again under it, while everybody works on. Killed, it goes on when run again."""
    start("worker")
    from rounds.access.sight import system_sight
    from rounds.actions.trust import keys
    from rounds.cli.people import actor
    from rounds.jobs import resealing
    from rounds.kit.clock import now

    if backup:
        name = keys.renew_backup(by=actor(who), at=now())
        click.echo(json.dumps({"backup": name}) if as_json else f"Backups are sealed with {name} from now on.")
        return
    with system_sight():
        row = (keys.rotate_blind if blind else keys.rotate)(by=actor(who), at=now())
        if later:
            keys.leave_to_worker()
    if not later:
        row = resealing.finish(lambda done: click.echo(f"\r  {done:,} values …", nl=False, err=True)) or row
        click.echo("", err=True)
    said = {"key": row.key, "values": row.rows, "finished": row.finished_at.isoformat() if row.finished_at else None}
    done = f"{row.rows:,} values were made anew under {row.key}." if row.finished_at else f"The worker goes on with {row.key}."
    click.echo(json.dumps(said) if as_json else done)


@command.command()
@click.argument("key")
@BY
def retire(key: str, who: str | None) -> None:
    """Take KEY out of the ring; refused while any value stands under it. Backups made before still need it: keep a copy."""
    start("worker")
    from rounds.access.sight import system_sight
    from rounds.actions.trust import keys
    from rounds.cli.people import actor
    from rounds.kit.clock import now

    with system_sight():
        keys.retire(key, by=actor(who), at=now())
    click.echo(f"{key} is out of the ring. A backup made before opens only with a copy of the ring that still has it.")
