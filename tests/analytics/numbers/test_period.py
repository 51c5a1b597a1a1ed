"""Periods by the fiscal calendar, in the company's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.analytics.numbers import period as periods
from rounds.playbook import default, load

BOOK = default()
TODAY = date(2026, 11, 30)


def fiscal(month: int):
    """The shipped playbook, its year beginning with another month."""
    files = dict(BOOK.files)
    files["deals/path.yaml"] = files["deals/path.yaml"].replace("starts: 1,", f"starts: {month},")
    return load(files)


@pytest.mark.req("ANALYTICS-52")
@pytest.mark.parametrize(("text", "starts", "ends"), [
    ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)), ("2026-02", date(2026, 2, 1), date(2026, 2, 28)), ("2026-W44", date(2026, 10, 26), date(2026, 11, 1)),
    ("2026", date(2026, 1, 1), date(2026, 12, 31)), ("this-quarter", date(2026, 10, 1), date(2026, 12, 31)), ("last-month", date(2026, 10, 1), date(2026, 10, 31)),
    ("2026-10-05..2026-11-02", date(2026, 10, 5), date(2026, 11, 2)),
])  # fmt: skip
def test_what_people_write(text, starts, ends):
    found = periods.parse(text, BOOK, TODAY)
    assert (found.starts, found.ends) == (starts, ends)


@pytest.mark.req("ANALYTICS-52")
@pytest.mark.parametrize("text", ["", "2026-Q5", "2026-13", "soon", "2026-W60", "1200", "2026-11-02..2026-10-05", "2026-02-30..2026-03-01"])
def test_what_is_no_period_is_refused_with_the_way_to_write_one(text):
    with pytest.raises(periods.PeriodRefused, match="2026-Q4"):
        periods.parse(text, BOOK, TODAY)


@pytest.mark.req("ANALYTICS-52")
def test_a_year_that_begins_in_october_is_named_after_the_one_it_ends_in():
    book = fiscal(10)
    found = periods.parse("2027-Q1", book, TODAY)
    assert (found.starts, found.ends, found.title) == (date(2026, 10, 1), date(2026, 12, 31), "Q1 FY27")
    assert periods.parse("2027", book, TODAY).starts == date(2026, 10, 1)


@pytest.mark.req("ANALYTICS-52")
@given(st.dates(date(1995, 1, 1), date(2140, 1, 1)), st.sampled_from(periods.KINDS), st.sampled_from([BOOK, fiscal(2), fiscal(10)]))
def test_periods_follow_each_other_without_gap_and_are_read_as_they_are_written(day, kind, book):
    here = periods.containing(kind, day, book)
    assert here.starts <= day <= here.ends
    assert periods.before(here, book).ends + periods.DAY == here.starts
    again = periods.parse(here.code, book, day)
    assert (again.starts, again.ends) == (here.starts, here.ends)


@pytest.mark.req("ANALYTICS-52")
def test_a_day_ends_where_the_company_is():
    window = periods.window(periods.parse("2026-Q3", BOOK, TODAY), BOOK, datetime(2026, 11, 30, tzinfo=UTC))
    assert (window.start, window.end) == (datetime(2026, 7, 1, 4), datetime(2026, 10, 1, 4))
    assert window.at == window.end, "a period that is over has all its time"


