"""What is kept too long goes by its rule and leaves a certificate; what is evidence stays six years, whoever asks."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from django.apps import apps
from django.db import transaction
from django.db.utils import DatabaseError

from rounds.access.sight import system_sight
from rounds.actions.trust import audit, due, holds, retention
from rounds.jobs.retention import retain
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import AuditEntry, AuditGap, Batch, Event, Lead, LeadActivity, Purge, Session, Throttle
from rounds.playbook import default

YEAR = timedelta(days=365.25)
BY = {"by": SYSTEM_ACTOR}
EVIDENCE = [model for model in apps.get_app_config("rounds").get_models()
            if hasattr(model, "pgh_tracked_model") or model.retention == "evidence"]  # fmt: skip
pytestmark = pytest.mark.req("COMPL-04")


def run() -> Batch:
    retain()
    with system_sight():
        return Batch.objects.filter(kind="retention").order_by("-at").first()


def counters(world, count: int, age: timedelta) -> None:
    """Counters of failures, of an age."""
    world.owner.execute("INSERT INTO rounds_throttle (id, key, count, since) SELECT gen_random_uuid(), %s || n, 1, now() - %s"
                        " FROM generate_series(1, %s) n", [str(age), age, count])  # fmt: skip


def begun_as_far_as(kind: str):
    """A run that has done one chunk of the rule for `kind`."""
    with system_sight():
        batch = retention.begin(by=SYSTEM_ACTOR, at=now())
        place = next(n for n, step in enumerate(batch.detail["steps"]) if step["kind"] == kind)
    for _ in range(place + 1):
        with system_sight():
            batch = retention.carry_on(batch, by=SYSTEM_ACTOR, at=now())
    return batch


class TestEveryRecordHasARule:
    def test_each_model_has_one_rule_of_its_own_class(self):
        rules = {kind: rule for rule in default().retention.rules.values() for kind in rule.of}
        models = apps.get_app_config("rounds").get_models()
        for model in models:
            rule = rules.pop(model.__name__, None)
            assert rule is not None, f"{model.__name__}: say in trust/retention.yaml how long it is kept"
            tracked = hasattr(model, "pgh_tracked_model")
            assert rule.class_ == ("evidence" if tracked else model.retention), model.__name__
        assert rules == {}, "rules for what is not there"

    def test_the_moments_a_rule_names_are_columns(self):
        for rule in default().retention.rules.values():
            for kind in rule.of:
                columns = {field.name for field in due.model_of(kind)._meta.concrete_fields}
                assert set(rule.counted_from) <= columns, kind

    def test_the_database_counts_the_same_floors(self, world):
        floors = default().retention.floors
        assert world.owner.execute("SELECT rounds_legal_floor() = make_interval(months => %s)", [floors.evidence.months]).fetchone()[0]
        assert world.owner.execute("SELECT rounds_contact_floor() = make_interval(months => %s)", [floors.contact.months]).fetchone()[0]

    def test_the_database_knows_every_kind_of_evidence_that_may_go(self, world):
        for rule in default().retention.rules.values():
            for kind in rule.of if rule.class_ == "evidence" and rule.happens != "keep" else ():
                table = due.model_of(kind)._meta.db_table
                assert world.owner.execute("SELECT (rounds_evidence_rule(%s)).moment", [table]).fetchone()[0], table


    def test_the_database_knows_whatever_points_at_a_lead_that_goes(self, world):
        """A row that is forgotten there would stop the run: the lead could not go."""
        known = "".join(world.owner.execute("SELECT prosrc FROM pg_proc WHERE proname = %s", [name]).fetchone()[0]
                        for name in ("rounds_purge_leads", "rounds_late_leads"))  # fmt: skip
        pointing = world.owner.execute("SELECT DISTINCT conrelid::regclass::text FROM pg_constraint"
                                       " WHERE contype = 'f' AND confrelid = 'rounds_lead'::regclass").fetchall()  # fmt: skip
        assert [table for (table,) in pointing if f"{table} " not in known] == []


class TestARun:
    def test_a_dry_run_counts_names_the_first_and_lets_nothing_go(self, world):
        old, _ = world.lead("Old Meridian", 3 * YEAR), world.lead("New Meridian", YEAR)
        with system_sight():
            found = {one.kind: one for one in retention.plan(now())}
            assert (found["Lead"].due, found["Lead"].held, found["Lead"].first) == (1, 0, (str(old.id),))
            assert Lead.objects.count() == 2
            assert Purge.objects.count() == 0

    def test_leads_nobody_engaged_with_go_with_what_stands_below_and_their_events_forget_who(self, world):
        old, young, won = world.lead("Olga Old", 3 * YEAR), world.lead("Yuri Young", YEAR), world.lead("Wendy Won", 3 * YEAR)
        world.owner.execute("UPDATE rounds_lead SET status = 'Converted' WHERE id = %s", [won.id])
        world.owner.execute("UPDATE rounds_lead SET title = 'CIO' WHERE id = %s", [old.id])
        world.age(old.id, 3 * YEAR)
        run()
        with system_sight():
            assert set(Lead.objects.values_list("id", flat=True)) == {young.id, won.id}
            kept = Event.objects.filter(lead_id=old.id)
            assert kept.exists()
            assert "Olga" not in "".join(str(event.payload) for event in kept)
        assert world.owner.execute("SELECT count(*) FROM rounds_leadhistory WHERE pgh_obj_id = %s", [old.id]).fetchone() == (0,)
        assert world.owner.execute("SELECT count(*) FROM rounds_searchword WHERE object_id = %s", [old.id]).fetchone() == (0,)

    def test_who_opted_out_is_remembered_so_that_nobody_writes_again(self, world):
        lead = world.lead("Otto Out", 3 * YEAR)
        world.owner.execute("UPDATE rounds_lead SET opted_out = true WHERE id = %s", [lead.id])
        run()
        with system_sight():
            assert Lead.objects.filter(pk=lead.pk).exists()

    def test_somebody_who_called_last_year_is_engaged(self, world):
        lead = world.lead("Cara Called", 3 * YEAR)
        with system_sight():
            LeadActivity.objects.create(lead=lead, kind="call", happened_at=now() - YEAR, at=now(), by_kind="system")
        run()
        with system_sight():
            assert Lead.objects.filter(pk=lead.pk).exists()

    def test_the_certificate_says_what_by_which_rule_and_a_digest_anybody_can_count_again(self, world):
        import hashlib

        lead = world.lead("Old Meridian", 3 * YEAR)
        batch = run()
        with system_sight():
            certificate = Purge.objects.get(kind="Lead")
            moment = world.owner.execute("SELECT %s::timestamptz", [certificate.tombstones[0]["first"]]).fetchone()[0]
            told = hashlib.sha256(f"\n{lead.id} {certificate.tombstones[0]['first']}".encode()).hexdigest()
            assert (certificate.rule, certificate.rows, certificate.held) == ("leads", 1, 0)
            assert certificate.tombstones[0] | {"digest": told} == certificate.tombstones[0]
            assert moment < now() - 2 * YEAR
            assert Event.objects.filter(kind="retention.purged", subject_id=certificate.id).count() == 1
            assert AuditEntry.objects.filter(verb="retention.purge", subject_id=certificate.id).count() == 1
            assert batch.detail["gone"] == 1

    def test_it_works_in_chunks_survives_being_killed_and_counts_each_row_once(self, world):
        counters(world, 12_000, timedelta(days=8))
        counters(world, 7, timedelta(days=6))
        batch = begun_as_far_as("Throttle")
        with system_sight():
            assert Throttle.objects.count() == 7_007
        with system_sight():  # killed after the rows went, before the commit
            retention.carry_on(batch, by=SYSTEM_ACTOR, at=now())
            assert Throttle.objects.count() == 2_007
            transaction.set_rollback(True)
        with system_sight():
            assert Throttle.objects.count() == 7_007
            assert retention.begin(by=SYSTEM_ACTOR, at=now()).id == batch.id, "the run that is not finished goes on"
        retain(str(batch.id))
        with system_sight():
            assert Throttle.objects.count() == 7
            assert Purge.objects.get(kind="Throttle").rows == 12_000

    def test_it_stops_after_its_chunk_and_certifies_what_went(self, world):
        counters(world, 6_000, timedelta(days=8))
        batch = begun_as_far_as("Throttle")
        with system_sight():
            retention.stop(batch, by=SYSTEM_ACTOR, at=now())
        retain(str(batch.id))
        with system_sight():
            assert Throttle.objects.count() == 1_000
            assert Purge.objects.get(kind="Throttle").rows == 5_000

    def test_sessions_go_after_a_year_unless_their_person_is_held(self, world):
        at = now() - 2 * YEAR
        with system_sight():
            for n, user in enumerate((world.cast.owner, world.cast.manager)):
                Session.objects.create(cookie_digest=str(n), session_data="", expire_date=at, user=user, began_at=at, seen_at=at)
            holds.place("user", world.cast.manager.id, reason="Inquiry", by=SYSTEM_ACTOR, at=now())
        run()
        with system_sight():
            assert [row.user_id for row in Session.objects.all()] == [world.cast.manager.id]


class TestEvidenceStaysSixYears:
    def test_old_entries_go_the_links_stay_and_the_chain_still_verifies(self, world):
        old = [world.entry(7 * YEAR, detail={"n": n}) for n in range(5)]
        young = world.entry(5 * YEAR)
        run()
        with system_sight():
            assert not AuditEntry.objects.filter(id__in=[entry.id for entry in old]).exists()
            assert AuditEntry.objects.filter(id=young.id).exists()
            gap = AuditGap.objects.get()
            assert gap.last_seq - gap.first_seq == 4
            assert Purge.objects.get(pk=gap.purge_id).rows == 5
            found = audit.verify("write")
            assert found.holds, found.fault
            assert found.purged == 5

    def test_a_held_entry_stays_in_the_middle_of_a_gap(self, world):
        lead = world.lead("Held Meridian", YEAR)
        world.owner.execute("TRUNCATE rounds_auditentry, rounds_auditseal")
        entries = [world.entry(7 * YEAR, kind="lead", subject=lead.id if n == 2 else None) for n in range(5)]
        with system_sight():
            holds.place("lead", lead.id, reason="Dispute", by=SYSTEM_ACTOR, at=now())
        run()
        with system_sight():
            assert AuditEntry.objects.filter(id__in=[one.id for one in entries]).count() == 1
            assert AuditGap.objects.count() == 2
            assert Purge.objects.get(kind="AuditEntry").held == 1
            assert audit.verify("write").holds

    def test_an_entry_that_only_says_it_is_old_stays(self, world):
        with transaction.atomic():
            entry = audit.note("test.deed", by=SYSTEM_ACTOR, at=now() - 9 * YEAR)
        run()
        with system_sight():
            assert AuditEntry.objects.filter(id=entry.id).exists(), "its seal knows when it was made"

    def test_whatever_the_worker_asks_for_nothing_younger_than_six_years_goes(self, world):
        world.entry(5 * YEAR)
        event = world.event(5 * YEAR)
        for table in ("rounds_auditentry", "rounds_event"):
            with system_sight():
                assert due._ask("SELECT * FROM rounds_purge_evidence(%s, now() + interval '9 years', 5000, gen_random_uuid())", [table]) == []
        with system_sight():
            assert Event.objects.filter(id=event.id).exists()

    def test_events_and_field_history_go_after_six_years_and_not_before(self, world):
        lead = world.lead("Mia Meridian", YEAR)
        old, young = world.event(7 * YEAR, lead=lead.id), world.event(5 * YEAR, lead=lead.id)
        with system_sight():
            for title in ("CIO", "CMO"):
                Lead.objects.filter(pk=lead.pk).update(title=title)
        world.owner.execute("SET pgtrigger.ignore = '{}'")
        guard = world.owner.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = 'rounds_leadhistory'::regclass"
                                    " AND tgname LIKE 'pgtrigger_append%'").fetchone()[0]  # fmt: skip
        world.owner.execute(f"SET pgtrigger.ignore = '{{{guard}}}'")
        world.owner.execute("UPDATE rounds_leadhistory SET pgh_created_at = now() - interval '7 years', written_at = now() - interval '7 years' WHERE title = 'CIO'")
        before = world.owner.execute("SELECT count(*) FROM rounds_leadhistory").fetchone()[0]
        run()
        with system_sight():
            assert not Event.objects.filter(id=old.id).exists()
            assert Event.objects.filter(id=young.id).exists()
        assert world.owner.execute("SELECT count(*) FROM rounds_leadhistory").fetchone()[0] == before - 1

    @pytest.mark.parametrize("role", ["web", "worker"])
    def test_no_sql_of_a_run_time_role_deletes_evidence(self, world, server, role):
        with psycopg.connect(server.dsn(f"rounds_{role}", world.name), autocommit=True) as link:
            for model in EVIDENCE:
                for sql in (f"DELETE FROM {model._meta.db_table}", f"TRUNCATE {model._meta.db_table}"):
                    with pytest.raises(psycopg.errors.InsufficientPrivilege):
                        link.execute(sql)

    def test_the_web_server_may_not_call_what_lets_go(self, world):
        with world.as_web() as web:
            for call in ("rounds_purge_evidence('rounds_event', now(), 1, gen_random_uuid())",
                         "rounds_purge_leads(now(), 1, gen_random_uuid())"):  # fmt: skip
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    web.execute(f"SELECT * FROM {call}")

    def test_the_orm_cannot_delete_what_it_can_close(self, world):
        with system_sight():
            hold = holds.place("everything", None, reason="Inquiry", by=SYSTEM_ACTOR, at=now())
        with pytest.raises(DatabaseError, match="permission denied"), system_sight():
            hold.delete()

    def test_when_evidence_was_made_cannot_be_moved_back(self, world):
        from rounds.actions.trust import agreements
        from rounds.models import Counterparty

        with system_sight():
            party = agreements.add("Harbourline", "vendor", by=SYSTEM_ACTOR, at=now())
        with pytest.raises(DatabaseError, match="not rewritten"), system_sight():
            Counterparty.objects.filter(pk=party.pk).update(at=now() - 8 * YEAR)


class TestTheFloor:
    def test_a_playbook_cannot_lower_it(self):
        from rounds.playbook.loader import PlaybookRefused, load

        files = dict(default().files)
        name = "trust/retention.yaml"
        for old, new in (("evidence: {months: 72", "evidence: {months: 12"),
                         ("of: [AuditEntry], class: evidence, months: 72", "of: [AuditEntry], class: evidence, months: 24")):  # fmt: skip
            with pytest.raises(PlaybookRefused) as refused:
                load(files | {name: files[name].replace(old, new)})
            assert any(finding.file == name for finding in refused.value.findings)

    def test_a_company_may_keep_longer(self):
        from rounds.playbook.loader import load

        files = dict(default().files)
        name = "trust/retention.yaml"
        longer = load(files | {name: files[name].replace("of: [Lead], class: contact, months: 24", "of: [Lead], class: contact, months: 36")})
        assert longer.retention.rules["leads"].months == 36
