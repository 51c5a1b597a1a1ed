"""Monday: a manager goes through the deals by keyboard, overrides a call and takes that back, never leaving the page; the rep finds his own
deals alone, calls one, and reads what is held against him."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect


def go_on(page, beside, rows, place):
    """To the next row by its key; its deal stands beside."""
    page.keyboard.press("j")
    expect(rows.nth(place)).to_have_class(re.compile("cursor"))
    expect(beside.get_by_role("heading", level=2).first).to_have_text(rows.nth(place).locator("a.nm").inner_text())


@pytest.mark.req("PLUS-30", "FORECAST-01", "FORECAST-07")
def test_a_manager_reviews_deals_by_keyboard_and_overrides_a_call(visitor):
    boss = visitor("marian")
    page = boss.go("/inspection/")
    rows, beside = page.locator("tr[data-row]"), page.locator("#preview")
    page.wait_for_load_state("networkidle")
    expect(beside).to_contain_text("exit criteria are met")
    go_on(page, beside, rows, 1)
    name, called = rows.nth(1).locator("a.nm").inner_text(), rows.nth(1).locator("[id^=category-]").inner_text()
    page.keyboard.press("o")
    expect(beside.get_by_label("Counts for you as")).to_be_focused()
    beside.get_by_label("Counts for you as").select_option("omitted")
    page.keyboard.press("Tab")
    page.keyboard.type("120k")
    page.keyboard.press("Tab")
    page.keyboard.type("Nobody answered for a month")
    page.keyboard.press("Enter")
    expect(beside.get_by_role("status")).to_contain_text("Held beside the rep’s call")
    held = rows.filter(has_text=name).first
    expect(held.locator("[id^=held-]")).to_contain_text("Omitted")
    expect(held.locator("[id^=held-]")).to_contain_text("$120k")
    expect(held.locator("[id^=category-]")).to_have_text(called)
    for place in range(2, min(rows.count(), 6)):
        go_on(page, beside, rows, place)
    page.keyboard.press("k")
    page.keyboard.press("ArrowDown")
    expect(rows.nth(min(rows.count(), 6) - 1)).to_have_class(re.compile("cursor"))
    page.keyboard.press("ArrowUp")
    expect(rows.nth(min(rows.count(), 6) - 2)).to_have_class(re.compile("cursor"))
    expect(beside.get_by_role("heading", level=2).first).not_to_have_text(rows.nth(min(rows.count(), 6) - 1).locator("a.nm").inner_text())
    assert page.url.endswith("/inspection/")
    page.keyboard.press("a")
    expect(beside.get_by_label("What is to be done")).to_be_focused()
    page.keyboard.type("Send the security answers")
    beside.get_by_label("Due").fill("2099-12-04")
    owner = beside.get_by_label("Whose task")
    assert owner.locator("option:checked").inner_text() in rows.nth(min(rows.count(), 6) - 2).locator(".sub").first.inner_text(), "the deal's owner stands there"
    owner.select_option(label="Caleb Stone")
    beside.get_by_role("button", name="Add the task").click()
    expect(beside.get_by_role("status")).to_contain_text("A task of Caleb Stone")
    expect(beside.get_by_role("link", name="Send the security answers")).to_be_visible()
    beside.get_by_role("link", name="Send the security answers").focus()
    page.keyboard.press("ArrowDown")
    expect(rows.nth(min(rows.count(), 6) - 2)).to_have_class(re.compile("cursor")), "with the focus in the panel arrows scroll it"
    page.get_by_label("Counts as").select_option("omitted")
    page.get_by_role("button", name="Show").click()
    expect(rows.filter(has_text=name).first).to_be_visible()


@pytest.mark.req("PLUS-30", "FORECAST-01")
def test_a_rep_goes_through_his_own_deals_and_calls_one(visitor):
    olivia = visitor("olivia")
    page = olivia.go("/inspection/")
    rows, beside = page.locator("tr[data-row]"), page.locator("#preview")
    page.wait_for_load_state("networkidle")
    expect(rows.first).to_be_visible()
    owners = page.locator("tr[data-row] td:first-child .sub").all_inner_texts()
    assert {said.partition(",")[0] for said in owners} == {"Olivia Grant"}
    expect(beside.get_by_role("button", name="Hold it")).to_have_count(0)
    name = rows.first.locator("a.nm").inner_text()
    beside.get_by_label("Forecast as").select_option("best_case")
    beside.get_by_label("Why do you see it so").fill("The board meets in May")
    beside.get_by_role("button", name="Keep").click()
    expect(rows.filter(has_text=name).first.locator("[id^=category-]")).to_have_text("Best case")
    expect(beside).to_contain_text("The board meets in May")
    beside.get_by_label("Note").fill("Ask for the signing date")
    beside.get_by_role("button", name="Write it down").click()
    expect(beside).to_contain_text("Ask for the signing date")
