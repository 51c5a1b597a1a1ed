"""One Scope, three renderings: Django's filter, columns, and the database's own row security see the same rows."""

from __future__ import annotations

import pandas as pd
import pytest
from django.db import ProgrammingError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rounds.access.renderings import as_ibis, as_q
from rounds.access.scope import scope_of, visible
from rounds.access.sight import sight
from rounds.actions.market import accounts
from rounds.actions.people import leaving
from rounds.kit.clock import now
from rounds.kit.ids import new_id
from rounds.kit.scope import NOBODY, Scope
from rounds.models import Account, Contact, Lead, LeadActivity

PLACES = ("", "Northeast", "West", "O'Brien, \"odd\"")
EVERYTHING = Scope(everything=True)


@pytest.fixture
def ground(cast):
    """People, teams and units that rows may point at."""
    at, by = now(), cast.admin.actor
    units = [accounts.add(name=f"Unit {n}", level="system", by=by, at=at) for n in range(3)]
    return [p.id for p in cast.people[:4]], [t.id for t in cast.teams], [u.id for u in units]


def some(ids):
    return st.frozensets(st.sampled_from(ids), max_size=3)


def maybe(ids):
    return st.none() | st.sampled_from(ids)


@pytest.mark.req("X-1")
def test_the_three_renderings_see_the_same_rows(ground):
    import ibis

    people, teams, units = ground
    rows = st.lists(st.tuples(maybe(people), maybe(teams), st.sampled_from(PLACES), maybe(units)), max_size=8)
    scopes = st.builds(
        Scope, everything=st.booleans(), owners=some(people), teams=some(teams),
        territories=some([p for p in PLACES if p and "," not in p]), accounts=some(units), viewer=maybe(people),
        whole=st.frozensets(st.sampled_from(["lead", "account"])), unread=st.frozensets(st.sampled_from(["lead", "contact"])),
    )  # fmt: skip

    @settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
    @given(rows=rows, scope=scopes)
    def agree(rows, scope):
        at = now()
        with transaction.atomic():
            Lead.objects.bulk_create(
                [Lead(name="x", owner_id=o, team_id=t, territory=p, buying_unit_id=u, captured_at=at, updated_at=at)
                 for o, t, p, u in rows]
            )  # fmt: skip
            by_django = set(Lead.objects.filter(as_q(scope, "lead")).values_list("id", flat=True))
            everything = list(Lead.objects.values_list("id", "owner_id", "team_id", "territory", "buying_unit_id"))
            with sight(scope):
                by_database = set(Lead.objects.values_list("id", flat=True))
            transaction.set_rollback(True)
        columns = ["id", "owner_id", "team_id", "territory", "buying_unit_id"]
        frame = pd.DataFrame([[None if v is None else str(v) for v in row] for row in everything], columns=columns).astype("string")
        seen = as_ibis(scope, ibis.memtable(frame), "lead").id.to_pandas() if len(frame) else []
        assert by_django == by_database
        assert {str(key) for key in by_database} == set(seen)

    agree()


def test_what_stands_below_is_seen_with_what_it_stands_below(cast, as_seen_by):
    from rounds.actions.leads import activities, leads

    by, at = cast.admin.actor, now()
    lead = leads.capture({"name": "Ann", "state": "NY"}, by=by, at=at)
    activities.log("call", by=by, at=at, lead=lead)
    seen = {}
    for who in ("owner", "colleague", "admin"):
        with as_seen_by(getattr(cast, who)):
            seen[who] = (LeadActivity.objects.count(), lead.scores.count(), lead.status_changes.count())
    assert seen["colleague"] == (0, 0, 0)
    assert seen["owner"] == seen["admin"]
    assert seen["owner"][0] == 1


def test_each_role_sees_its_part(cast, as_seen_by):
    """An admin all; a manager the team's; a rep her own, her territories and the whole of a unit she owns."""
    by, at = cast.admin.actor, now()
    system = accounts.add(name="Far System", level="system", state="CA", by=by, at=at)
    accounts.add(name="Far Hospital", level="hospital", state="WA", parent=system, by=by, at=at)
    accounts.add(name="Near Hospital", level="hospital", state="NY", by=by, at=at)
    accounts.assign(system, cast.owner, by=by, at=at)
    seen = {}
    for who in cast.people:
        with as_seen_by(who) as scope:
            names = sorted(visible(Account, scope).values_list("name", flat=True))
            assert names == sorted(Account.objects.values_list("name", flat=True))
            seen[who.name] = names
    everything = ["Far Hospital", "Far System", "Near Hospital"]
    assert seen[cast.admin.name] == seen[cast.owner.name] == seen[cast.manager.name] == everything
    assert seen[cast.senior_ae.name] == ["Near Hospital"]
    assert seen[cast.colleague.name] == ["Far Hospital", "Far System"], "the West is hers"
    assert seen[cast.inside.name] == []


def test_who_left_sees_nothing(cast):
    leaving.send_away(cast.owner, heir=None, by=cast.admin.actor, at=now(), reason="left")
    cast.owner.refresh_from_db()
    assert scope_of(cast.owner) == NOBODY
    assert scope_of(None) == NOBODY
    with sight(NOBODY):
        assert not Account.objects.exists()


def test_sight_ends_with_its_block_also_when_the_block_fails(cast, as_seen_by):
    accounts.add(name="Near Hospital", state="NY", by=cast.admin.actor, at=now())

    def fails():
        with as_seen_by(cast.colleague):
            assert Account.objects.count() == 0
            raise ValueError

    with pytest.raises(ValueError):
        fails()
    assert Account.objects.count() == 1
    with as_seen_by(cast.colleague), sight(EVERYTHING):
        assert Account.objects.count() == 1


