"""A customer books a meeting by a link, on a phone, by keyboard, on their own clock; moves it, calls it off; the host sees it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visitor


@pytest.fixture
def guest(browser, world):
    """Somebody outside, on a telephone in California."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, timezone_id="America/Los_Angeles", has_touch=True, is_mobile=True)
    person = Visitor(context.new_page(), world)
    person.watch()
    yield person
    context.close()
    assert not person.complaints


@pytest.mark.req("AUTO-13", "INTEG-14", "UI-01")
def test_a_customer_books_moves_and_calls_off(visitor, guest, world):
    olivia = visitor("olivia")
    page = olivia.go("/meetings/pages/")
    page.get_by_label("Kind of meeting").select_option(label="Introduction")
    page.get_by_label("What guests read above it").fill("Meet Olivia for half an hour")
    page.get_by_role("button", name="Open it").click()
    expect(page.locator("#toasts")).to_contain_text("The page is open")
    link = page.locator("code").filter(has_text="/book/").first.inner_text()

    theirs = guest.page
    theirs.goto(link)
    theirs.wait_for_url(re.compile("zone="))
    expect(theirs.get_by_label("Your time zone")).to_have_value("America/Los_Angeles")
    assert theirs.evaluate("document.documentElement.scrollWidth") <= 390
    first = theirs.locator("label.time input").first
    first.focus()
    theirs.keyboard.press("Space")
    expect(first).to_be_checked()
    theirs.get_by_label("Name").fill("Noor Hale")
    theirs.get_by_label("Work mail").fill("noor@lakeside-medical.example")
    theirs.get_by_role("button", name="Book it").press("Enter")
    expect(theirs.get_by_role("heading", level=1)).to_contain_text("You are meeting")
    expect(theirs.locator("main")).to_contain_text("America/Los_Angeles")

    theirs.get_by_role("link", name="Another time").click()
    theirs.locator("label.time").last.click()
    theirs.get_by_role("button", name="Take this time").click()
    expect(theirs.get_by_role("heading", level=1)).to_contain_text("You are meeting")

    page = olivia.go("/meetings/")
    page.locator("tr[data-row]").filter(has_text="Noor Hale").locator("a.nm").first.click()
    expect(page.locator("main")).to_contain_text("moved 1 time")
    expect(page.locator("main")).to_contain_text("Noor Hale")

    theirs.get_by_role("button", name="Call it off").click()
    expect(theirs.get_by_role("heading", level=1)).to_contain_text("called off")
    page.reload()
    expect(page.locator("main")).to_contain_text("Called off")
