"""Business time: hours, holidays, zones, the nights in which the clocks are changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.playbook import default
from rounds.rules import calendar
from rounds.rules.asking import explain
from rounds.rules.routing import sla

BOOK = default()
CAL = BOOK.calendar
NEW_YORK, CHICAGO, PHOENIX, HONOLULU = map(ZoneInfo, ("America/New_York", "America/Chicago", "America/Phoenix", "Pacific/Honolulu"))
ZONES = [NEW_YORK, CHICAGO, PHOENIX, HONOLULU, ZoneInfo("America/Los_Angeles"), ZoneInfo("America/Anchorage")]

pytestmark = pytest.mark.req("AUTO-09", "LEAD-26")


@dataclass(frozen=True)
class Limit:
    value: int
    unit: str = "hours"
    clock: str = "business"


def at(text: str, zone: ZoneInfo | None = NEW_YORK) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("start", "limit", "end"),
    [
        ("2026-03-06T16:00", Limit(2), "2026-03-09T10:00"),  # Friday into Monday, over the change to summer time
        ("2026-10-30T16:00", Limit(2), "2026-11-02T10:00"),  # and over the change back
        ("2026-03-06T17:00", Limit(30, "minutes"), "2026-03-09T09:30"),  # the close belongs to the next opening
        ("2026-03-09T08:59", Limit(30, "minutes"), "2026-03-09T09:30"),  # before the opening
        ("2026-03-09T15:00", Limit(2), "2026-03-09T17:00"),  # ends exactly at the close
        ("2026-03-07T12:00", Limit(3, "days"), "2026-03-12T09:00"),  # Saturday: counted from Monday's opening
        ("2026-03-09T20:00", Limit(1, "days"), "2026-03-11T09:00"),  # evening: counted from Tuesday's opening
        ("2026-07-02T16:00", Limit(2), "2026-07-06T10:00"),  # Independence Day 2026 is a Saturday, kept on Friday
        ("2026-11-25T16:30", Limit(1), "2026-11-27T09:30"),  # Thanksgiving
        ("2027-12-30T16:00", Limit(2), "2028-01-03T10:00"),  # New Year's Day 2028 is kept on 31 December 2027
        ("2026-10-09T16:00", Limit(1, "days"), "2026-10-13T16:00"),  # Columbus Day
        ("2028-02-28T16:00", Limit(8), "2028-02-29T16:00"),  # leap day
        ("2026-03-06T10:00", Limit(0), "2026-03-06T10:00"),
    ],
)  # fmt: skip
def test_business_time(start, limit, end):
    assert calendar.after(CAL, limit, at(start)) == at(end)


@pytest.mark.parametrize(
    ("start", "limit", "end"),
    [
        ("2026-03-07T10:00", Limit(24, clock="calendar"), "2026-03-08T11:00"),  # a day of 23 hours: 24 hours are 24 hours
        ("2026-10-31T10:00", Limit(24, clock="calendar"), "2026-11-01T09:00"),  # and one of 25
        ("2026-03-06T10:00", Limit(7, "days", "calendar"), "2026-03-13T10:00"),  # days end at the same time of day
        ("2026-03-07T02:30", Limit(1, "days", "calendar"), "2026-03-08T03:30"),  # which may not be there that night
        ("2028-02-29T10:00", Limit(14, "days", "calendar"), "2028-03-14T10:00"),
    ],
)  # fmt: skip
def test_calendar_time(start, limit, end):
    assert calendar.after(CAL, limit, at(start)) == at(end)


def test_a_clock_runs_in_the_zone_of_the_place_whoever_started_it():
    start = at("2026-03-10T22:30", UTC)  # 17:30 in New York is 16:30 in Chicago
    assert calendar.after(CAL, Limit(1), start, NEW_YORK) == at("2026-03-11T10:00")
    assert calendar.after(CAL, Limit(1), start, HONOLULU).astimezone(UTC) == at("2026-03-10T23:30", UTC)
    start = at("2026-03-10T21:30", UTC)
    assert calendar.after(CAL, Limit(1), start, CHICAGO) == at("2026-03-11T09:30", CHICAGO)


def test_the_state_knows_better_than_the_territory_and_the_house_is_the_last_word():
    assert str(calendar.zone_of(CAL, state="HI", territory="West")) == "Pacific/Honolulu"
    assert str(calendar.zone_of(CAL, state="", territory="West")) == "America/Los_Angeles"
    assert str(calendar.zone_of(CAL, state="Ontario", territory="")) == "America/New_York"
    read = CAL.model_copy(update={"zones": CAL.zones.model_copy(update={"reading": "territory"})})
    assert str(calendar.zone_of(read, state="HI", territory="West")) == "America/Los_Angeles"


def test_the_playbook_says_which_holidays_are_worked_and_what_else_is_closed():
    said = CAL.holidays.model_copy(update={"worked": ("Columbus Day",), "closed": ("2026-12-24",)})
    mine = CAL.model_copy(update={"holidays": said})
    assert calendar.is_open_day(mine, date(2026, 10, 12))
    assert not calendar.is_open_day(CAL, date(2026, 10, 12))
    assert not calendar.is_open_day(mine, date(2026, 12, 24))


def test_the_rule_answers_in_the_zone_of_its_place():
    said = {"band": "warm", "created_at": "2026-03-10T16:30", "territory": "West"}
    assert explain(BOOK, "routing/sla", said)["due"]["first_response"] == "2026-03-11T10:30:00-07:00"
    hot = sla.due(BOOK, "hot", at("2026-12-24T16:00"), hand_raise=True, zone=NEW_YORK)
    assert hot["first_response"] == at("2026-12-24T16:30")
    assert hot["assignment"] == at("2026-12-24T16:05")
    assert sla.due(BOOK, "cold", at("2026-12-24T16:00"), zone=NEW_YORK)["first_response"] == at("2026-12-28T10:00")


def test_a_calendar_that_never_opens_is_refused_not_searched_for_ever():
    nowhere = CAL.model_copy(update={"business": CAL.business.model_copy(update={"days": ()})})
    with pytest.raises(calendar.NeverOpen):
        calendar.next_open(nowhere, at("2026-03-06T10:00"))


moments = st.datetimes(datetime(2025, 1, 1), datetime(2029, 12, 31)).map(lambda m: m.replace(tzinfo=UTC, microsecond=0))
zones = st.sampled_from(ZONES)
spans = st.integers(0, 60 * 60).map(lambda minutes: timedelta(minutes=minutes))


@given(moments, moments, zones, st.integers(0, 80), st.sampled_from(["minutes", "hours", "days"]),
       st.sampled_from(["calendar", "business"]))  # fmt: skip
def test_who_starts_later_ends_no_sooner(one, other, zone, value, unit, kind):
    first, second = sorted((one, other))
    limit = Limit(value, unit, kind)
    assert calendar.after(CAL, limit, first, zone).astimezone(UTC) <= calendar.after(CAL, limit, second, zone).astimezone(UTC)


@given(moments, zones, st.integers(1, 80), st.sampled_from(["minutes", "hours", "days"]))
def test_business_time_never_ends_outside_working_hours(start, zone, value, unit):
    end = calendar.after(CAL, Limit(value, unit), start, zone)
    assert end.astimezone(UTC) >= start
    assert calendar.is_open_day(CAL, end.date())
    assert CAL.business.start <= f"{end:%H:%M}" <= CAL.business.end


@given(moments, zones, spans, spans, st.sampled_from(["calendar", "business"]))
def test_parts_add_up_to_the_whole(start, zone, a, b, kind):
    parts = calendar.plus(CAL, kind, calendar.plus(CAL, kind, start, a, zone), b, zone)
    whole = calendar.plus(CAL, kind, start, a + b, zone)
    assert calendar.next_open(CAL, parts) == calendar.next_open(CAL, whole) if kind == "business" else parts == whole


@given(moments, zones, spans, st.sampled_from(["calendar", "business"]))
def test_what_was_added_is_what_was_spent(start, zone, span, kind):
    assert calendar.spent(CAL, kind, start, calendar.plus(CAL, kind, start, span, zone), zone) == span
