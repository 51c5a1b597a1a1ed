"""The second gate: what the database itself refuses the run-time roles, whatever the code above it says."""

from __future__ import annotations

import psycopg
import pytest
from django.apps import apps
from django.db import connection

from rounds.access.row_security import is_append_only, predicate
from rounds.kit.scope import SYSTEM

ROLES = ("rounds_web", "rounds_worker")


@pytest.fixture
def as_role(server, clone, django_db_setup):
    """`as_role("rounds_web")`: a connection of that role; what it does is rolled back."""
    links = []

    def link(role: str) -> psycopg.Connection:
        made = psycopg.connect(server.dsn(role, connection.settings_dict["NAME"]))
        links.append(made)
        return made

    yield link
    for made in links:
        made.rollback()
        made.close()


def ours():
    """Every table of ours and of the field history."""
    return [m for m in apps.get_models() if m._meta.app_label in ("rounds", "pghistory") and not m._meta.proxy]


EVIDENCE = sorted(m._meta.db_table for m in ours() if is_append_only(m))


def test_events_audit_history_and_scores_are_evidence():
    for table in ("rounds_event", "rounds_auditentry", "rounds_auditseal", "rounds_scorerecord", "rounds_tierrecord",
                  "rounds_leadstatuschange", "rounds_playbookversion"):  # fmt: skip
        assert table in EVIDENCE
    assert any("history" in table for table in EVIDENCE)


@pytest.mark.req("X-2")
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("table", EVIDENCE)
@pytest.mark.parametrize("deed", ["DELETE FROM {}", "TRUNCATE {}", "UPDATE {} SET {} = {}", "ALTER TABLE {} DISABLE TRIGGER ALL",
                                  "DROP TABLE {}", "ALTER TABLE {} DISABLE ROW LEVEL SECURITY"])  # fmt: skip
def test_evidence_is_added_to_and_read(as_role, role, table, deed):
    link = as_role(role)
    column = next(m for m in ours() if m._meta.db_table == table)._meta.pk.column
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        link.execute(deed.format(table, column, column))


@pytest.mark.parametrize("role", ROLES)
def test_the_partitions_of_evidence_are_no_back_door(as_role, role):
    link = as_role(role)
    children = link.execute(
        "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent IN ('rounds_event'::regclass,"
        " 'rounds_auditentry'::regclass)"
    ).fetchall()
    assert children
    for (child,) in children:
        for deed in (f"DELETE FROM {child}", f"UPDATE {child} SET at = now()", f"TRUNCATE {child}"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                link.execute(deed)
            link.rollback()
        count = link.execute(
            "SELECT has_table_privilege(current_user, %s, 'SELECT') AND NOT"
            " (SELECT relrowsecurity FROM pg_class WHERE oid = %s::regclass)", [child, child]
        ).fetchone()  # fmt: skip
        parent_is_narrowed = child.startswith("rounds_event")
        assert not (parent_is_narrowed and count[0]), f"{child} shows its rows to everybody"


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "deed",
    [
        "SET session_replication_role = replica",
        "SET ROLE rounds_owner",
        "SET SESSION AUTHORIZATION rounds_owner",
        "CREATE TABLE public.mine (id int)",
        "ALTER ROLE rounds_web BYPASSRLS",
        "CREATE EXTENSION IF NOT EXISTS file_fdw",
        "COPY rounds_account TO PROGRAM 'cat'",
        "SELECT pg_read_file('/etc/passwd')",
        "INSERT INTO rounds_auditseal SELECT * FROM rounds_auditseal",
        "SELECT * FROM rounds_searchword",
        "SELECT rounds_seal(e) FROM rounds_auditentry e",
        "DELETE FROM django_migrations",
    ],
)
def test_no_way_up(as_role, role, deed):
    with pytest.raises(psycopg.Error) as caught:
        as_role(role).execute(deed)
    assert isinstance(
        caught.value,
        psycopg.errors.InsufficientPrivilege | psycopg.errors.FeatureNotSupported | psycopg.errors.InvalidParameterValue,
    )


@pytest.fixture
def an_account(cast):
    from rounds.actions.market import accounts
    from rounds.kit.clock import now

    return accounts.add(name="Harbour Health", level="system", state="NY", by=cast.admin.actor, at=now())


def test_only_the_workers_login_may_take_the_systems_sight(server, committed):
    from rounds.actions.leads.capturing import capture
    from rounds.kit.actor import SYSTEM_ACTOR
    from rounds.kit.clock import now

    capture({"name": "Ann Lee", "state": "NY"}, by=SYSTEM_ACTOR, at=now())
    seen = {}
    for role in ROLES:
        with psycopg.connect(server.dsn(role, committed)) as link:
            link.execute("SELECT set_config('rounds.sight', 'system', true)")
            seen[role] = link.execute("SELECT count(*) FROM rounds_lead").fetchone()[0]
    assert seen == {"rounds_web": 0, "rounds_worker": 1}


