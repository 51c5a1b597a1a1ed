"""Backups of a PostgreSQL of one's own, as docs/backup.md says: archive_command, a base, a copy as of a second."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from rounds.kit import backup, keys, postgres
from tests.project.test_own_postgresql import PROGRAMS, ROOT, lender

pytestmark = [
    pytest.mark.req("COMPL-09"),
    pytest.mark.skipif(PROGRAMS is None, reason="no PostgreSQL from version 15 is installed here"),
]


def reaches(path: str) -> bool:
    """Whether the server's account may run our Python: a checkout below /root is closed to it."""
    as_other = {"user": lender()} if os.geteuid() == 0 else {}
    try:
        return subprocess.run([path, "-c", "import sys"], capture_output=True, check=False, cwd="/", **as_other).returncode == 0
    except OSError:
        return False


def ship(own: Path) -> int:
    """What the archive_command of docs/backup.md does, for each file that waits in the spool."""
    for one in sorted(own.glob("spool/[0-9A-F]*")):
        command = [sys.executable, "-m", "rounds.kit.backup", own / "backups", own / "ring.json", one, one.name]
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
        subprocess.run([str(c) for c in command], check=True, env=environment)
        one.unlink()
    return 0


@pytest.fixture
def own() -> Iterator[Path]:
    """A server that archives into base/backups with the ring base/ring.json, both its own account's; where that account
    cannot run our Python (a checkout below /root), into base/spool, from where we take it."""
    base, account = Path(tempfile.mkdtemp(prefix="ob-", dir="/tmp")), lender()
    base.chmod(0o755)
    keys.make_new(base / "ring.json")
    for one in (base / "backups", base / "spool"):
        one.mkdir(mode=0o700)
    for one in (base, base / "ring.json", base / "backups", base / "spool"):
        shutil.chown(one, account)

    def run(*command: str | Path) -> None:
        as_other = {"user": account} if os.geteuid() == 0 else {}
        done = subprocess.run([str(c) for c in command], capture_output=True, text=True, check=False, cwd=base, **as_other)
        assert done.returncode == 0, done.stderr + done.stdout

    data = base / "data"
    run(PROGRAMS / "initdb", "-D", data, "-U", "boss", "-E", "UTF8", "--locale", "C", "--auth", "trust", "-N")
    command = f"cp %p {base}/spool/.%f && mv {base}/spool/.%f {base}/spool/%f"
    if reaches(sys.executable):
        command = f"PYTHONPATH={ROOT / 'src'} {sys.executable} -m rounds.kit.backup {base}/backups {base}/ring.json %p %f"
    with (data / "postgresql.conf").open("a") as conf:
        conf.write(f"\nlisten_addresses = ''\nunix_socket_directories = '{base}'\narchive_mode = on\narchive_command = '{command}'\n")
    run(PROGRAMS / "pg_ctl", "-D", data, "-w", "-l", base / "log", "start")
    try:
        yield base
    finally:
        run(PROGRAMS / "pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(base, ignore_errors=True)


def test_a_server_of_ones_own_is_copied_to_the_second(own):
    with psycopg.connect(host=str(own), user="boss", dbname="postgres", autocommit=True) as boss:
        boss.execute("CREATE TABLE said (word text)")
        store = backup.Store(own / "backups", keys.read(own / "ring.json"))
        taken = backup.take(backup.Source(f"host={own} user=boss", PROGRAMS), store, ship=lambda: ship(own), patience=30)
        assert taken.backup.said["version"].startswith(PROGRAMS.parts[-2])
        boss.execute("INSERT INTO said VALUES ('A')")
        time.sleep(1.1)
        then = datetime.now(UTC).replace(microsecond=0)
        time.sleep(1.1)
        boss.execute("INSERT INTO said VALUES ('B')")
        segment = boss.execute("SELECT pg_walfile_name(pg_switch_wal() - 1)").fetchone()[0]
    until = time.monotonic() + 30
    while segment not in store.segments():
        ship(own)
        assert time.monotonic() < until, (own / "log").read_text()[-500:]
        time.sleep(0.1)
    assert backup.verify(store, store.stretches()[0], PROGRAMS).wrong == ()
    seen = []

    def look(connection: psycopg.Connection) -> None:
        seen.extend(word for (word,) in connection.execute("SELECT word FROM said ORDER BY word"))

    done = backup.restore(store, own / "copy", moment=then, programs=PROGRAMS, look=look)
    assert seen == ["A"]
    assert done.timeline == 2
    assert not postgres.status(own / "copy").running
