"""Two records of one hospital are compared, made one, and made two again, by clicking."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect


@pytest.mark.req("LEAD-31", "UI-01", "UI-02")
def test_merge_and_make_two_again(visitor):
    ada = visitor("ada")
    page = ada.page
    page.get_by_role("link", name="Duplicates").first.click()
    expect(page.get_by_role("heading", name=re.compile("pairs? of accounts may be one"))).to_be_visible()
    first = page.locator("tr[data-row] a.nm").first
    name = first.inner_text()
    first.click()
    expect(page.get_by_role("heading", name=re.compile("Surely the same"))).to_be_visible()
    page.get_by_role("radio", name=re.compile("^" + re.escape(name))).first.check()
    page.get_by_label("Why").fill("typed twice")
    page.get_by_role("button", name="Make them one").click()
    page.wait_for_url(re.compile("/accounts/"))
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)

    page.goto(ada.world.address + "/merges/")
    row = page.get_by_role("row").filter(has_text="typed twice")
    expect(row).to_contain_text(name)
    row.get_by_role("button", name="Make them two again").click()
    page.wait_for_url(re.compile("/accounts/"))
    page.goto(ada.world.address + "/merges/")
    expect(page.get_by_role("row").filter(has_text="typed twice")).to_contain_text("Two again since")


@pytest.mark.req("LEAD-31", "UI-02")
def test_somebody_who_types_what_is_there_is_told_before_saving(visitor):
    ada = visitor("ada")
    ada.go("/accounts/?f=words.has.ABC")
    ada.go("/accounts/new/")
    page = ada.page
    page.get_by_label("City").fill("Abcton")
    page.get_by_label("State").fill("NY")
    page.get_by_label("Name").fill("ABC Main Hospitl")
    page.get_by_label("Name").press("Tab")
    expect(page.get_by_role("status").filter(has_text="This may be there already")).to_contain_text("ABC Main Hospital")
