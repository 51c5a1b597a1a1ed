"""Who gets the credit: five readings, each of them the whole, to the cent."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rounds.playbook import default
from rounds.rules.attribution import MODELS, credits, dealt

NOW = datetime(2026, 3, 31, 12)
BOOK = default().engagement.attribution
WAY = [("web", NOW - timedelta(days=60)), ("email", NOW - timedelta(days=30)), ("phone", NOW - timedelta(days=10)), ("meeting", NOW)]


@pytest.mark.req("LEAD-28")
def test_each_reading_says_what_it_is_named_for():
    assert credits(BOOK, "first", WAY) == {"web": 1}
    assert credits(BOOK, "last", WAY) == {"meeting": 1}
    assert set(credits(BOOK, "linear", WAY).values()) == {Fraction(1, 4)}
    assert credits(BOOK, "position", WAY) == {"web": Fraction(2, 5), "email": Fraction(1, 10), "phone": Fraction(1, 10), "meeting": Fraction(2, 5)}
    decay = credits(BOOK, "decay", [WAY[0], WAY[1], WAY[3]])
    assert decay["email"] / decay["web"] == 2
    assert decay["meeting"] / decay["email"] == 2


@pytest.mark.req("LEAD-28")
def test_one_touch_has_it_all_two_share_by_position_and_the_order_given_does_not_matter():
    for model in MODELS:
        assert credits(BOOK, model, WAY[:1]) == {"web": 1}
        assert credits(BOOK, model, []) == {}
        assert credits(BOOK, model, WAY[::-1]) == credits(BOOK, model, WAY)
    assert credits(BOOK, "position", WAY[:2]) == {"web": Fraction(1, 2), "email": Fraction(1, 2)}


touches = st.lists(st.tuples(st.sampled_from(["web", "phone", "email", "event"]), st.integers(0, 4000).map(lambda hours: NOW - timedelta(hours=hours))),
                   min_size=1, max_size=30)  # fmt: skip


@pytest.mark.req("LEAD-28")
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(way=touches, cents=st.integers(0, 10**13), model=st.sampled_from(list(MODELS)))
def test_credits_are_the_whole_and_money_is_dealt_to_the_cent(way, cents, model):
    shares = credits(BOOK, model, way)
    assert sum(shares.values()) == 1
    assert sum(dealt(cents, shares).values()) == cents
    assert all(part >= 0 for part in shares.values())
