"""From a won deal to a customer who is live: the plan, what happens to it, what is evidence."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rounds.actions.customers import closing, customers, implementations, planning, terms
from rounds.actions.deals.closing_parts import end_all
from rounds.actions.deals.data_gate import NoBaaInForce
from rounds.actions.trust.phi import PhiRefused
from rounds.kit.clock import now
from rounds.models import Customer, Event, Implementation, ProjectStep, Replan, SuccessReading, Task, Term
from rounds.models.deals.evidence import look
from rounds.models.flow.days import house_today


def step(project, code):
    return ProjectStep.objects.get(implementation=project, code=code)


@pytest.mark.req("IMPL-01")
class TestWon:
    def test_a_won_deal_opens_one_project_however_often_it_is_said(self, cast, won):
        there = won(project=False)
        says = end_all(there.deal, won=True, by=there.by, at=now())
        assert len(says) == 1
        assert says[0].startswith("The implementation “Harbour East: stroke triage” is planned: kickoff on ")
        closing.begin(there.deal, won=True, by=there.by, at=now())
        project = Implementation.objects.get()
        assert project.phases.count() == 4
        assert project.steps.count() == 19
        customer = Customer.objects.get()
        assert (customer.account, customer.arr_cents, customer.phase, customer.owner) == (there.account, 48_000_000, "implementing", cast.owner)
        assert Event.objects.filter(account_id=there.account.id, kind="implementation.opened", opportunity_id=None).count() == 1

    def test_a_lost_deal_opens_none(self, won):
        there = won(project=False)
        assert end_all(there.deal, won=False, by=there.by, at=now()) == []
        assert not Implementation.objects.exists()

    def test_several_contracts_may_be_one_project(self, cast, won):
        first = won("Harbour East")
        from rounds.models import Opportunity

        deal = Opportunity.objects.create(name="Second", account=first.account, owner=cast.owner, opened_at=now(), updated_at=now(), at=now(), amount_cents=100)
        second = implementations.open_for(deal, signed_on=house_today(), by=first.by, at=now())
        assert second.customer == first.customer
        implementations.take_in(first.project, second, by=first.by, at=now())
        second.refresh_from_db()
        assert (second.state, second.merged_into) == ("stopped", first.project)
        assert first.project.deals.count() == 2
        assert Customer.objects.get().arr_cents == 48_000_100
        other = won("Elsewhere")
        with pytest.raises(implementations.ProjectRefused, match="of one customer"):
            implementations.take_in(first.project, other.project, by=first.by, at=now())


@pytest.mark.req("IMPL-02")
class TestPlan:
    def test_late_steps_push_what_needs_them_and_every_change_is_kept(self, won):
        there = won()
        before = step(there.project, "validation").starts_on
        planning.move(step(there.project, "configuration"), starts_on=step(there.project, "configuration").starts_on,
                      ends_on=before + timedelta(days=9), reason="Interface team is short", by=there.by, at=now())  # fmt: skip
        assert step(there.project, "validation").starts_on == before + timedelta(days=10)
        assert step(there.project, "validation").planned_from == before
        row = Replan.objects.get()
        assert (row.cause, row.reason, row.by_name) == ("moved", "Interface team is short", "Olivia Grant")
        assert row.moved["validation"][0] == before.isoformat()
        there.project.refresh_from_db()
        assert there.project.ends_on > there.project.planned_to
        assert row.days == (there.project.ends_on - there.project.planned_to).days

    def test_a_step_does_not_begin_before_what_it_needs(self, won):
        there = won()
        first = step(there.project, "admin_training")
        with pytest.raises(planning.StepRefused, match="It needs what ends on"):
            planning.move(first, starts_on=there.project.kickoff_on, ends_on=first.ends_on, reason="Sooner", by=there.by, at=now())
        with pytest.raises(implementations.ProjectRefused, match="Say why"):
            planning.move(first, starts_on=first.starts_on, ends_on=first.ends_on + timedelta(days=1), reason=" ", by=there.by, at=now())

    def test_a_kickoff_on_another_day_moves_the_rest(self, won):
        there = won()
        end = there.project.ends_on
        implementations.kick_off(there.project, on=there.project.kickoff_on + timedelta(days=3), by=there.by, at=now())
        there.project.refresh_from_db()
        assert there.project.ends_on == end + timedelta(days=3)
        assert step(there.project, "kickoff").done_on == there.project.kickoff_on

    def test_what_was_done_late_moves_its_followers(self, won):
        there = won()
        end = step(there.project, "admin_training").starts_on
        planning.finish(step(there.project, "configuration"), on=end + timedelta(days=4), by=there.by, at=now())
        assert step(there.project, "admin_training").starts_on == end + timedelta(days=5)
        assert Replan.objects.get().cause == "late"

    def test_another_length_is_the_same_template(self, won):
        there = won()
        planning.change_length(there.project, weeks=12, reason="One site only", by=there.by, at=now())
        there.project.refresh_from_db()
        assert there.project.ends_on == there.project.kickoff_on + timedelta(days=12 * 7 - 1)

    def test_a_step_of_ones_own(self, won):
        there = won()
        row = planning.add(there.project, "user_training", "Night shift training", starts_on=there.project.kickoff_on,
                           ends_on=there.project.kickoff_on + timedelta(days=2), needs=["configuration"], by=there.by, at=now())  # fmt: skip
        assert row.code == "night_shift_training"
        assert row.starts_on > step(there.project, "configuration").ends_on, "it stepped behind what it needs"


class TestMilestones:
    @pytest.mark.req("IMPL-04")
    def test_first_value_counts_its_days_from_the_kickoff(self, won):
        there = won(days=120)
        implementations.kick_off(there.project, on=there.project.kickoff_on, by=there.by, at=now())
        implementations.reach_value(there.project, on=there.project.kickoff_on + timedelta(days=89), evidence="ED pilot: first alert acted on", by=there.by, at=now())
        row = SuccessReading.objects.get(withdrawn_at=None)
        assert row.parts == {"days": 89}
        assert "ED pilot" in row.evidence
        implementations.reach_value(there.project, on=there.project.kickoff_on + timedelta(days=90), evidence="Corrected day", by=there.by, at=now())
        assert SuccessReading.objects.get(withdrawn_at=None).parts == {"days": 90}

    @pytest.mark.req("PLUS-27")
    def test_patient_data_moves_under_an_agreement_alone(self, won):
        there = won()
        with pytest.raises(NoBaaInForce, match="no BAA is written down"):
            planning.finish(step(there.project, "data_integration"), on=house_today(), by=there.by, at=now())
        there.deal.phi_involved = False
        there.deal.save(update_fields=["phi_involved"])
        planning.finish(step(there.project, "data_integration"), on=house_today(), by=there.by, at=now())

    def test_live_comes_after_the_kickoff_and_needs_evidence(self, won):
        there = won(days=120, baa=True)
        with pytest.raises(implementations.NotYet, match="Hold the kickoff first"):
            implementations.go_live(there.project, on=house_today(), evidence="Cutover ticket", by=there.by, at=now())
        implementations.kick_off(there.project, on=there.project.kickoff_on, by=there.by, at=now())
        with pytest.raises(implementations.ProjectRefused, match="Say what shows"):
            implementations.go_live(there.project, on=house_today(), evidence="", by=there.by, at=now())
        with pytest.raises(implementations.ProjectRefused, match="not come yet"):
            implementations.go_live(there.project, on=house_today() + timedelta(days=5), evidence="Soon", by=there.by, at=now())
        assert look(there.deal, "implementation.live").state == "missing"
        implementations.go_live(there.project, on=house_today(), evidence="Cutover ticket 4711", by=there.by, at=now())
        assert Customer.objects.get().phase == "live"
        assert look(there.deal, "implementation.live").state == "met"
        with pytest.raises(implementations.NotYet, match="Still to do: Project team formation"):
            implementations.complete(there.project, by=there.by, at=now())
        for row in there.project.steps.filter(done_on=None):
            planning.finish(row, on=house_today(), note="Done", by=there.by, at=now())
        assert implementations.complete(there.project, by=there.by, at=now()).state == "done"
        with pytest.raises(implementations.ProjectOver):
            planning.finish(there.project.steps.first(), on=house_today(), by=there.by, at=now())

    def test_patient_data_has_no_place_in_the_evidence(self, won):
        there = won()
        with pytest.raises(PhiRefused):
            implementations.reach_value(there.project, on=house_today(), evidence="Patient John Smith, MRN 00123456, DOB 03/04/1961", by=there.by, at=now())


@pytest.mark.req("IMPL-11")
class TestTerms:
    def test_a_term_is_renewed_once_from_the_day_it_ends(self, won):
        there = won()
        term = Term.objects.get()
        nxt = terms.renew(term, months=12, arr_cents=50_000_000, by=there.by, at=now())
        assert (nxt.starts_on, nxt.follows) == (term.ends_on, term)
        customer = Customer.objects.get()
        assert (customer.arr_cents, customer.renews_on) == (50_000_000, nxt.ends_on)
        with pytest.raises(terms.TermOver):
            terms.renew(term, months=12, arr_cents=1, by=there.by, at=now())

    def test_who_leaves_leaves_with_a_reason_of_the_list(self, won):
        there = won()
        with pytest.raises(customers.CustomerRefused, match="Choose one of: Price"):
            terms.churn(there.customer, on=house_today(), reason="Bad luck", by=there.by, at=now())
        terms.churn(there.customer, on=house_today(), reason="Price", note="Half of it elsewhere", by=there.by, at=now())
        customer = Customer.objects.get()
        assert (customer.phase, customer.churn_reason, customer.arr_cents) == ("churned", "Price: Half of it elsewhere", None)
        assert Term.objects.get().outcome == "churned"
        there.project.refresh_from_db()
        assert there.project.state == "stopped"

    def test_somebody_is_reminded_once_for_each_of_the_days(self, cast, won):
        there = won()
        Term.objects.update(ends_on=house_today() + timedelta(days=80))
        assert terms.remind(by=cast.admin.actor, at=now()) == 1
        assert terms.remind(by=cast.admin.actor, at=now()) == 0
        task = Task.objects.get(key__startswith="renewal:")
        assert task.owner == cast.owner
        assert task.title.startswith("Renew Harbour East")
        assert terms.remind(by=cast.admin.actor, at=now() + timedelta(days=60)) == 1
        assert there.customer.pk
