"""A rep qualifies a lead during a call, by keyboard alone, opens the deal, and follows the lead's journey."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect


def new_lead(page, address, name):
    page.goto(address + "/leads/new/")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Organisation").fill("Callagain Clinic")
    page.get_by_role("button", name=re.compile("Add|Create|Capture|Save")).last.click()
    page.wait_for_url(re.compile(r"/leads/[0-9a-f-]{36}/"))


@pytest.mark.req("QUAL-01", "QUAL-09", "QUAL-12", "LEAD-32", "UI-01")
def test_qualify_during_a_call_by_keyboard(visitor):
    olivia = visitor("olivia")
    page = olivia.page
    new_lead(page, olivia.world.address, "Wilma Callagain")
    page.keyboard.press("q")
    page.wait_for_url(re.compile("/qualification/"))
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text("from being qualified")
    expect(page.get_by_role("button", name="Qualify Q")).to_be_disabled()

    page.keyboard.press("j")
    first = page.locator("[data-sheet-item]").first
    expect(first).to_be_focused()
    page.keyboard.press("y")
    expect(first.get_by_text("Saved")).to_be_visible()
    expect(first).to_be_focused()
    page.keyboard.press("/")
    page.keyboard.type("Capital plan of June")
    page.keyboard.press("Enter")
    expect(first).to_be_focused()
    page.wait_for_load_state("networkidle")
    for dimension in ("budget", "authority", "need", "timeline"):
        page.locator(f"#dim-{dimension} [data-sheet-item]").first.focus()
        for _ in range(3):
            page.keyboard.press("y")
            page.keyboard.press("ArrowDown")
        expect(page.locator(f"#state-{dimension}")).to_contain_text("Met")
    expect(heading).to_have_text("Nothing keeps Wilma Callagain from being qualified")

    # What cannot both be true is refused beside its line; nothing else moves.
    olivia.expected.add(409)
    page.locator("#item-no_pain").focus()
    page.keyboard.press("y")
    expect(page.locator("#said-no_pain")).to_contain_text("cannot both be true")
    olivia.complaints.clear()  # htmx says in the console that it was refused, as it should be

    page.reload()
    expect(page.locator("#note-budget_allocated")).to_have_value("Capital plan of June")
    page.keyboard.press("q")
    expect(heading).to_contain_text("is qualified")
    page.get_by_role("button", name="Convert to a deal").click()
    page.get_by_role("button", name="Open the deal").click()
    page.wait_for_url(re.compile("/opportunities/"))
    expect(page.locator("main")).to_contain_text("Wilma Callagain")
    expect(page.locator("main")).to_contain_text("Missing when it was opened")


@pytest.mark.req("AUTO-18")
def test_follow_one_leads_journey(visitor):
    olivia = visitor("olivia")
    page = olivia.go("/opportunities/?f=")
    page.locator("tr[data-row] a.nm").first.click()
    page.get_by_role("link", name="Journey").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("became a deal|reached"))
    for hop in ("Lead generation", "Lead scoring", "Routing", "CRM", "Sales process", "Analytics", "Optimisation"):
        expect(page.get_by_role("heading", name=hop)).to_be_visible()
    page.get_by_role("link", name=re.compile("Deal opened")).click()
    page.wait_for_url(re.compile("/opportunities/"))
