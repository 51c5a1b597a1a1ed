"""`rounds backup`, and `rounds backup list | verify | off`: sealed backups to any second."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import click

from rounds.cli.django import Deployment, deployment, start
from rounds.kit.refusal import Refusal

FOLDER = click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path),
                      help="The folder of backups (default: ROUNDS_BACKUP_DIR).")  # fmt: skip
PROGRAMS = click.option("--programs", type=click.Path(exists=True, file_okay=False, path_type=Path),
                        help="The bin folder of the server's own PostgreSQL (not for the embedded one).")  # fmt: skip
SPOOL = click.option("--spool", type=click.Path(exists=True, file_okay=False, path_type=Path),
                     help="Where a server of your own lays its segments, if it does not seal them itself.")  # fmt: skip
JSON = click.option("--json", "as_json", is_flag=True, help="Answer with data.")


class NotOurs(Refusal):
    """DATABASE_URL names a PostgreSQL of your own: say --server and --programs, as docs/backup.md shows."""

    status = 422


@click.group("backup", invoke_without_command=True)
@FOLDER
@click.option("--keep", type=click.IntRange(1), help="How many backups are kept (default: ROUNDS_BACKUP_KEEP).")
@click.option("--server", default="", help='A PostgreSQL of your own: "host=… user=…"; its password stands in ~/.pgpass.')
@PROGRAMS
@SPOOL
@JSON
@click.pass_context
def command(context: click.Context, folder: Path | None, keep: int | None, server: str, programs: Path | None,
            spool: Path | None, as_json: bool) -> None:  # fmt: skip
    """Back the database up, encrypted; from the first one on every change is archived within a minute.

    May be stopped any time (Ctrl-C): nothing half made counts as a backup. Run it daily, from cron for example.
    """
    context.obj = folder
    if context.invoked_subcommand:
        return
    from rounds.kit import backup

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    here = deployment()
    store = open_store(here, folder, make_key=True)
    source, ship = _source(here, store, server, programs, spool)
    taken = backup.take(source, store, ship=ship, say=_progress)
    gone = store.drop_but(keep or here.keep)
    said = {"name": taken.backup.name, "bytes": taken.backup.size, "seconds": round(taken.seconds, 1), "folder": str(store.folder),
            "since": taken.backup.since.isoformat(), "dropped": gone}  # fmt: skip
    _note("taken", said)
    sentence = f"{taken.backup.name}: {taken.backup.size / 1e6:,.1f} MB in {taken.seconds:.1f} s, in {store.folder}."
    click.echo(json.dumps(said) if as_json else f"\r{sentence}{f' {len(gone)} older went.' if gone else ''}")


@command.command("list")
@JSON
@click.pass_obj
def listed(folder: Path | None, as_json: bool) -> None:
    """Which backups there are, and which moments they reach."""
    here = deployment()
    found = open_store(here, folder).stretches()
    said = [{"name": one.backup.name, "from": one.backup.since.isoformat(), "until": one.until.isoformat(), "gap": one.gap,
             "usable": bool(one.segments), "bytes": one.backup.size, "version": one.backup.said["version"]} for one in found]  # fmt: skip
    if as_json:
        click.echo(json.dumps(said))
        return
    for one in found:
        reach = f"any second from {one.backup.since:%Y-%m-%d %H:%M:%S} to {one.until:%Y-%m-%d %H:%M:%S} UTC"
        reach = reach if one.segments else "NOT USABLE"
        click.echo(f"{one.backup.name}  {one.backup.size / 1e6:>9,.1f} MB  {reach}" + (f"; segment {one.gap} is missing" if one.gap else ""))
    if not found:
        click.echo("There is no backup yet; `rounds backup` makes one.")


@command.command()
@click.option("--all", "every", is_flag=True, help="Every backup, not only the newest.")
@click.option("--quick", is_flag=True, help="Only open every chunk; do not unpack and count the files.")
@PROGRAMS
@JSON
@click.pass_obj
def verify(folder: Path | None, every: bool, quick: bool, programs: Path | None, as_json: bool) -> None:
    """Open every chunk and every segment and let pg_verifybackup count each file; exit status 1 where something is wrong."""
    from rounds.kit import backup

    here = deployment()
    store = open_store(here, folder)
    stretches = store.stretches() if every else store.stretches()[-1:]
    if not stretches:
        raise click.ClickException("There is no backup to verify; `rounds backup` makes one.")
    found = [backup.verify(store, one, programs or programs_of(one.backup), quick=quick) for one in stretches]
    said = [{"name": one.stretch.backup.name, "good": one.good, "until": one.stretch.until.isoformat(), "wrong": one.wrong}
            for one in found]  # fmt: skip
    for one in said:
        _note("verified", one)
    for one in found if not as_json else ():
        click.echo(f"{one.stretch.backup.name} is good; it reaches {one.stretch.until:%Y-%m-%d %H:%M:%S} UTC." if one.good
                   else "\n".join(one.wrong))  # fmt: skip
    if as_json:
        click.echo(json.dumps(said))
    if not all(one.good for one in found):
        raise click.exceptions.Exit(1)


@command.command()
@SPOOL
@click.pass_obj
def ship(folder: Path | None, spool: Path | None) -> None:
    """Seal the segments that wait (the worker does it every few seconds for the embedded database)."""
    from rounds.kit import backup
    from rounds.kit.backup import embedded

    here = deployment()
    store = open_store(here, folder)
    if spool is None and here.data_dir is None:
        raise NotOurs
    done = backup.ship(spool, store, store.ring) if spool else embedded.ship_all(here.data_dir, store.ring)
    click.echo(f"{done} sealed.")


@command.command()
def off() -> None:
    """Archive no more (the embedded database); the backups that are there stay."""
    from rounds.kit.backup import embedded

    here = deployment()
    if here.data_dir is None:
        raise NotOurs
    embedded.switch_off(here.data_dir)
    _note("off", {})
    click.echo("Nothing is archived from now on; the next `rounds backup` begins again.")


def open_store(here: Deployment, folder: Path | None, *, make_key: bool = False):
    """The folder of backups with this deployment's ring; with `make_key` a ring without a backup key gets one."""
    from rounds.kit import backup, keys

    ring = keys.read(here.keyring)
    if make_key and not ring.backup_active:
        ring = keys.change(here.keyring, keys.with_backup)
    return backup.Store(folder or here.backups, ring)


