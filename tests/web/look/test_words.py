"""Words, numbers and dates as the look writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.web.templatetags import words

pytestmark = pytest.mark.req("UI-01")
THIN = words.THIN


@pytest.mark.parametrize(
    ("dollars", "said"),
    [(4_300_000, "$4.3M"), (612_400, "$612k"), (950, "$950"), (2_106, "$2.1k"), (0, "$0"),
     (212_000_000, "$212M"), (4_000_000, "$4M"),
     (1_250_000_000, "$1.3B"), (-310_000, "−$310k"), (999_499, "$999k"), (999_500, "$1M"), (None, "Unknown"),
     ("", "Unknown"), (float("nan"), "Unknown"), (True, "Unknown")],
)  # fmt: skip
def test_money_is_short(dollars, said):
    assert words.money(dollars) == said


def test_agreed_money_is_said_to_the_dollar():
    assert words.money_full(2_220_000) == "$2,220,000"
    assert words.money_full(-1_500) == "−$1,500"


@pytest.mark.parametrize(
    ("hundredths", "digits", "said"),
    [(57, 0, "57"), (84.96, 1, "84.9"), (99.6, 0, "99"), (99.999, 1, "99.9"), (100, 0, "100"), (-4.2, 0, "−4"),
     (-0.4, 0, "0"), (0, 0, "0")],
)  # fmt: skip
def test_percent_is_cut_and_never_rounded_up(hundredths, digits, said):
    assert words.percent(hundredths, digits) == f"{said}{THIN}%"


def test_share_is_free_of_binary_noise():
    assert words.share(0.57) == f"57{THIN}%"
    assert words.share(0.1 + 0.2 + 0.5) == f"80{THIN}%"
    assert words.signed_share(0.041) == f"+4.1{THIN}%"
    assert words.signed_share(-0.026) == f"−2.6{THIN}%"
    assert words.signed_share(0.0001) == f"0.0{THIN}%"


@given(st.floats(min_value=0, max_value=0.999_999))
def test_less_than_all_is_never_a_hundred(ratio):
    assert not words.share(ratio).startswith("100")


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_numbers_read_back(value):
    assert int(words.number(value).replace(",", "").replace(words.MINUS, "-")) == value


@given(st.integers(min_value=1, max_value=10**12))
def test_short_money_is_within_a_twentieth(value):
    said = words.money(value)
    unit = {"k": 1e3, "M": 1e6, "B": 1e9}.get(said[-1], 1)
    shown = float(said.strip("$kMB").replace(",", "")) * unit
    assert abs(shown - value) <= value / 20 + 0.5
    assert len(said) <= 7


def test_ranges_and_counts():
    assert words.between(29, 48, "%") == f"29–48{THIN}%"
    assert words.between(1, 1) == "1"
    assert words.counted(1, "lead") == "1 lead"
    assert words.counted(2410, "person,people") == "2,410 people"
    assert words.signed(12) == "+12"
    assert words.signed(-4) == "−4"
    assert words.signed(0) == "0"


def test_near_days_carry_their_weekday_and_others_their_year():
    today = date(2026, 11, 15)
    assert words.day(date(2026, 11, 20), today) == "Fri 20 Nov"
    assert words.day(date(2027, 1, 22), today) == "22 Jan 2027"
    assert words.day(None, today) == "Unknown"
    assert words.moment(datetime(2026, 11, 15, 10, 2, tzinfo=UTC), today) == "10:02"
    assert words.moment(datetime(2026, 11, 20, 9, 5, tzinfo=UTC), today) == "Fri 20 Nov, 09:05"


@pytest.mark.parametrize(
    ("span", "said"),
    [({"minutes": 38}, "38 min"), ({"hours": 2}, "2 h"), ({"hours": 29}, "1 day"), ({"days": 3}, "3 days"),
     ({"days": 430}, "14 months"), ({"seconds": 20}, "under 1 min")],
)  # fmt: skip
def test_lengths_are_in_the_largest_unit(span, said):
    assert words.length(timedelta(**span)) == said


def test_initials():
    assert words.initials("Ines Harrow") == "IH"
    assert words.initials("R. Sandoval-Wyck") == "RS"
    assert words.initials("") == "?"
