"""A BAA that runs out while a proof of concept runs: the door opens with it and shuts behind it, by itself."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.clicking import fill
from tests.journeys.later import later

READING = {"Criterion": "nurses_using_it", "How many": "80", "Of how many": "140", "Where it comes from": "Log-ins by shift"}


def agree(page: Page, address: str, account: str, version: str, until: str, on: str) -> None:
    """The officer writes down a BAA with `account` that runs out after `until`, signed on `on`, and reads it through."""
    page.goto(f"{address}/trust/agreements/")
    known = page.locator("main tr").get_by_role("link", name=account, exact=True)
    if known.count():
        known.first.click()
    else:
        page.get_by_text("A customer", exact=True).click()
        page.get_by_label("Name of the account").fill(account)
        page.get_by_role("button", name="Find").click()
        page.get_by_role("button", name=f"Add {account}").click()
    page.get_by_label("Version", exact=True).fill(version)
    page.get_by_label("Holds from").fill(on)
    page.get_by_label("Runs out after").fill(until)
    page.get_by_role("button", name="Add the version").click()
    row = page.locator("li", has_text=f"Version {version}")
    row.locator("input[type=date]").first.fill(on)
    row.get_by_role("button", name="Signed on this day").click()
    expect(page.locator("li", has_text=f"Version {version}")).to_contain_text("signed")


@pytest.mark.timeout(480)  # two servers, one after the other
@pytest.mark.req("LEGAL-03", "LEGAL-04", "PLUS-27", "POC-09")
def test_a_baa_that_runs_out_while_a_poc_runs_shuts_the_door_until_another_is_signed(visitor, world):
    olivia, priya = visitor("olivia"), visitor("priya")
    page = olivia.go("/pocs/?f=state.is.running&cols=account,state,data")
    row = page.locator("tr[data-row]", has_text="None yet").first
    account = row.locator("td").nth(2).inner_text().strip()
    row.locator("a.nm").click()
    page.wait_for_url(re.compile(r"/pocs/[0-9a-f-]{36}/"))
    poc = page.url.removeprefix(world.address)
    expect(page.locator("main")).to_contain_text("No patient data yet")

    day = datetime.now(ZoneInfo("America/New_York")).date()
    agree(priya.page, world.address, account, "short", day.isoformat(), day.isoformat())
    olivia.go(poc)
    with page.expect_navigation():
        page.locator("tr", has_text="Data integration").get_by_role("button", name="Reached").click()
    expect(page.locator("main")).not_to_contain_text("No patient data yet")
    fill(page, "Record a reading", READING, "Record")
    expect(page.locator("main")).to_contain_text("57.1 %")

    with later(world, days=2) as then:
        page = in_two_days(olivia, then, "olivia")
        page.goto(then.address + poc)
        expect(page.locator("main")).to_contain_text("The doors of patient data are shut")
        expect(page.locator("main")).to_contain_text("ran out on")
        page.get_by_role("button", name="Record a reading").first.click()
        dialog = page.locator("dialog[open]")
        dialog.get_by_label("Criterion").select_option("nurses_using_it")
        dialog.get_by_label("How many").first.fill("90")
        dialog.get_by_label("Of how many").fill("140")
        dialog.get_by_role("button", name="Record", exact=True).click()
        expect(page.locator("#refusals, dialog[open]").filter(has_text="Sign a BAA").first).to_be_visible()
        page.context.close()

        page = in_two_days(priya, then, "priya")
        agree(page, then.address, account, "renewed", (day + timedelta(days=400)).isoformat(), (day + timedelta(days=2)).isoformat())
        page.context.close()

        page = in_two_days(olivia, then, "olivia")
        page.goto(then.address + poc)
        expect(page.locator("main")).not_to_contain_text("The doors of patient data are shut")
        fill(page, "Record a reading", {**READING, "How many": "91"}, "Record")
        expect(page.locator("main")).to_contain_text("65 %")
        page.context.close()


def in_two_days(who, then, name: str) -> Page:
    """The person logged in anew, days later, in a window of their own."""
    page = who.page.context.browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.set_default_timeout(15_000)
    page.goto(then.link(name))
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(then.address + "/")
    return page
