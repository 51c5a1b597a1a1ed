"""Six years are counted by the database's clock: no run-time role makes a row older than it is, by SQL or otherwise."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from django.apps import apps
from psycopg.errors import InsufficientPrivilege

from rounds.access.sight import system_sight
from rounds.actions.leads import activities, leads
from rounds.actions.trust import agreements, due, held, holds, phi, subjects
from rounds.kit.clock import now
from rounds.models import Lead, Quarantine
from rounds.models.flow.days import house_today
from rounds.playbook import default

YEAR = timedelta(days=365.25)
LONG_AGO = "now() - interval '9 years'"
MAY_GO = [due.model_of(kind)._meta.db_table for rule in default().retention.rules.values() if rule.class_ == "evidence" and rule.happens != "keep"
          for kind in rule.of]  # fmt: skip
COUNTED = [table for table in MAY_GO if table != "rounds_auditentry"]
"""An audit entry counts from its seal, which the database writes alone."""
SIGNED = "by_kind, by_name, at) VALUES (gen_random_uuid(), "
BACKDATED = {
    "rounds_event": f"(id, kind, {SIGNED}'ground.tried', 'system', '', {LONG_AGO})",
    "rounds_leadhistory": "(pgh_created_at, pgh_label, pgh_obj_id, id, {columns}) SELECT " + LONG_AGO
                          + ", 'update', id, id, {columns} FROM rounds_lead",
    "rounds_subjectrequest": f"(id, kind, due_on, who, who_index, state_law, found, outcome, done_at, {SIGNED}'access', current_date, '', '', '', '{{}}', '', {LONG_AGO}, 'system', '', {LONG_AGO})",
    "rounds_quarantine": "(id, door, kind, field, text, payload, found, decided_by, decision, why, decided_at, "
                         f"{SIGNED}'form', '', '', '', '', '[]', '', 'discarded', 'x', {LONG_AGO}, 'system', '', {LONG_AGO})",
    "rounds_legalhold": f"(id, kind, label, reason, lifted_by, lifted_why, lifted_at, {SIGNED}'everything', '', 'x', 'x', 'x', {LONG_AGO}, 'system', '', {LONG_AGO})",
    "rounds_checkrun": f"(id, results, passed, failed, unknown, compliant, {SIGNED}'[]', 0, 0, 0, false, 'system', '', {LONG_AGO})",
    "rounds_purge": f"(id, kind, rule, rows, held, reason, tombstones, {SIGNED}'x', 'x', 0, 0, '', '[]', 'system', '', {LONG_AGO})",
    "rounds_disclosure": f"(id, entry_id, accounts, at) VALUES (gen_random_uuid(), gen_random_uuid(), '{{}}', {LONG_AGO})",
    "rounds_counterparty": f"(id, name, kind, touches_phi, why, ended_at, {SIGNED}'x', 'vendor', false, '', {LONG_AGO}, 'system', '', {LONG_AGO})",
}  # fmt: skip
"""How a run-time role adds a row that claims to be nine years old."""
pytestmark = pytest.mark.req("COMPL-04")


@pytest.fixture(params=["web", "worker"])
def link(world, server, request):
    """A run-time role that sees everything and knows SQL."""
    with psycopg.connect(server.dsn(f"rounds_{request.param}", world.name), autocommit=True) as made:
        made.execute("SET rounds.sight = 'all'")
        yield made


def purged(table: str) -> list:
    """What goes of a table when the worker asks for everything."""
    with system_sight():
        return due._ask("SELECT * FROM rounds_purge_evidence(%s, now() + interval '9 years', 5000, gen_random_uuid())", [table])


def gone_leads() -> set[str]:
    with system_sight():
        return {key for key, _ in due._ask("SELECT key, since FROM rounds_purge_leads(now() + interval '9 years', 5000, gen_random_uuid())", [])}


def test_whatever_may_go_carries_the_clock_of_the_database_and_no_role_names_it(link):
    for table in [*COUNTED, "rounds_lead"]:
        for sql in (f"INSERT INTO {table} (written_at) VALUES ({LONG_AGO})", f"UPDATE {table} SET written_at = {LONG_AGO}"):
            with pytest.raises(InsufficientPrivilege, match="permission denied"):
                link.execute(sql)


@pytest.mark.parametrize("table", BACKDATED)
def test_a_row_added_as_if_it_were_old_stays_six_years_from_today(world, link, table):
    world.lead("Mia Meridian", timedelta(0))
    said = BACKDATED[table]
    if "{columns}" in said:
        model = apps.get_model("rounds", "LeadHistory")
        said = said.format(columns=", ".join(f.column for f in model._meta.concrete_fields if f.column != "id" and not f.column.startswith("pgh_")))
    before = world.owner.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    link.execute(f"INSERT INTO {table} {said}")
    assert purged(table) == []
    assert world.owner.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == before + 1
    # Once the database itself has seen it that long, it goes as it says.
    if not table.endswith("history"):
        world.owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        world.owner.execute(f"UPDATE {table} SET written_at = {LONG_AGO}")
        world.owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        assert len(purged(table)) >= 1


def test_a_row_closed_as_of_long_ago_stays_six_years_from_today_and_is_closed_once(world, link):
    by = {"by": world.cast.compliance.actor, "at": now()}
    with system_sight():
        request = subjects.begin("access", "ida@mercy.example", state="", asked_on=house_today(), **by)
        party = agreements.add("Harbourline", "vendor", **by)
    for table, row, column in (("rounds_subjectrequest", request, "done_at"), ("rounds_counterparty", party, "ended_at")):
        world.owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        world.owner.execute(f"UPDATE {table} SET at = {LONG_AGO}, written_at = {LONG_AGO}")
        world.owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        link.execute(f"UPDATE {table} SET {column} = {LONG_AGO} WHERE id = %s", [row.id])
        for again in (f"{LONG_AGO} - interval '1 day'", "NULL"):
            with pytest.raises(InsufficientPrivilege, match="said once"):
                link.execute(f"UPDATE {table} SET {column} = {again} WHERE id = %s", [row.id])
        assert purged(table) == []


def test_a_lead_is_not_made_older(world, link):
    lead = world.lead("Yuri Young", timedelta(days=30))
    with pytest.raises(InsufficientPrivilege, match="not rewritten"):
        link.execute(f"UPDATE rounds_lead SET captured_at = {LONG_AGO} WHERE id = %s", [lead.id])
    assert gone_leads() == set()


def test_what_was_done_with_a_lead_is_not_forgotten_by_taking_it_away(world, link):
    """The lead is old. Half a year ago somebody called, and it stands in an event nobody takes back."""
    lead = world.lead("Cara Called", 3 * YEAR)
    with system_sight():
        activities.log("call", lead=lead, subject="A call", happened_at=now() - YEAR / 2, by=world.cast.admin.actor, at=now())
    world.owner.execute("UPDATE rounds_lead SET last_touch_at = NULL")
    link.execute("UPDATE rounds_leadactivity SET happened_at = happened_at - interval '9 years', withdrawn_at = now()")
    assert gone_leads() == set()


def test_a_field_changed_this_year_keeps_an_old_lead(world, link):
    lead = world.lead("Tina Titled", 3 * YEAR)
    link.execute("UPDATE rounds_lead SET title = 'CIO' WHERE id = %s", [lead.id])
    assert gone_leads() == set()
    world.age(lead.id, 3 * YEAR)
    assert gone_leads() == {str(lead.id)}


def test_a_lead_added_as_if_it_were_old_stays_a_year(world, link):
    with system_sight():
        columns = ", ".join(f'"{f.column}"' for f in Lead._meta.concrete_fields if f.column not in ("id", "captured_at", "external_id"))
    world.lead("Olga Old", timedelta(0))
    link.execute(f"INSERT INTO rounds_lead (id, captured_at, {columns}) SELECT gen_random_uuid(), {LONG_AGO}, {columns} FROM rounds_lead LIMIT 1")
    assert gone_leads() == set()


def test_a_hold_is_not_lifted_as_of_long_ago(world, link):
    with system_sight():
        hold = holds.place("everything", None, reason="Inquiry", by=world.cast.compliance.actor, at=now())
    with pytest.raises(InsufficientPrivilege):
        link.execute(f"UPDATE rounds_legalhold SET lifted_at = {LONG_AGO}, lifted_why = 'x' WHERE id = %s", [hold.id])


class TestAHeldText:
    @pytest.fixture
    def waiting(self, world):
        """A text of a lead that waits for a reviewer."""
        with system_sight(), phi.door("form", outside=True):
            lead = leads.capture({"name": "Rosa Meridian", "message": "MRN 00482913 was in the screenshot"}, by=world.cast.admin.actor, at=now())
        world.one = lead
        with system_sight():
            return Quarantine.objects.get(subject_id=lead.id)

    def test_its_place_is_said_once(self, world, link, waiting):
        other = world.lead("Olga Other", timedelta(0))
        for change in (f"subject_id = '{other.id}'", "subject_id = NULL", "kind = 'contact'", "field = 'title'", "door = 'import'", "found = '[]'",
                       "by_name = 'Somebody else'", "text = 'sealed:k1:' || repeat('A', 40)", "text = payload || text || 'x'"):  # fmt: skip
            with pytest.raises(psycopg.Error, match=r"not rewritten|sealed"):
                link.execute(f"UPDATE rounds_quarantine SET {change} WHERE id = %s", [waiting.id])

    def test_a_reviewer_decides_and_it_stays_decided(self, world, link, waiting):
        by = {"by": world.cast.compliance.actor, "at": now()}
        with system_sight():
            held.decide(waiting, "blacked_out", why="Only the number", **by)
            assert Lead.objects.get(pk=world.one.pk).message.endswith("was in the screenshot")
        for change in ("decision = 'discarded'", "decided_by = 'Somebody else'", "why = ''", "decided_at = NULL", f"decided_at = {LONG_AGO}"):
            with pytest.raises(InsufficientPrivilege, match="not rewritten"):
                link.execute(f"UPDATE rounds_quarantine SET {change} WHERE id = %s", [waiting.id])
        with system_sight(), pytest.raises(held.DecidedAlready):
            held.decide(waiting, "discarded", why="Again", **by)
