"""`rounds restore`: a copy of the database as it was at a moment, beside what runs or in its place."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from rounds.cli.backup import JSON, PROGRAMS, open_store
from rounds.cli.django import Deployment, deployment
from rounds.kit.refusal import Refusal

SHAPES = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S.%f",
          "%Y-%m-%dT%H:%M:%S.%f")  # fmt: skip


class NoSuchMoment(Refusal):
    """Write the moment as 2026-11-22T03:25:19 (UTC) or with its offset, or say latest."""

    status = 422
    field = "to"


class WhereTo(Refusal):
    """Say --into a new folder, or --in-place to put the copy where the embedded database stands."""

    status = 422


@click.command("restore")
@click.option("--to", "moment", default="latest", show_default=True, help="The moment, to the second: 2026-11-22T03:25:19 (UTC).")
@click.option("--into", type=click.Path(file_okay=False, path_type=Path), help="A new or empty folder for the copy.")
@click.option("--in-place", is_flag=True, help="Put the copy where the embedded database stands; that one is moved aside.")
@click.option("--from", "folder", type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="The folder of backups (default: ROUNDS_BACKUP_DIR).")  # fmt: skip
@PROGRAMS
@JSON
def command(moment: str, into: Path | None, in_place: bool, folder: Path | None, programs: Path | None, as_json: bool) -> None:
    """Make a copy of the database as it was. What runs is never overwritten, and the copy sends nothing until released."""
    from rounds.kit import backup, postgres
    from rounds.kit.backup import embedded

    here, at = deployment(), moment_of(moment)
    if (into is None) is not in_place or (in_place and here.data_dir is None):
        raise WhereTo
    own = here.data_dir if here.data_dir and embedded.folder_of(here.data_dir) else None
    store = open_store(here, folder)
    if own and embedded.folder_of(own) == store.folder:
        if postgres.status(own).running:
            embedded.close_segment(own, store.ring)
        embedded.ship_all(own, store.ring)
    target = into or here.data_dir.with_name(f"{here.data_dir.name}-restoring")  # type: ignore[union-attr]
    done = backup.restore(store, target, moment=at, programs=programs, say=lambda said: click.echo(f"  {said} …", err=True))
    said: dict[str, Any] = {"folder": str(target), "backup": done.backup.name, "asked": at and at.isoformat(), "timeline": done.timeline,
                            "last_transaction": done.last and done.last.isoformat(), "seconds": round(done.seconds, 1)}  # fmt: skip
    if in_place:
        said |= {"folder": str(here.data_dir), "aside": _exchange(here, target)}
        embedded.ship_all(own, store.ring) if own else 0
    said["audit"] = _audit(here, Path(said["folder"])) if programs is None else None
    click.echo(json.dumps(said) if as_json else _sentence(here, said))
    if said["audit"] is not None and not all(chain["holds"] for chain in said["audit"].values()):
        raise click.exceptions.Exit(1)


def moment_of(said: str) -> datetime | None:
    """The moment a person wrote, UTC unless it says otherwise; None for the latest. Raises NoSuchMoment (422)."""
    if said.strip().lower() == "latest":
        return None
    for shape in [*SHAPES, *(f"{one}%z" for one in SHAPES)]:
        try:
            found = datetime.strptime(said.strip(), shape)  # noqa: DTZ007 - made aware below
        except ValueError:
            continue
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    raise NoSuchMoment(f"“{said[:40]}” is no moment: {NoSuchMoment.__doc__}")


def _exchange(here: Deployment, copy: Path) -> str:
    """Stop the embedded database, move its cluster aside, put the copy's there, start it; where the old one is now."""
    from rounds.kit import postgres
    from rounds.kit.postgres.home import find, locked

    assert here.data_dir is not None
    postgres.stop(here.data_dir)
    with locked(here.data_dir):
        old, new = find(here.data_dir), find(copy)
        aside = old.at / f"before-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        old.data.rename(aside)
        shutil.move(new.data, old.data)
    shutil.rmtree(new.at, ignore_errors=True)
    shutil.rmtree(copy, ignore_errors=True)
    postgres.ensure(here.data_dir)
    return str(aside)


def _audit(here: Deployment, folder: Path) -> dict[str, Any] | None:
    """What `rounds audit verify` says of the copy: it is started for that, and stopped unless it is the one in place."""
    from rounds.kit import postgres

    environment = {**os.environ, "ROUNDS_DATA_DIR": str(folder), "ROUNDS_KEYRING": str(here.keyring)}
    command = [sys.executable, "-c", "from rounds.cli.main import main; main()", "audit", "verify", "--json"]
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
        return {name: chain for name, chain in json.loads(done.stdout).items() if isinstance(chain, dict) and "holds" in chain}
    except ValueError:
        click.echo(f"The audit trail of the copy could not be counted: {done.stderr.strip()[-300:]}", err=True)
        return None
    finally:
        if here.data_dir is None or folder != here.data_dir:
            postgres.stop(folder)


def _sentence(here: Deployment, said: dict[str, Any]) -> str:
    stands = f"{said['folder']} stands as of {said['asked'] or 'the newest there is'}"
    last = f" (last transaction {said['last_transaction']})" if said["last_transaction"] else ""
    chains = said["audit"] or {}
    audit = "".join(f"\nThe {name} chain {'holds' if one['holds'] else 'is BROKEN'}: {one['links']:,} links." for name, one in chains.items())
    if said.get("aside"):
        more = f"\nWhat stood there is in {said['aside']}: remove it when you need it no more."
    else:
        more = f"\nTo use it: ROUNDS_DATA_DIR={said['folder']} ROUNDS_KEYRING={here.keyring} rounds serve"
    return f"{stands}{last}, restored in {said['seconds']} s.{audit}{more}\nIt sends nothing until `rounds release --reason …`."
