"""An automation comes to nothing: it is read, what it lacked is mended, and it is done again, but only the rest of it."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect


@pytest.mark.req("AUTO-10", "AUTO-02")
def test_a_refused_step_is_read_mended_and_replayed(visitor, world):
    answers = ("market_leadership=leader", "it_infrastructure=hybrid", "innovation=moderate", "project_timeline=near_term",
               "competitive_pressure=medium")  # fmt: skip
    said = [part for answer in answers for part in ("--answer", answer)]
    lead = json.loads(world.run("lead", "add", "--name", "Nils Placeless", "--source", "Web form", "--fact", "beds=612", "--fact", "ehr=Epic",
                                *said, "--json"))  # fmt: skip
    ada = visitor("ada")
    page = ada.go("/automations/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("run")
    for _ in range(30):
        page.goto(f"{world.address}/automations/lead_warm/?state=refused")
        if page.get_by_role("link", name="Nils Placeless").count():
            break
        page.wait_for_timeout(1000)
    page.get_by_role("row", name="Nils Placeless").get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("was refused")
    task = page.get_by_role("row", name="Follow-up task")
    expect(task).to_contain_text("nobody owns the record")
    run = page.url

    page.get_by_role("link", name="Nils Placeless").click()
    page.get_by_role("button", name="Assign").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Owner").select_option(label="Olivia Grant")
    dialog.get_by_role("button").last.click()
    expect(page.locator("main")).to_contain_text("Olivia Grant")

    page.goto(run)
    page.get_by_role("button", name="Do the rest again").click()
    expect(page.get_by_role("row", name="Follow-up task")).to_contain_text("Done", timeout=30_000)
    expect(page.get_by_role("row", name="Assignment to an account executive")).to_contain_text("done (inline)")
    assert lead
