"""The star: a record is kept in the rail under its own name, dropped again, and refused when the rail is full."""

from __future__ import annotations

import pytest

from rounds.actions.desk.views import MOST_KEPT
from rounds.models import Favourite

ADDRESS = "/self/favourites/"


@pytest.mark.req("UI-01")
def test_a_star_keeps_the_record_in_the_rail_and_drops_it(cast, door, lead_of):
    lead = lead_of(cast.owner)
    client, url = door(cast.owner, htmx=True), f"/leads/{lead.id}/"
    assert 'aria-pressed="false"' in client.get(url).content.decode()
    kept = client.post(ADDRESS, {"url": url, "label": "A name somebody typed"}).content.decode()
    assert 'aria-pressed="true"' in kept
    assert 'id="rail-favourites" hx-swap-oob="true"' in kept
    assert Favourite.objects.get(user=cast.owner).label == lead.name
    assert 'title="In the rail' in client.get("/leads/?f=").content.decode()
    dropped = client.post(ADDRESS, {"url": url, "at": "row"}).content.decode()
    assert 'id="star-row-' in dropped
    assert not Favourite.objects.exists()


@pytest.mark.req("UI-01")
def test_without_a_script_the_star_comes_back_to_the_record(cast, door, lead_of):
    url = f"/leads/{lead_of(cast.owner).id}/"
    assert door(cast.owner).post(ADDRESS, {"url": url, "next": url}).url == url


@pytest.mark.req("X-1")
def test_a_record_one_cannot_see_gives_no_name_away(cast, door, lead_of):
    lead = lead_of(cast.owner, name="Rosa Meridian")
    told = door(cast.colleague, htmx=True).post(ADDRESS, {"url": f"/leads/{lead.id}/"}).content.decode()
    assert "Rosa Meridian" not in told


@pytest.mark.req("UI-01")
def test_a_full_rail_says_what_to_do_and_a_page_elsewhere_is_refused(cast, door):
    client = door(cast.owner, htmx=True)
    for number in range(MOST_KEPT):
        assert client.post(ADDRESS, {"url": f"/leads/?view={number}", "label": f"View {number}"}).status_code == 200
    full = client.post(ADDRESS, {"url": "/leads/?view=more", "label": "More"})
    assert full.status_code == 422
    assert "Drop one" in full.content.decode()
    assert client.post(ADDRESS, {"url": "//elsewhere.example/"}).status_code == 422
    assert Favourite.objects.count() == MOST_KEPT
