"""The calendars beside mailboxes of Microsoft 365 and Gmail: what is busy there is not offered here, what is booked stands there."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from rounds.access.sight import system_sight
from rounds.actions.reach import booking, calendars, hosts, mailboxes, meetings
from rounds.models import Busy, Calendar, Mailbox
from tests.jobs.calendars_looked import AT, looked
from tests.mailbox_peers import known_to, provider_peer

pytestmark = pytest.mark.req("INTEG-14", "PLUS-31")
KINDS = ("graph", "gmail")


@pytest.fixture
def peer(settings):
    with provider_peer() as found:
        found.scope = "Calendars.ReadWrite calendar.freebusy"
        settings.CONFIG = known_to(found, settings.CONFIG)
        yield found


def connected(worker, kind, access="first"):
    """(mailbox, calendar) of the owner at the peer."""
    by = {"by": worker.owner.actor, "at": AT}
    with system_sight():
        box = mailboxes.connect(worker.owner, kind=kind, address=worker.owner.email, settings={}, secret=json.dumps({"access": access, "refresh": "again and again"}), **by)
        return box, calendars.connect_mailbox(box, **by)


def now_of(row):
    with system_sight():
        return Calendar.objects.get(pk=row.pk)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_busy_there_is_not_offered_and_what_is_booked_stands_there(peer, worker, kind):
    peer.calendar.put("2026-03-03T14:00:00", "2026-03-03T22:00:00")
    peer.calendar.put("2026-03-04T14:00:00", "2026-03-04T22:00:00", showAs="free")
    peer.calendar.put("2026-03-05T14:00:00", "2026-03-05T15:00:00")
    box, row = connected(worker, kind)
    assert looked(AT) == 1
    assert (now_of(row).state, now_of(row).said) == ("working", "")
    with system_sight():
        assert Busy.objects.filter(user=worker.owner).count() == 2, "free time is no busy time"
        offered = hosts.times(worker.owner, "intro", at=AT, most=60)
        days = {one.starts.date() for one in offered}
        assert AT.date() + timedelta(days=1) not in days
        assert AT.date() + timedelta(days=2) in days
        meeting = meetings.book("intro", booking.of(worker.lead), host=worker.owner, starts_at=offered[4].starts, by=worker.owner.actor, at=AT)
    looked(AT + timedelta(minutes=6))
    assert _starts(peer, meeting) == [meeting.starts_at]
    with system_sight():
        meeting = meetings.move(meeting, offered[-1].starts, by=worker.owner.actor, at=AT)
    looked(AT + timedelta(minutes=12))
    assert _starts(peer, meeting) == [meeting.starts_at], "it is there once, at its new time"
    with system_sight():
        Calendar.objects.filter(pk=row.pk).update(cursor={})
    looked(AT + timedelta(minutes=18))
    assert _starts(peer, meeting) == [meeting.starts_at], "whoever forgot that it was written writes it no second time"
    with system_sight():
        meetings.cancel(meeting, why="Ill", by=worker.owner.actor, at=AT)
    looked(AT + timedelta(minutes=24))
    assert _starts(peer, meeting) == []
    assert not {"subject", "bodyPreview", "location", "attendees"} & set(peer.calendar.asked), "what it is is never asked for"


def _starts(peer, meeting):
    found = [one["start"]["dateTime"] for one in peer.calendar.titled(meeting.title)]
    return [datetime.fromisoformat(one).replace(tzinfo=UTC) for one in found]


def test_a_whole_day_is_a_day_of_its_owner_and_many_events_are_read_page_by_page(peer, worker):
    with system_sight():
        type(worker.owner).objects.filter(pk=worker.owner.pk).update(time_zone="America/Los_Angeles")
    peer.calendar.put("2026-03-04T00:00:00", "2026-03-05T00:00:00", isAllDay=True, showAs="oof")
    peer.calendar.put("2026-03-04T18:00:00", "2026-03-04T19:00:00", isCancelled=True)
    for hour in (17, 18, 19, 20):
        peer.calendar.put(f"2026-03-06T{hour}:00:00", f"2026-03-06T{hour}:30:00")
    connected(worker, "graph")
    looked(AT)
    with system_sight():
        found = list(Busy.objects.filter(user=worker.owner).order_by("starts_at").values_list("starts_at", "ends_at"))
    assert found[0] == (datetime(2026, 3, 4, 8, tzinfo=UTC), datetime(2026, 3, 5, 8, tzinfo=UTC))
    assert len(found) == 5


@pytest.mark.parametrize("kind", KINDS)
def test_who_agreed_to_their_mail_alone_is_told_and_what_was_known_stays(peer, worker, kind):
    peer.scope = "mail"
    box, row = connected(worker, kind)
    with system_sight():
        calendars.keep(row, [(AT + timedelta(days=1), AT + timedelta(days=2))], by=worker.owner.actor, at=AT - timedelta(hours=1))
    looked(AT)
    assert now_of(row).state == "broken"
    assert "agree to the calendar" in now_of(row).said
    with system_sight():
        assert Busy.objects.filter(calendar=row).count() == 1
    looked(AT + timedelta(days=1))
    assert now_of(row).failed == 1, "nothing is asked until they agreed"
    peer.scope = "Calendars.ReadWrite calendar.freebusy"
    with system_sight():  # they log in again
        mailboxes.change(box, keep="known", never=(), secret=box.secret, by=worker.owner.actor, at=AT + timedelta(days=1))
    looked(AT + timedelta(days=1, minutes=6))
    assert now_of(row).state == "working"


def test_google_says_the_same_where_it_is_asked_too_often_and_that_is_no_refusal(peer, worker):
    peer.calendar.crowded = True
    _, row = connected(worker, "gmail")
    looked(AT)
    assert now_of(row).said == "Google is busy (403)."


@pytest.mark.parametrize("kind", KINDS)
def test_tokens_given_anew_are_kept_with_the_mailbox_and_a_mailbox_that_goes_takes_its_calendar_along(peer, worker, kind):
    peer.calendar.put("2026-03-03T14:00:00", "2026-03-03T22:00:00")
    box, row = connected(worker, kind, access="ran out")
    looked(AT)
    with system_sight():
        box = Mailbox.objects.get(pk=box.pk)
        assert json.loads(box.secret)["access"] == peer.access
        assert calendars.connect_mailbox(box, by=worker.owner.actor, at=AT).pk == row.pk, "once"
        assert Busy.objects.filter(calendar=row).exists()
        mailboxes.end(box, by=worker.owner.actor, at=AT)
        assert not Busy.objects.filter(user=worker.owner).exists()
    assert now_of(row).state == "ended"
    assert looked(AT + timedelta(minutes=6)) == 0