def test_the_code_cannot_give_the_web_role_system_sight(an_account):
    from rounds.access.sight import sight
    from rounds.models import Account

    with sight(SYSTEM):
        assert Account.objects.count() == 0


def test_every_table_with_sight_has_its_policy(django_db_setup, db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity")
        narrowed = {name for (name,) in cursor.fetchall()}
    for model in ours():
        if predicate(model) is not None:
            assert model._meta.db_table in narrowed, model.__name__


def test_every_row_of_a_seen_noun_says_how_it_is_seen():
    """A model that points at an account or a lead and says nothing of sight would be open to everybody."""
    for model in ours():
        points = {f.column for f in model._meta.concrete_fields} & {"account_id", "lead_id", "opportunity_id"}
        if points and not getattr(model, "pgh_tracked_model", None):
            assert getattr(model, "sight", "open") not in ("open",), f"{model.__name__} is open but points at {points}"


def test_nobody_sees_nothing(an_account):
    from rounds.access.sight import sight
    from rounds.kit.scope import NOBODY

    with sight(NOBODY), connection.cursor() as cursor:
        for model in ours():
            if predicate(model) is not None:
                cursor.execute(f"SELECT count(*) FROM {model._meta.db_table}")
                assert cursor.fetchone()[0] == 0, model.__name__


@pytest.mark.req("COMPL-01")
@pytest.mark.parametrize("role", ROLES)
def test_field_history_is_not_switched_off(server, clone, role):
    """The package behind field history lets a setting silence its triggers, and a setting is anybody's to set."""
    name = clone(f"silent_{role}")
    with psycopg.connect(server.dsn("rounds_owner", name)) as owner:
        triggers = owner.execute("SELECT array_agg(tgname)::text FROM pg_trigger WHERE tgrelid = 'rounds_account'::regclass").fetchone()[0]
    with psycopg.connect(server.dsn(role, name)) as link:
        link.execute("SELECT set_config('rounds.sight', 'all', true), set_config('pgtrigger.ignore', %s, true)", [triggers])
        columns = {"id": "gen_random_uuid()", "name": "'Before'", "level": "'hospital'", "created_at": "now()", "updated_at": "now()"}
        needed = link.execute(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'rounds_account'"
            " AND is_nullable = 'NO' AND column_default IS NULL").fetchall()
        blank = {"text": "''", "boolean": "false", "integer": "0", "jsonb": "'{}'", "ARRAY": "'{}'", "character varying": "''"}
        columns = {**{column: blank.get(kind, "0") for column, kind in needed}, **columns}
        link.execute(f"INSERT INTO rounds_account ({', '.join(columns)}) VALUES ({', '.join(columns.values())})")
        link.execute("UPDATE rounds_account SET name = 'After'")
        assert link.execute("SELECT name FROM rounds_accounthistory").fetchall() == [("Before",)]


@pytest.mark.req("COMPL-01")
@pytest.mark.parametrize("role", ROLES)
def test_a_table_of_ones_own_stands_before_none_of_ours(server, clone, role):
    """pg_temp is searched before public unless a function names it: a shadow of ours would be read by what runs as the
    owner, and would be written the field history."""
    name = clone(f"shadow_{role}")
    with psycopg.connect(server.dsn(role, name), autocommit=True) as link:
        link.execute("CREATE FUNCTION pg_temp.owner() RETURNS timestamptz LANGUAGE plpgsql AS"
                     " $$BEGIN CREATE TABLE public.made_by_the_owner (x int); RETURN NULL; END$$")  # fmt: skip
        link.execute("CREATE TEMP VIEW rounds_legalhold AS SELECT pg_temp.owner() AS lifted_at, 'everything'::text AS kind,"
                     " NULL::uuid AS subject_id")  # fmt: skip
        link.execute("GRANT ALL ON rounds_legalhold TO PUBLIC")
        assert link.execute("SELECT rounds_all_held()").fetchone() == (False,)
        assert link.execute("SELECT to_regclass('public.made_by_the_owner')").fetchone() == (None,)
    with psycopg.connect(server.dsn("rounds_owner", name)) as owner:
        unsafe = owner.execute(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
            " AND (prosecdef OR proname LIKE 'pgtrigger%' OR proname LIKE '\\_pg%')"
            " AND NOT coalesce(proconfig::text, '') LIKE '%public, pg_temp%'").fetchall()
        assert unsafe == []


def test_no_policy_names_what_is_no_noun(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_policies WHERE coalesce(qual, '') || coalesce(with_check, '') LIKE '%object at%'")
        assert cursor.fetchall() == []
