"""Demos: booked with the right people, prepared in time, held, missed; what people said, what stayed open."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from rounds.actions.deals import below, demo_room, demos
from rounds.kit.clock import now
from rounds.models import Demo, DemoChange, Event, LeadActivity, StageSignal, Task
from rounds.models.deals.demo_said import feedback_of
from tests.proofs import a_deal

MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
TUESDAY = datetime(2026, 3, 17, 15, 0, tzinfo=UTC)


def booked(cast, kind="clinical", who=("nurse", "cio"), **said):
    deal, people = a_deal(cast.owner, at=MONDAY, lead=said.pop("lead", None))
    demo = demos.book(deal, kind, starts_at=TUESDAY, attendees=[people[one] for one in who], by=cast.owner.actor, at=MONDAY, **said)
    return deal, people, demo


@pytest.mark.req("DEMO-01", "DEMO-02")
def test_a_demo_is_booked_with_its_length_and_a_warning_of_who_is_missing(cast):
    _, _, demo = booked(cast, "clinical", ("cio",))
    assert (demo.minutes, demo.zone, demo.state, demo.presenter) == (60, "America/New_York", "planned", cast.owner)
    event = Event.objects.get(kind="demo.booked")
    assert event.payload["warnings"] == ["A clinical workflow demo without a clinical stakeholder: invite one, or choose another type."]
    assert (event.opportunity_id, event.account_id) == (demo.opportunity_id, demo.opportunity.account_id)


@pytest.mark.req("DEMO-03")
def test_preparation_is_due_in_business_days_before_and_moves_along(cast):
    _, _, demo = booked(cast)
    zone = ZoneInfo("America/New_York")

    def due():
        rows = Task.objects.filter(key__startswith=f"demo:{demo.id}:", done_at=None, dropped_at=None).order_by("due_at")
        return [(row.key.rpartition(":")[2], row.due_at.astimezone(zone).date()) for row in rows]

    assert due() == [("agenda", date(2026, 3, 10)), ("materials", date(2026, 3, 12)), ("environment", date(2026, 3, 13)),
                     ("metrics", date(2026, 3, 16))]  # fmt: skip
    moved = demos.move(demo, TUESDAY + timedelta(days=7), why="The CIO is away", by=cast.owner.actor, at=MONDAY)
    assert [day for _, day in due()] == [date(2026, 3, 17), date(2026, 3, 19), date(2026, 3, 20), date(2026, 3, 23)]
    assert moved.moved == 1
    assert list(DemoChange.objects.filter(demo=demo).order_by("id").values_list("state", "why")) == [("planned", ""), ("moved", "The CIO is away")]


@pytest.mark.req("DEMO-03")
def test_a_demo_of_tomorrow_is_prepared_today(cast):
    deal, people = a_deal(cast.owner, at=MONDAY)
    demo = demos.book(deal, "technical", starts_at=MONDAY + timedelta(days=1), attendees=[people["director"]], by=cast.owner.actor, at=MONDAY)
    rows = Task.objects.filter(key__startswith=f"demo:{demo.id}:")
    assert all(MONDAY <= row.due_at <= demo.starts_at for row in rows)
    assert demo.minutes == 90


@pytest.mark.req("DEMO-04", "DEMO-05")
def test_the_first_demo_held_moves_the_stage_and_the_second_does_not(cast):
    deal, people, demo = booked(cast)
    after = TUESDAY + timedelta(minutes=65)
    for item in ("outcomes_first", "clinical_value", "questions"):
        assert demo_room.tick(demo, item, by=cast.owner.actor, at=TUESDAY)
    assert demo_room.tick(demo, "questions", done=False, by=cast.owner.actor, at=TUESDAY)
    demos.complete(demo, came=[people["nurse"]], notes="They want the night shift in.", next_step="Scope a POC",
                   next_step_on=date(2026, 3, 24), by=cast.owner.actor, at=after)  # fmt: skip
    event = Event.objects.get(kind="demo.completed")
    assert (event.payload["came"], event.payload["invited"], event.payload["ticked"], event.payload["first"]) == (1, 2, 2, True)
    assert StageSignal.objects.filter(opportunity=deal, kind="demo.completed").count() == 1
    open_now = Task.objects.filter(opportunity=deal, done_at=None, dropped_at=None)
    assert sorted(row.key.rpartition(":")[2] for row in open_now) == ["champion", "next_step", "notes"]
    second = demos.book(deal, "executive", starts_at=after + timedelta(hours=2), attendees=[people["cfo"]], by=cast.owner.actor, at=after)
    demos.complete(second, came=[people["cfo"]], by=cast.owner.actor, at=after + timedelta(hours=4))
    assert StageSignal.objects.filter(opportunity=deal, kind="demo.completed").count() == 1
    assert [row.payload["first"] for row in Event.objects.filter(kind="demo.completed").order_by("at")] == [True, False]


@pytest.mark.req("DEMO-07")
def test_a_demo_held_keeps_the_promise_made_to_the_lead(cast, lead_of):
    lead = lead_of(cast.owner, title="Nurse Manager")
    at = now()
    deal, people = a_deal(cast.owner, lead=lead)
    demo = demos.book(deal, "clinical", starts_at=at + timedelta(days=2), attendees=[people["nurse"]], by=cast.owner.actor, at=at)
    demos.complete(demo, came=[people["nurse"]], by=cast.owner.actor, at=at + timedelta(days=2, hours=1))
    assert LeadActivity.objects.filter(lead=lead, kind="demo_attendance").count() == 1
    assert not Task.objects.filter(lead=lead, clock="demo", done_at=None, dropped_at=None).exists()


@pytest.mark.req("DEMO-03", "DEMO-05")
def test_a_demo_nobody_booked_is_written_down_afterwards_with_nothing_left_to_prepare(cast):
    deal, people = a_deal(cast.owner, at=MONDAY)
    demo = demos.book(deal, "clinical", starts_at=MONDAY - timedelta(days=3), attendees=[people["nurse"]], by=cast.owner.actor, at=MONDAY)
    assert not Task.objects.filter(opportunity=deal).exists()
    demos.complete(demo, came=[people["nurse"]], by=cast.owner.actor, at=MONDAY)
    assert sorted(row.key.rpartition(":")[2] for row in Task.objects.filter(opportunity=deal)) == ["champion", "next_step", "notes"]


def test_nobody_came_and_somebody_books_it_anew(cast):
    deal, people, demo = booked(cast)
    with pytest.raises(demos.DemoNotBegun):
        demos.no_show(demo, by=cast.owner.actor, at=MONDAY)
    demos.no_show(demo, why="Ward was short", by=cast.owner.actor, at=TUESDAY)
    assert Demo.objects.get(pk=demo.pk).state == "no_show"
    assert [row.title for row in Task.objects.filter(opportunity=deal, done_at=None, dropped_at=None)] == [
        "Find a new day: Clinical workflow demo, Meridian Health"
    ]
    with pytest.raises(demos.DemoOver):
        demos.complete(demo, came=[people["nurse"]], by=cast.owner.actor, at=TUESDAY)
    assert not StageSignal.objects.filter(opportunity=deal).exists()


def test_what_cannot_be_is_said_in_a_sentence(cast):
    deal, people = a_deal(cast.owner, at=MONDAY)
    _, strangers = a_deal(cast.colleague, at=MONDAY, state="CA", name="Elsewhere")
    by = cast.owner.actor
    with pytest.raises(demos.DemoRefused, match="That moment has passed"):
        demos.book(deal, "clinical", starts_at=MONDAY - timedelta(days=15), by=by, at=MONDAY)
    with pytest.raises(demos.DemoRefused, match="no demo of the type"):
        demos.book(deal, "magic", starts_at=TUESDAY, by=by, at=MONDAY)
    with pytest.raises(demos.DemoRefused, match="no time zone"):
        demos.book(deal, "clinical", starts_at=TUESDAY, zone="Mars/Olympus", by=by, at=MONDAY)
    with pytest.raises(below.NotOfThisDeal, match="is not at Meridian Health"):
        demos.book(deal, "clinical", starts_at=TUESDAY, attendees=[strangers["nurse"]], by=by, at=MONDAY)
    deal.closed_at = MONDAY
    with pytest.raises(below.DealClosed):
        demos.book(deal, "clinical", starts_at=TUESDAY, attendees=[people["nurse"]], by=by, at=MONDAY)
    assert not Demo.objects.exists()


@pytest.mark.req("DEMO-06")
def test_the_last_word_of_each_who_came_counts(cast):
    deal, people, demo = booked(cast)
    nurse, cio = (demo.attendees.get(contact=people[one]) for one in ("nurse", "cio"))
    at = TUESDAY + timedelta(hours=2)
    with pytest.raises(demo_room.NotThere):
        demo_room.say(nurse, rating=5, by=cast.owner.actor, at=TUESDAY)
    demos.complete(demo, came=[people["nurse"], people["cio"]], by=cast.owner.actor, at=at)
    nurse.refresh_from_db()
    cio.refresh_from_db()
    demo_room.say(nurse, rating=2, blocker=True, concerns="Too many alarms", by=cast.owner.actor, at=at)
    assert feedback_of([demo]).word == "not_positive"
    demo_room.say(nurse, rating=5, champion=True, intent="yes", by=cast.owner.actor, at=at + timedelta(hours=1))
    demo_room.say(cio, rating=3, by=cast.owner.actor, at=at + timedelta(hours=1))
    found = feedback_of([demo])
    assert (found.word, str(found.mean), found.answers) == ("positive", "4.00", 2)
    assert deal.demos.count() == 1


@pytest.mark.req("DEMO-05")
def test_an_open_question_has_an_owner_a_day_and_ends_with_its_answer(cast):
    deal, people, demo = booked(cast)
    row = demo_room.ask(demo, "Does it read from Epic's vitals flowsheet?", owner=cast.engineer, due_on=date(2026, 3, 20),
                        asked_by=people["cio"], by=cast.owner.actor, at=MONDAY)  # fmt: skip
    task = Task.objects.get(key=f"demo_question:{row.id}")
    assert (task.owner, task.opportunity_id) == (cast.engineer, deal.id)
    demo_room.answer(row, "Yes, by FHIR Observation.", by=cast.engineer.actor, at=MONDAY + timedelta(days=1))
    task.refresh_from_db()
    assert task.done_at is not None
    with pytest.raises(demos.DemoRefused, match="Write the question down"):
        demo_room.ask(demo, " ", owner=None, due_on=date(2026, 3, 20), by=cast.owner.actor, at=MONDAY)


@pytest.mark.req("DEMO-09")
def test_a_standard_demo_has_less_to_prepare(cast):
    deal, people = a_deal(cast.owner, at=MONDAY)
    demo = demos.book(deal, "executive", standard=True, starts_at=TUESDAY, attendees=[people["cfo"]], by=cast.owner.actor, at=MONDAY)
    assert demo.standard
    assert sorted(row.key.rpartition(":")[2] for row in Task.objects.filter(key__startswith=f"demo:{demo.id}:")) == ["environment", "metrics"]
