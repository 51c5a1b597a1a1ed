"""Approvals, how the customer pays, the path to signature, challenges, notes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from rounds.actions.deals import challenges, customer_approvals, notes, signing
from rounds.models import (
    AccountChallenge,
    ApprovalStep,
    BuyingProcess,
    DealNote,
    Event,
    OpportunityChallenge,
    SigningStep,
)
from tests.actions.deals.room.conftest import AT

LATER = AT + timedelta(hours=1)


@pytest.mark.req("ACCT-15", "LEGAL-06")
def test_approval_steps_have_an_owner_a_state_and_days(room):
    steps = customer_approvals.offer(room.deal, by=room.by, at=AT)
    assert customer_approvals.offer(room.deal, by=room.by, at=AT) == steps, "offered twice, there once"
    assert 4 <= len(steps) <= 7, "LEGAL-06: four to seven are typical"
    board = customer_approvals.add(room.deal, "Board", whose="Chair", due_on=date(2026, 12, 1), by=room.by, at=AT)
    assert [one.title for one in ApprovalStep.objects.order_by("place")][-1] == "Board"
    done = customer_approvals.change(board, state="approved", decided_on=date(2026, 11, 10), by=room.by, at=LATER)
    assert (done.state, done.decided_on, done.decided_by_name) == ("approved", date(2026, 11, 10), room.cast.owner.name)
    again = customer_approvals.change(board, state="in_review", by=room.by, at=LATER)
    assert (again.decided_on, again.decided_by_name) == (None, "")
    told = Event.objects.filter(kind="approval.changed", opportunity_id=room.deal.id).order_by("-id").first()
    assert (told.payload["before"], told.payload["after"]) == ("approved", "in_review")


@pytest.mark.req("LEGAL-06")
@pytest.mark.parametrize("said", [{"state": "maybe"}, {"title": "  "}, {"state": "approved", "decided_on": date(2027, 1, 1)}])
def test_what_no_tracker_can_say_is_refused(room, said):
    step = customer_approvals.add(room.deal, "Board", by=room.by, at=AT)
    with pytest.raises(customer_approvals.ApprovalRefused):
        customer_approvals.change(step, by=room.by, at=AT, **said)


@pytest.mark.req("ACCT-15")
def test_how_they_pay_is_yes_no_or_open(room):
    row = customer_approvals.say_buying(room.deal, committee_required="yes", annual_budget="yes", fye_month=6, by=room.by, at=AT)
    assert (row.committee_required, row.annual_budget, row.fye_month) == ("yes", "yes", 6)
    customer_approvals.say_buying(room.deal, fye_month=None, annual_budget="", by=room.by, at=LATER)
    row = BuyingProcess.objects.get(opportunity=room.deal)
    assert (row.committee_required, row.annual_budget, row.fye_month) == ("yes", "", None)
    for said in ({"annual_budget": "perhaps"}, {"fye_month": 13}):
        with pytest.raises(customer_approvals.ApprovalRefused):
            customer_approvals.say_buying(room.deal, by=room.by, at=AT, **said)


@pytest.mark.req("PLUS-28")
def test_a_step_of_the_path_is_changed_added_and_set_back(room):
    signing.change(room.deal, "security_review", days=20, begins_on=date(2026, 11, 23), by=room.by, at=AT)
    row = signing.change(room.deal, "security_review", days=None, by=room.by, at=LATER)
    assert (row.days, row.begins_on) == (None, date(2026, 11, 23))
    own = signing.add(room.deal, "Union talks", 10, whose="Their HR", by=room.by, at=AT)
    assert own.own
    assert signing.reset(room.deal, "security_review", by=room.by, at=LATER)
    assert not signing.reset(room.deal, "security_review", by=room.by, at=LATER)
    assert list(SigningStep.objects.values_list("title", flat=True)) == ["Union talks"]
    for bad in ({"days": 0}, {"days": 9999}, {"done_on": date(2030, 1, 1)}, {"weather": "fine"}):
        with pytest.raises(signing.StepRefused):
            signing.change(room.deal, "baa", by=room.by, at=AT, **bad)
    with pytest.raises(signing.StepRefused, match="no step"):
        signing.change(room.deal, "moonshot", days=3, by=room.by, at=AT)


@pytest.mark.req("ACCT-21")
def test_a_challenge_is_put_on_a_deal_or_an_account_and_taken_off(room):
    assert challenges.tag(room.deal, "budget", by=room.by, at=AT)
    assert not challenges.tag(room.deal, "budget", by=room.by, at=AT)
    assert challenges.untag(room.deal, "budget", by=room.by, at=LATER)
    assert challenges.tag(room.deal, "budget", by=room.by, at=LATER)
    assert challenges.tag(room.account, "regulatory", by=room.by, at=AT)
    assert OpportunityChallenge.objects.get().ended_at is None
    assert AccountChallenge.objects.get().tag == "regulatory"
    with pytest.raises(challenges.NoSuchChallenge):
        challenges.tag(room.deal, "weather", by=room.by, at=AT)


@pytest.mark.req("PIPE-25")
def test_a_note_is_written_and_taken_back(room):
    note = notes.add(room.deal, "Called the CFO, budget is safe.", by=room.by, at=AT)
    assert notes.withdraw(note, by=room.by, at=LATER).withdrawn_at == LATER
    assert DealNote.objects.count() == 1
    for text in ("  ", "x" * 20_000):
        with pytest.raises(notes.NoteRefused):
            notes.add(room.deal, text, by=room.by, at=AT)
