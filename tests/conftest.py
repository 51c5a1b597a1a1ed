"""The ground every test stands on: a database cloned from a migrated template, reached as the web role.

Row security is in force in every test. A test that needs data begins with `cast` (an owner, her manager, a
colleague of another territory, …) and looks through somebody's eyes with `sight(...)`.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import django
import pytest
from hypothesis import settings as hypothesis_settings

ROOT = Path(__file__).resolve().parents[1]
os.environ["ROUNDS_MODE"] = "test"
os.environ["ROUNDS_PROCESS"] = "web"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rounds.project.settings")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
# Before pytest's plugin for Django would: settings read earlier would be those of development.
django.setup()


# The same examples each time: whether a change is taken hangs on the change, not on dice. `make soak` throws them anew.
hypothesis_settings.register_profile("same", derandomize=True)
if not os.environ.get("ROUNDS_SOAK"):
    hypothesis_settings.load_profile("same")


def public_data() -> Path:
    """Where the public hospital files are, if they are."""
    return Path(os.environ.get("ROUNDS_PUBLIC_DATA", ROOT.parent / "shared" / "data"))


def no_spark() -> str:
    """Why Spark cannot run here; "" where it can, or where it is to be tried whatever is here (ROUNDS_SPARK=required)."""
    if os.environ.get("ROUNDS_SPARK") == "required":
        return ""
    if find_spec("pyspark") is None:
        return "PySpark is not installed (make .venv/.spark)"
    return "" if shutil.which("java") or os.environ.get("JAVA_HOME") else "there is no Java (PySpark needs 17)"


def pytest_collection_modifyitems(items):
    lacking = {"spark": no_spark(), "public_data": "" if public_data().is_dir() else f"the public files are not at {public_data()} (set ROUNDS_PUBLIC_DATA)"}
    for item in items:
        for mark, reason in lacking.items():
            if reason and item.get_closest_marker(mark):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def server():
    """The embedded PostgreSQL, shared by all tests of this checkout."""
    from rounds.kit import postgres

    return postgres.ensure(ROOT / "var" / "postgres")


def _print_of_the_ground() -> str:
    """Changes when the migrated database would: migrations, ground SQL, row security, shipped playbook."""
    digest = hashlib.sha256(sys.version.encode())
    package = ROOT / "src" / "rounds"
    files = [
        *sorted((package / "models").rglob("*.py")),
        *sorted((package / "models" / "ground").glob("*.sql")),
        *sorted((package / "access").glob("*.py")),
        *sorted((package / "playbook" / "default").rglob("*.yaml")),
        *sorted((ROOT / "requirements").glob("*.txt")),
    ]
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


@pytest.fixture(scope="session")
def template(server):
    """A migrated database, made once for each state of the ground."""
    from filelock import FileLock

    from rounds.kit import postgres

    name = f"rounds_template_{_print_of_the_ground()}"
    with FileLock(ROOT / "var" / "template.lock"):
        try:
            postgres.create_database(server, name)
        except postgres.DatabaseExists:
            return name
        environment = {**os.environ, "ROUNDS_DATABASE_NAME": name}
        command = [sys.executable, "-c", "from rounds.cli.main import main; main()", "migrate"]
        made = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if made.returncode:
            postgres.drop_database(server, name)
            raise RuntimeError(f"The template database could not be made:\n{made.stderr}{made.stdout}")
    return name


RELEASED = """WITH given AS (
    INSERT INTO rounds_release (id, system, timeline, reason, by_kind, by_name, at)
    SELECT gen_random_uuid(), system, timeline, 'A test', 'system', '', now() FROM rounds_here() RETURNING *)
