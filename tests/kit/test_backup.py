"""Backups of a real server: to the second, killed, cut, exchanged, with a hole, on a full disk."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from rounds.kit import backup, keys, postgres
from rounds.kit.backup import embedded
from tests.kit.harm import end_of, in_child

pytestmark = pytest.mark.req("COMPL-09")
DAMAGE = ("data", "segment cut", "segment renamed", "manifest", "foreign")


@dataclass
class Ground:
    data_dir: Path
    server: postgres.Server
    ring: keys.KeyRing
    store: backup.Store
    between: datetime

    def take(self, store: backup.Store | None = None) -> backup.Taken:
        at = store or self.store
        embedded.switch_on(self.data_dir, at.folder, timeout=60)
        return backup.take(backup.Source.embedded(self.data_dir), at, ship=lambda: embedded.ship_all(self.data_dir, self.ring))

    def run(self, statement: str) -> None:
        with psycopg.connect(self.server.dsn("rounds_owner"), autocommit=True) as connection:
            connection.execute(statement)


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    """A server with a backup; then A, a moment, B, each in a segment of its own."""
    base = Path(tempfile.mkdtemp(prefix="bk-", dir="/tmp"))
    base.chmod(0o755)
    server, ring = postgres.ensure(base / "db"), keys.fresh()
    made = Ground(base / "db", server, ring, backup.Store(base / "backups", ring), datetime.now(UTC))
    try:
        made.run("CREATE TABLE said (word text)")
        made.take()
        made.run("INSERT INTO said VALUES ('A')")
        time.sleep(1.1)
        made.between = datetime.now(UTC).replace(microsecond=0)
        time.sleep(1.1)
        embedded.close_segment(made.data_dir, ring)
        made.run("INSERT INTO said VALUES ('B')")
        embedded.close_segment(made.data_dir, ring)
        yield made
    finally:
        postgres.stop(base / "db")
        shutil.rmtree(base, ignore_errors=True)


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder for copies, reachable by any account; servers in it are stopped."""
    base = Path(tempfile.mkdtemp(prefix="bk-", dir="/tmp"))
    base.chmod(0o755)
    yield base
    for one in base.iterdir():
        if (one / "lock").exists():
            postgres.stop(one)
    shutil.rmtree(base, ignore_errors=True)


def words(folder: Path) -> list[str]:
    server = postgres.ensure(folder)
    with psycopg.connect(server.dsn("rounds_owner")) as connection:
        return [word for (word,) in connection.execute("SELECT word FROM said ORDER BY word")]


def test_to_the_second(ground, place):
    done = backup.restore(ground.store, place / "then", moment=ground.between)
    assert words(place / "then") == ["A"]
    assert done.timeline == 2
    assert done.last < ground.between
    assert not (place / "then" / "wal").exists(), "no open log is left behind"
    backup.restore(ground.store, place / "now")
    assert words(place / "now") == ["A", "B"]


def test_a_moment_nobody_kept_is_refused_with_what_there_is(ground, place):
    for moment in (ground.between - timedelta(days=1), datetime.now(UTC) + timedelta(hours=1)):
        with pytest.raises(backup.BackupRefused, match=r"There is: \d{4}-.* to \d{4}"):
            backup.restore(ground.store, place / "none", moment=moment)
    assert not (place / "none").exists()
    full = place / "full"
    full.mkdir()
    (full / "mine").write_text("keep")
    with pytest.raises(backup.BackupRefused, match="not empty"):
        backup.restore(ground.store, full)
    assert (full / "mine").read_text() == "keep"


