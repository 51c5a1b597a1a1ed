"""Getting about: keys, palette, theme, a phone; and what somebody else must not see."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.mark.req("UI-04", "UI-01")
def test_the_palette_goes_to_a_record_without_a_mouse(visitor):
    page = visitor("olivia").page
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Search or jump to")
    expect(palette).to_be_visible()
    page.keyboard.type("abc health")
    expect(palette.get_by_role("option").filter(has_text="ABC Health System").first).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/accounts/[0-9a-f-]{36}/"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("ABC Health System")


@pytest.mark.req("UI-04")
def test_keys_walk_a_list(visitor):
    page = visitor("olivia").page
    page.keyboard.press("g")
    page.keyboard.press("a")
    page.wait_for_url(re.compile(r"/accounts/"))
    name = page.locator("tr[data-row] a.nm").nth(1).inner_text()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Keys")


@pytest.mark.req("UI-03")
def test_the_theme_is_kept_with_the_person(visitor):
    ines = visitor("ines")
    page = ines.page
    page.locator("summary[title='Ines Duarte']").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", re.compile("dark"))
    again = visitor("ines").page
    expect(again.locator("html")).to_have_attribute("data-theme", re.compile("dark"))


@pytest.mark.req("UI-03", "UI-01")
@pytest.mark.parametrize("path", ["/", "/market/", "/accounts/", "/leads/", "/contacts/", "/playbook/", "/universe/"])
def test_pages_fit_a_phone(visitor, path):
    page = visitor("olivia", **PHONE).go(path)
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390, f"{path} is {wide} px wide on a phone of 390"


@pytest.mark.req("X-1", "X-2")
def test_a_colleague_sees_nothing_of_the_owner(visitor):
    olivia, caleb = visitor("olivia"), visitor("caleb")
    olivia.go("/accounts/?f=owner.is.me")
    account = olivia.page.locator("tr[data-row] a.nm").first
    path, name = account.get_attribute("href"), account.inner_text()
    olivia.go("/leads/?f=owner.is.me")
    lead = olivia.page.locator("tr[data-row] a.nm").first.get_attribute("href")

    caleb.expected.add(404)
    for unseen in (path, lead, path + "facts/", path + "brief.pdf", path + "preview/", lead + "why/"):
        answer = caleb.page.goto(caleb.world.address + unseen)
        assert answer.status == 404, unseen
        assert name not in answer.text()
    caleb.go("/search/?q=" + name.split()[0])
    assert name not in caleb.page.locator("main").inner_text()