def programs_of(one: Any) -> Path:
    """The embedded programs of the version a backup came from."""
    from rounds.kit.postgres.binaries import installed

    found = installed().get(int(one.said["major"]))
    if found is None:
        raise click.ClickException(f"{one.name} came from PostgreSQL {one.said['major']}: say its bin folder with --programs.")
    return found.folder / "bin"


def _source(here: Deployment, store: Any, server: str, programs: Path | None, spool: Path | None):
    from rounds.kit import backup
    from rounds.kit.backup import embedded

    if server:
        if programs is None:
            raise NotOurs
        return backup.Source(server, programs), lambda: backup.ship(spool, store, store.ring) if spool else 0
    if here.data_dir is None:
        raise NotOurs
    from rounds.kit import postgres

    data_dir = here.data_dir
    postgres.ensure(data_dir)
    embedded.switch_on(data_dir, store.folder, timeout=here.archive_timeout)
    return backup.Source.embedded(data_dir), lambda: embedded.ship_all(data_dir, store.ring)


def _progress(done: int, whole: int) -> None:
    if click.get_text_stream("stderr").isatty():
        click.echo(f"\r  {done / 1e6:,.0f} of about {whole / 1e6:,.0f} MB …", nl=False, err=True)


def _note(what: str, said: dict[str, Any]) -> None:
    """Leave the record that the compliance checks read; a database that does not answer does not undo a backup."""
    from django.db import Error

    from rounds.cli.django import NotConfigured

    try:
        start("worker")
        from rounds.access.sight import system_sight
        from rounds.actions.flow import backups
        from rounds.cli.people import actor
        from rounds.kit.clock import now

        with system_sight():
            backups.note(what, said, by=actor(None), at=now())
    except (Error, NotConfigured) as error:
        click.echo(f"The audit trail could not be told: {str(error).splitlines()[0][:200]}", err=True)
