"""Peers: the nearest by beds, rurality and teaching, found in blocks as one would find them one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rounds.rules.universe import peers


@pytest.mark.req("PLUS-11")
@settings(max_examples=40, deadline=None)
@given(st.data())
def test_blocks_find_what_a_plain_search_finds(data):
    size = data.draw(st.integers(1, 40))
    features = np.array(data.draw(st.lists(st.tuples(*[st.integers(0, 9)] * 3), min_size=size, max_size=size)), float)
    known = np.array(data.draw(st.lists(st.booleans(), min_size=size, max_size=size)))
    found = peers.nearest(features, known, 5)
    for row in range(size):
        distance = [(np.abs(features[row] - features[other]).sum(), other) for other in range(size)
                    if known[other] and other != row]  # fmt: skip
        expected = [other for _, other in sorted(distance)[:5]]
        assert [one for one in found[row] if one >= 0] == expected
