"""Names of the same hospital, as different files write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.rules.universe import names


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Adirondack Med Ctr MaaS Pod 003 03", "ADIRONDACK MEDICAL CENTER"),
        ("St. Mary's Hosp", "SAINT MARYS HOSPITAL, INC"),
        ("Big Bend Reg Hlth Sys", "BIG BEND REGIONAL HEALTH SYSTEM"),
        ("Alliance Community Hosp 6.1 (hosted by somebody)", "ALLIANCE COMMUNITY HOSPITAL"),
    ],
)
def test_one_hospital_has_one_spelling(one, other):
    assert names.full(one) == names.full(other)


def test_the_core_is_what_tells_hospitals_apart():
    assert names.core("Adirondack Medical Center") == names.core("Adirondack Health") == "ADIRONDACK"
    assert names.core("The Medical Center") is None


@given(st.text(max_size=60))
def test_spelling_twice_changes_nothing(name):
    once = names.full(name)
    assert names.full(once) == once
