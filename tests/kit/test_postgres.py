"""The embedded PostgreSQL as it should be when nothing goes wrong."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import psycopg
import pytest

from rounds.kit import postgres
from tests.kit.harm import end_of, in_child, processes_of, told_by_each

OWNER, WEB, WORKER = postgres.ROLES


def ask(server: postgres.Server, query: str, role: str = OWNER, database: str | None = None):
    with psycopg.connect(server.dsn(role, database), autocommit=True) as connection:
        return connection.execute(query).fetchone()[0]


def run(server: postgres.Server, statement: str, role: str = OWNER, database: str | None = None) -> None:
    with psycopg.connect(server.dsn(role, database), autocommit=True) as connection:
        connection.execute(statement)


def test_a_fresh_server_is_there_and_found_again_without_being_started_anew(folder: Path) -> None:
    server = postgres.ensure(folder)
    began = ask(server, "SELECT pg_postmaster_start_time()")
    assert postgres.ensure(folder) == server
    assert ask(server, "SELECT pg_postmaster_start_time()") == began


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("synchronous_commit", "on"),
        ("data_checksums", "on"),
        ("listen_addresses", ""),
        ("timezone", "UTC"),
        ("server_encoding", "UTF8"),
        ("jit", "off"),
        ("max_connections", "60"),
    ],
)
def test_settings(shared_server: postgres.Server, setting: str, value: str) -> None:
    assert ask(shared_server, f"SHOW {setting}") == value


def test_the_order_of_text_is_the_same_on_every_machine(shared_server: postgres.Server) -> None:
    locale = "SELECT datlocprovider::text || datlocale::text FROM pg_database WHERE datname = current_database()"
    assert ask(shared_server, locale) == "bC.UTF-8"
    assert ask(shared_server, "SELECT upper('straße é') || ('Z' < 'a')::text") == "STRAßE Étrue"


def test_only_its_account_comes_near_the_socket(shared_server: postgres.Server) -> None:
    for place in (shared_server.socket_dir, shared_server.data_dir):
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert 0 not in told_by_each(shared_server, lambda process: process.uids().real)
    assert not any(told_by_each(shared_server, lambda process: process.net_connections(kind="inet")))


def test_the_owner_owns_and_the_others_only_log_in(shared_server: postgres.Server) -> None:
    for role in postgres.ROLES:
        powers = "SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolreplication FROM pg_roles"
        assert ask(shared_server, f"{powers} WHERE rolname = current_user", role) is False
    assert ask(shared_server, "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'rounds'") == OWNER
    run(shared_server, "CREATE TABLE IF NOT EXISTS mine (a int)")
    for role in (WEB, WORKER):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            run(shared_server, "CREATE TABLE theirs (a int)", role)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            run(shared_server, "SELECT * FROM mine", role)


def test_other_roles_and_databases_are_added_to_a_running_server(shared_server: postgres.Server) -> None:
    other = postgres.ensure(shared_server.data_dir, roles=("rounds_owner", "reader"), database="other")
    assert ask(other, "SELECT current_user || '@' || current_database()", "reader") == "reader@other"


def test_the_address_survives_odd_names(shared_server: postgres.Server) -> None:
    odd = postgres.ensure(shared_server.data_dir, roles=("rounds_owner", "a b/c@d"), database="x?y&z=1 %")
    assert ask(odd, "SELECT current_user || '|' || current_database()", "a b/c@d") == "a b/c@d|x?y&z=1 %"


def test_a_template_is_copied_and_dropped_even_while_in_use(shared_server: postgres.Server) -> None:
    postgres.create_database(shared_server, "template_for_test")
    run(shared_server, "CREATE TABLE t AS SELECT generate_series(1, 10) AS n", database="template_for_test")
    postgres.create_database(shared_server, "copy_1", template="template_for_test")
    assert ask(shared_server, "SELECT count(*) FROM t", database="copy_1") == 10
    assert ask(shared_server, "SELECT tableowner FROM pg_tables WHERE tablename = 't'", database="copy_1") == OWNER
    with pytest.raises(postgres.DatabaseExists, match="there already"):
        postgres.create_database(shared_server, "copy_1")
    with psycopg.connect(shared_server.dsn(OWNER, "copy_1")):
        postgres.drop_database(shared_server, "copy_1")
    postgres.drop_database(shared_server, "template_for_test")
    postgres.drop_database(shared_server, "never_was")


def test_data_is_kept_and_stop_and_status_tell_the_truth(folder: Path) -> None:
    assert postgres.stop(folder) is False
    assert postgres.status(folder).made is False
    server = postgres.ensure(folder)
    run(server, "CREATE TABLE kept AS SELECT 42 AS answer")
    assert postgres.status(folder).pid == processes_of(server)[0].pid
    assert postgres.stop(folder) is True
    assert processes_of(server) == []
    found = postgres.status(folder)
    assert (found.running, found.made, found.pid) == (False, True, None)
    assert ask(postgres.ensure(folder), "SELECT answer FROM kept") == 42


def test_the_server_outlives_the_process_that_started_it(folder: Path) -> None:
    assert end_of(in_child(lambda: postgres.ensure(folder))) == 0
    assert postgres.status(folder).running
    assert processes_of(postgres.ensure(folder))[0].ppid() != os.getpid()


def test_eight_processes_at_once_get_one_server(folder: Path) -> None:
    def count_me() -> None:
        run(postgres.ensure(folder), "SELECT 1")

    children = [in_child(count_me) for _ in range(8)]
    assert [end_of(child) for child in children] == [0] * 8
    server = postgres.ensure(folder)
    own = {process.pid for process in processes_of(server)}
    assert sum(parent not in own for parent in told_by_each(server, lambda process: process.ppid())) == 1


def test_a_full_house_is_not_a_dead_server(folder: Path) -> None:
    server = postgres.ensure(folder)
    before = processes_of(server)[0].pid
    guests = [psycopg.connect(server.dsn(WEB)) for _ in range(57)]  # 60, less 3 kept for the superuser
    with pytest.raises(psycopg.OperationalError, match=r"reserved|too many"):
        psycopg.connect(server.dsn(WEB))
    assert postgres.ensure(folder) == server
    assert processes_of(server)[0].pid == before
    for guest in guests:
        guest.close()


def test_an_idle_server_is_small(server: postgres.Server) -> None:
    held = sum(told_by_each(server, lambda process: process.memory_full_info().pss)) / 2**20
    print(f"idle: {held:.0f} MiB in {len(processes_of(server))} processes")
    assert held < 80
