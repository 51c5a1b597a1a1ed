"""The ground: partitions, what nobody may rewrite, and field history that misses nothing.

These tests commit, as the three roles, in a database of their own.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from django.apps import apps

from rounds.access.row_security import is_append_only
from rounds.access.sight import look_as
from rounds.actions.flow.deeds import deed
from rounds.actions.market import accounts
from rounds.kit.actor import Actor
from rounds.kit.clock import now
from rounds.kit.ids import new_id
from rounds.kit.scope import Scope
from rounds.models import Account

GROUND = Path(__file__).resolve().parents[2] / "src" / "rounds" / "models" / "ground"
PARTED = ("rounds_event", "rounds_auditentry")
RUN_TIME = ("rounds_web", "rounds_worker")


@pytest.fixture(scope="module")
def ground(server, clone):
    """`ground(role)`: a connection to a scratch database; each statement commits by itself."""
    name, opened = clone("ground"), []

    def connect(role: str) -> psycopg.Connection:
        opened.append(psycopg.connect(server.dsn(role, name), autocommit=True))
        return opened[-1]

    yield connect
    for connection in opened:
        connection.close()


@pytest.fixture(scope="module")
def owner(ground):
    return ground("rounds_owner")


def add_event(connection: psycopg.Connection, at: datetime) -> str:
    """Append an event at `at` as whoever connects; the partition it went to."""
    key = new_id()
    connection.execute(
        "INSERT INTO rounds_event (id, at, by_kind, kind, payload) VALUES (%s, %s, 'system', 'ground.tried', '{}')",
        [key, at],
    )
    return key


def stands_in(owner: psycopg.Connection, key) -> str:
    return owner.execute("SELECT tableoid::regclass::text FROM rounds_event WHERE id = %s", [key]).fetchone()[0]


# ---- partitions -----------------------------------------------------------------------------------------------------
def months(owner, parent: str) -> list[str]:
    found = owner.execute(
        "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass ORDER BY 1", [parent]
    ).fetchall()
    return [name for (name,) in found if not name.endswith("_default")]


def month(step: int) -> tuple[int, int]:
    today = datetime.now(UTC)
    index = today.year * 12 + today.month - 1 + step
    return index // 12, index % 12 + 1


@pytest.mark.parametrize("parent", PARTED)
def test_this_month_and_the_next_three_are_made_ahead(owner, parent):
    assert {f"{parent}_{y}_{m:02}" for y, m in map(month, range(4))} <= set(months(owner, parent))


def test_an_event_goes_to_its_month_and_a_far_one_is_caught(ground, owner):
    web = ground("rounds_web")
    web.execute("SET rounds.sight = 'all'")
    soon = datetime(*month(1), 28, 23, 59, 59, tzinfo=UTC)
    assert stands_in(owner, add_event(web, soon)) == "rounds_event_{}_{:02}".format(*month(1))
    for far in (datetime(1999, 12, 31, tzinfo=UTC), datetime(2124, 2, 29, tzinfo=UTC)):
        key = add_event(web, far)
        assert stands_in(owner, key) == "rounds_event_default"
        assert web.execute("SELECT at FROM rounds_event WHERE id = %s", [key]).fetchone() == (far,)


def test_more_months_are_made_by_the_worker_whatever_its_clock_shows(ground, owner):
    worker = ground("rounds_worker")
    worker.execute("SET timezone = 'Pacific/Kiritimati'")
    assert worker.execute("SELECT rounds_make_partitions(3)").fetchone() == (0,)
    assert worker.execute("SELECT rounds_make_partitions(5)").fetchone() == (4,)
    worker.execute("SET timezone = 'America/Adak'")
    assert worker.execute("SELECT rounds_make_partitions(6)").fetchone() == (2,)
    owner.execute("SET timezone = 'UTC'")
    for parent in PARTED:
        bounds = owner.execute(
            "SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE oid = ANY (%s::regclass[])",
            [months(owner, parent)],
        ).fetchall()
        assert len(bounds) == 7
        assert all(bound.count("-01 00:00:00+00'") == 2 for (bound,) in bounds), "months begin in UTC"


def test_a_month_that_rows_wait_for_is_left_to_the_default(ground, owner):
    key = add_event(ground("rounds_worker"), datetime(*month(9), 15, tzinfo=UTC))
    taken = "rounds_event_{}_{:02}".format(*month(9))
    owner.execute("SELECT rounds_make_partitions(10)")
    assert taken not in months(owner, "rounds_event")
    assert taken.replace("event", "auditentry") in months(owner, "rounds_auditentry")
    assert stands_in(owner, key) == "rounds_event_default"


def test_nobody_makes_a_thousand_months(ground, owner):
    ground("rounds_worker").execute("SELECT rounds_make_partitions(100000)")
    assert len(months(owner, "rounds_auditentry")) == 25


# ---- what nobody may rewrite ----------------------------------------------------------------------------------------
def append_only_tables() -> list[str]:
    return sorted(
        model._meta.db_table
        for model in apps.get_models()
        if model._meta.app_label == "rounds" and is_append_only(model)
    )


@pytest.fixture(scope="module")
def filled(owner):
    """One event and one entry of each chain, so that a refusal is not an empty success."""
    add_event(owner, now())
    for chain in ("write", "read"):
        owner.execute(
            "INSERT INTO rounds_auditentry (id, at, by_kind, chain, verb) VALUES (%s, now(), 'system', %s, 'ground.try')",
            [new_id(), chain],
        )


def test_the_append_only_tables_are_those_of_the_design():
    assert {
        "rounds_event", "rounds_auditentry", "rounds_auditseal", "rounds_scorerecord", "rounds_playbookversion",
        "rounds_auditanchor", "rounds_auditgap", "rounds_disclosure", "rounds_leadstatuschange", "rounds_accounthistory", "rounds_leadhistory", "rounds_contacthistory",
    } <= set(append_only_tables())  # fmt: skip


@pytest.mark.req("X-1")
@pytest.mark.parametrize("role", RUN_TIME)
def test_evidence_is_never_changed_at_run_time(ground, owner, filled, role):
    """Neither through its table nor through a partition's own name."""
    connection = ground(role)
    connection.execute("SET rounds.sight = 'all'")
    tables = [*append_only_tables(), *(p for parent in PARTED for p in [*months(owner, parent), f"{parent}_default"])]
    for table in tables:
        column = owner.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum = 1", [table]
        ).fetchone()[0]
        for deed_ in (
            f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}", f"TRUNCATE {table}",
            f"ALTER TABLE {table} DISABLE TRIGGER ALL", f"DROP TABLE {table}",
        ):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(deed_)


