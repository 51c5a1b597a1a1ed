"""The list of deals: filters, sums that count once, values edited where they stand, changes of many with their way back."""

from __future__ import annotations

import html

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rounds.actions.deals import closing, competitors, opportunities, placing
from rounds.kit.clock import now
from rounds.models import Opportunity, StageEntry
from rounds.models.flow.days import house_today


def text(page):
    return html.unescape(page.content.decode())


@pytest.mark.req("PIPE-25", "PIPE-29", "PLUS-29")
def test_the_totals_count_parent_and_child_once_and_say_what_the_chances_rest_on(cast, door, deal_of):
    by = {"by": cast.owner.actor, "at": now()}
    whole, part = deal_of(name="Harbour: all sites"), deal_of(name="Harbour: East", stage="O3")
    opportunities.price(whole, 30_000_000, **by)
    opportunities.price(part, 10_000_000, **by)
    placing.put_below(part, whole, **by)
    page = door(cast.owner).get("/opportunities/?f=state.is.open")
    sums = {one["label"]: one["value"] for one in page.context["sums"]}
    assert sums == {"Amount": 30_000_000, "Weighted": 20_000_000 * 5 // 100 + 10_000_000 * 195 // 1000}
    assert "chances target-derived" in text(page)


@pytest.mark.req("PIPE-19", "PIPE-25")
def test_deals_are_found_by_state_age_competitor_and_what_is_missing(cast, door, deal_of):
    by = {"by": cast.owner.actor, "at": now()}
    old, fresh = deal_of(name="Old deal", days=60), deal_of(name="Fresh deal", days=3)
    lost = closing.lose(deal_of(name="Lost deal"), reason="budget", **by)
    rival = competitors.add(name="Asterion", **by)
    competitors.meet(fresh, rival, status="present", **by)
    opportunities.next_step(fresh, "Call the CIO", **by)
    client = door(cast.owner)
    found = {asked: {row.name for row in client.get(f"/opportunities/?{asked}").context["rows"]} for asked in (
        "f=age.is.stalled", "f=age.is.on_track", "f=state.is.lost", f"f=competitor.is.{rival.id}", "f=no_step.is.yes", "f=reason.is.budget")}  # fmt: skip
    assert found == {"f=age.is.stalled": {old.name}, "f=age.is.on_track": {fresh.name}, "f=state.is.lost": {lost.name},
                     f"f=competitor.is.{rival.id}": {fresh.name}, "f=no_step.is.yes": {old.name}, "f=reason.is.budget": {lost.name}}  # fmt: skip


def test_the_number_of_queries_does_not_grow_with_the_rows(cast, door, deal_of):
    client, counts = door(cast.owner), []
    for more in (1, 2):
        for n in range(more):
            deal_of(name=f"Deal {more}{n}")
        client.get("/opportunities/?view=all")
        with CaptureQueriesContext(connection) as caught:
            assert client.get("/opportunities/?view=all").status_code == 200
        counts.append(len(caught))
    assert counts[0] == counts[1]


@pytest.mark.req("PIPE-25")
def test_amount_close_date_and_forecast_are_edited_where_they_stand(cast, door, deal_of):
    deal, client = deal_of(), door(cast.owner, htmx=True)
    place = f"/opportunities/{deal.id}/values"
    assert client.post(f"{place}/amount/", {"value": "$240,000.50", "was": ""}).status_code == 200
    assert client.post(f"{place}/close_on/", {"value": "2027-03-31", "was": ""}).status_code == 200
    assert client.post(f"{place}/forecast/", {"value": "commit", "was": ""}).status_code == 200
    deal.refresh_from_db()
    assert (deal.amount_cents, deal.amount_company_cents, f"{deal.close_on}", deal.forecast_category) == (24_000_050, 24_000_050, "2027-03-31", "commit")
    late = client.post(f"{place}/amount/", {"value": "1", "was": "2"})
    assert late.status_code == 409
    assert client.post(f"{place}/amount/", {"value": "much", "was": "240000.50"}).status_code == 422
    assert door(cast.colleague, htmx=True).get(f"{place}/amount/").status_code == 404
    assert door(cast.legal, htmx=True).get(f"{place}/amount/").status_code == 403


def test_the_forecast_of_many_is_set_and_taken_back(cast, door, deal_of):
    from rounds.actions.desk import changes

    deals = [deal_of(name=f"Deal {n}") for n in range(3)]
    opportunities.forecast(deals[0], "commit", by=cast.owner.actor, at=now())
    batch = changes.begin("opportunity.forecast", [deal.id for deal in deals], {"category": "best_case"}, by=cast.owner.actor, at=now())
    changes.carry_on(batch, by=cast.owner.actor, at=now())
    assert set(Opportunity.objects.values_list("forecast_category", flat=True)) == {"best_case"}
    assert changes.undo(batch, by=cast.owner.actor, at=now()) == (3, 0)
    stood = dict(Opportunity.objects.values_list("name", "forecast_category"))
    assert stood == {"Deal 0": "commit", "Deal 1": "pipeline", "Deal 2": "pipeline"}


@pytest.mark.req("COMPETE-01", "COMPETE-05")
def test_competitors_have_a_page_with_sources_and_the_deals_they_are_met_in(cast, door, deal_of):
    deal, client = deal_of(), door(cast.owner)
    made = client.post("/competitors/", {"name": "Asterion", "kind": "entrant", "products": "Triage, Reads"})
    assert made.status_code == 302
    assert client.post("/competitors/", {"name": "asterion"}).status_code == 409
    place = made.headers["Location"]
    assert client.post(f"{place}sources/", {"source": "RSNA booth", "as_of": "2026-01-05", "confidence": "70"}).status_code == 302
    key = place.split("/")[2]
    assert client.post(f"/opportunities/{deal.id}/competitors/", {"competitor": key, "status": "incumbent", "note": "Since 2024"}).status_code == 302
    page = text(client.get(place))
    for word in ("Triage, Reads", "RSNA booth", "70 % sure", deal.name, "Incumbent"):
        assert word in page
    assert "Asterion" in text(client.get(f"/opportunities/{deal.id}/"))
    assert door(cast.success).post("/competitors/", {"name": "Other"}).status_code == 403


@pytest.mark.req("PIPE-29")
def test_sites_and_parents_belong_to_one_organisation(cast, deal_of, account):
    from rounds.actions.deals.telling import DealRefused
    from rounds.actions.market import accounts

    by = {"by": cast.owner.actor, "at": now()}
    deal = deal_of()
    east = accounts.add(name="Harbour East", parent=account, state="NY", **by)
    other = accounts.add(name="Elsewhere", state="NY", **by)
    placing.place(deal, [east, account], **by)
    assert [site.account for site in deal.sites.all()] == [east]
    with pytest.raises(DealRefused, match="another organisation"):
        placing.place(deal, [other], **by)
    child, grandchild = deal_of(name="Part"), deal_of(name="Part of the part")
    placing.put_below(child, deal, **by)
    with pytest.raises(DealRefused, match="stands below no other"):
        placing.put_below(grandchild, child, **by)
    assert StageEntry.objects.filter(opportunity=child).count() == 1


def test_another_currency_keeps_rate_and_day_and_sums_in_the_companys(cast, deal_of):
    from rounds.actions.deals.telling import DealRefused

    deal, by = deal_of(), {"by": cast.owner.actor, "at": now()}
    with pytest.raises(DealRefused, match="how many USD one EUR is"):
        opportunities.price(deal, 10_000_001, currency="EUR", **by)
    deal = opportunities.price(deal, 10_000_001, currency="EUR", rate="1.0835", **by)
    assert (deal.amount_company_cents, deal.rate, deal.rate_on) == (10_835_001, "1.0835", house_today())


@pytest.mark.req("PLUS-29")
def test_beside_each_weighted_total_stands_its_range(cast, door, deal_of):
    by, client = {"by": cast.owner.actor, "at": now()}, door(cast.owner)
    for n in range(3):
        opportunities.price(deal_of(name=f"Deal {n}"), 10_000_000, **by)
    listed = client.get("/opportunities/?f=state.is.open")
    found = listed.context["spread"]
    assert (found.weighted, found.low, found.target) == (1_500_000, 0, True)
    assert 0 < found.high < 30_000_000
    board = client.get("/opportunities/board/?f=state.is.open")
    assert board.context["held"].spread == found == board.context["held"].columns[0].spread
    for page in (text(listed), text(board)):
        assert "in 80 of 100 cases" in page.lower()
        assert "target-derived" in page
    assert "Range" not in text(client.get("/opportunities/?f=state.is.lost"))
