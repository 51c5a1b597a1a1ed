"""A proof of concept that is refused patient data until somebody answers for it, and one that fails, by clicking alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.clicking import fill


def open_poc(page: Page, address: str, *, state: str, data: str) -> None:
    """The first POC of the list that is in `state`, its data as `data` says."""
    page.goto(address + "/pocs/?view=all")
    row = page.locator("tr[data-row]").filter(has_text=state).filter(has_text=data).first
    row.get_by_role("link").first.click()
    page.wait_for_url(re.compile(r"/pocs/[0-9a-f-]{36}/"))


@pytest.mark.req("POC-10", "PLUS-26", "PLUS-27", "UI-01")
def test_patient_data_stays_out_until_somebody_answers_for_it(visitor):
    olivia = visitor("olivia")
    page = olivia.page
    open_poc(page, olivia.world.address, state="Running", data="None yet")
    url = page.url
    expect(page.locator("main")).to_contain_text("No patient data yet")

    olivia.expected.add(409)
    page.locator("tr").filter(has_text="Data integration").get_by_role("button", name="Reached").click()
    expect(page.locator("#refusals")).to_contain_text("stays shut")
    olivia.complaints.clear()  # htmx says in the console that it was refused, as it should be
    page.reload()
    expect(page.locator("tr").filter(has_text="Data integration").get_by_role("button", name="Reached")).to_be_visible()

    priya = visitor("priya")
    other = priya.page
    other.goto(url)
    fill(other, "Is there patient data?", {"Name of the data set": "Synthea R4, 5,000 invented patients", "Why": "Synthetic by construction"}, "Sign it")
    expect(other.locator("#data")).to_contain_text("none: Synthea R4")

    page.reload()
    with page.expect_navigation():
        page.locator("tr").filter(has_text="Data integration").get_by_role("button", name="Reached").click()
    expect(page.locator("main")).to_contain_text("Data came in")


@pytest.mark.req("POC-01", "POC-03", "POC-04", "PLUS-26", "UI-01")
def test_a_proof_of_concept_that_fails(visitor):
    olivia = visitor("olivia")
    page = olivia.page
    open_poc(page, olivia.world.address, state="Failed", data="")
    page.get_by_label("You are here").get_by_role("link").nth(1).click()
    page.wait_for_url(re.compile(r"/opportunities/[0-9a-f-]{36}/"))
    deal = page.url
    with page.expect_navigation():
        page.get_by_role("button", name="Draft another").click()
    expect(page.locator("main")).to_contain_text("What is missing before it is agreed")

    fill(page, "What it is for", {
        "Use case it is to prove": "Fewer falls on 3 East", "What it takes of the customer": "One nurse champion",
        "Conversion terms": "Signs within 30 days of a success", "Customer's executive": "first", "Customer's data owner": "first",
        "Weeks": "4",
    }, "Save")  # fmt: skip
    fill(page, "Add a criterion", {"Name": "Falls found early", "Target": "80", "Baseline": "20", "Cases planned": "60", "Mandatory": "on"}, "Add")
    expect(page.locator("main")).not_to_contain_text("What is missing before it is agreed")
    fill(page, "Record the agreement", {"Who signed": "first"}, "It is agreed")
    fill(page, "Kick it off", {}, "Kick off")
    expect(page.locator("main")).to_contain_text("version 1, locked")

    fill(page, "Hold the readout", {}, "Hold the readout")
    expect(page.locator("main")).to_contain_text("Failed:")
    fill(page, "Signed off", {"Who signed": "first"}, "Signed off")
    fill(page, "Decide", {"Decision": "stop", "Why": "Nothing was measured in time"}, "Decide")
    expect(page.get_by_role("heading", level=1).locator("..")).to_contain_text("Ended")
    expect(page.locator("main")).to_contain_text("Decided: stop")
    page.goto(deal)
    expect(page.locator("main")).to_contain_text("ended, failed")
