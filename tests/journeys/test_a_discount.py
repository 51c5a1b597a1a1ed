"""A rep quotes a deal by keyboard, gives more than the guidelines allow, and two people say yes one after the other."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

HOUSE = "northwind-rounds.example"


def typed(page, label, text):
    """Type into a cell and leave it; the page follows."""
    with page.expect_response(lambda answer: answer.request.method == "POST" and "/quotes/" in answer.url):
        page.get_by_label(label).fill(text)
        page.get_by_label(label).press("Enter")


@pytest.mark.req("PRICE-05", "PRICE-06", "PRICE-07", "PRICE-08", "PRICE-09", "PLUS-25", "UI-01")
def test_a_discount_with_two_approvals(visitor):
    olivia = visitor("olivia")
    for name, role in (("vera", "vp_sales"), ("felix", "finance")):
        if f"{name}@{HOUSE}" not in olivia.world.run("user", "list"):
            olivia.world.run("user", "add", f"{name}@{HOUSE}", "--name", name.title(), "--role", role)
    page = olivia.go("/opportunities/?f=owner.is.me&f=stage.is.O5")
    page.locator("tr[data-row] a.nm").first.click()
    page.wait_for_url(re.compile(r"/opportunities/[0-9a-f-]{36}/"))
    page.get_by_label("Product", exact=True).select_option("imaging_triage")
    page.get_by_role("button", name="New quote").click()
    page.wait_for_url(re.compile(r"/quotes/[0-9a-f-]{36}/"))

    typed(page, "Units of Imaging triage", "2")
    typed(page, "List price of one Imaging triage", "300,000")
    expect(page.locator("#lines")).to_contain_text("$600,000")
    typed(page, "Discount on the subtotal", "27.5")
    expect(page.locator("#guidelines")).to_contain_text("Beyond the guidelines")
    expect(page.locator("#guidelines")).to_contain_text("VP Sales, then Finance")
    expect(page.get_by_role("heading", level=1)).to_contain_text("$435,000 a year at 27.5 % off")

    page.get_by_label("What", exact=True).select_option("received:reference")
    page.get_by_label("In words").fill("A case study after go-live")
    page.get_by_role("button", name="Write it down").click()
    expect(page.locator("#talks")).to_contain_text("A case study after go-live")
    page.keyboard.press("a")
    page.get_by_label("Why it is worth it").fill("Their first system-wide contract")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#approval")).to_contain_text("lies with Vera")
    quote = page.url

    vera = visitor("vera")
    theirs = vera.go("/quotes/")
    theirs.get_by_role("link", name=re.compile("For my word")).first.click()
    theirs.get_by_role("row", name=re.compile("27.5 %")).get_by_role("link").first.click()
    theirs.get_by_label("Your word on 27.5 % off").fill("For the reference")
    theirs.get_by_role("button", name="Approve").click()
    expect(theirs.locator("#approval")).to_contain_text("lies with Felix")

    felix = visitor("felix")
    his = felix.go(quote.removeprefix(felix.world.address))
    his.get_by_role("button", name="Approve").click()
    expect(his.get_by_role("heading", level=1)).to_contain_text("may go out")

    page.goto(quote)
    page.get_by_role("button", name="Write the proposal").click()
    page.wait_for_url(re.compile("/proposals/"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("of 16 items")
    page.get_by_role("button", name="Send it").first.click()
    page.get_by_label("How", exact=True).select_option("said")
    page.locator("#send").get_by_role("button", name="Send it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("not opened yet")
    page.get_by_role("button", name="They answered").click()
    page.get_by_label("They agree with the timeline").check()
    page.get_by_role("button", name="Keep their answer").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("accepted in principle")
