"""A project goes live: the plan is worked off by clicking, the customer signs in the portal, another hospital sees nothing."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect


def open_late_project(visitor):
    """Customer success opens the project that runs late, from the list of customers."""
    cora = visitor("cora")
    page = cora.go("/customers/?f=phase.is.implementing")
    for name in page.locator("tr[data-row] a.nm").all_text_contents():
        page.goto(cora.world.address + "/customers/?f=phase.is.implementing")
        page.get_by_role("link", name=name, exact=True).first.click()
        page.wait_for_url(re.compile(r"/customers/[0-9a-f-]{36}/"))
        if page.get_by_role("link", name="Chest CT worklist").count():
            page.get_by_role("link", name="Chest CT worklist").click()
            page.wait_for_url(re.compile("/implementations/"))
            return cora, page
    raise AssertionError("the demo has a project that runs late")


@pytest.mark.req("IMPL-01", "IMPL-02", "IMPL-06", "UI-01")
@pytest.mark.timeout(900)
def test_from_a_late_plan_to_a_signed_go_live(visitor):
    cora, page = open_late_project(visitor)
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text("overdue")

    # What is overdue is planned anew, with a reason that stays.
    page.get_by_role("button", name="Plan anew").click()
    page.get_by_label("Why").first.fill("Their second pen test is booked")
    page.get_by_role("button", name="Move what is overdue").click()
    expect(heading).not_to_contain_text("overdue")
    expect(page.get_by_text("Their second pen test is booked")).to_be_visible()

    # Every step up to production is ticked off by clicking; what shows it stands beside it.
    mark = page.get_by_role("button", name="Production deployment: done or moved")
    for _ in range(20):
        if not mark.count():
            break
        page.locator(".g-act button[data-opens]").first.click()
        dialog = page.locator("dialog[open]")
        dialog.get_by_label("What shows it").fill("Seen on site")
        with page.expect_navigation():
            dialog.get_by_role("button", name="Done", exact=True).click()
    expect(mark).to_have_count(0)
    own = re.search(r"/implementations/([0-9a-f-]{36})/", page.url)[1]

    # The customer's person signs in the portal, by their name.
    people = json.loads(cora.world.run("user", "list", "--json"))
    tomas = next(one for one in people if one["name"] == "Tomas Reyer" and one["role"] == "portal")
    theirs = enter(visitor, tomas["email"])
    theirs.get_by_role("link", name="Go-live: Chest CT worklist").click()
    expect(theirs.get_by_text("works with the system in production and accepts the go-live")).to_be_visible()
    theirs.get_by_label("Your title").fill("CIO")
    theirs.get_by_role("button", name="Send").click()
    expect(theirs.get_by_text("Tomas Reyer, CIO")).to_be_visible()
    expect(theirs.get_by_role("button", name="Send")).to_have_count(0)

    page.reload()
    expect(page.get_by_text("Live since").first).to_be_visible()
    expect(page.get_by_text("Tomas Reyer, CIO signed")).to_be_visible()

    # Somebody of another hospital finds nothing there.
    nadia = next(one for one in people if one["name"] == "Nadia Orlow" and one["role"] == "portal")
    other = enter(visitor, nadia["email"], expected=404)
    expect(other.get_by_role("link", name="Stroke triage, whole house", exact=True)).to_be_visible()
    expect(other.get_by_text("Chest CT worklist")).to_have_count(0)
    assert other.goto(f"{cora.world.address}/portal/projects/{own}/").status == 404


def enter(visitor, email, expected=0):
    """A customer's page after logging in by a link."""
    found = visitor()
    found.expected.add(expected)
    link = json.loads(found.world.run("user", "link", email, "--json"))["link"]
    found.page.goto(link)
    found.page.get_by_role("button", name="Log in").click()
    found.page.wait_for_url(re.compile("/portal/|/me/password/"))
    return found.go("/portal/")
