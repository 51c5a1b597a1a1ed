"""A text is read as a contact would get it, a gap blocks it, a letter is written and sent, and stands in its thread and timeline."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

LEADS = "/leads/?f=status.not.Disqualified,Converted&sort=-captured"


@pytest.mark.req("COMM-06", "COMM-09", "UI-01", "UI-04")
def test_a_text_is_read_and_a_letter_is_written_and_sent(visitor):
    olivia = visitor("olivia")
    page = olivia.go("/templates/")
    page.get_by_role("link", name="Thank you and resources").first.click()
    page.keyboard.press("f")
    expect(page.locator("#whom")).to_be_focused()
    page.locator("#preview p.meta a").first.click()
    expect(page.locator("#preview")).to_contain_text("demo.date is not known")
    expect(page.locator("#preview")).to_contain_text("blocks sending")
    frame = page.frame_locator("#preview iframe")
    expect(frame.locator("body")).to_contain_text("{{demo.date}}")
    expect(frame.locator("body")).to_contain_text("No more of these")

    page = olivia.go(LEADS)
    page.locator("tbody a.nm").first.click()
    expect(page.locator("h1")).to_be_visible()
    there = page.url
    page.keyboard.press("w")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Write to")
    page.get_by_label("Subject").fill("A question about {{demo.title}}")
    page.get_by_label("Letter", exact=True).fill("Hello {{contact.first_name}},\n\nmay I ask you something?\n\n{{sender.name}}")
    expect(page.locator("#looked")).to_contain_text("demo.title is not known")
    olivia.expected.add(422)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert").first).to_contain_text("demo.title is not known")
    page.get_by_label("Subject").fill("A question of ours")
    looked = page.locator("#looked")
    expect(looked).to_contain_text(re.compile("May go|Held back"))
    expect(looked.locator("#as-sent")).to_contain_text("Olivia Grant")
    page.get_by_role("button", name="Send").click()
    expect(page).to_have_url(re.compile(r"/threads/"))
    expect(page.locator("main")).to_contain_text("A question of ours")
    expect(page.locator("main")).to_contain_text(re.compile("on its way|waits|Do not send it"))
    page.goto(there)
    expect(page.locator("#mail")).to_contain_text("A question of ours")
