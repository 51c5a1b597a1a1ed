"""The map's projection: the figures of d3's geoAlbersUsa (scale 1300, translate 487.5 305), to the millionth."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.kit.albers import albers_usa

# Printed by d3-geo 3.1 for the same places.
KNOWN = [
    ((-74, 40.7), (869.8855464416513, 216.0021615191623)),
    ((-122.4, 37.8), (35.33011176825295, 260.9769970090566)),
    ((-149.9, 61.2), (112.28746916946169, 544.421841061888)),
    ((-157.85, 21.3), (267.1361048550289, 549.346432393011)),
]


@pytest.mark.req("UI-01")
@pytest.mark.parametrize(("place", "wanted"), KNOWN)
def test_places_stand_where_the_outlines_of_the_atlas_expect_them(place, wanted):
    assert albers_usa(*place) == pytest.approx(wanted, abs=1e-6)


def test_what_the_sheet_does_not_show_is_left_out():
    assert albers_usa(-66, 18.2) is None  # Puerto Rico
    assert albers_usa(144.8, 13.5) is None  # Guam
    assert albers_usa(1000, 0) is None


@given(st.floats(-180, 180), st.floats(-89, 89))
def test_every_point_lies_on_the_sheet_or_nowhere(lon, lat):
    place = albers_usa(lon, lat)
    assert place is None or (-110 < place[0] < 1085 and -10 < place[1] < 615)
