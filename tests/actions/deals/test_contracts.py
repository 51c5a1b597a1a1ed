"""A contract from its draft to its execution, by every door the same; what legal alone may; what nobody else reads."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rounds.actions.deals import (
    closing_parts,
    contract_ends,
    contract_execution,
    contract_issues,
    contract_marks,
    contract_versions,
    contracts,
    privileged,
)
from rounds.actions.deals.contract_given import ContractClosed, ContractRefused
from rounds.actions.trust import agreements
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import (
    AuditEntry,
    Contract,
    ContractMark,
    ContractSignature,
    ContractStep,
    Event,
    Notification,
    PrivilegedNote,
    StageSignal,
)
from rounds.models.deals.evidence import look
from rounds.playbook import default
from rounds.rules import contracts as rules

BOOK = default()
ITEMS = tuple(BOOK.checklist.titles)


@pytest.fixture
def said(cast):
    return {"by": cast.owner.actor, "at": now()}


def signed(contract, said, *sides):
    for side in sides:
        contract_execution.sign(contract, side=side, name=f"Signer of {side}", on=agreements.day(said["at"]), **said)
    contract.refresh_from_db()


def approved(contract, said):
    contract_execution.approve(contract, name="D. Marchetti-Low", title="CFO", on=agreements.day(said["at"]), evidence="Mail of today", **said)
    contract.refresh_from_db()


def settle_all(contract, said):
    for item in ITEMS:
        contract_marks.mark(contract, item, "agreed", **said)


@pytest.mark.req("LEGAL-01")
class TestTheChecklist:
    def test_there_are_twelve_items_in_three_groups_of_four(self):
        assert [len(group.items) for group in BOOK.checklist.groups] == [4, 4, 4]
        assert [group.group for group in BOOK.checklist.groups] == ["regulatory", "commercial", "risk"]

    def test_waived_and_not_applicable_want_a_reason_and_every_word_is_kept(self, contract, said):
        for state in ("waived", "na"):
            with pytest.raises(ContractRefused, match="the reason is kept"):
                contract_marks.mark(contract, "force_majeure", state, **said)
        contract_marks.mark(contract, "force_majeure", "in_review", **said)
        contract_marks.mark(contract, "force_majeure", "in_review", **said)
        contract_marks.mark(contract, "force_majeure", "waived", reason="Governed by the master agreement", **said)
        assert list(ContractMark.objects.order_by("at", "id").values_list("state", flat=True)) == ["in_review", "waived"]
        assert contract_marks.states(contract) == {"force_majeure": "waived"}

    @given(st.dictionaries(st.sampled_from(ITEMS), st.sampled_from(("not_started", "in_review", "agreed", "waived", "na"))))
    def test_it_is_whole_when_every_item_is_settled_and_not_before(self, marks):
        found = rules.settled(BOOK.checklist, marks)
        still = [item for item in ITEMS if marks.get(item) not in ("agreed", "waived", "na")]
        assert found.whole == (not still)
        assert (found.done, found.of) == (12 - len(still), 12)
        assert sorted(found.open) == sorted(still)


@pytest.mark.req("LEGAL-02")
class TestTheReview:
    def test_it_runs_two_to_six_weeks_and_tells_the_deal(self, contract, deal, said):
        contracts.start_review(contract, **said)
        contracts.start_review(contract, **said)
        [event] = Event.objects.filter(kind="contract.review_started")
        today = agreements.day(said["at"])
        assert event.payload["due_from"] == (today + timedelta(weeks=2)).isoformat()
        assert event.payload["due_to"] == (today + timedelta(weeks=6)).isoformat()
        assert event.opportunity_id == deal.id
        due = dict(ContractStep.objects.filter(contract=contract).values_list("step", "due_on"))
        assert due == {"internal": today + timedelta(weeks=1), "customer": today + timedelta(weeks=4), "negotiation": today + timedelta(weeks=6)}
        assert StageSignal.objects.filter(opportunity=deal, kind="contract.review_started").count() == 1
        assert look(deal, "contract.review_started").state == "met"

    def test_a_step_is_done_with_its_fourth_item_and_open_again_without_it(self, contract, said):
        items = [one.item for one in BOOK.review.step("internal").items]
        for item in items:
            contract_marks.tick(contract, "internal", item, True, **said)
        step = ContractStep.objects.get(contract=contract, step="internal")
        assert step.done_at is not None
        assert Event.objects.filter(kind="contract.step_done").count() == 1
        contract_marks.tick(contract, "internal", items[0], False, **said)
        step.refresh_from_db()
        assert step.done_at is None

    def test_what_is_late_says_so_and_what_comes_later_waits(self, db):
        today = agreements.day(now())
        found = rules.steps(BOOK.review, {("internal", "terms")}, {"internal": today - timedelta(days=1), "customer": today}, today)
        assert [one.word for one in found] == ["late", "waiting", "waiting"]
        everything = {("internal", one.item) for one in BOOK.review.step("internal").items}
        assert [one.word for one in rules.steps(BOOK.review, everything, {"customer": today}, today)] == ["done", "running", "waiting"]


@pytest.mark.req("LEGAL-04")
class TestRedlines:
    def test_a_red_flag_is_settled_with_words(self, contract, said):
        issue = contract_issues.add(contract, {"clause": "8.2 Liability", "theirs": "Unlimited", "ours": "12 months of fees",
                                               "fallback": "24 months", "red_flag": True, "item": "liability"}, **said)  # fmt: skip
        contract_issues.change(issue, {"state": "proposed"}, **said)
        with pytest.raises(ContractRefused, match="how the red flag was settled"):
            contract_issues.settle(issue, "fallback", **said)
        done = contract_issues.settle(issue, "fallback", how="24 months of fees, data breach apart", **said)
        assert (done.state, done.outcome) == ("settled", "fallback")
        with pytest.raises(ContractRefused):
            contract_issues.change(done, {"ours": "Less"}, **said)

    def test_patient_data_does_not_come_in(self, contract, said):
        from rounds.actions.trust.phi import PhiRefused

        with pytest.raises(PhiRefused):
            contract_issues.add(contract, {"clause": "4", "theirs": "As for patient John Doe, MRN 00471193, DOB 02/03/1951"}, **said)


@pytest.mark.req("LEGAL-05")
class TestExecution:
    def test_both_sign_and_it_waits_for_the_executive(self, contract, deal, said):
        settle_all(contract, said)
        signed(contract, said, "customer", "ours")
        assert contract.state == "signed"
        assert [one.code for one in contract_execution.stands(contract) if one.blocks] == ["approval"]
        assert look(deal, "contract.executed").state == "blocked"
        approved(contract, said)
        assert contract.state == "executed"
        assert StageSignal.objects.filter(opportunity=deal, kind="contract.executed").count() == 1
        for name in ("contract.executed", "contract.executive_approval", "contract.legal_satisfied", "contract.risk_allocated"):
            assert look(deal, name).state == "met", name
        with pytest.raises(ContractClosed):
            contract_marks.mark(contract, "sla", "in_review", **said)

    def test_the_paper_that_changes_after_the_approval_is_approved_anew(self, contract, said):
        contract_versions.keep(contract, text="Cap of 12 months", **said)
        approved(contract, said)
        contract_versions.keep(contract, text="Cap of 24 months", from_whom="theirs", **said)
        signed(contract, said, "customer", "ours")
        assert contract.state == "signed", "nobody approved the second version"
        approved(contract, said)
        assert contract.state == "executed"

    def test_what_was_open_is_said_with_the_execution(self, contract, said):
        approved(contract, said)
        signed(contract, said, "customer", "ours")
        assert Event.objects.get(kind="contract.executed").payload["open"] == ["12 items are open on the checklist"]

    def test_a_confidentiality_agreement_wins_no_deal(self, cast, deal, said):
        row = contracts.add("", kind="nda", account=deal.account, deal=deal, **said)
        approved(row, said)
        signed(row, said, "customer", "ours")
        assert row.state == "executed"
        assert not StageSignal.objects.filter(kind="contract.executed").exists()

    def test_an_approval_names_somebody_and_its_evidence(self, contract, said):
        today = agreements.day(now())
        for wrong in ({"name": " "}, {"evidence": ""}, {"on": today + timedelta(days=1)}, {"side": "nobody"}, {"link": "http://x"}):
            with pytest.raises(ContractRefused):
                contract_execution.approve(contract, **{"name": "A", "evidence": "Mail", "on": today, **wrong}, **said)

    steps = st.lists(st.sampled_from(("ours", "customer", "approve", "version", "settle", "flag")), max_size=8)

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
    @given(steps)
    def test_no_order_of_deeds_executes_without_both_signatures_and_an_approval(self, cast, deal, said, order):
        row = contracts.add("One", kind="subscription", account=deal.account, deal=deal, **said)
        for number, step in enumerate(order):
            try:
                if step in ("ours", "customer"):
                    signed(row, said, step)
                elif step == "approve":
                    approved(row, said)
                elif step == "version":
                    contract_versions.keep(row, text=f"Text {row.pk} {number}", **said)
                elif step == "settle":
                    settle_all(row, said)
                else:
                    contract_issues.add(row, {"clause": "1", "ours": "x", "red_flag": True}, **said)
            except (ContractClosed, ContractRefused):
                pass
            row.refresh_from_db()
            proof = {one.code for one in contract_execution.stands(row)} & {"approval", "signature_ours", "signature_customer"}
            if row.state == "executed":
                assert not proof
            elif not proof:
                pytest.fail("nothing blocks it and it is not executed")


@pytest.mark.req("LEGAL-07")
class TestTheRepository:
    def test_a_version_has_the_digest_of_its_bytes_and_comes_once(self, contract, said):
        body = b"%PDF-1.7 the paper"
        one = contract_versions.keep(contract, body=body, file_name="../../Osprey MSA.pdf", label="Signed", **said)
        again = contract_versions.keep(contract, body=body, file_name="other.pdf", **said)
        assert one == again
        assert one.file_name == "Osprey MSA.pdf"
        assert contract_versions.whole(one) == (body, True)
        for wrong in ({"body": b"MZ", "file_name": "x.pdf"}, {"body": body, "file_name": "x.exe"}, {}, {"text": "a", "body": body}, {"body": b"", "file_name": "x.txt"}):
            with pytest.raises(ContractRefused):
                contract_versions.keep(contract, **wrong, **said)

    @pytest.mark.parametrize(("renews", "days"), [(False, 0), (True, 60)])
    def test_its_end_or_its_last_day_to_cancel_is_told_three_times(self, cast, contract, said, renews, days, as_seen_by):
        today = agreements.day(now())
        contracts.change(contract, {"expires_on": today + timedelta(days=200 + days), "renews": renews, "notice_days": 60 if renews else None}, **said)
        approved(contract, said)
        signed(contract, said, "customer", "ours")
        told = [contract_ends.tell_contracts(by=SYSTEM_ACTOR, at=now() + timedelta(days=day)) for day in (0, 20, 21, 110, 170, 171, 199)]
        assert told == [0, 1, 0, 1, 1, 0, 0]
        assert [event.payload["days"] for event in Event.objects.filter(kind="contract.ending").order_by("at")] == [180, 90, 30]
        with as_seen_by(cast.owner):
            assert Notification.objects.filter(kind="agreement.ending", url=f"/contracts/{contract.pk}/").exists()

    def test_a_deal_may_have_several_and_a_lost_one_lets_go_of_those_not_executed(self, deal, contract, said):
        nda = contracts.add("", kind="nda", account=deal.account, deal=deal, **said)
        approved(nda, said)
        signed(nda, said, "customer", "ours")
        assert closing_parts.end_all(deal, won=False, **said) == ["The contract “Osprey subscription” was let go"]
        assert sorted(Contract.objects.values_list("state", flat=True)) == ["abandoned", "executed"]


class TestPrivilegedNotes:
    SECRET = "We would settle for eighteen months"

    def test_legal_alone_reads_them_in_the_code_and_in_the_database(self, cast, contract, as_seen_by, django_db_blocker):
        privileged.note(contract, self.SECRET, by=cast.legal.actor, at=now())
        for person, sees in ((cast.legal, 1), (cast.owner, 0), (cast.manager, 0), (cast.admin, 0), (cast.compliance, 0), (cast.executive, 0)):
            with as_seen_by(person):
                assert PrivilegedNote.objects.count() == sees, person.role
        with as_seen_by(cast.legal):
            [row] = privileged.notes(contract, by=cast.legal.actor, at=now())
            assert row.text == self.SECRET

    def test_it_is_sealed_and_in_no_event_and_no_audit(self, cast, contract):
        privileged.note(contract, self.SECRET, by=cast.legal.actor, at=now())
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('rounds.unread', '', true)")
            cursor.execute("SELECT text FROM rounds_privilegednote")
            [(kept,)] = cursor.fetchall()
        assert "eighteen" not in kept
        assert not Event.objects.filter(kind__startswith="privileged").exists()
        assert "eighteen" not in json.dumps(list(AuditEntry.objects.values_list("detail", flat=True)))
        assert "eighteen" not in json.dumps(list(Event.objects.values_list("payload", flat=True)))


def test_who_does_not_see_the_deal_does_not_see_its_contract(cast, contract, as_seen_by):
    from rounds.access.scope import scope_of, visible

    for person, sees in ((cast.owner, 1), (cast.manager, 1), (cast.colleague, 0), (cast.marketing, 0), (cast.legal, 1), (cast.success, 1)):
        with as_seen_by(person):
            assert Contract.objects.count() == sees, person.role
            assert visible(Contract, scope_of(person)).count() == sees, person.role
            assert visible(ContractSignature, scope_of(person)).count() == 0
