"""One letter by hand: the same wishes, caps, collisions and outbox as a sequence's, looked at before it goes."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from rounds.access.sight import EVERYTHING, sight
from rounds.actions.flow import kill_switch
from rounds.actions.reach import consents, enrolling, letters, links, stepping
from rounds.actions.trust.phi import PhiRefused
from rounds.jobs import sequences as job
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.ids import new_id
from rounds.models import Delivery, Event, Lead, LeadActivity, Message, MessageLink, SendDecision, Thread
from tests.actions.reach.test_stepping import AT, DAY, HOUR

pytestmark = pytest.mark.req("COMM-06", "COMM-07")
SAID = ("A question for {{account.name}}", "Hello {{contact.first_name}},\n\nmay I ask you something?\n\n{{sender.name}}")


@pytest.fixture
def write(cast):
    def made(who, at=AT, sender=None, subject=SAID[0], text=SAID[1], **said):
        sender = sender or cast.owner
        return letters.write(who, subject, text, sender=sender, by=sender.actor, at=at, **said)

    return made


def test_a_letter_goes_by_the_outbox_with_its_way_out_and_stands_in_a_thread(cast, person, write):
    who = person()
    row = write(who)
    assert (row.state, row.sent_at, row.subject) == ("queued", AT, "A question for Newfound Hospital")
    delivery = Delivery.objects.get(about="mail.letter")
    said = json.loads(delivery.content)["letter"]
    assert said["text"].startswith("Hello Rosa,") or "{{" not in said["text"]
    assert (said["reply_to"], said["postal"][:14]) == (cast.owner.email, "12 Ward Street")
    assert row.delivery_id == delivery.id
    assert MessageLink.objects.get(message=row).digest not in said["unsubscribe"]
    assert Thread.objects.get().mails == 1
    assert Event.objects.get(kind="mail.sent", lead_id=who.lead.id).payload["message"] == str(row.id)
    assert LeadActivity.objects.get(lead=who.lead, kind="personal_email").direction == "out"
    assert [one.outcome for one in SendDecision.objects.filter(message=row)] == ["send"]


@pytest.mark.req("COMM-09")
def test_what_is_looked_at_is_what_is_decided(cast, person, write):
    who = person()
    assert letters.look(who, *SAID, sender=cast.owner, at=AT).decision.outcome == "send"
    assert not Message.objects.exists()
    write(who)
    looked = letters.look(who, *SAID, sender=cast.owner, at=AT + HOUR)
    assert (looked.decision.code, looked.refused) == ("cap_contact", "")
    second = write(who, at=AT + HOUR)
    assert (second.state, second.why, second.goes_at) == ("waiting", looked.decision.why, looked.decision.until)
    assert letters.due(AT + 2 * HOUR) == []
    assert letters.take(second.id, by=SYSTEM_ACTOR, at=AT + 2 * HOUR) == ""
    assert letters.take(second.id, by=SYSTEM_ACTOR, at=second.goes_at) == "send"
    assert letters.take(second.id, by=SYSTEM_ACTOR, at=second.goes_at) == "", "once"
    assert Delivery.objects.filter(about="mail.letter").count() == 2


@pytest.mark.req("COMM-09", "ABM-28")
def test_a_colleagues_letter_and_a_sequences_count_and_a_letter_by_hand_counts_for_them(cast, person, write):
    who = person()
    write(who, sender=cast.inside)
    assert write(who, at=AT + DAY).goes_at == AT + 3 * DAY, "nobody else within three days"
    enrolling.enrol("initial_outreach", who, sender=cast.owner, by=cast.owner.actor, at=AT)
    (key,) = stepping.due(AT + HOUR)
    assert stepping.take(key, by=SYSTEM_ACTOR, at=AT + HOUR) == "collision"


@pytest.mark.req("COMM-08")
def test_one_for_later_waits_for_its_time_and_for_their_hours(cast, person, write):
    at_night = AT + DAY - 12 * HOUR
    row = write(person(), goes_at=at_night)
    assert (row.state, row.goes_at, row.why) == ("waiting", at_night, "")
    assert not SendDecision.objects.exists(), "nothing is decided before its time"
    assert letters.take(row.id, by=SYSTEM_ACTOR, at=at_night) == "window"
    row.refresh_from_db()
    assert row.goes_at == AT + DAY - HOUR, "nine in the morning in New York"


def test_each_missing_place_is_named_and_refuses(cast, person, write):
    who = person(organization="")
    with pytest.raises(letters.LetterRefused, match=r"account\.name is not known.*blocks sending"):
        write(who)
    with pytest.raises(letters.LetterRefused, match="no place that is filled in"):
        write(who, subject="{{user.password}}")
    with pytest.raises(letters.LetterRefused, match="still to be written"):
        write(who, subject="News", text="(Write the issue here: three short pieces.)")
    with pytest.raises(letters.LetterRefused, match="Write a subject"):
        write(who, subject="  ")
    assert not Message.objects.exists()


@pytest.mark.req("COMM-14")
def test_patient_data_is_refused(cast, person, write):
    with pytest.raises(PhiRefused):
        write(person(), subject="A patient", text="MRN: 84736251, John Smith, born 03/12/1961, admitted with sepsis.")
    assert not Message.objects.exists()


@pytest.mark.req("COMM-09", "ABM-28")
def test_who_wants_no_mail_gets_none_whoever_writes_and_a_no_comes_before_a_letter_that_waits(cast, person, write):
    who = person()
    row = write(who, goes_at=AT + DAY)
    consents.say("withdrawn", who, source="by_hand", by=cast.owner.actor, at=AT + HOUR)
    assert letters.take(row.id, by=SYSTEM_ACTOR, at=AT + DAY) == "unsubscribed"
    row.refresh_from_db()
    assert (row.state, row.why) == ("dropped", "This person does not want mail of this kind.")
    with pytest.raises(letters.LetterRefused, match="does not want mail"):
        write(who, at=AT + 2 * DAY)
    assert not Delivery.objects.filter(about="mail.letter").exists()


@pytest.mark.req("COMM-09")
def test_the_way_out_of_a_letter_by_hand_opts_its_lead_out(cast, person, write):
    row = write(person())
    token = json.loads(Delivery.objects.get(about="mail.letter").content)["letter"]["unsubscribe"].rstrip("/").rpartition("/")[2]
    assert links.unsubscribe(token, at=AT + HOUR)
    assert Lead.objects.get(pk=row.lead_id).opted_out
    assert Event.objects.filter(kind="consent.withdrawn", lead_id=row.lead_id).exists()


@pytest.mark.req("COMM-07")
def test_held_mail_waits_and_the_worker_sends_it_once_it_is_let_go(cast, person, write, monkeypatch):
    kill_switch.hold(reason="A rumour", by=cast.admin.actor, at=AT)
    row = write(person())
    assert (row.state, row.why) == ("waiting", "Nothing leaves now: outbound is held.")
    kill_switch.resume("A rumour it was", by=cast.admin.actor, at=AT + HOUR)
    monkeypatch.setattr(job, "now", lambda: AT + HOUR)
    monkeypatch.setattr(job, "system_sight", lambda: sight(EVERYTHING))
    assert job.look() == 1
    row.refresh_from_db()
    assert row.state == "queued"


def test_sent_twice_by_one_form_it_is_one_letter_and_one_that_waits_is_let_go(cast, person, write):
    who, key = person(), new_id()
    row = write(who, once=key, goes_at=AT + DAY)
    assert write(who, once=key, goes_at=AT + DAY) == row
    assert letters.drop(row, by=cast.owner.actor, at=AT).state == "dropped"
    with pytest.raises(letters.LetterGone):
        letters.drop(row, by=cast.owner.actor, at=AT)
    assert letters.due(AT + timedelta(days=9)) == []


def test_a_writer_who_left_writes_no_more(cast, person, write):
    row = write(person(), goes_at=AT + DAY)
    cast.owner.is_active = False
    cast.owner.save(update_fields=["is_active"])
    assert letters.take(row.id, by=SYSTEM_ACTOR, at=AT + DAY) == "sender_gone"
