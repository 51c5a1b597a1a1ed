"""When schedules are due: holidays, weekends, both changes of the clocks, leap days (AUTO-09)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds import playbook as playbooks
from rounds.playbook.shapes.automation import When
from rounds.rules.automation.periods import latest
from rounds.rules.calendar import is_open_day

CALENDAR = playbooks.default().calendar
ZONE = CALENDAR.zones.house
DAILY = When(every="day", at="07:00")
WEEKLY = When(every="week", on="monday", at="06:00")
MONTHLY = When(every="month", day=1, at="06:00")


def due(when: When, moment: str):
    return latest(when, ZONE, datetime.fromisoformat(moment).replace(tzinfo=UTC), lambda day: is_open_day(CALENDAR, day))


@pytest.mark.req("AUTO-09")
@pytest.mark.parametrize(
    ("when", "now", "key", "at"),
    [
        (DAILY, "2026-03-06T11:59", "2026-03-05", "2026-03-05T12:00"),
        (DAILY, "2026-03-06T12:00", "2026-03-06", "2026-03-06T12:00"),
        (DAILY, "2026-03-08T23:00", "2026-03-06", "2026-03-06T12:00"),  # a Sunday: Friday was the last
        (DAILY, "2026-03-09T11:00", "2026-03-09", "2026-03-09T11:00"),  # summer time began
        (DAILY, "2026-07-03T23:00", "2026-07-02", "2026-07-02T11:00"),  # Independence Day is kept on the Friday
        (WEEKLY, "2026-01-19T23:00", "2026-W03", "2026-01-12T11:00"),  # Martin Luther King Day moves it to Tuesday
        (WEEKLY, "2026-01-20T11:00", "2026-W04", "2026-01-20T11:00"),
        (MONTHLY, "2026-02-02T11:00", "2026-02", "2026-02-02T11:00"),  # the first is a Sunday
        (MONTHLY, "2026-01-02T11:00", "2026-01", "2026-01-02T11:00"),  # New Year
        (When(every="day", at="02:30", business=False), "2026-03-08T12:00", "2026-03-08", "2026-03-08T07:30"),  # an hour that is not
        (When(every="day", at="01:30", business=False), "2026-11-01T05:30", "2026-11-01", "2026-11-01T05:30"),  # an hour that comes twice
        (When(every="day", at="08:00", business=False), "2028-02-29T14:00", "2028-02-29", "2028-02-29T13:00"),
    ],
)
def test_a_schedule_is_due(when, now, key, at):
    found = due(when, now)
    assert (found.key, found.at) == (key, datetime.fromisoformat(at).replace(tzinfo=UTC))


@pytest.mark.req("AUTO-09")
@given(st.sampled_from([DAILY, WEEKLY, MONTHLY]), st.datetimes(datetime(2025, 1, 1), datetime(2029, 1, 1)))
def test_time_only_moves_forward_and_each_period_has_one_moment(when, moment):
    moment = moment.replace(tzinfo=UTC)
    first = latest(when, ZONE, moment, lambda day: is_open_day(CALENDAR, day))
    later = latest(when, ZONE, moment + timedelta(hours=5), lambda day: is_open_day(CALENDAR, day))
    assert first.at <= moment
    assert later.at >= first.at
    assert (later.key == first.key) == (later.at == first.at)
