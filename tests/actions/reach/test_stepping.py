"""Each step once, in its window, with its reason: caps of a person and a health system, stops, gaps, tasks, branches."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from rounds.actions.flow import kill_switch, playbooks
from rounds.actions.leads import activities, leads
from rounds.actions.reach import consents, enrolling, stepping
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import Delivery, Enrolment, EnrolmentStep, Event, Message, MessageLink, SendDecision, Task
from rounds.models.flow.active import active

AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
OUTREACH = "initial_outreach"


@pytest.fixture
def enrol(cast):
    def made(who, code=OUTREACH, at=AT, sender=None):
        return enrolling.enrol(code, who, sender=sender or cast.owner, by=cast.owner.actor, at=at)

    return made


def look(at):
    """What the worker does at that moment: the codes of the steps it looked at."""
    return [stepping.take(key, by=SYSTEM_ACTOR, at=at) for key in stepping.due(at)]


def through(begin, end, step=HOUR):
    """The worker looks every hour."""
    found, at = [], begin
    while at <= end:
        found += look(at)
        at += step
    return found


@pytest.mark.req("COMM-02", "COMM-07", "COMM-08")
def test_five_mails_go_each_once_on_its_day_in_the_morning(cast, person, enrol):
    row = enrol(person())
    through(AT, AT + 25 * DAY)
    mails = list(Message.objects.filter(enrolment=row).order_by("sent_at"))
    assert [one.sent_at.astimezone(UTC).date().isoformat() for one in mails] == ["2026-03-02", "2026-03-09", "2026-03-11", "2026-03-16", "2026-03-23"]
    assert Delivery.objects.filter(about="mail.sequence").count() == 5
    assert len({one.message_id for one in mails}) == 5
    assert all(before.message_id == after.in_reply_to for before, after in pairwise(mails)), "one thread"
    row.refresh_from_db()
    assert (row.state, row.ended_for) == ("ended", "finished")
    assert Event.objects.filter(kind="mail.sent", lead_id=row.lead_id).count() == 5


@pytest.mark.req("COMM-06")
def test_the_letter_says_what_the_template_says_and_has_a_way_out(cast, person, enrol):
    enrol(person())
    look(AT)
    said = json.loads(Delivery.objects.get(about="mail.sequence").content)["letter"]
    assert "{{" not in said["text"]
    assert "Newfound Hospital" in said["text"] + said["subject"]
    assert said["reply_to"] == cast.owner.email
    assert "/u/" in said["unsubscribe"]
    assert said["postal"].startswith("12 Ward Street")
    assert MessageLink.objects.get().digest not in said["unsubscribe"], "kept as its digest alone"


@pytest.mark.req("COMM-01")
def test_a_step_taken_twice_is_done_once(cast, person, enrol):
    enrol(person())
    key = stepping.due(AT)[0]
    assert stepping.take(key, by=SYSTEM_ACTOR, at=AT) == "send"
    assert stepping.take(key, by=SYSTEM_ACTOR, at=AT) == ""
    assert Message.objects.count() == Delivery.objects.filter(about="mail.sequence").count() == 1


@pytest.mark.req("COMM-09")
def test_a_health_system_gets_no_more_than_its_cap_whoever_writes(cast, person, enrol, unit_of):
    people = [unit_of(person(email=f"p{n}@newfound.example")) for n in range(5)]
    senders = [cast.owner, cast.owner, cast.inside, cast.inside, cast.manager]
    for who, sender in zip(people, senders, strict=True):
        enrol(who, sender=sender)
    codes = look(AT)
    assert sorted(codes) == ["cap_unit", "cap_unit", "send", "send", "send"]
    waits = SendDecision.objects.filter(code="cap_unit").first()
    assert waits.why.endswith("got 3 of at most 3 mails in a day.")
    assert waits.until == AT + DAY
    through(AT + HOUR, AT + 2 * DAY)
    assert Message.objects.count() == 5


@pytest.mark.req("COMM-09")
def test_two_of_ours_do_not_write_to_one_person_in_one_week(cast, person, enrol):
    who = person()
    enrolling.end(enrol(who), "by_hand", by=cast.owner.actor, at=AT)
    enrol(who, "nurture_basic")
    look(AT)
    Enrolment.objects.filter(sequence="nurture_basic").update(state="ended")
    Message.objects.update(user=cast.inside)
    row = enrolling.enrol(OUTREACH, person(email="rosa@newfound.example"), sender=cast.owner, by=cast.owner.actor, at=AT + 200 * DAY)
    Message.objects.update(sent_at=AT + 199 * DAY)
    EnrolmentStep.objects.filter(enrolment=row).update(next_at=AT + 200 * DAY)
    assert "collision" in through(AT + 200 * DAY, AT + 202 * DAY)


@pytest.mark.req("COMM-08")
def test_nothing_goes_at_night_or_on_a_holiday(cast, person, enrol):
    night = datetime(2026, 7, 3, 3, tzinfo=UTC)
    enrol(person(), at=night)
    assert through(night, night + 3 * DAY)
    assert Message.objects.count() == 0, "the fourth of July is kept on Friday the third, then it is a weekend"
    through(night + 3 * DAY, night + 4 * DAY)
    assert Message.objects.get().sent_at == datetime(2026, 7, 6, 13, tzinfo=UTC)


@pytest.mark.req("COMM-01")
@pytest.mark.parametrize(("happens", "ended_for"), [("answer", "reply"), ("demo_attendance", "meeting"), ("no", "disqualified")])
def test_what_they_do_stops_it_before_the_next_mail(cast, person, enrol, happens, ended_for):
    who = person()
    row = enrol(who)
    look(AT)
    if happens == "no":
        leads.set_status(who.lead, "Disqualified", reason="no_need", by=cast.owner.actor, at=now())
    else:
        kind = "personal_email" if happens == "answer" else happens
        activities.log(kind, lead=who.lead, direction="in", happened_at=AT + HOUR, by=cast.owner.actor, at=now())
    through(AT + DAY, AT + 10 * DAY)
    row.refresh_from_db()
    assert (row.state, row.ended_for) == ("ended", ended_for)
    assert Message.objects.count() == 1


@pytest.mark.req("COMM-06")
def test_a_text_with_a_gap_waits_and_says_which(cast, person, enrol):
    row = enrol(person(organization=""))
    look(AT)
    found = SendDecision.objects.filter(enrolment=row).first()
    assert found.code == "missing"
    assert "account.name is not known" in found.why
    assert Message.objects.count() == 0


@pytest.mark.req("COMM-09")
def test_without_a_postal_address_no_commercial_mail_goes(cast, person, enrol, settings):
    enrol(person())
    settings.CONFIG = settings.CONFIG.model_copy(update={"postal_address": ""})
    assert look(AT) == ["sender_stopped"]
    assert "ROUNDS_POSTAL_ADDRESS" in SendDecision.objects.get().why


@pytest.mark.req("COMM-07", "AUTO-12")
def test_while_everything_outbound_is_held_it_waits(cast, person, enrol):
    enrol(person())
    kill_switch.hold("A loop", by=cast.admin.actor, at=AT)
    assert look(AT) == ["held"]
    kill_switch.resume("Mended", by=cast.admin.actor, at=AT + HOUR)
    assert "send" in look(AT + HOUR)


@pytest.mark.req("COMM-01")
def test_a_pause_ends_by_itself_and_the_steps_keep_their_order(cast, person, enrol):
    row = enrol(person())
    enrolling.pause(row, why="Away", until=AT + 12 * DAY, by=cast.owner.actor, at=AT)
    through(AT, AT + 11 * DAY, 6 * HOUR)
    assert Message.objects.count() == 0
    through(AT + 12 * DAY, AT + 18 * DAY)
    steps = list(Message.objects.order_by("sent_at").values_list("template", flat=True))
    assert steps[:3] == ["outreach_introduction", "outreach_trends", "outreach_case_study"]
    days = list(Message.objects.order_by("sent_at").values_list("sent_at", flat=True))
    assert all(after - before >= DAY for before, after in pairwise(days)), "never two in a day"


@pytest.mark.req("COMM-10", "COMM-01")
def test_a_play_of_linkedin_is_a_task_with_its_text_and_a_branch_leads_on(cast, person, enrol):
    text = """
