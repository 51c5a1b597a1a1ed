"""Territories are moved and their effect is seen; a lead is declined and goes to somebody else, who reads why."""

from __future__ import annotations

import pytest


@pytest.mark.req("ROUTE-17")
def test_a_state_is_moved_to_another_territory_and_the_effect_is_seen(visitor):
    marian = visitor("marian")
    page = marian.go("/playbook/territories/")
    page.get_by_role("radio", name="New York: West", exact=True).check()
    page.get_by_role("heading", name="1 state moved").wait_for()
    assert page.get_by_text("Northeast → West").first.is_visible() or page.get_by_text("NY:").first.is_visible()
    page.get_by_role("link", name="Who would get last month’s leads").click()
    page.get_by_text("by your draft").wait_for()
    page = marian.go("/playbook/territories/")
    page.get_by_role("button", name="Discard the draft").click()
    page.wait_for_url("**/playbook/")


@pytest.mark.req("ROUTE-16")
def test_a_lead_is_declined_and_goes_to_somebody_else_with_the_reason(visitor, world):
    ada = visitor("ada")
    page = ada.go("/leads/new/")
    page.locator("input[name=name]").fill("Della Quist")
    page.locator("input[name=organization]").fill("Quist Regional Hospital")
    page.locator("[name='fact.beds']").fill("640")
    page.locator("select[name=state]").select_option("NY")
    if page.locator("input[name=mine]").is_checked():
        page.locator("input[name=mine]").uncheck()
    page.get_by_role("button", name="Add").first.click()
    page.wait_for_url("**/leads/*-*/")
    lead = page.url.removeprefix(world.address)
    heading = page.locator("#owning h2").inner_text()
    assert heading.startswith("Why "), heading
    names = {"Olivia Grant": "olivia", "Simon Ekholm": "simon", "Ruth Amsel": "ruth", "Theo Brandt": "theo", "Nadia Ferro": "nadia"}
    first = heading.removeprefix("Why ")
    mine = visitor(names[first])
    page = mine.go(lead)
    page.get_by_role("button", name="Decline").first.click()
    page.locator("#decline").get_by_text("Conflict of interest").click()
    page.locator("#decline input[name=more]").fill("I worked there")
    with page.expect_navigation():
        page.get_by_role("button", name="Decline the lead").click()
    page = ada.go(lead)
    moved = page.locator("#owning h2").inner_text()
    assert moved != heading
    page.locator("#owning summary").last.click()
    assert page.get_by_text("Declined: Conflict of interest I worked there").is_visible()
