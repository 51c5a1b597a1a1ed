"""When a report is due: in the company's time, over holidays, once a period, and what was missed once."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from rounds.playbook import default
from rounds.rules.reports.schedule import following, latest

HOME = ZoneInfo("America/New_York")
BOOK = default()


def wall(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=HOME).astimezone(UTC)


def due(name: str, at: datetime, *, starts: int = 1):
    found = latest(BOOK.reports.of(name).when, BOOK.calendar, starts, at)
    return found.key, found.at.astimezone(HOME).strftime("%Y-%m-%d %H:%M")


@pytest.mark.req("REPORT-01")
def test_monday_at_six_of_the_company_and_on_tuesday_where_monday_is_a_holiday():
    assert due("monday", wall(2026, 11, 23, 6)) == ("2026-W48", "2026-11-23 06:00")
    assert due("monday", wall(2026, 11, 23, 5, 59))[0] == "2026-W47"
    # Memorial Day 2026 is Monday, 25 May.
    assert due("monday", wall(2026, 5, 25, 12))[0] == "2026-W21"
    assert due("monday", wall(2026, 5, 26, 6)) == ("2026-W22", "2026-05-26 06:00")


@pytest.mark.req("REPORT-02")
def test_thanksgiving_is_a_thursday_and_the_update_comes_on_friday():
    assert due("thursday", wall(2026, 11, 26, 12))[0] == "2026-W47"
    assert due("thursday", wall(2026, 11, 27, 6)) == ("2026-W48", "2026-11-27 06:00")


@pytest.mark.req("REPORT-01")
def test_the_clocks_change_and_it_is_still_six_on_the_wall():
    for day in ((2026, 3, 9), (2026, 11, 2)):
        assert due("monday", wall(*day, 6))[1].endswith("06:00")
        assert due("monday", wall(*day, 5, 59))[1] != due("monday", wall(*day, 6))[1]


@pytest.mark.req("REPORT-03")
def test_a_month_a_quarter_and_a_year_begin_on_the_first_day_that_is_worked():
    assert due("monthly", wall(2026, 11, 30, 12)) == ("2026-11", "2026-11-02 06:30"), "1 November is a Sunday"
    assert due("quarterly", wall(2026, 11, 30, 12)) == ("2026-10", "2026-10-01 06:30")
    assert due("annual", wall(2027, 1, 4, 7)) == ("2027-01", "2027-01-04 06:30"), "New Year's Day is a Friday"


@pytest.mark.req("REPORT-07")
def test_quarters_and_years_are_those_of_the_fiscal_calendar():
    assert due("quarterly", wall(2026, 11, 30, 12), starts=2) == ("2026-11", "2026-11-02 06:30")
    assert due("annual", wall(2026, 11, 30, 12), starts=2) == ("2026-02", "2026-02-02 06:30")


@pytest.mark.req("REPORT-01")
def test_the_next_time_is_the_one_after_now():
    when = BOOK.reports.of("monday").when
    assert following(when, BOOK.calendar, 1, wall(2026, 5, 25, 12)).at == wall(2026, 5, 26, 6)
    assert following(when, BOOK.calendar, 1, wall(2026, 5, 26, 6)).at == wall(2026, 6, 1, 6)