def test_a_scope_is_named_by_what_it_sees():
    mine, other = new_id(), new_id()
    assert Scope(owners=frozenset({mine})).hash == Scope(owners=frozenset({mine}), viewer=mine).hash
    assert Scope(owners=frozenset({mine})).hash != Scope(owners=frozenset({other})).hash
    assert Scope(owners=frozenset({mine})).hash != Scope(teams=frozenset({mine})).hash


def test_contacts_are_seen_with_their_account(cast, as_seen_by):
    from rounds.actions.market import contacts

    by, at = cast.admin.actor, now()
    account = accounts.add(name="Near Hospital", state="NY", by=by, at=at)
    contacts.add(account, name="Ann Lee", by=by, at=at)
    with as_seen_by(cast.owner):
        assert Contact.objects.count() == 1
    with as_seen_by(cast.colleague):
        assert Contact.objects.count() == 0


@pytest.mark.req("SEC-01")
def test_the_scope_of_every_role_is_what_its_file_says(cast):
    """Each person of the cast against access/roles.yaml, read here and not through the code that reads it."""
    import yaml

    from rounds.playbook.loader import default

    said = yaml.safe_load(default().files["access/roles.yaml"])
    for person in cast.people:
        role, scope = said["roles"][person.role], scope_of(person)
        read = role.get("read", {})
        assert scope.everything is ("all" in role["rows"]), person.role
        assert scope.whole == {noun for noun, reach in read.items() if reach == "all"}, person.role
        assert scope.unread == set(said["objects"]) - set(read), person.role
        assert scope.tied is not bool(set(role.get("write", {}).values()) - {"own"}), person.role
        assert scope.hidden == {name for group in role.get("hides", ()) for name in said["fields"][group]["of"]}, person.role
        places = set(person.territories) if "territory" in role["rows"] else set()
        assert places <= scope.territories, person.role
    assert scope_of(cast.manager).territories == {"Northeast", "Midwest"}, "those of her people"


def _tables():
    """Every table whose rows are seen by sight and may change: the seen nouns and what stands below them."""
    from django.apps import apps

    from rounds.access.row_security import is_append_only

    return [model for model in apps.get_models() if model._meta.app_label == "rounds" and not is_append_only(model)
            and getattr(model, "sight", "") in ("own", "account", "lead", "subject")]  # fmt: skip


@pytest.fixture
def filled(cast):
    """A row in most tables of records: an account with people, answers, facts, a lead with acts."""
    from rounds.actions.leads import activities, leads
    from rounds.actions.market import answers, contacts

    by, at = cast.admin.actor, now()
    unit = accounts.add(name="Tied System", level="system", state="NY", beds=300, by=by, at=at)
    person = contacts.add(unit, name="Bo Fox", title="CIO", by=by, at=at)
    contacts.seat(person, unit, role="CIO", by=by, at=at)
    lead = leads.capture({"name": "Ann", "state": "NY"}, by=by, at=at, account=unit)
    activities.log("call", by=by, at=at, lead=lead)
    answers.answer(unit, "innovation", "leader", by=by, at=at)
    return cast


@pytest.mark.req("SEC-01", "X-1")
@pytest.mark.parametrize("who", ["executive", "compliance", "security"])  # legal writes contracts
def test_the_database_itself_refuses_what_a_role_that_changes_nothing_tries(filled, as_seen_by, who):
    """Raw SQL as the web role: whatever the code above allows, nothing is added, changed or dropped."""
    models = _tables()
    assert {"Account", "Contact", "Lead", "LeadActivity", "Answer", "CommitteeSeat", "AccountFact"} <= {m.__name__ for m in models}
    seen = 0
    for model in models:
        table = model._meta.db_table
        with as_seen_by(getattr(filled, who)), connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}")
            seen += (rows := cursor.fetchone()[0])
            for deed in (*_changing(cursor, table), f"DELETE FROM {table}"):
                cursor.execute(deed)
                assert cursor.rowcount == 0, f"{who}: {deed}"
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone()[0] == rows
        columns, values = zip(*((f'"{f.column}"', _one(f)) for f in model._meta.concrete_fields), strict=True)
        adding = f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)}"
        with pytest.raises(ProgrammingError, match="row-level security"), as_seen_by(getattr(filled, who)):
            connection.cursor().execute(adding)
    assert (seen > 0) is (who != "security")


def _changing(cursor, table: str) -> list[str]:
    """A change of the first column that the web role may write at all; keys it may not (tests/trust)."""
    cursor.execute("SELECT column_name FROM information_schema.column_privileges WHERE table_name = %s AND privilege_type = 'UPDATE'"
                   " AND grantee = 'rounds_web' ORDER BY column_name LIMIT 1", [table])  # fmt: skip
    return [f'UPDATE {table} SET "{column}" = "{column}"' for (column,) in cursor.fetchall()]


def _one(field) -> str:
    """A value of a column's type as SQL, so that only sight can be what refuses the row."""
    kind = field.db_type(connection)
    if kind.endswith("[]"):
        return f"'{{}}'::{kind}"
    blank = {"uuid": "gen_random_uuid()", "text": "'x'", "boolean": "false", "jsonb": "'{}'::jsonb", "date": "current_date"}
    return blank.get(kind) or ("now()" if "timestamp" in kind else "1")
