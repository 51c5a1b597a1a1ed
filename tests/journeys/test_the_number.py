"""A manager reads the number and goes to the deals behind it; pastes quotas."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect


@pytest.mark.req("FORECAST-01", "FORECAST-02")
def test_a_manager_reads_the_number_and_goes_to_its_deals(visitor):
    boss = visitor("marian")
    page = boss.go("/forecast/")
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("quota"))
    expect(page.get_by_role("heading", name="Side by side")).to_be_visible()
    page.get_by_role("link", name="Deal inspection").click()
    expect(page).to_have_url(re.compile(r"/inspection/\?quarter="))
    expect(page.locator("tr[data-row]").first).to_be_visible()


@pytest.mark.req("FORECAST-09")
def test_a_manager_pastes_quotas_and_hears_which_line_is_wrong(visitor):
    boss = visitor("marian")
    boss.expected.add(422)
    page, address = boss.page, boss.world.address
    page.goto(address + "/forecast/quotas/")
    page.get_by_label("Lines of e-mail, quarter, dollars").fill("nobody@northwind-rounds.example, 2099-Q1, 450000")
    page.get_by_role("button", name="Set them").click()
    expect(page.get_by_text("Line 1: nobody of yours has the address nobody@northwind-rounds.example")).to_be_visible()
