"""A database of its own, and the load as the worker role: in this process, or in one that can be killed."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner

from tests.universe_files import small_universe

PRELUDE = """
import json, sys
from rounds.access.sight import system_sight
from rounds.kit.clock import now
from rounds.kit.actor import SYSTEM_ACTOR, Actor
from rounds.models import *
"""
COMMAND = [sys.executable, "-c", "from rounds.cli.main import main; main()"]


class Desk:
    """One database: `rounds(...)` runs the command, `python(code)` runs code in it, `ask(sql)` looks."""

    def __init__(self, server: Any, name: str, blocker: Any) -> None:
        self.server, self.name, self.blocker = server, name, blocker
        self.environment = {**os.environ, "ROUNDS_DATABASE_NAME": name, "ROUNDS_MODE": "test"}
        self.environment.pop("ROUNDS_PROCESS", None)

    @contextlib.contextmanager
    def as_role(self, role: str = "rounds_worker") -> Iterator[None]:
        """Django's connection speaks to this database as `role` while the block lasts."""
        from django.db import connection

        settings = connection.settings_dict
        before = {name: settings[name] for name in ("NAME", "USER")}
        environment = os.environ.get("ROUNDS_PROCESS")
        with self.blocker.unblock():
            connection.close()
            settings.update(NAME=self.name, USER=role)
            try:
                yield
            finally:
                connection.close()
                settings.update(before)
                if environment is not None:
                    os.environ["ROUNDS_PROCESS"] = environment

    def rounds(self, *said: object) -> Any:
        """The command in this process: `stdout`, `exit_code`, `exception` (a Refusal where it refuses)."""
        from rounds.cli.main import rounds

        with self.as_role():
            return CliRunner().invoke(rounds, [str(word) for word in said], standalone_mode=False)

    def load(self, folder: Path, *more: str) -> dict[str, Any]:
        """The report of a load that has to succeed."""
        done = self.rounds("universe", "load", folder, "--json", *more)
        if done.exception:
            raise done.exception
        return json.loads(done.stdout)

    def python(self, code: str) -> Any:
        """Run `code` as the worker; answers what it leaves in `said`."""
        held: dict[str, Any] = {}
        with self.as_role():
            exec(PRELUDE + textwrap.dedent(code), held)
        return held.get("said")

    def kill_when(self, folder: Path, sql: str) -> None:
        """Start a load of its own process and kill -9 it as soon as `sql` answers something true."""
        command = [*COMMAND, "universe", "load", str(folder)]
        running = subprocess.Popen(command, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while running.poll() is None:
            if self.ask(sql)[0][0]:
                running.send_signal(signal.SIGKILL)
        running.wait()

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.server.dsn("rounds_owner", self.name), autocommit=True) as connection:
            connection.execute("SET rounds.sight = 'system'")
            return connection.execute(sql).fetchall()

    def print(self) -> list[tuple[Any, ...]]:
        """All that a load writes, without keys and moments: equal prints mean equal universes."""
        return self.ask(
            """
            SELECT a.ccn, a.system_id, a.name, a.status, a.beds, a.ehr_vendor, a.total_margin, a.score_total,
                   a.fit_grade, a.tier, a.territory, a.segment, a.custom->'facts', u.name,
                   (SELECT array_agg((f.key, f.source, f.value::text, f.confidence)::text ORDER BY f.key, f.source)
                      FROM rounds_accountfact f WHERE f.account_id = a.id),
                   (SELECT count(*) FROM rounds_scorerecord s WHERE s.account_id = a.id)
              FROM rounds_account a LEFT JOIN rounds_account u ON u.id = a.buying_unit_id
             ORDER BY a.ccn, a.system_id
            """
        )

    def marks(self) -> list[tuple[Any, ...]]:
        """The physical version of every row a load may touch: unchanged marks mean that nothing was written."""
        tables = ("account", "accountfact", "scorerecord", "tierrecord", "accounthistory")
        union = " UNION ALL ".join(
            f"SELECT '{table}', count(*), coalesce(sum(xmin::text::bigint), 0) FROM rounds_{table}" for table in tables
        )
        return self.ask(union)


@pytest.fixture(scope="session")
def make_desk(server, clone, django_db_setup, django_db_blocker):
    count = iter(range(1000))
    return lambda: Desk(server, clone(f"universe{next(count)}"), django_db_blocker)


@pytest.fixture
def desk(make_desk):
    return make_desk()


@pytest.fixture
def folder(tmp_path):
    return small_universe(tmp_path / "files")
