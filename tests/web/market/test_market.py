"""The market: the finding, the pictures and the table under one address; capacity; whose eyes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rounds.kit.clock import now
from rounds.models import Account
from rounds.models.flow.active import active
from rounds.models.flow.days import house_today
from rounds.rules import budget


@pytest.fixture
def unit(cast):
    """`unit(name, …)`: a buying unit as a load would leave it."""

    def make(name, **said):
        at = now()
        row = Account(name=name, level="hospital", is_unit=True, created_at=at, updated_at=at, state="NY",
                      **{"territory": "Northeast", "beds": 200, "fit_grade": "A", "fit_rate": 0.9, "tier": 3, "deal_potential_cents": 20_000_000,
                         "lat": 42.7, "lon": -74.0, "programme": "core", "completeness": 0.5, "score_total": 40,
                         "score_low": 45, "score_high": 90, "hospitals": 1, **said})  # fmt: skip
        row.buying_unit_id = row.id
        row.save()
        return row

    return make


def month_in(state):
    """A fiscal-year-end month whose window is in `state` today."""
    return budget.months_in(active().playbook, state, house_today())[0]


@pytest.mark.req("UI-01", "PLUS-06")
def test_a_bare_address_opens_whitespace_and_the_title_is_the_finding(unit, cast, door, said):
    unit("Alder Gap Hospital")
    unit("Birch Hollow Hospital", tier=1, deal_potential_cents=300_000_000)
    unit("Owned Hospital", owner=cast.owner)
    unit("Touched Hospital", last_touch_at=now() - timedelta(days=5))
    unit("Long quiet Hospital", last_touch_at=now() - timedelta(days=200))
    unit("Grade B Hospital", fit_grade="B")
    away = door(cast.admin).get("/market/")
    assert away.status_code == 302
    assert "whitespace" in away["Location"]
    page = door(cast.admin).get(away["Location"])
    assert page.context["heads"].white == 3
    assert page.context["heads"].white_tier_1 == 1
    assert {row.name for row in page.context["rows"]} == {"Alder Gap Hospital", "Birch Hollow Hospital", "Long quiet Hospital"}
    assert "3 good fits that nobody is talking to" in said(page)
    assert "$3.4M" in said(page)


@pytest.mark.req("UI-02", "ABM-08")
def test_matrix_and_bars_are_links_that_filter_and_the_map_follows(unit, cast, door):
    for n in range(3):
        unit(f"A{n}", fye_month=month_in("open"))
    unit("B", fit_grade="B", tier=1, fye_month=month_in("later"))
    unit("U", fye_month=None, fit_grade="D", tier=0)
    page = door(cast.admin).get("/market/?f=programme.not.federal,psychiatric")
    cells = {(row["grade"], n): cell for row in page.context["matrix"]["rows"] for n, cell in zip((1, 2, 3, 0), row["cells"], strict=True)}
    assert (cells["A", 3]["value"], cells["B", 1]["value"], cells["D", 0]["value"]) == (3, 1, 1)
    narrowed = door(cast.admin).get("/market/" + cells["B", 1]["href"])
    assert [row.name for row in narrowed.context["rows"]] == ["B"]
    again = {(r["grade"], n): c for r in narrowed.context["matrix"]["rows"] for n, c in zip((1, 2, 3, 0), r["cells"], strict=True)}
    assert again["A", 3]["value"] == 3
    assert again["B", 1]["on"]
    bars = {bar["label"]: bar for bar in page.context["bars"]}
    assert (bars["Open now"]["value"], bars["Later"]["value"], bars["Year-end unknown"]["value"]) == (3, 1, 1)
    opened = door(cast.admin).get("/market/" + bars["Open now"]["href"])
    assert {row.name for row in opened.context["rows"]} == {"A0", "A1", "A2"}
    points = door(cast.admin).get("/market/map.json?" + cells["B", 1]["href"].lstrip("?")).json()
    (point,) = points["units"]
    assert point[2:6] == [1, "B", 2, "Northeast"]
    assert 0 < point[0] < 975
    assert 0 < point[1] < 610
    assert "Northeast" in points["territories"]


@pytest.mark.req("PLUS-09")
def test_federal_and_psychiatric_stand_in_queues_of_their_own(unit, cast, door):
    unit("VA Hospital", programme="federal")
    unit("Core Hospital")
    page = door(cast.admin).get("/market/?f=programme.not.federal,psychiatric&view=all")
    assert [row.name for row in page.context["rows"]] == ["Core Hospital"]
    page = door(cast.admin).get("/market/?f=programme.is.federal&view=federal")
    assert [row.name for row in page.context["rows"]] == ["VA Hospital"]


@pytest.mark.req("X-1", "ROUTE-02")
def test_a_rep_sees_the_market_of_her_territories(unit, cast, door):
    unit("East")
    unit("West", territory="West")
    url = "/market/?f=programme.is.core"
    assert [r.name for r in door(cast.owner).get(url).context["rows"]] == ["East"]
    assert [r.name for r in door(cast.colleague).get(url).context["rows"]] == ["West"]
    assert [p[6] for p in door(cast.colleague).get("/market/map.json").json()["units"]] == ["West"]


@pytest.mark.req("ABM-12")
def test_a_tier_too_full_proposes_the_lowest_and_moves_nobody(unit, cast, door, see_all, monkeypatch):
    from rounds.playbook import with_set
    from rounds.web.market import market

    book = active().playbook
    tiers = book.tiers.model_copy(update={"tiers": tuple(
        t.model_copy(update={"capacity": t.capacity.model_copy(update={"low": 1, "high": 2})}) for t in book.tiers.tiers)})
    small = type("Small", (), {"tiers": tiers, "universe": book.universe})()
    monkeypatch.setattr(market, "active", lambda: type("Now", (), {"playbook": small})())
    for n in range(4):
        unit(f"T{n}", tier=1, abm_score=90 - n)
    page = door(cast.admin).get("/market/capacity/")
    first = page.context["tiers"][0]
    assert (first["count"], first["state"], [row.name for row in first["rows"]]) == (4, "over", ["T3", "T2"])
    see_all()
    assert Account.objects.filter(tier=1).count() == 4
    assert with_set is not None


@pytest.mark.req("UI-02")
def test_the_same_number_of_queries_for_one_unit_and_for_many(unit, cast, door):
    client, url = door(cast.admin), "/market/?f=programme.is.core"
    unit("One")
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for n in range(4):
        unit(f"More {n}", owner=cast.owner)
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(few)


@pytest.mark.req("UI-02")
def test_an_empty_market_says_what_to_do_next(cast, door, said):
    page = said(door(cast.admin).get("/market/?f=programme.is.core"))
    assert "No buying unit" in page
    assert "Load the hospitals" in page


@pytest.mark.req("UI-02")
@pytest.mark.parametrize("query", ["f=nonsense.is.1", "sort=DROP", "f=beds.gte.many", "after=x"])
def test_a_wrong_filter_is_a_sentence(cast, door, query):
    for path in ("/market/", "/market/map.json", "/accounts/"):
        assert door(cast.admin).get(f"{path}?{query}").status_code == 422
