"""Backup, restore and release by command, on a Rounds of its own: the audit trail is whole, the copy is silent."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from rounds.kit import keys, postgres
from tests.serving import ROUNDS

pytestmark = pytest.mark.req("COMPL-09")


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    base = Path(tempfile.mkdtemp(prefix="cb-", dir="/tmp"))
    base.chmod(0o755)
    yield base
    for one in base.iterdir():
        if (one / "lock").exists() and "backups" not in one.name:
            postgres.stop(one)
    shutil.rmtree(base, ignore_errors=True)


def rounds(home: Path, *command: str, data: str = "db", ok: bool = True) -> str:
    environment = {**os.environ, "ROUNDS_DATA_DIR": str(home / data), "ROUNDS_KEYRING": str(home / "ring.json"),
                   "ROUNDS_BACKUP_DIR": str(home / "backups"), "ROUNDS_MODE": "test"}  # fmt: skip
    environment.pop("ROUNDS_DATABASE_NAME", None)
    done = subprocess.run([*ROUNDS, *command], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode == 0) is ok, done.stderr + done.stdout
    return done.stdout if ok else done.stderr


def people(home: Path, data: str) -> list[str]:
    server = postgres.ensure(home / data)
    with psycopg.connect(server.dsn("rounds_worker")) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM rounds_user ORDER BY name")]


def test_backed_up_restored_to_the_second_audited_held_and_released(home):
    rounds(home, "migrate")
    assert json.loads(rounds(home, "release", "--json"))["speaks"] is True, "a new database is nobody's copy"
    taken = json.loads(rounds(home, "backup", "--json"))
    rounds(home, "user", "add", "ann@x.example", "Ann", "--role", "admin")
    time.sleep(1.1)
    then = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    time.sleep(1.1)
    rounds(home, "user", "add", "bob@x.example", "Bob", "--role", "admin")

    done = json.loads(rounds(home, "restore", "--to", then, "--into", str(home / "copy"), "--json"))
    assert done["backup"] == taken["name"]
    assert done["audit"]["write"]["holds"] is True
    assert done["audit"]["write"]["links"] > 2
    assert people(home, "copy") == ["Ann"]
    assert people(home, "db") == ["Ann", "Bob"], "what runs was not touched"

    stands = json.loads(rounds(home, "release", "--json", data="copy"))
    assert stands["speaks"] is False
    assert stands["timeline"] == 2
    assert json.loads(rounds(home, "release", "--reason", "The old one is gone", "--json", data="copy"))["speaks"] is True


def test_the_list_the_check_and_what_is_refused(home):
    listed = json.loads(rounds(home, "backup", "list", "--json"))
    assert [one["usable"] for one in listed] == [True]
    assert [one["good"] for one in json.loads(rounds(home, "backup", "verify", "--json"))] == [True]
    assert "There is:" in rounds(home, "restore", "--to", "2020-01-01T00:00:00", "--into", str(home / "no"), ok=False)
    assert "no moment" in rounds(home, "restore", "--to", "yesterday", "--into", str(home / "no"), ok=False)
    assert "Say --into" in rounds(home, "restore", ok=False)
    assert "not empty" in rounds(home, "restore", "--into", str(home / "copy"), ok=False)


def test_in_place_moves_the_old_one_aside_and_goes_on_from_there(home):
    done = json.loads(rounds(home, "restore", "--in-place", "--json"))
    assert (Path(done["aside"]) / "PG_VERSION").exists()
    assert people(home, "db") == ["Ann", "Bob"]
    assert json.loads(rounds(home, "release", "--json"))["speaks"] is False
    rounds(home, "user", "add", "cy@x.example", "Cy", "--role", "admin")
    rounds(home, "restore", "--into", str(home / "later"))
    assert people(home, "later") == ["Ann", "Bob", "Cy"], "the log goes on over the new line of history"


def test_no_key_and_no_secret_is_in_what_is_kept(home):
    ring = keys.read(home / "ring.json")
    secrets = [*ring.keys.values(), ring.blind_key, *ring.backup.values()]
    for file in (home / "backups").rglob("*"):
        data = file.read_bytes() if file.is_file() else b""
        assert not any(one in data or one.hex().encode() in data for one in secrets), file
        assert b"ann@x.example" not in data
        if file.is_file():
            assert file.stat().st_mode & 0o077 == 0 or file.name in ("cluster.json", "lock"), file
    with psycopg.connect(postgres.ensure(home / "db").dsn("rounds_worker")) as connection:
        connection.execute("SELECT set_config('rounds.sight', 'system', false)")
        noted = [verb for (verb,) in connection.execute("SELECT verb FROM rounds_auditentry WHERE verb LIKE 'backup.%%' ORDER BY at")]
    assert noted[:2] == ["backup.taken", "backup.verified"]
