"""What follows from a mail: an answer ends sequences, an absence pauses them, what came back ends them; a machine scores nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rounds.actions.market import contacts
from rounds.actions.reach import consents, enrolling, people, stepping
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import AddressFault, Contact, Enrolment, Event, LeadActivity, Message, SendDecision
from rounds.models.flow.days import house_today
from tests.actions.reach.capturing import bring
from tests.mails import complaint, mail, report

OLIVIA, ROSA = "Olivia Grant <olivia@northwind-rounds.example>", "Rosa Diaz <rosa@newfound.example>"
pytestmark = pytest.mark.req("PLUS-31", "COMM-01")
DAY = timedelta(days=1)


def first_letter(row, at):
    """The first letter of an enrolment, as the worker sends it within a week."""
    for hour in range(24 * 7):
        for key in stepping.due(at + timedelta(hours=hour)):
            stepping.take(key, by=SYSTEM_ACTOR, at=at + timedelta(hours=hour))
        if sent := Message.objects.select_related("enrolment").filter(enrolment=row).first():
            return sent
    raise AssertionError(list(SendDecision.objects.values_list("outcome", "code", "why"))[-3:])


@pytest.fixture
def letter(worker, hospital, box, postal):
    """The first letter of a sequence to the contact, sent some days ago."""
    at = now() - 10 * DAY
    return first_letter(enrolling.enrol("initial_outreach", people.of_contact(hospital.rosa), sender=worker.owner, by=worker.owner.actor, at=at), at)


def plain(message):
    return message.message_id.strip("<>")


def test_an_answer_ends_the_sequence_and_is_told_with_its_step(box, letter):
    (row,) = bring(box, mail(ROSA, OLIVIA, "Re: hello", id="a@x.example", answers=plain(letter)))
    letter.refresh_from_db()
    letter.enrolment.refresh_from_db()
    assert (row.thread_id, row.kind) == (letter.thread_id, "answer")
    assert letter.answered_at == row.at
    assert (letter.enrolment.state, letter.enrolment.ended_for) == ("ended", "reply")
    said = Event.objects.get(kind="mail.answered").payload
    assert (said["sequence"], said["step"], said["whom"]) == ("initial_outreach", letter.step, "Rosa Diaz")


@pytest.fixture
def others(worker, hospital, postal):
    """Two more people of the same health system, in a sequence that stops by an answer there and in one that does not."""
    by, at = worker.owner.actor, now() - 10 * DAY
    found = []
    for name, code in (("Ana Soto", "initial_outreach"), ("Lea Moor", "post_demo")):
        contact = contacts.add(hospital.account, name=name, title="Chief Nursing Officer", email=f"{name.split()[0].lower()}@newfound.example", by=by, at=at)
        found.append(enrolling.enrol(code, people.of_contact(contact), sender=worker.owner, by=by, at=at))
    return found


@pytest.mark.req("COMM-01")
def test_an_answer_stops_the_sequences_of_the_whole_health_system_and_says_why(box, others, letter):
    bring(box, mail(ROSA, OLIVIA, "Re: hello", id="a@x.example", answers=plain(letter)))
    ana, lea = (Enrolment.objects.get(pk=one.pk) for one in others)
    assert (ana.state, ana.ended_for) == ("ended", "system")
    assert set(ana.steps.filter(code="system").values_list("state", "said")) == {("cancelled", "Somebody else of this health system answered a letter of a sequence.")}
    assert lea.state == "active", "thanks for a demonstration go on: its sequence says nothing of the system"
    assert Event.objects.filter(kind="sequence.ended", payload__ended_for="system").count() == 1


@pytest.mark.req("COMM-01")
def test_one_the_answer_could_not_reach_stops_when_its_next_letter_is_due(box, others, letter):
    """As when the mailbox was read while the worker was in the middle of the step: what happened is asked each time."""
    ana = others[0]
    Message.objects.filter(pk=letter.pk).update(answered_at=now() - DAY)
    step = ana.steps.filter(state="planned").order_by("position").first()
    assert stepping.take(step.pk, by=SYSTEM_ACTOR, at=now()) == "system"
    assert SendDecision.objects.filter(enrolment=ana, code="system", outcome="never").exists()


@pytest.mark.req("COMM-01")
def test_a_mail_that_answers_no_sequence_stops_nobody_else(box, others, letter):
    bring(box, mail(ROSA, OLIVIA, "A question", id="a@x.example"))
    assert Enrolment.objects.get(pk=others[0].pk).state == "active"


@pytest.mark.req("COMM-01")
def test_whom_somebody_elses_answer_stopped_may_be_enrolled_again(worker, box, others, letter):
    bring(box, mail(ROSA, OLIVIA, "Re: hello", id="a@x.example", answers=plain(letter)))
    again = enrolling.enrol("initial_outreach", people.of_contact(others[0].contact), sender=worker.owner, by=worker.owner.actor, at=now())
    assert again.state == "active"


def test_an_answer_from_a_private_address_of_somebody_we_wrote_there_is_kept(worker, box, hospital, postal, lead_of):
    lead = lead_of(worker.owner, organization="Newfound Practice", email="rosa.diaz@gmail.com", name="Rosa Diaz", title="Chief Information Officer")
    at = now() - 5 * DAY
    row = enrolling.enrol("initial_outreach", people.of_lead(lead), sender=worker.owner, by=worker.owner.actor, at=at)
    sent = first_letter(row, at)
    assert bring(box, mail("rosa.diaz@gmail.com", OLIVIA, id="other@x.example")) == []
    assert bring(box, mail("eve@gmail.com", OLIVIA, id="eve@x.example", answers=plain(sent))) == []
    (answer,) = bring(box, mail("rosa.diaz@gmail.com", OLIVIA, id="a@x.example", answers=plain(sent)))
    assert (answer.lead_id, answer.why) == (lead.pk, "Kept because it answers a mail of ours.")


@pytest.mark.parametrize(("text", "days"), [("I am back on {day}.", 12), ("I am not here.", 7)])
def test_who_is_away_is_left_alone_until_the_day_they_name(box, letter, text, days):
    day = (now() + days * DAY).date()
    (row,) = bring(box, mail(ROSA, OLIVIA, "Automatic reply: hello", text.format(day=f"{day:%B %-d}"), id="a@x.example", answers=plain(letter),
                             headers={"Auto-Submitted": "auto-replied"}))  # fmt: skip
    letter.enrolment.refresh_from_db()
    assert (row.kind, letter.enrolment.state) == ("away", "paused")
    assert abs((letter.enrolment.paused_until.date() - day).days) <= 1
    assert AddressFault.objects.get(kind="away").until is not None
    assert not LeadActivity.objects.exists(), "a machine's word scores nothing"
    assert not Event.objects.filter(kind="mail.answered").exists()
    bring(box, mail(ROSA, OLIVIA, "Re: hello", id="b@x.example", answers=plain(letter)))
    assert AddressFault.objects.get(kind="away").lifted_at, "whoever writes is back"


def test_who_left_is_marked_and_nothing_more_goes_there(box, letter, hospital):
    bring(box, mail(ROSA, OLIVIA, "Automatic reply", "Rosa Diaz no longer works at Newfound.", id="a@x.example", answers=plain(letter),
                    headers={"Auto-Submitted": "auto-replied"}))  # fmt: skip
    letter.enrolment.refresh_from_db()
    assert (letter.enrolment.state, letter.enrolment.ended_for) == ("ended", "left")
    assert Contact.objects.get(pk=hospital.rosa.pk).left_on == house_today()
    assert AddressFault.objects.filter(kind="left", lifted_at=None).exists()


def test_a_letter_that_came_back_ends_the_sequence_and_the_address(box, letter):
    (row,) = bring(box, report(OLIVIA, plain(letter)))
    letter.refresh_from_db()
    letter.enrolment.refresh_from_db()
    assert (row.kind, row.thread_id, letter.state) == ("bounce", letter.thread_id, "bounced")
    assert (letter.enrolment.state, letter.enrolment.ended_for) == ("ended", "bounce")
    assert AddressFault.objects.get(kind="bounce").person_index == letter.contact_index
    assert Event.objects.get(kind="mail.returned").payload["soft"] is False


def test_one_that_is_late_ends_nothing(box, letter):
    bring(box, report(OLIVIA, plain(letter), "4.4.1"))
    letter.refresh_from_db()
    letter.enrolment.refresh_from_db()
    assert (letter.state, letter.enrolment.state) == ("queued", "active")
    assert Event.objects.get(kind="mail.returned").payload["soft"] is True


def test_nobody_reports_on_a_letter_whose_id_they_do_not_know(box, letter):
    assert bring(box, report(OLIVIA, "guessed@northwind-rounds.example")) == []
    letter.enrolment.refresh_from_db()
    assert letter.enrolment.state == "active"


@pytest.mark.req("COMM-09", "ABM-28")
def test_who_calls_a_letter_unwanted_at_their_provider_gets_no_more(worker, box, letter):
    (row,) = bring(box, complaint(OLIVIA, plain(letter)))
    assert row.kind == "complaint"
    assert Enrolment.objects.get(pk=letter.enrolment_id).ended_for == "unsubscribe"
    assert Event.objects.get(kind="consent.withdrawn").payload["source"] == "complaint"
    assert consents.standing("rosa@newfound.example") == "withdrawn"
    bring(box, complaint(OLIVIA, plain(letter), id="again@x.example"))
    assert Event.objects.filter(kind="consent.withdrawn").count() == 1


@pytest.mark.req("COMM-09")
@pytest.mark.parametrize(("about", "said"), [("guessed@northwind-rounds.example", "abuse"), ("", "not-spam")])
def test_a_made_up_complaint_and_other_feedback_change_nothing(worker, box, letter, about, said):
    assert bring(box, complaint(OLIVIA, about or plain(letter), said)) == []
    assert Enrolment.objects.get(pk=letter.enrolment_id).state == "active"
    assert consents.standing("rosa@newfound.example") == "none"