INSERT INTO rounds_auditentry (id, at, by_kind, by_name, chain, verb, subject_kind, subject_id)
SELECT gen_random_uuid(), at, by_kind, by_name, 'write', 'outward.release', 'release', id FROM given"""
"""A clone is a copy, and a copy may not speak until it is released (tests/actions/flow/test_outward.py)."""


@pytest.fixture(scope="session")
def clone(server, template):
    """Makes databases like the template, or like another: `clone("name", of=…)`. They go when the tests end, or `clone.drop(…)`."""
    import psycopg

    from rounds.kit import postgres

    made = []

    def make(name: str, of: str = "") -> str:
        full = f"rounds_test_{os.getpid()}_{name}"
        full += f"_{len(made)}" if full in made else ""
        postgres.create_database(server, full, template=of or template)
        made.append(full)
        with psycopg.connect(server.dsn("rounds_owner", full)) as owner:
            owner.execute(RELEASED)
        return full

    def drop(name: str) -> None:
        postgres.drop_database(server, name)
        made.remove(name)

    make.drop = drop
    yield make
    for name in made:
        postgres.drop_database(server, name)


@pytest.fixture
def copied(server, db):
    """`copied(system="1/1", timeline=1)`: this database is as a copy of that one would be, whose release came with it.

    Written by the owner with the triggers silent: a release for another place is refused to everybody.
    """
    import psycopg
    from django.db import connection

    with psycopg.connect(server.dsn("rounds_owner", connection.settings_dict["NAME"]), autocommit=True) as owner:

        def make(system: str = "1/1", timeline: int = 1) -> None:
            with owner.transaction():
                owner.execute("ALTER TABLE rounds_release DISABLE TRIGGER USER")
                owner.execute("INSERT INTO rounds_release (id, system, timeline, reason, by_kind, by_name, at)"
                              " VALUES (gen_random_uuid(), %s, %s, 'elsewhere', 'system', '', now())", [system, timeline])  # fmt: skip
                owner.execute("ALTER TABLE rounds_release ENABLE TRIGGER USER")

        yield make
        owner.execute("DELETE FROM rounds_release WHERE reason = 'elsewhere'")


@pytest.fixture(scope="session")
def django_db_setup(clone, django_db_blocker):
    """Point Django at a clone of the template, as the web role."""
    from django.db import connections

    connection = connections["default"]
    name = clone(os.environ.get("PYTEST_XDIST_WORKER", "main"))
    connection.settings_dict["NAME"] = name
    connection.settings_dict["OPTIONS"].pop("pool", None)
    yield
    connections.close_all()


@pytest.fixture(scope="session", autouse=True)
def _asked_once():
    """Whether a database is a released copy is asked again every few seconds: in tests that count queries, once."""
    from rounds.actions.flow import kill_switch, outward

    outward.REMEMBERED = kill_switch.REMEMBERED = 3600.0


@pytest.fixture(scope="session", autouse=True)
def _chances_asked_each_time():
    """The chances of stages are kept for some minutes; in tests, where transactions are undone, they are read whenever they are asked for."""
    from rounds.analytics.numbers import live

    live.MINUTES = -1


@pytest.fixture
def committed(clone, django_db_setup, django_db_blocker, request):
    """A database of the test's own, in which commits are commits: for seals, locks and several connections at once.

    Not to be used together with `db`; what is written goes with the database.
    """
    from django.db import connections

    connection = connections["default"]
    before = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        connections.close_all()
        connection.settings_dict["NAME"] = clone(f"own{abs(hash(request.node.nodeid)) % 10**8}")
        try:
            yield connection.settings_dict["NAME"]
        finally:
            connections.close_all()
            connection.settings_dict["NAME"] = before


@pytest.fixture(scope="session")
def postgres_dsn(server, clone):
    """A scratch database as its owner, for tests that compare a rule's readings in PostgreSQL."""
    return server.dsn("rounds_owner", clone(f"rules_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"))


@pytest.fixture
def cast(db):
    """The shared cast. The test goes on looking as everything; narrow it with `as_seen_by(user)`."""
    from rounds.access.sight import look_as
    from rounds.jobs.demo.cast import build_cast
    from rounds.kit.clock import now
    from rounds.kit.scope import Scope

    look_as(Scope(everything=True))
    return build_cast(now())


@pytest.fixture
def as_seen_by(db):
    """`with as_seen_by(user): …` looks through that person's eyes; afterwards the sight before holds again."""
    from rounds.access.scope import scope_of
    from rounds.access.sight import sight

    return lambda user: sight(scope_of(user))


KNOWN = {"market_leadership": "leader", "geographic_market": "major_metro", "it_infrastructure": "hybrid",
         "innovation": "moderate", "project_timeline": "near_term", "competitive_pressure": "medium"}  # fmt: skip


@pytest.fixture
def lead_of(cast):
    """`lead_of(user, name=…, …)`: a lead that belongs to `user`, captured `days` ago, by default well known and near the band."""

    from datetime import timedelta

    from rounds.actions.leads import leads
    from rounds.kit.clock import now

    def make(owner, *, days=0, **said):
        given = {"name": "Rosa Meridian", "state": "NY", "organization": "Meridian Health", "source": "Web form",
                 "facts": {"beds": 612, "ehr": "Epic"}, "answers": dict(KNOWN), **said}  # fmt: skip
        return leads.capture(given, by=(owner or cast.admin).actor, at=now() - timedelta(days=days), owner=owner)

    return make


@pytest.fixture
def door(db):
    """`door(user)`: a client logged in as `user`; htmx=True sends what htmx sends."""

    from django.test import Client

    def make(user, *, htmx: bool = False):
        client = Client(headers={"hx-request": "true"} if htmx else None)
        if user is not None:
            client.force_login(user)
        return client

    return make


@pytest.fixture
def see_all(db):
    """`see_all()`: the test's own eyes see everything again; a request leaves them as its visitor's."""
    from rounds.access.sight import look_as
    from rounds.kit.scope import Scope

    return lambda: look_as(Scope(everything=True))