rule: sequences/mixed
title: Mixed
family: outreach
added: true
day_base: 1
stops: [reply, unsubscribe]
steps:
  - {step: request, title: Connect on LinkedIn, do: linkedin, day: 1, template: linkedin_request}
  - {step: fork, title: Did they follow a link, do: branch, day: 2, if: {ask: mail.clicked, is: true}, then: end, otherwise: last}
  - {step: between, title: Between, do: email, day: 3, template: outreach_trends}
  - {step: last, title: Last, do: email, day: 4, template: outreach_meeting}
"""
    playbooks.publish({**active().playbook.files, "sequences/mixed.yaml": text}, reason="Mixed", by=cast.admin.actor, at=now())
    row = enrol(person(), "mixed")
    through(AT, AT + 5 * DAY)
    task = Task.objects.get(key__startswith="step:")
    assert "Newfound Hospital" in task.note
    assert task.owner == cast.owner
    states = dict(EnrolmentStep.objects.filter(enrolment=row).values_list("step", "state"))
    assert (states["request"], states["fork"], states["between"]) == ("done", "done", "skipped")
    found = SendDecision.objects.filter(enrolment=row, position=3).first()
    assert found is not None
    assert found.why


@pytest.mark.req("ABM-28")
def test_who_unsubscribes_between_two_mails_gets_no_second(cast, person, enrol):
    who = person()
    enrol(who)
    look(AT)
    consents.say("withdrawn", who, source="reply", by=cast.owner.actor, at=AT + HOUR)
    through(AT + DAY, AT + 30 * DAY, 6 * HOUR)
    assert Message.objects.count() == 1


@pytest.mark.req("COMM-01")
def test_what_is_due_is_found_by_one_index(cast, person, enrol):
    from django.db import connection

    enrol(person())
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT id FROM rounds_enrolmentstep WHERE state = 'planned' AND next_at <= now() ORDER BY next_at, id LIMIT 200")
        assert "step_due" in "\n".join(line for (line,) in cursor.fetchall())
