"""Leads are ticked in their list, the dry run is read, they are enrolled together; one answers and is left in peace."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

LEADS = "/leads/?f=status.not.Disqualified,Converted&sort=-captured"


@pytest.mark.req("COMM-01", "COMM-09", "UI-01", "UI-02")
def test_leads_are_enrolled_after_the_dry_run_was_read(visitor):
    marian = visitor("marian")
    page = marian.go(LEADS)
    page.get_by_label("Select all on this page").check()
    page.get_by_role("button", name="Enrol", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile(r"Enrol \d+ leads"))
    summary = page.locator("#ahead h2").first
    expect(summary).to_contain_text(re.compile(r"\d+ of \d+ would be enrolled in Initial outreach"))
    calendar = page.get_by_role("region", name="Calendar")
    expect(calendar.locator("tbody tr").first).to_contain_text(re.compile(r"(Mon|Tue|Wed|Thu|Fri) \d+ \w+"))
    page.get_by_label("Sequence").select_option("nurture_basic")
    expect(summary).to_contain_text("would be enrolled in Basic nurture")
    page.get_by_label("Sequence").select_option("post_demo")
    expect(summary).to_contain_text("would be enrolled in Post-demo follow-up")
    would = int(re.search(r"\d+", summary.inner_text())[0])
    assert would > 3
    page.get_by_label("Why").fill("A journey")
    page.locator("form[data-keep] button.btn-primary").click()
    expect(page.locator("main")).to_contain_text(f"{would} changed")
    page.goto(f"{marian.world.address}/enrolments/?f=sequence.is.post_demo&f=state.is.active")
    expect(page.locator("main")).to_contain_text("Post-demo follow-up")
    page.locator("tbody a.nm").first.click()
    expect(page.get_by_role("heading", name="Step by step")).to_be_visible()
    page.get_by_role("button", name="Stop", exact=True).click()
    page.locator("#stop input[name=why]").fill("We speak by phone")
    page.locator("#stop").get_by_role("button", name="Stop it").click()
    expect(page.locator("main")).to_contain_text("Stopped by hand")
    expect(page.locator("main")).to_contain_text("We speak by phone")
