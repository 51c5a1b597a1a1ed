"""The embedded PostgreSQL when things go wrong: kills, stale files, strangers, full disks."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from rounds.kit import postgres
from rounds.kit.postgres import binaries, home
from tests.kit.harm import end_of, in_child, postmaster_pid, processes_of
from tests.kit.test_postgres import OWNER, WEB, ask, run

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root lends the server another account")


def alive(process: psutil.Process) -> bool:
    """Whether a process still runs; one that has ended, reaped or not, does not."""
    try:
        return process.is_running() and process.status() != "zombie"
    except psutil.NoSuchProcess:
        return False


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


# ---- kills ------------------------------------------------------------------------------------------------


def test_a_killed_server_is_started_again_with_its_data(server: postgres.Server, folder: Path) -> None:
    run(server, "CREATE TABLE kept AS SELECT 42 AS answer")
    kill(postmaster_pid(server))
    assert ask(postgres.ensure(folder), "SELECT answer FROM kept") == 42


def test_a_server_killed_under_load_loses_nothing_it_confirmed(server: postgres.Server, folder: Path) -> None:
    run(server, "CREATE TABLE written (n int PRIMARY KEY)")
    confirmed: list[int] = []

    def write() -> None:
        try:
            with psycopg.connect(server.dsn(OWNER), autocommit=True) as connection:
                for n in range(1_000_000):
                    connection.execute("INSERT INTO written VALUES (%s)", [n])
                    confirmed.append(n)
        except psycopg.Error:
            return

    writer = threading.Thread(target=write)
    writer.start()
    while len(confirmed) < 50:
        time.sleep(0.01)
    kill(postmaster_pid(server))
    again = postgres.ensure(folder)
    writer.join()
    assert ask(again, "SELECT count(*) FROM written") in (len(confirmed), len(confirmed) + 1)


def test_backends_that_outlive_the_postmaster_are_ended(server: postgres.Server, folder: Path) -> None:
    def burn() -> None:
        with pytest.raises(psycopg.OperationalError):
            run(server, "SELECT count(*) FROM generate_series(1, 10000000000)")

    busy = in_child(burn)
    while ask(server, "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT count%series%'") < 2:
        time.sleep(0.02)
    old = processes_of(server)
    kill(postmaster_pid(server))
    assert ask(postgres.ensure(folder), "SELECT 1") == 1
    assert end_of(busy) == 0
    assert not any(alive(process) for process in old)


def test_a_launcher_killed_at_any_moment_leaves_nothing_broken(folder: Path) -> None:
    for delay in (0.0, 0.1, 0.3, 0.6, 0.9):
        launcher = in_child(lambda: postgres.ensure(folder))
        time.sleep(delay)
        kill(launcher)
        end_of(launcher)
        assert ask(postgres.ensure(folder), "SELECT 1") == 1
        assert not list(folder.glob("pgdata-*"))
        postgres.stop(folder)
        shutil.rmtree(folder)


def test_every_process_may_be_killed_at_once(server: postgres.Server, folder: Path) -> None:
    run(server, "CREATE TABLE kept AS SELECT 42 AS answer")
    for process in processes_of(server):
        with contextlib.suppress(ProcessLookupError):  # ended with the postmaster, before its turn came
            kill(process.pid)
    children = [in_child(lambda: run(postgres.ensure(folder), "SELECT answer FROM kept")) for _ in range(4)]
    assert [end_of(child) for child in children] == [0] * 4


# ---- files that lie ---------------------------------------------------------------------------------------


def lie_about_the_pid(server: postgres.Server, pid: int) -> None:
    """Leave the files of a crash behind, naming a PID that now belongs to somebody else."""
    data = server.data_dir / "pgdata"
    lines = (data / "postmaster.pid").read_text().splitlines()
    postgres.stop(server.data_dir)
    for file in (data / "postmaster.pid", server.socket_dir / f".s.PGSQL.{server.port}.lock"):
        file.write_text("\n".join([str(pid), *lines[1:]]) + "\n")
        shutil.chown(file, data.stat().st_uid, data.stat().st_gid)
        file.chmod(0o600)


def test_a_stale_pid_file_that_names_a_living_stranger(server: postgres.Server, folder: Path) -> None:
    stranger = subprocess.Popen(["sleep", "60"], user=server.data_dir.stat().st_uid if not os.geteuid() else None)
    try:
        lie_about_the_pid(server, stranger.pid)
        assert postgres.status(folder).running is False
        assert postgres.stop(folder) is False
        assert ask(postgres.ensure(folder), "SELECT 1") == 1
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_stale_pid_file_that_names_a_zombie(server: postgres.Server, folder: Path) -> None:
    zombie = in_child(lambda: None)
    while psutil.Process(zombie).status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)
    lie_about_the_pid(server, zombie)
    assert ask(postgres.ensure(folder), "SELECT 1") == 1
    end_of(zombie)


def test_a_stale_pid_file_that_names_the_postgres_of_another_folder(server: postgres.Server, folder: Path) -> None:
    other = postgres.ensure(folder.with_name("other"))
    try:
        lie_about_the_pid(server, postmaster_pid(other))
        assert ask(postgres.ensure(folder), "SELECT 1") == 1
        assert ask(other, "SELECT 1") == 1
    finally:
        postgres.stop(folder.with_name("other"))


@pytest.mark.parametrize("content", ["", "not a number\n", "-1\n"])
def test_a_torn_pid_file(server: postgres.Server, folder: Path, content: str) -> None:
    kill(postmaster_pid(server))
    (server.data_dir / "pgdata" / "postmaster.pid").write_text(content)
    assert ask(postgres.ensure(folder), "SELECT 1") == 1


def test_a_socket_folder_swept_away_under_a_living_server(server: postgres.Server, folder: Path) -> None:
    run(server, "CREATE TABLE kept AS SELECT 42 AS answer")
    shutil.rmtree(server.socket_dir)
    assert ask(postgres.ensure(folder), "SELECT answer FROM kept") == 42


# ---- accounts and folders ---------------------------------------------------------------------------------


@as_root
def test_a_normal_user_runs_a_server_of_its_own(folder: Path) -> None:
    folder.parent.chmod(0o777)
    in_their_name = in_child(lambda: run(postgres.ensure(folder), "CREATE TABLE mine (a int)"), uid=65534)
    assert end_of(in_their_name) == 0
    assert processes_of(postgres.ensure(folder))[0].uids().real == 65534
    again = in_child(lambda: run(postgres.ensure(folder), "SELECT * FROM mine"), uid=65534)
    assert end_of(again) == 0


@as_root
def test_root_serves_a_user_s_folder_as_that_user(folder: Path) -> None:
    folder.parent.chmod(0o777)
    assert end_of(in_child(lambda: (postgres.ensure(folder), postgres.stop(folder)), uid=65534)) == 0
    server = postgres.ensure(folder)
    assert ask(server, "SELECT 1") == 1
    assert processes_of(server)[0].uids().real == 65534


@as_root
def test_another_user_is_told_that_the_folder_is_not_theirs(server: postgres.Server, folder: Path) -> None:
    def as_a_stranger() -> None:
        with pytest.raises(postgres.DatabaseRefused, match="may not write there"):
            postgres.ensure(folder)

    folder.parent.chmod(0o755)
    assert end_of(in_child(as_a_stranger, uid=1)) == 0


@as_root
def test_parents_that_the_server_account_cannot_enter_stay_closed(folder: Path) -> None:
    private = folder.parent / "private"
    private.mkdir(mode=0o700)
    server = postgres.ensure(private / "db")
    try:
        assert ask(server, "SELECT 1") == 1
        assert stat.S_IMODE(private.stat().st_mode) == 0o700
        assert private not in server.data_dir.parents
        assert str(server.data_dir) in (private / "db" / "MOVED").read_text()
        run(server, "CREATE TABLE kept AS SELECT 42 AS answer")
        postgres.stop(private / "db")
        assert ask(postgres.ensure(private / "db"), "SELECT answer FROM kept") == 42
    finally:
        postgres.stop(private / "db")
        shutil.rmtree(server.data_dir)


@as_root
def test_programs_that_the_server_account_cannot_enter_are_copied(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (wheel,) = {found.folder.parent for found in binaries.installed().values()}
    private = folder.parent / "private"
    private.mkdir(mode=0o700)
    for part in (wheel, wheel.with_name(f"{binaries.WHEEL}.libs")):
        if part.exists():
            (private / part.name).symlink_to(part)
    monkeypatch.setattr(sys, "path", [str(private), *sys.path])
    server = postgres.ensure(folder)
    assert ask(server, "SELECT 1") == 1
    assert Path(processes_of(server)[0].exe()).is_relative_to(folder)


def test_a_path_too_long_for_a_socket(folder: Path) -> None:
    long = folder.parent / ("x" * 60) / ("y" * 60)
    server = postgres.ensure(long)
    try:
        assert len(str(server.socket_dir)) < home.LONGEST
        assert stat.S_IMODE(server.socket_dir.stat().st_mode) == 0o700
        shutil.rmtree(server.socket_dir)
        assert ask(postgres.ensure(long), "SELECT 1") == 1
    finally:
        postgres.stop(long)
        shutil.rmtree(postgres.status(long).socket_dir)


def test_a_folder_with_other_things_in_it_is_left_alone(folder: Path) -> None:
    folder.mkdir(mode=0o755)
    (folder / "thesis.txt").write_text("mine")
    with pytest.raises(postgres.DatabaseRefused, match=r"holds other files \(thesis\.txt\).*empty or a new one"):
        postgres.ensure(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755


def test_a_path_through_a_file_is_refused_with_a_sentence(folder: Path) -> None:
    folder.write_text("a file")
    with pytest.raises(postgres.DatabaseRefused, match=r"cannot be used: .*choose another folder"):
        postgres.ensure(folder / "db")
    folder.unlink()


def test_a_folder_that_cannot_be_written_is_refused_with_a_sentence(folder: Path) -> None:
    def try_it() -> None:
        with pytest.raises(postgres.DatabaseRefused, match=r"may not write there: choose another folder"):
            postgres.ensure(folder)

    folder.parent.chmod(0o555)
    assert end_of(in_child(try_it, uid=65534 if os.geteuid() == 0 else None)) == 0
    folder.parent.chmod(0o755)


@as_root
def test_a_full_disk_is_refused_with_a_sentence_and_mended_by_space() -> None:
    disk = Path(tempfile.mkdtemp(prefix="pgt-", dir="/tmp"))
    disk.chmod(0o755)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=10m,mode=755", "tmpfs", disk], check=False).returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    try:
        with pytest.raises(postgres.DatabaseRefused, match=r"the disk is full: free some space"):
            postgres.ensure(disk / "db")
        subprocess.run(["mount", "-o", "remount,size=400m", disk], check=True)
        assert ask(postgres.ensure(disk / "db"), "SELECT 1") == 1
    finally:
        postgres.stop(disk / "db")
        subprocess.run(["umount", disk], check=True)
        disk.rmdir()


def test_data_of_a_postgresql_that_is_not_installed(server: postgres.Server, folder: Path) -> None:
    postgres.stop(folder)
    version = server.data_dir / "pgdata" / "PG_VERSION"
    version.write_text("12\n")
    with pytest.raises(postgres.DatabaseRefused, match=r"made by PostgreSQL 12.*dump it"):
        postgres.ensure(folder)


def test_a_setting_that_stops_the_start_is_quoted_from_the_log(server: postgres.Server, folder: Path) -> None:
    postgres.stop(folder)
    with (server.data_dir / "pgdata" / "postgresql.auto.conf").open("a") as file:
        file.write("shared_buffers = 'a lot'\n")
    with pytest.raises(postgres.DatabaseRefused, match=r"could not start.*shared_buffers"):
        postgres.ensure(folder)


def test_a_server_that_hangs_is_named_not_killed(server: postgres.Server, folder: Path) -> None:
    pid = postmaster_pid(server)
    os.kill(pid, signal.SIGSTOP)
    try:
        with pytest.raises(postgres.DatabaseRefused, match="runs but does not answer"):
            postgres.ensure(folder)
    finally:
        os.kill(pid, signal.SIGCONT)
    assert ask(postgres.ensure(folder), "SELECT 1", WEB) == 1
    assert postmaster_pid(server) == pid


def test_what_a_killed_launcher_is_still_making_is_waited_for(server: postgres.Server) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from rounds.kit.postgres import databases
    from rounds.kit.postgres.home import find

    home, roles = find(server.data_dir), ("rounds_owner", "twin_web", "twin_worker")
    with ThreadPoolExecutor(4) as at_once:
        made = [at_once.submit(databases.provide, home, roles, "twin") for _ in range(4)]
        assert [one.result() for one in made] == [None] * 4
    assert databases.has_all(home, roles, "twin")
