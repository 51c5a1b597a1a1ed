"""What is on legal hold stays: retention passes over it, and neither the ORM nor SQL of a run-time role deletes it."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from django.db import transaction
from django.db.utils import DatabaseError

from rounds.access.sight import system_sight
from rounds.actions.flow.deeds import deed
from rounds.actions.leads import activities
from rounds.actions.market import accounts, contacts
from rounds.actions.trust import holds, retention
from rounds.jobs.retention import retain
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import Account, AuditEntry, Contact, Lead, LeadActivity, LegalHold, Purge

YEAR = timedelta(days=365.25)
pytestmark = pytest.mark.req("COMPL-04")


def place(kind, subject, reason="Dispute with counsel"):
    with system_sight():
        return holds.place(kind, subject, reason=reason, by=SYSTEM_ACTOR, at=now())


@pytest.fixture
def system(world):
    """A health system with a hospital, a contact there and an old lead of it."""
    with system_sight():
        by = {"by": world.cast.admin.actor, "at": now()}
        top = accounts.add(name="Meridian Health", level="system", state="NY", **by)
        below = accounts.add(name="Meridian North", level="hospital", state="NY", parent=top, **by)
        person = contacts.add(below, name="Nora North", title="CIO", **by)
    lead = world.lead("Lena North", 3 * YEAR)
    world.owner.execute("UPDATE rounds_lead SET account_id = %s, buying_unit_id = %s WHERE id = %s", [below.id, top.id, lead.id])
    world.age(lead.id, 3 * YEAR)
    world.top, world.below, world.person, world.one = top, below, person, lead
    return world


class TestWhatIsHeld:
    def test_a_hold_on_an_account_holds_everything_below_it(self, system):
        place("account", system.top.id)
        with system_sight():
            assert holds.held("account", [system.top.id, system.below.id]) == {system.top.id, system.below.id}
            assert holds.held("contact", [system.person.id]) == {system.person.id}
            assert holds.held("lead", [system.one.id]) == {system.one.id}
            assert holds.over("lead", system.one) is not None
            assert holds.held("user", [system.cast.owner.id]) == set()

    def test_a_contract_is_held_by_itself_by_its_account_and_through_its_deal(self, system):
        from rounds.actions.deals import contracts, opportunities

        with system_sight():
            by = {"by": system.cast.admin.actor, "at": now()}
            deal = opportunities.open_deal(system.below, "Imaging", owner=None, **by)
            alone, about = (contracts.add(name, kind="subscription", account=system.below, deal=of, **by) for name, of in (("Frame", None), ("Order", deal)))
        hold = place("contract", alone.id)
        with system_sight():
            assert holds.held("contract", [alone.id, about.id]) == {alone.id}
            assert (holds.over("contract", alone).pk, holds.over("contract", about)) == (hold.pk, None)
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="on legal hold"):
            system.owner.execute("DELETE FROM rounds_contract WHERE id = %s", [alone.id])
        with system_sight():
            holds.lift(hold, reason="Settled", by=SYSTEM_ACTOR, at=now())
        place("account", system.top.id)
        with system_sight():
            assert holds.held("contract", [alone.id, about.id]) == {alone.id, about.id}
            assert holds.held("opportunity", [deal.id]) == {deal.id}
            assert holds.over("opportunity", deal) is not None
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="on legal hold"):
            system.owner.execute("DELETE FROM rounds_contract WHERE id = %s", [alone.id])

    def test_a_hold_on_the_hospital_leaves_the_system_free(self, system):
        place("account", system.below.id)
        with system_sight():
            assert holds.held("account", [system.top.id, system.below.id]) == {system.below.id}

    def test_everything_is_everything(self, system):
        place("everything", None)
        with system_sight():
            assert holds.held("user", [system.cast.owner.id]) == {system.cast.owner.id}
            with pytest.raises(holds.OnHold):
                holds.need_free("lead", [system.one.id])

    def test_work_goes_on_while_everything_is_held(self, system):
        """A mark is not a deletion; a deletion is refused in a sentence."""
        place("everything", None)
        by = {"by": system.cast.admin.actor, "at": now()}
        with system_sight():
            act = activities.log("call", lead=system.one, subject="A call", **by)
            assert activities.withdraw(act, reason="Wrong person", **by).withdrawn_at
            with pytest.raises(holds.OnHold, match="stays as it is"), deed(system.cast.admin.actor):
                LeadActivity.objects.filter(pk=act.pk).delete()
            with pytest.raises(holds.OnHold), deed(system.cast.admin.actor):
                LeadActivity.objects.filter(pk=act.pk).update(subject="Something else")

    def test_it_needs_a_reason_a_subject_and_is_set_once(self, system):
        place("lead", system.one.id)
        for kind, subject, reason in (("lead", system.one.id, "Again"), ("lead", system.top.id, "No lead"), ("contact", system.person.id, " ")):
            with pytest.raises(holds.HoldRefused), system_sight():
                holds.place(kind, subject, reason=reason, by=SYSTEM_ACTOR, at=now())


class TestItBeatsEveryDoor:
    def test_retention_passes_over_it_and_says_so(self, system):
        place("account", system.top.id)
        free = system.lead("Fred Free", 3 * YEAR, organization="Elsewhere Clinic")
        with system_sight():
            found = next(one for one in retention.plan(now()) if one.kind == "Lead")
            assert (found.due, found.held) == (1, 1)
        retain()
        with system_sight():
            assert Lead.objects.filter(pk=system.one.pk).exists()
            assert not Lead.objects.filter(pk=free.pk).exists()
            assert Purge.objects.get(kind="Lead").held == 1

    def test_the_orm_cannot_delete_it(self, system):
        place("account", system.top.id)
        for model, key in ((Contact, system.person.pk), (Account, system.below.pk)):
            with pytest.raises(DatabaseError, match="on legal hold"), system_sight():
                model.objects.filter(pk=key)._raw_delete("default")
        with system_sight():
            assert Contact.objects.filter(pk=system.person.pk).exists()

    @pytest.mark.parametrize("role", ["web", "worker"])
    def test_sql_of_a_run_time_role_cannot_delete_it(self, system, server, role):
        place("account", system.top.id)
        with system_sight():
            LeadActivity.objects.create(lead=system.one, kind="call", body="What was said", happened_at=now(), at=now())
        with psycopg.connect(server.dsn(f"rounds_{role}", system.name), autocommit=True) as link:
            link.execute("SET rounds.sight = 'all'")
            for sql in (f"DELETE FROM rounds_contact WHERE id = '{system.person.id}'", "DELETE FROM rounds_leadactivity",
                        "UPDATE rounds_leadactivity SET body = ''", f"DELETE FROM rounds_account WHERE id = '{system.below.id}'"):  # fmt: skip
                with pytest.raises(psycopg.errors.InsufficientPrivilege, match="on legal hold"):
                    link.execute(sql)

    def test_even_the_function_that_lets_go_passes_over_it(self, system):
        place("lead", system.one.id)
        with system_sight(), transaction.atomic():
            from rounds.actions.trust.due import _ask

            assert _ask("SELECT * FROM rounds_purge_leads(now(), 5000, gen_random_uuid())", []) == []

    def test_once_lifted_it_goes(self, system):
        hold = place("account", system.top.id)
        with system_sight():
            holds.lift(hold, reason="Settled, counsel agreed", by=SYSTEM_ACTOR, at=now())
        retain()
        with system_sight():
            assert not Lead.objects.filter(pk=system.one.pk).exists()
            assert AuditEntry.objects.filter(verb__in=("hold.set", "hold.lift")).count() == 2


class TestTheHoldItself:
    def test_sql_lifts_none_without_an_entry_in_the_audit_trail(self, system):
        hold = place("lead", system.one.id)
        with system.as_web() as web:
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="entry in the audit trail"):
                web.execute("UPDATE rounds_legalhold SET lifted_at = now(), lifted_why = 'x' WHERE id = %s", [hold.id])
            for change in ("subject_id = gen_random_uuid()", "reason = ''", "lifted_at = now() - interval '9 years', lifted_why = 'x'"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    web.execute(f"UPDATE rounds_legalhold SET {change} WHERE id = %s", [hold.id])
        with system_sight():
            assert LegalHold.objects.get(pk=hold.pk).lifted_at is None

    def test_it_is_lifted_once_and_with_a_reason(self, system):
        hold = place("lead", system.one.id)
        with pytest.raises(holds.HoldRefused), system_sight():
            holds.lift(hold, reason="", by=SYSTEM_ACTOR, at=now())
        with system_sight():
            holds.lift(hold, reason="Settled", by=SYSTEM_ACTOR, at=now())
        with pytest.raises(holds.HoldRefused), system_sight():
            holds.lift(hold, reason="Again", by=SYSTEM_ACTOR, at=now())
