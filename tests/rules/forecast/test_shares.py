"""A number shared out adds up to the cent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.rules.forecast.shares import shared

pytestmark = pytest.mark.req("FORECAST-01")


@given(st.integers(0, 10**12), st.dictionaries(st.sampled_from("abcde"), st.integers(0, 10**11)))
def test_the_shares_add_up_to_the_cent(cents, weights):
    found = shared(cents, weights)
    assert sum(found.values()) == cents
    assert all(part >= 0 for part in found.values())


def test_a_number_goes_where_the_deals_lie_and_nowhere_else():
    assert shared(100_00, {"NY": 3, "OH": 1, "TX": 0}) == {"NY": 75_00, "OH": 25_00}
    assert shared(100, {"NY": 1, "OH": 1, "TX": 1}) == {"NY": 33, "OH": 33, "TX": 34}
    assert shared(100, {}) == {"": 100}, "without a deal it is placed nowhere"
