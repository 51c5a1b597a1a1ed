"""A figure of the method is changed, tried on today's records, published, and felt."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect


@pytest.mark.req("LEAD-22", "LEAD-23", "UI-01", "X-1")
def test_change_a_weight_see_the_band_diff_and_publish(visitor):
    ada = visitor("ada")
    page = ada.go("/playbook/")
    page.get_by_role("link", name="What if").click()
    page.get_by_role("button", name="Begin a draft").click()
    page.get_by_label("File of the playbook").select_option("scoring/lead_fit.yaml")
    page.get_by_role("button", name="Open", exact=True).click()
    page.get_by_role("link", name="Form", exact=True).click()
    figures = page.locator("form[action='/playbook/draft/figures/']")
    figures.get_by_text("Current technology stack").click()
    for level, points in (("Modern EHR platform", "12"), ("Legacy systems", "10")):
        figures.get_by_label(level).fill(points)
    figures.get_by_role("button", name="Compare").click()

    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text("would change band")
    expect(page.get_by_role("table").first).to_contain_text(re.compile(r"v\d+ ↓ draft →"))
    expect(page.get_by_role("heading", name="scoring/lead_fit.yaml")).to_be_visible()

    publish = page.get_by_role("button", name=re.compile(r"^Publish as v\d+$"))
    new = re.search(r"v\d+", publish.inner_text())[0]  # another journey may have published before
    publish.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Why does the method change?").fill("A modern EHR wins as often as an advanced one")
    with page.expect_navigation():
        dialog.get_by_role("button", name=f"Publish {new}").click()
    page.goto(ada.world.address + "/playbook/versions/")
    expect(page.locator("main")).to_contain_text("A modern EHR wins as often as an advanced one")

    # The worker scores by it in the background: a lead soon says that this version made its score.
    page.goto(ada.world.address + "/leads/?f=status.is.New")
    page.locator("tr[data-row] a.nm").first.click()
    for _ in range(60):
        if f"playbook {new}" in page.locator("main").inner_text():
            break
        page.wait_for_timeout(1000)
        page.reload()
    expect(page.locator("main")).to_contain_text(f"playbook {new}")