@pytest.mark.req("X-1")
@pytest.mark.parametrize("role", RUN_TIME)
def test_a_month_made_at_run_time_is_as_closed_as_the_others(ground, owner, role):
    """The worker makes months ahead: the new partition belongs to the owner and opens to nobody."""
    connection = ground(role)
    before = set(months(owner, "rounds_auditentry"))
    ground("rounds_worker").execute("SELECT rounds_make_partitions(%s)", [13 if role == "rounds_web" else 14])
    made = set(months(owner, "rounds_auditentry")) - before or before
    for table in made:
        for deed_ in (f"SELECT * FROM {table}", f"INSERT INTO {table} SELECT * FROM {table}", f"DELETE FROM {table}",
                      f"ALTER TABLE {table} DISABLE TRIGGER ALL", f"ALTER TABLE rounds_auditentry DETACH PARTITION {table}"):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(deed_)


@pytest.mark.parametrize("role", RUN_TIME)
def test_a_partition_is_not_a_way_around_sight(ground, owner, role):
    connection = ground(role)
    for parent in PARTED:
        for partition in [*months(owner, parent), f"{parent}_default"]:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"SELECT * FROM {partition}")


@pytest.mark.parametrize("role", RUN_TIME)
def test_the_chain_and_the_words_are_written_by_the_database_alone(ground, role):
    connection = ground(role)
    for deed_ in (
        "INSERT INTO rounds_auditseal SELECT * FROM rounds_auditseal",
        "SELECT rounds_seal(e) FROM rounds_auditentry e",
        "SELECT * FROM rounds_searchword",
        "INSERT INTO rounds_searchword (word, kind, object_id, place) VALUES ('x', 'lead', gen_random_uuid(), 1)",
        "CREATE TABLE own (id int)",
        "SET session_replication_role = 'replica'",
        "SET ROLE rounds_owner",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(deed_)


@pytest.mark.parametrize("role", RUN_TIME)
def test_who_acted_is_not_rewritten(ground, owner, role):
    connection, key = ground(role), new_id()
    connection.execute(
        "INSERT INTO pghistory_context VALUES (%s, now(), now(), %s)", [key, json.dumps({"name": "Olivia Grant"})]
    )
    for deed_ in (
        """UPDATE pghistory_context SET metadata = '{"name": "Caleb Stone"}'""",
        "DELETE FROM pghistory_context",
        "TRUNCATE pghistory_context CASCADE",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(deed_)
    assert owner.execute("SELECT metadata FROM pghistory_context WHERE id = %s", [key]).fetchone()[0] == {
        "name": "Olivia Grant"
    }


def test_the_functions_of_the_ground_say_whose_names_they_trust():
    """A SECURITY DEFINER function without a fixed search_path would run whatever a caller puts before it;
    and pg_temp is put before everything where it is not named."""
    for file in GROUND.glob("*.sql"):
        for head in file.read_text().split("CREATE FUNCTION ")[1:]:
            head = head.split("AS $$")[0]
            if "SECURITY DEFINER" in head:
                assert "SET search_path = public, pg_temp" in head, (file.name, head.split("(")[0])


BOTH, WORKER = RUN_TIME, ("rounds_worker",)
CALLED_BY = {
    "rounds_all_held": BOTH, "rounds_entry_text": BOTH, "rounds_erase_person": BOTH, "rounds_evidence_due": BOTH, "rounds_held": BOTH,
    "rounds_held_accounts": BOTH, "rounds_here": BOTH, "rounds_is_held": BOTH, "rounds_late_leads": BOTH, "rounds_legal_floor": BOTH,
    "rounds_may_speak": BOTH, "rounds_note_found": BOTH, "rounds_notify": BOTH, "rounds_portal_of": BOTH, "rounds_seal_reads": BOTH, "rounds_search": BOTH, "rounds_units_of": BOTH,
    "rounds_verify_chain": BOTH, "rounds_keeper_of": BOTH, "rounds_pool": BOTH, "rounds_take_back": BOTH, "rounds_take_turn": BOTH, "rounds_vocabulary": BOTH, "rounds_words": BOTH, "rounds_bare": BOTH,
    "rounds_make_partitions": WORKER, "rounds_purge_evidence": WORKER, "rounds_purge_leads": WORKER, "rounds_reseal": WORKER,
}  # fmt: skip
"""Who calls a function of ours by its name. What is not here, triggers among them, the owner alone may."""


@pytest.mark.req("X-1")
def test_no_function_is_open_to_everybody_and_each_to_those_who_need_it(owner):
    found = owner.execute(
        "SELECT p.proname, p.prorettype = 'trigger'::regtype,"
        "       array_agg(DISTINCT coalesce(r.rolname, 'PUBLIC')::text ORDER BY coalesce(r.rolname, 'PUBLIC')::text)"
        "  FROM pg_proc p CROSS JOIN LATERAL aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a"
        "  LEFT JOIN pg_roles r ON r.oid = a.grantee"
        " WHERE p.pronamespace = 'public'::regnamespace AND a.grantee <> p.proowner"
        " GROUP BY 1, 2"
    ).fetchall()
    assert [name for name, _, who in found if "PUBLIC" in who] == []
    assert {name: tuple(who) for name, _, who in found if name.startswith("rounds_")} == CALLED_BY
    assert [name for name, trigger, _ in found if trigger] == []
    owner.execute("CREATE FUNCTION rounds_tried() RETURNS integer LANGUAGE sql AS 'SELECT 1'")
    assert not owner.execute("SELECT has_function_privilege('rounds_web', 'rounds_tried()', 'EXECUTE')").fetchone()[0], "a new one is closed at birth"
    owner.execute("DROP FUNCTION rounds_tried()")


@pytest.mark.parametrize("role", RUN_TIME)
def test_what_the_owner_keeps_is_refused_by_name(ground, role):
    connection = ground(role)
    for call in ("rounds_held_ids()", "rounds_let_history_go()", "rounds_evidence_query('rounds_event')", "rounds_literal('x')",
                 "rounds_payload_without('x', '{}')", "rounds_only_sealed('rounds_lead', 'name')", "rounds_contact_floor()"):  # fmt: skip
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(f"SELECT {call}")
    if role == "rounds_web":
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT rounds_make_partitions(3)")


# ---- field history --------------------------------------------------------------------------------------------------
def history(row) -> list[tuple]:
    """(before, the actor's name) of each change of the account's beds, oldest first."""
    past = apps.get_model("rounds", "AccountHistory").objects.filter(pgh_obj_id=row.id).order_by("pgh_id")
    return [(h.beds, (h.pgh_context.metadata if h.pgh_context else {}).get("name", "")) for h in past]


@pytest.fixture
def hospital(cast):
    look_as(Scope(everything=True))
    with deed(cast.admin.actor):
        return Account.objects.create(
            name="Synthetic Harbor Hospital", beds=100, custom={}, created_at=now(), updated_at=now()
        )


def test_history_catches_a_save_a_bulk_update_and_raw_sql_and_names_the_actor(hospital, cast):
    from django.db import connection

    with deed(cast.owner.actor):
        hospital.beds = 200
        hospital.save()
    with deed(cast.manager.actor):
        Account.objects.filter(pk=hospital.pk).update(beds=300)
    with deed(Actor("system", None, "A patch by hand")), connection.cursor() as cursor:
        cursor.execute("UPDATE rounds_account SET beds = 400 WHERE id = %s", [hospital.pk])
    with deed(cast.owner.actor):
        hospital.beds = 500
        Account.objects.bulk_update([hospital], ["beds"])
    assert history(hospital) == [
        (100, "Olivia Grant"), (200, "Marian Holt"), (300, "A patch by hand"), (400, "Olivia Grant")
    ]  # fmt: skip


def test_a_deed_of_another_inside_ones_own_is_told_apart(hospital, cast):
    """A form that lets an automation go on: each change keeps the name of who made it."""
    with deed(cast.owner.actor):
        Account.objects.filter(pk=hospital.pk).update(beds=200)
        with deed(Actor("automation", None, "Tidy beds")):
            Account.objects.filter(pk=hospital.pk).update(beds=300)
        Account.objects.filter(pk=hospital.pk).update(beds=400)
    assert history(hospital) == [(100, "Olivia Grant"), (200, "Tidy beds"), (300, "Olivia Grant")]


def test_an_action_leaves_history_and_a_score_does_not(hospital, cast):
    accounts.change(hospital, beds=250, by=cast.owner.actor, at=now())
    left = history(hospital)
    assert left[0] == (100, "Olivia Grant")
    Account.objects.filter(pk=hospital.pk).update(score_total=70, heat=3, tier=1, scored_at=now())
    assert history(hospital) == left


def test_what_is_rolled_back_leaves_no_history(hospital, cast):
    def fails() -> None:
        with deed(cast.owner.actor):
            Account.objects.filter(pk=hospital.pk).update(beds=200)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert history(hospital) == []


def test_history_is_seen_with_its_row_only(hospital, cast, as_seen_by):
    accounts.assign(hospital, cast.owner, by=cast.admin.actor, at=now())
    assert len(history(hospital)) == 1
    with as_seen_by(cast.owner):
        assert len(history(hospital)) == 1
    with as_seen_by(cast.colleague):
        assert history(hospital) == []
