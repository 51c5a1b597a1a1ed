"""People come and go: invited, a password, the first page; sent away, and the other browser is out."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

PASSWORD = "copper lantern thursday orchard"


@pytest.mark.req("SEC-02", "SEC-04")
def test_somebody_is_invited_works_and_is_sent_away(visitor):
    ada = visitor("ada")
    page = ada.go("/people/")
    page.get_by_role("link", name="Invite N").click()
    page.get_by_label("Name").fill("Nora Fields")
    page.get_by_label("Work mail").fill("nora@northwind-rounds.example")
    page.get_by_label("Role").select_option("ae")
    page.get_by_label("Northeast").check()
    page.get_by_role("button", name="Make the invitation").click()
    expect(page.get_by_role("heading", name="Nora Fields is invited")).to_be_visible()
    link = page.get_by_label("Invitation").input_value()

    nora = visitor()
    theirs = nora.page
    theirs.goto(link)
    theirs.get_by_role("button", name="Log in").click()
    expect(theirs.get_by_role("heading", name="Choose a password")).to_be_visible()
    nora.expected.add(422)
    theirs.get_by_label("New password").fill("NoraFields1!")
    theirs.get_by_label("Once more").fill("NoraFields1!")
    theirs.get_by_role("button", name="Set the password").click()
    expect(theirs.get_by_text("Add words that have nothing to do with you")).to_be_visible()
    theirs.get_by_label("New password").fill(PASSWORD)
    theirs.get_by_label("Once more").fill(PASSWORD)
    theirs.get_by_role("button", name="Set the password").click()
    theirs.wait_for_url(re.compile(r"/$"))
    nora.go("/leads/")
    expect(theirs.get_by_role("navigation", name="Main")).to_be_visible()

    page.get_by_role("link", name="To Nora Fields’s page").click()
    page.get_by_role("link", name="Send away").click()
    page.get_by_label("Who gets").select_option(label="Olivia Grant")
    page.get_by_label("Why").fill("Left the company")
    page.get_by_role("button", name="Send Nora Fields away").click()
    expect(page.get_by_text("Nora Fields is sent away")).to_be_visible()

    nora.go("/leads/")
    expect(theirs.get_by_role("heading", name="Log in")).to_be_visible()
    theirs.get_by_label("Work mail").fill("nora@northwind-rounds.example")
    theirs.get_by_label("Password", exact=True).fill(PASSWORD)
    theirs.get_by_role("button", name="Log in", exact=True).click()
    expect(theirs.get_by_role("alert")).to_be_visible()
