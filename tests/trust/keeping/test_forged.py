"""What the database does as its owner at the bidding of a run-time role, it does for what it saw itself: a forged row is
no proof that an import made a record, nor that a person asked to be erased."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from rounds.access.sight import system_sight
from rounds.actions.leads import activities, leads
from rounds.actions.trust import subjects
from rounds.kit.clock import now
from rounds.kit.ids import new_id
from rounds.models import Lead, LeadActivity

SIGNED = "by_kind, by_name, at"


@pytest.fixture(params=["web", "worker"])
def link(world, server, request):
    """A run-time role that sees everything and knows SQL."""
    with psycopg.connect(server.dsn(f"rounds_{request.param}", world.name), autocommit=True) as made:
        made.execute("SET rounds.sight = 'all'")
        yield made


@pytest.fixture
def lead(world):
    with system_sight():
        given = {"name": "Rosa Meridian", "email": "rosa@mercy.example", "state": "NY", "organization": "Meridian Health", "source": "Web form"}
        return leads.capture(given, by=world.cast.admin.actor, at=now())


def forge_import(link, lead) -> object:
    """An import, its chunk and a staged row that claims to have made `lead`."""
    key = new_id()
    columns = link.execute(
        "SELECT a.attrelid::regclass::text, a.attname, a.atttypid::regtype::text FROM pg_attribute a WHERE a.attrelid IN"
        " ('rounds_batch'::regclass, 'rounds_import'::regclass) AND a.attnum > 0 AND NOT a.attisdropped AND a.attnotnull"
        " AND NOT a.atthasdef").fetchall()  # fmt: skip
    said = {"id": key, "batch_ptr_id": key, "kind": "import.lead", "at": now(), "by_kind": "system", "noun": "lead", "state": "done"}
    empty = {"text": "", "jsonb": "{}", "integer": 0, "bigint": 0, "boolean": False, "timestamp with time zone": now()}
    for table in ("rounds_batch", "rounds_import"):
        row = {name: said.get(name, empty.get(kind)) for of, name, kind in columns if of == table}
        link.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(['%s'] * len(row))})", list(row.values()))
    link.execute("INSERT INTO rounds_importchunk (id, of_id, number, at, counts, \"left\") VALUES (gen_random_uuid(), %s, 0, %s, '{}', '{}')",
                 [key, now() + timedelta(days=900)])  # fmt: skip
    link.execute("UPDATE rounds_importchunk SET written_at = now() + interval '9 years' WHERE of_id = %s", [key])
    link.execute("INSERT INTO rounds_importrow (of_id, number, line, outcome, made) VALUES (%s, 1, 2, 'new', %s)", [key, lead])
    return key


def take_back(link, key) -> list:
    return link.execute("SELECT * FROM rounds_take_back(%s, 0, 'lead', 1, 10)", [key]).fetchall()


@pytest.mark.req("INTEG-17", "X-1")
def test_a_forged_import_takes_no_record_back(link, lead):
    key = forge_import(link, lead.id)
    for deed in (
        "INSERT INTO rounds_importmade (of_id, id) VALUES (%(of)s, %(lead)s)",
        "UPDATE rounds_importmade SET id = %(lead)s",
        "DELETE FROM rounds_importmade",
        "SELECT * FROM rounds_importmade",
        "SELECT rounds_note_made()",
    ):
        with pytest.raises(psycopg.Error) as refused:
            link.execute(deed, {"of": key, "lead": lead.id})
        assert isinstance(refused.value, (InsufficientPrivilege, psycopg.errors.FeatureNotSupported)), deed
    link.execute("SELECT set_config('rounds.import', %s, false)", [str(key)])
    link.execute("INSERT INTO rounds_event (id, at, by_kind, kind, lead_id, batch_id, quiet, payload)"
                 " VALUES (gen_random_uuid(), now(), 'system', 'lead.captured', %s, %s, true, '{}')", [lead.id, key])  # fmt: skip
    link.execute("UPDATE rounds_lead SET message = 'touched' WHERE id = %s", [lead.id])
    assert take_back(link, key) == []
    with system_sight():
        assert Lead.objects.filter(pk=lead.id).exists()


@pytest.mark.req("INTEG-17", "X-1")
def test_a_chunk_that_claims_a_later_moment_takes_nothing_of_others_along(world, link, lead):
    """The record was born in the import, and hours later somebody wrote below it: forged moments do not hide that."""
    key = forge_import(link, lead.id)
    world.owner.execute("INSERT INTO rounds_importmade (of_id, id, written_at) VALUES (%s, %s, now() - interval '3 hours')", [key, lead.id])
    with system_sight():
        activities.log("call", lead=lead, subject="Spoke at length", by=world.cast.admin.actor, at=now())
    assert [(number, bool(why)) for number, why in take_back(link, key)] == [(1, True)]
    with system_sight():
        assert LeadActivity.objects.filter(lead=lead).exists()


ERASE = "SELECT rounds_erase_person(%s, %s::uuid[], %s::uuid[], '{}', '{}')"


def forge_request(link, found: str) -> object:
    key = new_id()
    link.execute(f"INSERT INTO rounds_subjectrequest (id, kind, due_on, who, who_index, state_law, found, outcome, {SIGNED})"
                 " VALUES (%s, 'erasure', current_date, '', '', '', %s, '', 'system', '', now())", [key, found])  # fmt: skip
    return key


@pytest.mark.req("COMPL-13", "X-1")
def test_a_forged_request_erases_nobody_it_did_not_find(link, lead):
    key = forge_request(link, f'{{"lead_ids": ["{lead.id}"]}}')
    with pytest.raises(InsufficientPrivilege, match="no open request"):
        link.execute(ERASE, [key, [], [lead.id]])
    for deed in ("INSERT INTO rounds_subjectfound VALUES (%(key)s, 'lead', %(lead)s)", "UPDATE rounds_subjectfound SET kind = 'lead'",
                 "SELECT * FROM rounds_subjectfound"):  # fmt: skip
        with pytest.raises(InsufficientPrivilege):
            link.execute(deed, {"key": key, "lead": lead.id})
    link.execute("SELECT rounds_note_found(%s, 'somebody.else@mercy.example', '{\"\"}')", [key])
    with pytest.raises(InsufficientPrivilege, match="no open request"):
        link.execute(ERASE, [key, [], [lead.id]])
    for said in ("", "  "):
        with pytest.raises(InsufficientPrivilege, match="looked up once"):
            link.execute("SELECT rounds_note_found(%s, %s, '{}')", [key, said])
    link.execute("SELECT rounds_note_found(%s, %s, '{}')", [key, "%%%%"])
    link.execute("SELECT rounds_note_found(%s, %s, '{}')", [key, "ROSA@mercy.example"])
    with pytest.raises(InsufficientPrivilege, match="no open request"):
        link.execute(ERASE, [key, [], [lead.id]])  # nobody's audit tells of this request


@pytest.mark.req("COMPL-13", "X-1")
def test_a_request_that_somebody_opened_is_not_widened(world, link, lead):
    with system_sight():
        other = leads.capture({"name": "Tove Larkin", "email": "tove@mercy.example", "source": "Web form"}, by=world.cast.admin.actor, at=now())
        request = subjects.begin("erasure", "rosa@mercy.example", by=world.cast.compliance.actor, at=now())
    with pytest.raises(InsufficientPrivilege, match="not rewritten"):
        link.execute("UPDATE rounds_subjectrequest SET found = jsonb_set(found, '{lead_ids}', to_jsonb(ARRAY[%s])) WHERE id = %s",
                     [str(other.id), request.id])  # fmt: skip
    with pytest.raises(InsufficientPrivilege, match="looked up once"):
        link.execute("SELECT rounds_note_found(%s, 'tove@mercy.example', '{}')", [request.id])
    with pytest.raises(InsufficientPrivilege, match="no open request"):
        link.execute(ERASE, [request.id, [], [other.id]])
    with system_sight():
        assert Lead.objects.get(pk=other.id).name == "Tove Larkin"
    link.execute(ERASE, [request.id, [], [lead.id]])
