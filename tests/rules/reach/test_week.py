"""A week is free where guests are offered a time, and what is suggested could be booked as it stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.rules.reach.slots import Host, Stretch, is_offered
from rounds.rules.reach.week import Wanted, free, suggested
from tests.rules.reach.test_slots import CALENDAR, MEETINGS, MINUTES, NEW_YORK, hosts

MONDAY = datetime(2026, 11, 30, 5, tzinfo=UTC)
WEEK = timedelta(days=7)


@pytest.mark.req("ANALYTICS-38")
def test_free_is_what_lies_between_what_is_planned():
    noon = datetime(2026, 11, 30, 17, tzinfo=UTC)
    host = Host(NEW_YORK, (Stretch(noon, noon + timedelta(hours=1), counts=True),))
    today = [one for one in free(MEETINGS, CALENDAR, host, MONDAY, MONDAY, MONDAY + WEEK) if one.starts.date() == noon.date()]
    assert [f"{one.starts.astimezone(NEW_YORK):%H:%M} {one.ends.astimezone(NEW_YORK):%H:%M}" for one in today] == ["09:00 11:30", "13:30 17:00"]
    assert free(MEETINGS, CALENDAR, replace(host, away=((MONDAY.date(), (MONDAY + WEEK).date()),)), MONDAY, MONDAY, MONDAY + WEEK) == []


@given(hosts(), st.lists(MINUTES, max_size=6))
@pytest.mark.req("ANALYTICS-38")
def test_each_suggestion_could_be_booked_and_none_is_in_anothers_way(made, lengths):
    at, host = made
    asked = [Wanted(str(n), minutes, at + timedelta(hours=n) if n % 2 else None) for n, minutes in enumerate(lengths)]
    found = suggested(MEETINGS, CALENDAR, host, asked, at)
    assert found.keys() == {one.key for one in asked}
    slots = sorted((slot for slot in found.values() if slot), key=lambda slot: slot.starts)
    for one in asked:
        if (slot := found[one.key]) is not None:
            assert slot.ends - slot.starts == timedelta(minutes=one.minutes)
            assert is_offered(MEETINGS, CALENDAR, host, one.minutes, at, slot.starts)
    assert all(before.ends <= after.starts for before, after in pairwise(slots))


@pytest.mark.req("ANALYTICS-38")
def test_what_is_due_first_gets_the_first_time():
    found = suggested(MEETINGS, CALENDAR, Host(NEW_YORK), [Wanted("later", 30, MONDAY + WEEK), Wanted("whenever", 30), Wanted("soon", 30, MONDAY)], MONDAY)
    assert found["soon"].starts < found["later"].starts < found["whenever"].starts
