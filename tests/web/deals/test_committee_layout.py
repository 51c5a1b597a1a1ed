"""The picture of a committee fits its page: nobody stands on anybody, nobody is left out, nothing is wider than the room."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.web.deals.committee_layout import DROP, EDGE, HIGH, INDENT, placed

SCREEN, PHONE = (176, 780), (160, 356)


@st.composite
def committees(draw):
    """Up to forty people, each below somebody who came before them, or below nobody."""
    many = draw(st.integers(1, 40))
    return {who: draw(st.one_of(st.none(), st.integers(0, who - 1))) if who else None for who in range(many)}


def depth(chiefs, who):
    return 0 if chiefs[who] is None else 1 + depth(chiefs, chiefs[who])


@pytest.mark.req("ACCT-14", "UI-01")
@given(chiefs=committees(), size=st.sampled_from([SCREEN, PHONE]))
def test_everybody_has_a_place_of_their_own_below_their_chief(chiefs, size):
    wide, most = size
    laid = placed(chiefs, wide=wide, most=most)
    spots = list(laid.spots.values())
    assert set(laid.spots) == set(chiefs)
    assert not any(abs(a.x - b.x) < wide and abs(a.y - b.y) < HIGH for i, a in enumerate(spots) for b in spots[:i])
    assert all(laid.spots[who].y >= laid.spots[chief].y + HIGH + DROP for who, chief in chiefs.items() if chief is not None)
    deepest = max(depth(chiefs, who) for who in chiefs)
    assert laid.width <= max(most, 2 * EDGE + wide + deepest * INDENT)
    assert all(0 <= spot.x <= laid.width - EDGE - wide and spot.y + HIGH <= laid.height for spot in spots)


@pytest.mark.req("ACCT-14")
def test_a_team_that_fits_stands_side_by_side_and_one_that_does_not_goes_on_below():
    small = placed({1: None, 2: 1, 3: 1}, wide=176, most=780)
    assert small.spots[2].y == small.spots[3].y
    assert small.spots[1].x == (small.spots[2].x + small.spots[3].x) / 2
    large = placed({1: None, **dict.fromkeys(range(2, 9), 1)}, wide=176, most=780)
    assert len({large.spots[who].y for who in range(2, 9)}) == 3
    assert large.width <= 780
    assert all(large.spots[who].x > large.spots[1].leaves for who in range(2, 9)), "the line of the chief runs down beside them"
