"""Which days a sequence is due, and when mail may arrive: weeks, weekends, holidays, changed clocks, leap days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.playbook import default, with_set
from rounds.rules import explain
from rounds.rules.reach.dates import closes, next_time, offset, open_on, opens, placed

BOOK = default()
WINDOW, CALENDAR = BOOK.reach.window, BOOK.calendar
NEW_YORK, PHOENIX = ZoneInfo("America/New_York"), ZoneInfo("America/Phoenix")
DAYS = st.dates(date(2020, 1, 1), date(2040, 1, 1))
ZONES = st.sampled_from(["America/New_York", "America/Los_Angeles", "America/Phoenix", "Pacific/Honolulu", "Pacific/Guam", "America/St_Johns"])


def offsets(code: str) -> list[int]:
    sequence = BOOK.sequences[code]
    return [offset(sequence, step) for step in sequence.steps if not step.off]


@pytest.mark.req("COMM-02")
def test_outreach_is_five_mails_in_21_days():
    assert offsets("initial_outreach") == [0, 6, 9, 13, 20]
    assert [step.title for step in BOOK.sequences["initial_outreach"].steps] == [
        "Introduction & Value Proposition", "Industry Trends & Challenges", "Case Study & ROI Demonstration",
        "Compliance & Security Focus", "Call to Action & Meeting Request",
    ]  # fmt: skip


@pytest.mark.req("COMM-03")
def test_nurture_sends_eight_and_keeps_four_places():
    sequence = BOOK.sequences["nurture_basic"]
    assert offsets("nurture_basic") == [0, 7, 14, 21, 35, 49, 63, 77]
    assert [step.week for step in sequence.steps if step.off] == [5, 7, 9, 11]
    assert len(placed(sequence, date(2026, 3, 2), CALENDAR, WINDOW)) == 12
    left = with_set(BOOK, {"sequence.nurture.placeholders": "left_out"}).sequences["nurture_basic"]
    assert len(placed(left, date(2026, 3, 2), CALENDAR, WINDOW)) == 8


@pytest.mark.req("COMM-04")
def test_post_demo_counts_from_the_day_of_the_demonstration():
    assert offsets("post_demo") == [0, 3, 7, 14]
    assert explain(BOOK, "sequences/post_demo", {"start_date": "2026-06-01"})["due"] == ["2026-06-01", "2026-06-04", "2026-06-08", "2026-06-15"]


@pytest.mark.req("COMM-08")
def test_a_weekend_and_a_holiday_wait_for_the_next_business_day():
    assert open_on(date(2026, 7, 4), CALENDAR, WINDOW) == date(2026, 7, 6), "Independence Day is a Saturday, kept on Friday"
    assert open_on(date(2026, 7, 3), CALENDAR, WINDOW) == date(2026, 7, 6)
    assert open_on(date(2026, 11, 26), CALENDAR, WINDOW) == date(2026, 11, 27), "Thanksgiving"
    exactly = with_set(BOOK, {"reach.closed": "send_exactly"}).reach.window
    assert open_on(date(2026, 7, 4), CALENDAR, exactly) == date(2026, 7, 4)


@pytest.mark.req("COMM-08")
def test_nine_in_the_morning_is_theirs_on_both_sides_of_a_changed_clock():
    assert opens(date(2026, 3, 6), WINDOW, NEW_YORK) == datetime(2026, 3, 6, 14, tzinfo=UTC), "standard time"
    assert opens(date(2026, 3, 9), WINDOW, NEW_YORK) == datetime(2026, 3, 9, 13, tzinfo=UTC), "the clocks went forward on the 8th"
    assert opens(date(2026, 11, 2), WINDOW, NEW_YORK) == datetime(2026, 11, 2, 14, tzinfo=UTC), "and back on the 1st"
    assert opens(date(2026, 7, 1), WINDOW, PHOENIX) == opens(date(2026, 12, 1), WINDOW, PHOENIX) - timedelta(days=153), "Arizona keeps its clock"


@pytest.mark.req("COMM-01")
def test_the_29th_of_february_is_a_day_like_others():
    found = explain(BOOK, "sequences/initial_outreach", {"start_date": "2028-02-23"})
    assert found["due"][1] == "2028-02-29"
    assert explain(BOOK, "sequences/nurture_basic", {"start_date": "2028-02-29"})["due"][1] == "2028-03-07"


@pytest.mark.req("COMM-08")
@given(moment=st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)), zone=ZONES)
def test_mail_only_arrives_inside_the_window_of_the_person(moment, zone):
    found, theirs = next_time(moment, CALENDAR, WINDOW, ZoneInfo(zone)), ZoneInfo(zone)
    local = found.astimezone(theirs)
    assert found >= moment
    assert open_on(local.date(), CALENDAR, WINDOW) == local.date()
    assert opens(local.date(), WINDOW, theirs) <= found < closes(local.date(), WINDOW, theirs)


@pytest.mark.req("COMM-01", "COMM-08")
@given(begins=DAYS, code=st.sampled_from(sorted(BOOK.sequences)))
def test_steps_keep_their_order_and_are_never_early(begins, code):
    steps = placed(BOOK.sequences[code], begins, CALENDAR, WINDOW)
    assert [one.due for one in steps] == sorted(one.due for one in steps)
    assert [one.send_on for one in steps] == sorted(one.send_on for one in steps)
    assert all(one.send_on >= one.due and (one.send_on - one.due).days <= 5 for one in steps)


@pytest.mark.req("COMM-01")
def test_the_reason_says_how_the_day_was_counted():
    lines = explain(BOOK, "sequences/initial_outreach", {"start_date": "2026-03-02"})["lines"]
    assert lines[1]["why"] == "day 7, counted from 1: Sunday, 8 March 2026; Sunday is no business day, so it goes on Monday, 9 March"
    assert lines[1]["source"] == "003 Initial Outreach Sequence"
