"""Which times are offered: within hours, beside nothing that is done already, and right on every clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.playbook import default
from rounds.rules.calendar import is_open_day
from rounds.rules.reach.slots import Host, Stretch, clashes, is_offered, offered

BOOK = default()
MEETINGS, CALENDAR = BOOK.meetings, BOOK.calendar
OPENS, CLOSES = time.fromisoformat(CALENDAR.business.start), time.fromisoformat(CALENDAR.business.end)
NEW_YORK = ZoneInfo("America/New_York")
ZONES = st.sampled_from(["America/New_York", "America/Los_Angeles", "America/Phoenix", "Pacific/Honolulu", "Europe/Berlin", "Australia/Lord_Howe"]).map(ZoneInfo)
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC))
MINUTES = st.sampled_from([15, 30, 45, 60, 90])


@st.composite
def hosts(draw):
    at, zone = draw(MOMENTS), draw(ZONES)
    taken = []
    for _ in range(draw(st.integers(0, 12))):
        starts = at + timedelta(minutes=draw(st.integers(-600, 20_000)))
        taken.append(Stretch(starts, starts + timedelta(minutes=draw(st.integers(1, 600))), counts=draw(st.booleans())))
    first = at.date() + timedelta(days=draw(st.integers(-2, 10)))
    away = ((first, first + timedelta(days=draw(st.integers(0, 4)))),) if draw(st.booleans()) else ()
    return at, Host(zone, tuple(taken), away)


@given(hosts(), MINUTES)
@pytest.mark.req("AUTO-13", "INTEG-14")
def test_no_time_is_offered_that_could_not_be_kept(made, minutes):
    at, host = made
    found = offered(MEETINGS, CALENDAR, host, minutes, at, most=60)
    buffer = timedelta(minutes=MEETINGS.buffer_minutes)
    assert found == sorted(found, key=lambda one: one.starts)
    assert len({one.starts for one in found}) == len(found)
    for slot in found:
        starts, ends = slot.starts.astimezone(host.zone), slot.ends.astimezone(host.zone)
        assert slot.ends - slot.starts == timedelta(minutes=minutes)
        assert OPENS <= starts.time() < ends.time() <= CLOSES, "within their hours"
        assert is_open_day(CALENDAR, starts.date()), "no weekend, no holiday"
        assert not any(first <= starts.date() <= last for first, last in host.away), "not while they are away"
        assert not any(one.starts < slot.ends + buffer and slot.starts - buffer < one.ends for one in host.taken), "nothing beside it"
        assert slot.starts >= at + timedelta(hours=MEETINGS.notice_hours)
        assert slot.ends <= at + timedelta(days=MEETINGS.ahead_days)
        count = sum(one.counts and one.starts.astimezone(host.zone).date() == starts.date() for one in host.taken)
        assert count < MEETINGS.most_a_day, "the day is not full"


@given(hosts(), MINUTES)
@pytest.mark.req("AUTO-13")
def test_what_is_offered_may_be_taken_and_nothing_else(made, minutes):
    at, host = made
    for slot in offered(MEETINGS, CALENDAR, host, minutes, at, most=3):
        assert is_offered(MEETINGS, CALENDAR, host, minutes, at, slot.starts)
        assert not is_offered(MEETINGS, CALENDAR, host, minutes, at, slot.starts + timedelta(minutes=7))
        full = Host(host.zone, (*host.taken, Stretch(slot.starts, slot.ends, counts=True)), host.away)
        assert not is_offered(MEETINGS, CALENDAR, full, minutes, at, slot.starts), "once it is taken it is gone"


@pytest.mark.parametrize(("day", "utc"), [
    (date(2026, 3, 6), 14), (date(2026, 3, 9), 13),  # the clocks went forward on Sunday, 8 March
    (date(2026, 10, 30), 13), (date(2026, 11, 2), 14),  # and back on Sunday, 1 November
])  # fmt: skip
@pytest.mark.req("AUTO-13")
def test_nine_is_nine_on_both_sides_of_a_changed_clock(day, utc):
    at = datetime.combine(day - timedelta(days=1), time(12), tzinfo=UTC)
    first = offered(MEETINGS, CALENDAR, Host(NEW_YORK), 30, at, since=datetime.combine(day, time(0), tzinfo=NEW_YORK))[0]
    assert first.starts == datetime.combine(day, time(utc), tzinfo=UTC)
    assert first.starts.astimezone(NEW_YORK).time() == time(9)


@given(st.dates(date(2024, 1, 1), date(2032, 1, 1)), ZONES)
@pytest.mark.req("AUTO-13")
def test_every_open_day_begins_at_nine_whatever_the_clocks_do(day, zone):
    since = datetime.combine(day, time(0), tzinfo=zone)
    at = since.astimezone(UTC) - timedelta(days=1)
    found = [one.starts.astimezone(zone) for one in offered(MEETINGS, CALENDAR, Host(zone), 30, at, since=since, most=16)]
    here = [one for one in found if one.date() == day]
    if is_open_day(CALENDAR, day):
        assert [one.time() for one in here] == [(datetime.combine(day, OPENS) + timedelta(minutes=30 * n)).time() for n in range(16)]
    else:
        assert not here


@pytest.mark.req("AUTO-13")
def test_holidays_and_full_days_offer_nothing():
    at = datetime(2026, 6, 30, 12, tzinfo=UTC)
    days = {one.starts.astimezone(NEW_YORK).date() for one in offered(MEETINGS, CALENDAR, Host(NEW_YORK), 30, at, most=60)}
    assert date(2026, 7, 2) in days
    assert date(2026, 7, 3) not in days, "Independence Day falls on a Saturday and is kept on Friday"
    full = tuple(Stretch(datetime(2026, 7, 2, hour, tzinfo=UTC), datetime(2026, 7, 2, hour, 5, tzinfo=UTC), counts=True) for hour in range(13, 13 + MEETINGS.most_a_day))
    days = {one.starts.astimezone(NEW_YORK).date() for one in offered(MEETINGS, CALENDAR, Host(NEW_YORK, full), 30, at, most=60)}
    assert date(2026, 7, 2) not in days
    assert date(2026, 7, 6) in days


def test_side_by_side_is_no_clash():
    nine, ten, eleven = (datetime(2026, 3, 2, hour, tzinfo=UTC) for hour in (9, 10, 11))
    host = Host(NEW_YORK, (Stretch(nine, ten),))
    assert not clashes(host, ten, eleven)
    assert clashes(host, ten, eleven, buffer=timedelta(minutes=1))
