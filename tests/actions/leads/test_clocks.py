"""The promises made to a lead: opened at the capture, moved with its owner, kept by what is logged, raised when broken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rounds.actions.desk import tasks
from rounds.actions.leads import activities, clocks, leads
from rounds.kit.actor import SYSTEM_ACTOR, Actor
from rounds.kit.clock import frozen_at
from rounds.models import Event, Lead, Notification, Task
from tests.conftest import KNOWN

MONDAY = datetime(2026, 3, 9, 14, 0, tzinfo=UTC)  # 10:00 in New York, the first working day of summer time
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEB = Actor("form", None, "Website form")
WARM = {"name": "Quiet One", "state": "NY", "facts": {"beds": 612, "ehr": "Epic"}, "answers": KNOWN}
"""A lead whose band is promised something."""

pytestmark = pytest.mark.req("LEAD-26")


@pytest.fixture
def captured(lead_of):
    """`captured(owner, band=…)`: a lead taken in on Monday at 10:00, whose band is then what the test needs."""

    def make(owner, *, band="", at=MONDAY, **said):
        with frozen_at(at):
            lead = lead_of(owner, **said)
        if band:
            Task.objects.filter(lead=lead).delete()
            Lead.objects.filter(pk=lead.pk).update(driving_band=band, band=band, owner=owner)
            lead = Lead.objects.select_related("owner").get(pk=lead.pk)
            clocks.begin(lead, by=SYSTEM_ACTOR, at=at)
        return lead

    return make


def open_of(lead) -> dict[str, Task]:
    return {task.clock: task for task in Task.objects.filter(lead=lead, done_at=None, dropped_at=None).exclude(clock="")}


def local(when: datetime) -> str:
    from zoneinfo import ZoneInfo

    return f"{when.astimezone(ZoneInfo('America/New_York')):%a %d %H:%M}"


@pytest.mark.parametrize(
    ("band", "due"),
    [
        ("hot", {"first_response": "Mon 09 12:00", "executive_introduction": "Tue 10 10:00", "demo": "Mon 16 10:00"}),
        ("warm", {"first_response": "Mon 09 12:00", "discovery_call": "Thu 12 10:00", "demo": "Mon 23 10:00"}),
        ("cold", {"first_response": "Mon 09 12:00", "qualification_call": "Mon 16 10:00"}),
        ("unqualified", {}),
    ],
)
def test_each_band_promises_its_acts_with_the_moment_they_are_due(captured, cast, band, due):
    lead = captured(cast.owner, band=band)
    assert {code: local(task.due_at) for code, task in open_of(lead).items()} == due


@pytest.mark.req("ROUTE-14")
def test_the_executive_introduction_is_the_sponsors_and_the_rest_the_owners(captured, cast):
    found = open_of(captured(cast.owner, band="hot"))
    assert found["executive_introduction"].owner == cast.executive
    assert found["demo"].owner == found["first_response"].owner == cast.owner


@pytest.mark.req("PLUS-20")
def test_a_hand_raise_is_answered_within_thirty_working_minutes(captured, cast):
    lead = captured(cast.owner, hand_raise=True, at=datetime(2026, 3, 6, 21, 45, tzinfo=UTC))  # Friday 16:45
    assert local(open_of(lead)["first_response"].due_at) == "Mon 09 09:15"


@pytest.mark.req("PLUS-20")
def test_nobodys_lead_asks_its_manager_to_assign_it_within_five_minutes(captured, cast):
    lead = captured(None, band="hot")
    found = open_of(lead)
    assert set(found) == {"assignment", "first_response"}
    assert found["assignment"].due_at == MONDAY + timedelta(minutes=5)
    assert found["assignment"].owner == cast.manager
    leads.assign(lead, cast.owner, by=cast.manager.actor, at=MONDAY + HOUR)
    found = open_of(lead)
    assert set(found) == {"first_response", "executive_introduction", "demo"}
    assert found["first_response"].owner == cast.owner
    assert found["first_response"].due_at == MONDAY + 2 * HOUR, "the buyer has waited since the capture"


def test_the_clock_runs_in_the_zone_of_the_lead(captured, cast):
    lead = captured(cast.colleague, state="HI")
    assert open_of(lead)["first_response"].due_at > MONDAY + 4 * HOUR  # 10:00 in New York is four in the morning there


def test_a_new_owner_takes_the_promises_over_and_no_clock_begins_anew(captured, cast):
    lead = captured(cast.owner, band="warm")
    before = {code: task.due_at for code, task in open_of(lead).items()}
    leads.assign(lead, cast.senior_ae, by=cast.manager.actor, at=MONDAY + HOUR)
    after = open_of(lead)
    assert {task.owner for task in after.values()} == {cast.senior_ae}
    assert {code: task.due_at for code, task in after.items()} == before


def test_starting_twice_promises_once(captured, cast):
    lead = captured(cast.owner, band="warm")
    there = set(open_of(lead).values())
    clocks.start(lead, by=SYSTEM_ACTOR, at=MONDAY + HOUR)
    assert set(open_of(lead).values()) == there


@pytest.mark.req("PLUS-20")
@pytest.mark.parametrize(
    ("kind", "direction", "by", "answers"),
    [
        ("call", "out", None, True),
        ("personal_email", "out", None, True),
        ("stakeholder_meeting", "in", None, True),
        ("personal_email", "out", Actor("automation", None, "Nurture"), False),
        ("personal_email", "in", None, False),
        ("email_open", "in", SYSTEM_ACTOR, False),
        ("email_click", "out", None, False),
    ],
)
def test_only_a_human_two_way_touch_answers(captured, cast, kind, direction, by, answers):
    lead = captured(cast.owner, band="hot")
    activities.log(kind, lead=lead, direction=direction, by=by or cast.owner.actor, at=MONDAY + HOUR)
    assert ("first_response" not in open_of(lead)) is answers


def test_what_is_logged_keeps_its_promise_and_taking_it_back_opens_it_again(captured, cast):
    lead, by = captured(cast.owner), cast.owner.actor
    promised = set(open_of(lead))
    assert "first_response" in promised
    act = activities.log("call", direction="out", lead=lead, by=by, at=MONDAY + HOUR)
    assert set(open_of(lead)) == promised - {"first_response", "discovery_call", "qualification_call"}
    activities.withdraw(act, reason="Another lead", by=by, at=MONDAY + 2 * HOUR)
    assert set(open_of(lead)) == promised


@pytest.mark.req("PLUS-20")
def test_clocks_stand_still_until_an_agreed_call_back_and_run_on_with_the_rest(captured, cast):
    lead, by = captured(cast.owner, band="warm"), cast.owner.actor
    back = datetime(2026, 3, 12, 20, 0, tzinfo=UTC)  # Thursday 16:00
    call = clocks.pause(lead, back, by=by, at=MONDAY + HOUR)
    assert local(open_of(lead)["first_response"].due_at) == "Thu 12 17:00"  # one working hour was left
    again = clocks.pause(lead, back + DAY, by=by, at=MONDAY + 2 * HOUR)
    assert local(open_of(lead)["first_response"].due_at) == "Fri 13 17:00"
    assert call == again
    assert clocks.escalate(back) == 0
    with pytest.raises(clocks.CallBackPassed):
        clocks.pause(lead, MONDAY, by=by, at=MONDAY + HOUR)


def test_another_band_asks_for_other_acts_and_never_twice_for_one(captured, cast):
    lead, by = captured(cast.owner, band="warm"), cast.owner.actor
    activities.log("demo_attendance", lead=lead, by=by, at=MONDAY + HOUR)
    Lead.objects.filter(pk=lead.pk).update(driving_band="hot")
    lead.refresh_from_db()
    clocks.adjust(lead, by=by, at=MONDAY + DAY)
    found = open_of(lead)
    assert set(found) == {"executive_introduction"}
    assert found["executive_introduction"].due_at == MONDAY + 2 * DAY, "promised from the day it was asked for"
    Lead.objects.filter(pk=lead.pk).update(driving_band="warm")
    lead.refresh_from_db()
    clocks.adjust(lead, by=by, at=MONDAY + 2 * DAY)
    assert set(open_of(lead)) == {"discovery_call"}


def test_a_tighter_limit_is_not_broken_before_it_held(captured, cast):
    lead = captured(cast.owner, band="cold")
    Lead.objects.filter(pk=lead.pk).update(driving_band="hot", hand_raise=True)
    lead.refresh_from_db()
    clocks.adjust(lead, by=SYSTEM_ACTOR, at=MONDAY + timedelta(minutes=100))
    assert open_of(lead)["first_response"].due_at == MONDAY + timedelta(minutes=120)


@pytest.mark.req("ROUTE-14")
def test_a_broken_promise_is_raised_and_told_to_the_manager_once(captured, cast):
    lead = captured(cast.owner, band="hot")
    at = MONDAY + 25 * HOUR
    assert clocks.escalate(at) == 2  # the first response and the introduction
    assert clocks.escalate(at + HOUR) == 0
    late = open_of(lead)["executive_introduction"]
    assert (late.priority, late.rank, late.escalated_at) == ("urgent", 0, at)
    told = Event.objects.get(kind="task.escalated", subject_id=late.id).payload
    assert told["told"] == [cast.manager.name]
    with_manager = Notification.objects.filter(user=cast.manager, kind="clock.late")
    assert with_manager.count() <= 1  # gathered: one notice, however many promises broke at once


def test_a_closed_lead_is_promised_nothing_and_an_undo_takes_it_up_again(captured, cast):
    from rounds.actions.leads import undoing

    lead, by = captured(cast.owner, band="warm"), cast.owner.actor
    mine = tasks.add("Send the study", kind="other", owner=cast.owner, lead=lead, by=by, at=MONDAY)
    leads.set_status(lead, "Disqualified", reason="Student", by=by, at=MONDAY + HOUR)
    assert open_of(lead) == {}
    mine.refresh_from_db()
    assert mine.is_open, "what a person set herself to do stays"
    undoing.restore_status(lead, "New", by=by, at=MONDAY + HOUR, reason="undone")
    assert set(open_of(lead)) == {"first_response", "discovery_call", "demo"}


def test_a_quiet_import_starts_no_clock_until_it_is_released(cast):
    lead = leads.capture(WARM, by=cast.admin.actor, at=MONDAY, owner=cast.owner, quiet=True)
    assert open_of(lead) == {}
    clocks.start(lead, by=SYSTEM_ACTOR, at=MONDAY + 7 * DAY, since=MONDAY + 7 * DAY)
    assert {task.started_at for task in open_of(lead).values()} == {MONDAY + 7 * DAY}


@pytest.mark.req("PLUS-04", "LEAD-26")
def test_the_clocks_of_a_released_batch_run_from_its_release_and_once(cast):
    from rounds.actions.flow import automations, batches
    from rounds.actions.leads.released import start_clocks

    by = cast.admin.actor
    batch = batches.begin("lead.import", label="Fair", by=by, at=MONDAY)
    said = {"by": by, "at": MONDAY, "owner": cast.owner, "quiet": True, "batch": batch.id}
    mine, gone = (leads.capture(WARM | {"name": name}, **said) for name in ("Ann Lee", "Bo Fox"))
    leads.set_status(gone, "Disqualified", reason="Student", by=by, at=MONDAY)
    assert start_clocks(batch, None, by=by, at=MONDAY) == (0, None), "nobody released it"
    freed = MONDAY + 7 * DAY
    automations.release(batch, by=by, at=freed)
    batch.refresh_from_db()
    assert [start_clocks(batch, None, by=by, at=freed + HOUR) for _ in range(2)] == [(1, None), (0, None)]
    found = Task.objects.filter(lead=mine).exclude(clock="")
    assert {task.started_at for task in found} == {freed}
    assert found.count() == len(open_of(mine)) > 0
    assert open_of(gone) == {}
    assert Event.objects.get(kind="lead.clocks_started", lead_id=mine.id).quiet


@pytest.mark.req("LEAD-26")
def test_a_band_that_a_quiet_verdict_moved_is_followed_at_the_next_that_is_not(captured, cast):
    from rounds.actions.leads.scoring import rescore

    lead = captured(cast.owner, band="hot")
    rescore(lead, by=SYSTEM_ACTOR, at=MONDAY + HOUR, cause="time passed", quiet=True)
    lead.refresh_from_db()
    assert lead.driving_band != "hot"
    assert "executive_introduction" in open_of(lead), "a quiet verdict moves no promise"
    rescore(lead, by=SYSTEM_ACTOR, at=MONDAY + 2 * HOUR, cause="an answer")
    assert "executive_introduction" not in open_of(lead)
    assert not clocks.behind(lead)


def test_opening_clocks_is_one_insert_and_one_event(captured, cast):
    lead = captured(cast.owner, band="warm")
    Task.objects.filter(lead=lead).delete()
    with CaptureQueriesContext(connection) as asked:
        clocks.begin(lead, by=SYSTEM_ACTOR, at=MONDAY)
    said = [query["sql"] for query in asked if "playbookversion" not in query["sql"]]  # a request asks for that once
    assert [sql.split('"')[1] for sql in said] == ["rounds_task", "rounds_event"]
