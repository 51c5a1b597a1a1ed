"""A rep works through her tasks by keyboard: ticks off, takes back, puts off, changes many; then logs a visit on her phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect


def _first(page, rows) -> None:
    """Walk to the first row once the list stands still, as somebody does who looks at it."""
    page.wait_for_load_state("networkidle")
    page.keyboard.press("j")
    expect(rows.nth(0)).to_be_focused()


@pytest.mark.req("AUTO-16", "UI-01")
def test_tasks_are_done_put_off_and_taken_back_by_keyboard(visitor):
    simon = visitor("simon")
    page = simon.go("/tasks/")
    rows = page.locator("tr[data-row]")
    before = rows.count()
    assert before >= 3
    title = rows.nth(0).locator("a.nm").inner_text()

    _first(page, rows)
    page.keyboard.press("d")
    expect(page.locator("#toasts")).to_contain_text(f"Done: {title}")
    expect(rows).to_have_count(before - 1)
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text(f"Open again: {title}")
    expect(rows).to_have_count(before)

    _first(page, rows)
    page.keyboard.press("z")
    expect(page.locator("#toasts")).to_contain_text("Put off")
    expect(rows).to_have_count(before - 1)
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(rows).to_have_count(before)


@pytest.mark.req("AUTO-16")
def test_several_are_ticked_off_at_once_and_all_of_it_is_undone(visitor):
    simon = visitor("simon")
    page = simon.go("/tasks/?f=state.is.open&f=owner.is.me&f=falls.is.today,week,later&sort=due")
    rows = page.locator("tr[data-row]")
    before = rows.count()
    _first(page, rows)
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.locator("[data-bulk]").get_by_role("button", name="Done").click()
    page.get_by_label("What came of it").fill("All reached")
    page.get_by_role("button", name="Tick off 2 tasks").click()
    expect(page.locator("main")).to_contain_text("2")
    page.get_by_role("button", name=re.compile("Undo")).first.click()
    page.wait_for_load_state()
    simon.go("/tasks/?f=state.is.open&f=owner.is.me&f=falls.is.today,week,later&sort=due")
    expect(rows).to_have_count(before)


@pytest.mark.req("PLUS-32")
def test_a_visit_is_logged_from_a_phone_in_three_taps(visitor):
    simon = visitor("simon")
    page = simon.go("/leads/?f=owner.is.me&f=status.not.Disqualified,Converted")
    page.locator("tr[data-row] a.nm").first.click()
    page.wait_for_url(re.compile(r"/leads/[0-9a-f-]{36}/"))
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("navigation", name="Main, phone").get_by_role("link", name="Log").click()  # one
    page.locator("label.tap", has_text="Visit").click()  # two
    page.get_by_role("button", name="Went well").click()  # three
    expect(page.locator("#toasts")).to_contain_text("Visit: went well")
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("Taken back")
    page.set_viewport_size({"width": 1440, "height": 900})