def test_a_good_one_is_found_good(ground):
    programs = backup.Source.embedded(ground.data_dir).programs
    for one in ground.store.stretches():
        assert backup.verify(ground.store, one, programs).wrong == ()


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_found_and_named_by_verify_and_by_restore(ground, place, damage):
    shutil.copytree(ground.store.folder, place / "store")
    store = backup.Store(place / "store", ground.ring)
    one = store.backups()[0]
    segment = store.wal / f"{store.stretches()[0].segments[1]}.enc"
    match damage:
        case "data":
            file = one.folder / "data.enc"
            data = bytearray(file.read_bytes())
            data[len(data) // 2] ^= 1
            file.write_bytes(bytes(data))
        case "segment cut":
            segment.write_bytes(segment.read_bytes()[:-100])
        case "segment renamed":
            shutil.copy(store.wal / f"{store.stretches()[0].segments[0]}.enc", segment)
        case "manifest":
            file = one.folder / "manifest.json"
            file.write_text(file.read_text().replace(one.said["data"]["sha256"], "0" * 64))
        case "foreign":
            (store.folder / "cluster.json").write_text(json.dumps({"system": "1"}))
    programs = backup.Source.embedded(ground.data_dir).programs
    if damage in ("manifest", "foreign"):
        with pytest.raises(backup.BackupRefused, match=r"altered|another cluster"):
            store.stretches()
    else:
        wrong = backup.verify(store, store.stretches()[0], programs, quick=True).wrong
        assert any((segment.name if "segment" in damage else "data.enc") in line for line in wrong)
    with pytest.raises(backup.BackupRefused):
        backup.restore(store, place / "copy")
    assert not (place / "copy").exists(), "nothing half restored stays"


def test_a_missing_segment_is_named_and_bounds_what_is_reached(ground, place):
    shutil.copytree(ground.store.folder, place / "store")
    store = backup.Store(place / "store", ground.ring)
    whole = store.stretches()[0]
    missing = whole.segments[1]
    (store.wal / f"{missing}.enc").unlink()
    stretch = store.stretches()[0]
    assert stretch.gap == missing
    assert stretch.until < whole.until
    assert any(missing in line for line in backup.verify(store, stretch, Path("/"), quick=True).wrong)
    with pytest.raises(backup.BackupRefused, match=missing):
        backup.restore(store, place / "copy", moment=ground.between + timedelta(seconds=1))


def test_the_wrong_ring_opens_nothing(ground, place):
    store = backup.Store(ground.store.folder, keys.fresh())
    with pytest.raises(backup.BackupRefused, match="altered"):
        backup.restore(store, place / "copy")


def test_a_segment_twice_is_one_and_another_of_its_name_is_refused(ground, place):
    name, file = "00000001000000000000AAAA", place / "segment"
    head = bytes(24) + int(ground.store.system).to_bytes(8, "little")
    file.write_bytes(head + bytes(1000))
    store = backup.Store(place / "store", ground.ring)
    store.belongs_to(ground.store.system)
    assert backup.archive(store, ground.ring, file, name) is True
    assert backup.archive(store, ground.ring, file, name) is False
    file.write_bytes(head + b"x" * 1000)
    with pytest.raises(backup.BackupRefused, match="other content"):
        backup.archive(store, ground.ring, file, name)
    file.write_bytes(bytes(24) + b"12345678" + bytes(1000))
    with pytest.raises(backup.BackupRefused, match="another cluster"):
        backup.archive(store, ground.ring, file, "00000001000000000000AAAB")
    with pytest.raises(backup.BackupRefused, match="no file of"):
        backup.archive(store, ground.ring, file, "../../etc/passwd")


def test_killed_midway_it_does_not_count_and_the_next_one_is_whole(ground, place):
    store = backup.Store(place / "store", ground.ring)

    def slowly() -> None:
        embedded.switch_on(ground.data_dir, store.folder, timeout=60)
        backup.take(backup.Source.embedded(ground.data_dir), store, ship=lambda: 0, say=lambda done, whole: time.sleep(0.5))

    child = in_child(slowly)
    until = time.monotonic() + 20
    while not any(one.stat().st_size for half in store.halves() for one in half.glob("data.enc")):
        assert time.monotonic() < until
        time.sleep(0.01)
    with pytest.raises(backup.BackupRefused, match="Another backup"):
        backup.take(backup.Source.embedded(ground.data_dir), store, ship=lambda: 0)
    os.kill(child, signal.SIGKILL)
    end_of(child)
    assert store.backups() == []
    taken = ground.take(store)
    assert [one.name for one in store.backups()] == [taken.backup.name]
    assert list(store.halves()) == []
    ground.take(ground.store)


def test_a_full_disk_is_a_sentence_and_leaves_no_backup(ground, place):
    store = backup.Store(place / "store", ground.ring)

    def cramped() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
        try:
            backup.take(backup.Source.embedded(ground.data_dir), store, ship=lambda: 0)
        except backup.BackupRefused as refusal:
            os._exit(7 if "is full" in str(refusal) else 1)

    assert end_of(in_child(cramped)) == 7
    assert store.backups() == []
    assert list(store.halves()) == []


def test_old_ones_go_with_what_only_they_needed(ground, place):
    shutil.copytree(ground.store.folder, place / "store")
    store = backup.Store(place / "store", ground.ring)
    embedded.switch_on(ground.data_dir, store.folder, timeout=60)
    time.sleep(1)
    newest = ground.take(store).backup
    gone = store.drop_but(1)
    assert newest.name not in gone
    assert [one.name for one in store.backups()] == [newest.name]
    assert min(name for name in store.segments() if len(name) == 24) == newest.first
    embedded.switch_on(ground.data_dir, ground.store.folder, timeout=60)


def test_nothing_is_kept_before_the_first_backup_and_nothing_after_it_is_switched_off(place):
    server = postgres.ensure(place / "db")
    with psycopg.connect(server.dsn("rounds_owner"), autocommit=True) as owner:
        owner.execute("CREATE TABLE t AS SELECT generate_series(1, 1000) n")
    with psycopg.connect(host=str(server.socket_dir), user="postgres", dbname="postgres", autocommit=True) as boss:
        for _ in range(3):
            boss.execute("SELECT pg_logical_emit_message(false, 'x', 'x')")
            boss.execute("SELECT pg_switch_wal()")
        time.sleep(0.5)
        assert boss.execute("SELECT archived_count, failed_count FROM pg_stat_archiver").fetchone()[1] == 0
        assert boss.execute("SHOW archive_timeout").fetchone() == ("0",)
    assert not (place / "db" / "archive").exists()
    assert embedded.ship_all(place / "db", keys.fresh()) == 0
