"""Meetings: nobody is booked twice, both are invited, and what became of it is on the record."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import icalendar
import pytest

from rounds.actions.people import absences
from rounds.actions.reach import booking, hosts, meeting_ends, meeting_links, meetings, people, stopping
from rounds.actions.reach.meetings import About, MeetingOver, MeetingRefused, TimeTaken
from rounds.models import Busy, Delivery, Enrolment, Event, Lead, LeadActivity, Meeting, Task
from rounds.models.flow.active import active

AT = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)
NINE = datetime(2026, 3, 4, 14, tzinfo=UTC)
"""Wednesday, nine in New York."""


@pytest.fixture
def lead(cast, lead_of):
    return lead_of(cast.owner, email="rosa@newfound.example", organization="Newfound Hospital")


@pytest.fixture
def book(cast, lead):
    def made(starts_at=NINE, kind="intro", host=None, at=AT, **said):
        return meetings.book(kind, booking.of(lead), host=host or cast.owner, starts_at=starts_at, by=cast.owner.actor, at=at, **said)

    return made


def mails(row, what="booked"):
    return {one.target: json.loads(one.content) for one in Delivery.objects.filter(idempotency_key__contains=f"{row.id}:{row.sequence}:{what}")}


def event_of(mail):
    return next(one for one in icalendar.Calendar.from_ical(mail["invite"]).walk("VEVENT"))


@pytest.mark.req("AUTO-13", "INTEG-14")
def test_a_meeting_is_booked_told_and_invited_to(book, cast, lead):
    row = book()
    assert (row.title, row.zone, row.ends_at - row.starts_at) == ("Introduction, Newfound Hospital", "America/New_York", timedelta(minutes=30))
    assert Event.objects.get(kind="meeting.booked", lead_id=lead.id).payload["how"] == "house"
    sent = mails(row)
    assert set(sent) == {"rosa@newfound.example", cast.owner.email}
    event = event_of(sent["rosa@newfound.example"])
    assert event.start == NINE
    assert event.end == NINE + timedelta(minutes=30)
    assert event["UID"] == row.uid
    assert event["SEQUENCE"] == 0
    assert event["ORGANIZER"] == f"mailto:{cast.owner.email}"
    assert event["ATTENDEE"] == "mailto:rosa@newfound.example"
    assert "09:00 (EST)" in sent["rosa@newfound.example"]["lines"][0]
    assert sent["rosa@newfound.example"]["buttons"][0]["url"] == meeting_links.own_link(row)
    assert meeting_links.token_of(row.id) not in row.digest, "the token itself is kept nowhere"


@pytest.mark.req("AUTO-13")
def test_the_second_who_wants_a_time_is_told_which_are_left(book, cast):
    book()
    with pytest.raises(TimeTaken, match=r"is not free then\. Free are \w+ \d+ March, \d\d:\d\d"):
        book(NINE + timedelta(minutes=15))
    assert book(NINE + timedelta(minutes=30)).state == "planned", "side by side is no clash for ours"
    assert book(host=cast.colleague).host == cast.colleague


@pytest.mark.req("AUTO-13", "INTEG-14")
def test_calendars_absences_and_meetings_take_times_away(book, cast):
    first = hosts.times(cast.owner, "intro", at=AT)[0]
    Busy.objects.create(user=cast.owner, uid="x", starts_at=first.starts, ends_at=first.ends)
    assert hosts.times(cast.owner, "intro", at=AT)[0].starts > first.ends
    absences.go_away(cast.owner, NINE.date(), NINE.date(), by=cast.owner.actor, at=AT)
    assert NINE.date() not in {one.starts.date() for one in hosts.times(cast.owner, "intro", at=AT, most=60)}


@pytest.mark.req("INTEG-14")
def test_moved_it_keeps_its_uid_and_grows_its_sequence(book, cast):
    row = book()
    row = meetings.move(row, NINE + timedelta(hours=2), by=cast.owner.actor, at=AT)
    event = event_of(mails(row, "moved")["rosa@newfound.example"])
    assert (event["UID"], event["SEQUENCE"], event.start) == (row.uid, 1, NINE + timedelta(hours=2))
    assert Event.objects.get(kind="meeting.moved").payload["moved"] == 1
    assert meetings.move(row, row.starts_at, by=cast.owner.actor, at=AT).moved == 1, "the same time changes nothing"
    assert meetings.move(row, row.starts_at + timedelta(minutes=10), by=cast.owner.actor, at=AT).moved == 2, "it is not in its own way"


@pytest.mark.req("AUTO-13", "INTEG-14")
def test_called_off_it_leaves_the_calendars(book, cast):
    row = book()
    with pytest.raises(MeetingRefused, match="Say why"):
        meetings.cancel(row, by=cast.owner.actor, at=AT)
    row = meetings.cancel(row, why="The CIO is ill", by=cast.owner.actor, at=AT)
    mail = mails(row, "cancelled")["rosa@newfound.example"]
    assert mail["method"] == "CANCEL"
    assert event_of(mail)["STATUS"] == "CANCELLED"
    assert event_of(mail)["SEQUENCE"] == 1
    with pytest.raises(MeetingOver):
        meetings.move(row, NINE + timedelta(days=1), by=cast.owner.actor, at=AT)
    assert book().state == "planned", "its time is free again"


@pytest.mark.req("COMM-13")
def test_held_it_counts_as_what_it_was_and_keeps_promises(book, cast, lead):
    row = book(kind="executive")
    with pytest.raises(meeting_ends.MeetingNotBegun):
        meeting_ends.hold(row, outcome="Went well", by=cast.owner.actor, at=AT)
    with pytest.raises(MeetingRefused, match="Say what came of it: Went well"):
        meeting_ends.hold(row, outcome="Fine", by=cast.owner.actor, at=NINE)
    row = meeting_ends.hold(row, outcome="Went well", note="They run Epic", by=cast.owner.actor, at=NINE + timedelta(hours=1))
    act = LeadActivity.objects.get(external_id=f"meeting:{row.id}")
    assert (act.kind, act.happened_at, act.lead_id) == ("executive_meeting", NINE, lead.id)
    assert Event.objects.get(kind="meeting.held").payload == {"kind": "executive", "starts_at": NINE.isoformat(), "outcome": "Went well"}


@pytest.mark.req("AUTO-13")
def test_nobody_came_a_task_and_a_mail_ask_for_another_time(book, cast, lead):
    row = book()
    with pytest.raises(meeting_ends.MeetingNotBegun, match="Give them 10 minutes"):
        meeting_ends.no_show(row, by=cast.owner.actor, at=NINE + timedelta(minutes=5))
    row = meeting_ends.no_show(row, by=cast.owner.actor, at=NINE + timedelta(minutes=15))
    task = Task.objects.get(key=f"meeting:{row.id}:rebook")
    assert (task.owner, task.lead_id, task.priority) == (cast.owner, lead.id, "high")
    assert set(mails(row, "no_show")) == {"rosa@newfound.example"}
    later = hosts.times(cast.owner, "intro", at=NINE + timedelta(hours=1))[0].starts
    again = booking.move_by_link(meeting_links.token_of(row.id), later, at=NINE + timedelta(hours=1))
    assert again.pk != row.pk
    assert again.lead_id == lead.id
    assert again.state == "planned"
    task.refresh_from_db()
    assert task.done_at


@pytest.mark.req("AUTO-13")
def test_each_is_reminded_once_however_often_one_looks(book, cast):
    row = book()
    count = lambda: Delivery.objects.filter(about="meeting.reminder").count()  # noqa: E731
    assert meeting_ends.remind_due(by=cast.owner.actor, at=NINE - timedelta(hours=30)) == 0
    assert meeting_ends.remind_due(by=cast.owner.actor, at=NINE - timedelta(hours=23)) == 2
    assert meeting_ends.remind_due(by=cast.owner.actor, at=NINE - timedelta(hours=22)) == 0
    assert meeting_ends.remind_due(by=cast.owner.actor, at=NINE - timedelta(minutes=50)) == 2
    assert count() == 4
    row = meetings.move(row, NINE + timedelta(days=1), by=cast.owner.actor, at=NINE - timedelta(minutes=45))
    assert meeting_ends.remind_due(by=cast.owner.actor, at=NINE) == 2, "moved, it is reminded of anew"
    late = book(NINE + timedelta(hours=3), at=NINE + timedelta(hours=2))
    assert meeting_ends.remind_due(by=cast.owner.actor, at=NINE + timedelta(hours=2, minutes=1)) == 0, "booked an hour ahead, nobody is reminded of tomorrow"
    assert late.state == "planned"


@pytest.mark.req("COMM-01", "AUTO-13")
def test_a_booked_meeting_stops_a_sequence(book, cast, lead, postal):
    from rounds.actions.reach import enrolling

    lead.refresh_from_db()
    row = enrolling.enrol("initial_outreach", people.of_lead(lead), sender=cast.owner, by=cast.owner.actor, at=AT - timedelta(hours=1))
    sequence = active().playbook.sequences["initial_outreach"]
    assert stopping.stopped(Enrolment.objects.get(pk=row.pk), sequence) == ""
    book()
    assert stopping.stopped(Enrolment.objects.get(pk=row.pk), sequence) == "meeting"


@pytest.mark.req("AUTO-13")
def test_a_stranger_on_the_routers_page_gets_whoever_the_router_names(cast):
    page = booking.open_page("intro", user=None, by=cast.manager.actor, at=AT)
    who = booking.welcome(page, name="Noor Hale", email="Noor@Lakeside.example", organization="Lakeside Medical Center", state="NY", nonce="a", at=AT)
    assert booking.welcome(page, name="Noor Hale", email="noor@lakeside.example", nonce="b", at=AT).pk == who.pk, "known by the address"
    assert Lead.objects.get(pk=who.pk).hand_raise is True
    host = booking.host_for(page, who, at=AT)
    assert host == who.owner
    if host is None:
        with pytest.raises(booking.NobodyFree):
            booking.book_as_guest(page, who, starts_at=NINE, by=booking.guest_of(page), at=AT)
    else:
        row = booking.book_as_guest(page, who, starts_at=hosts.times(host, "intro", at=AT)[0].starts, by=booking.guest_of(page), at=AT)
        assert row.host == host


@pytest.mark.req("AUTO-13")
def test_a_guest_takes_only_what_is_offered(cast, lead):
    page = booking.open_page("intro", user=cast.owner, by=cast.owner.actor, at=AT)
    with pytest.raises(TimeTaken):
        booking.book_as_guest(page, lead, starts_at=datetime(2026, 3, 7, 15, tzinfo=UTC), by=booking.guest_of(page), at=AT)
    row = booking.book_as_guest(page, lead, starts_at=NINE, zone="America/Los_Angeles", by=booking.guest_of(page), at=AT)
    assert row.zone == "America/Los_Angeles"
    assert row.page == page
    moved = booking.move_by_link(meeting_links.token_of(row.id), NINE + timedelta(hours=1), at=AT)
    assert moved.moved == 1
    assert Event.objects.get(kind="meeting.moved").payload["how"] == "page"
    off = booking.cancel_by_link(meeting_links.token_of(row.id), at=AT)
    assert booking.cancel_by_link(meeting_links.token_of(row.id), at=AT).state_at == off.state_at, "once off, it stays so"
    with pytest.raises(meeting_links.LinkGone):
        booking.move_by_link("0" * 43, NINE, at=AT)


@pytest.mark.req("AUTO-13")
def test_a_link_is_for_one_person_one_page_and_some_weeks(cast, lead):
    page = booking.open_page("intro", user=cast.owner, by=cast.owner.actor, at=AT)
    token = meeting_links.link_for(page, lead).rstrip("/").rpartition("/")[2]
    from rounds.kit.clock import now

    assert meeting_links.page_of(token, at=now()) == (page, lead)
    with pytest.raises(meeting_links.LinkGone, match="run out"):
        meeting_links.page_of(token, at=now() + timedelta(days=31))
    with pytest.raises(meeting_links.LinkGone):
        meeting_links.page_of(token[:-3] + "abc", at=now())
    booking.close_page(page, by=cast.owner.actor, at=now())
    with pytest.raises(meeting_links.LinkGone):
        meeting_links.page_of(token, at=now())


@pytest.mark.req("COMM-11")
def test_where_patient_data_may_be_spoken_of_the_platform_has_an_agreement(book, cast):
    from rounds.actions.reach.rooms import PlatformRefused
    from rounds.actions.trust import agreements

    with pytest.raises(PlatformRefused, match="No agreement with Microsoft on patient data"):
        book(kind="readout", platform="teams")
    assert book(kind="intro", platform="teams").platform == "teams", "without patient data any of them will do"
    party = agreements.add("Microsoft", "vendor", touches_phi=True, by=cast.admin.actor, at=AT)
    baa = agreements.draft(party, "2026-1", by=cast.admin.actor, at=AT, effective_on=AT.date())
    with pytest.raises(PlatformRefused):
        book(NINE + timedelta(hours=4), kind="readout", platform="teams")
    agreements.sign(baa, AT.date(), by=cast.admin.actor, at=AT)
    assert book(NINE + timedelta(hours=4), kind="readout", platform="teams").platform == "teams"


def test_what_cannot_be_booked_says_why(book, cast):
    for said, words in [({"kind": "party"}, "There is no meeting of the kind"), ({"zone": "Mars/Base"}, "is no time zone"),
                        ({"starts_at": AT - timedelta(days=1)}, "has passed")]:  # fmt: skip
        with pytest.raises(MeetingRefused, match=words):
            book(**said)
    with pytest.raises(MeetingRefused, match="Say which lead"):
        meetings.book("intro", About("Ann", ""), host=cast.owner, starts_at=NINE, by=cast.owner.actor, at=AT)
    assert not Meeting.objects.exists()
