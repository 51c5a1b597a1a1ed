"""Paper by clicking: an agreement ends and the doors shut; legal waives what sales cannot; counsel's notes stay counsel's."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect


def open_contract(page, address) -> tuple[str, str]:
    """The first contract in review: its address, and the name its owner logs in by."""
    page.goto(address + "/contracts/?f=state.is.in_review")
    page.locator("tr[data-row] a.nm").first.click()
    page.wait_for_url(re.compile(r"/contracts/[0-9a-f-]{36}/"))
    owner = page.locator("dt", has_text="Owner").locator("xpath=following-sibling::dd[1]").inner_text()
    return page.url, owner.split()[0].lower()


@pytest.mark.req("LEGAL-03", "PLUS-27")
def test_an_agreement_that_ends_shuts_our_doors(visitor):
    priya = visitor("priya")
    page = priya.go("/trust/agreements/")
    page.locator("tr", has=page.locator(".g-met")).first.get_by_role("link").click()
    page.get_by_role("link", name=re.compile("Version")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("may come in")
    version = page.url
    page.go_back()
    page.get_by_text("End it", exact=True).first.click()
    page.get_by_label(re.compile("Last day of version")).first.fill((datetime.now(UTC) - timedelta(days=2)).strftime("%Y-%m-%d"))
    page.get_by_label(re.compile("Why version .* ends")).first.fill("They stopped hosting for us")
    with page.expect_navigation():
        page.get_by_role("button", name="End it after this day").first.click()
    page.goto(version)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Our data doors shut by themselves after")
    expect(page.locator("aside")).to_contain_text("never shut by an agreement")
    expect(page.locator("main")).to_contain_text("to be returned or destroyed by")
    page.get_by_label("Certificate", exact=True).fill("Disks purged by NIST 800-88, two witnesses")
    page.get_by_role("button", name="Write it down").click()
    expect(page.locator("main")).to_contain_text("Disks purged by NIST 800-88")


@pytest.mark.req("LEGAL-01")
def test_legal_waives_an_item_and_sales_cannot(visitor):
    lena = visitor("lena")
    where, seller = open_contract(lena.page, lena.world.address)
    item = lena.page.locator("#item-baa")
    item.get_by_text(re.compile("Waive or not applicable")).click()
    item.get_by_label(re.compile("Why HIPAA")).fill("No patient data leaves the hospital")
    item.get_by_role("button", name="Keep").click()
    expect(lena.page.locator("#item-baa")).to_contain_text("Waived, Lena Brandt")
    page = visitor(seller).page
    page.goto(where)
    expect(page.locator("#item-baa")).to_contain_text("No patient data leaves the hospital")
    expect(page.locator("#checklist")).to_contain_text("Legal waives an item")
    expect(page.get_by_text("Waive or not applicable")).to_have_count(0)


def test_counsels_notes_are_read_by_legal_alone(visitor):
    lena = visitor("lena")
    where, seller = open_contract(lena.page, lena.world.address)
    lena.page.get_by_label("Privileged note", exact=True).fill("We would settle for eighteen months")
    lena.page.get_by_role("button", name="Keep the note").click()
    expect(lena.page.locator("#privileged")).to_contain_text("eighteen months")
    page = visitor(seller).page
    page.goto(where)
    expect(page.locator("#checklist")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("eighteen months")
    expect(page.locator("main")).not_to_contain_text("Privileged")
