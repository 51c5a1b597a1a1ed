"""A rep reads what her contact wrote, answers there, and finds both in the thread; the copy her mailbox keeps is no second mail."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.imap_peer import imap_peer
from tests.journeys.test_connect_a_mailbox import OLIVIA, _deal_with_a_contact
from tests.mails import mail


def _kept(page, number: int) -> None:
    """Wait until the mailbox says that it kept so many mails of those it looked at."""
    for _ in range(60):
        page.reload()
        if f"{number} looked at" in page.get_by_role("main").inner_text():
            return
        page.wait_for_timeout(1500)
    raise AssertionError(page.get_by_role("main").inner_text())


def _dropped(folder: Path, subject: str) -> bytes:
    """The letter of that subject, as it was handed to the mail server."""
    for one in folder.rglob("*.eml"):
        if message_from_bytes(one.read_bytes(), policy=policy.default)["Subject"] == subject:
            return one.read_bytes()
    return b""


@pytest.mark.req("PLUS-31", "UI-01")
def test_an_answer_is_written_where_the_mail_is_read(visitor):
    olivia = visitor("olivia")
    deal, contact = _deal_with_a_contact(olivia)
    port, at = olivia.world.mailbox_port, datetime.now(UTC) - timedelta(hours=1)
    with imap_peer(port=port) as (peer, _):
        peer.put(mail(contact, OLIVIA, "The pilot at your site", "Would May suit you?\n", id="1@journey.example", at=at))
        page = olivia.go("/me/mailboxes/")
        for label, value in (("IMAP server", "127.0.0.1"), ("Port", str(port)), ("User name", "olivia"), ("Password", "a real password")):
            page.get_by_label(label).fill(value)
        page.get_by_label("Security").select_option("none")
        page.get_by_role("button", name="Log in and connect").click()
        page.wait_for_url(re.compile(r"/me/mailboxes/[0-9a-f-]{36}/"))
        box = page.url.removeprefix(olivia.world.address)
        _kept(page, 1)

        page = olivia.go(deal)
        page.locator("#mail").get_by_role("link", name="The pilot at your site").click()
        page.wait_for_url(re.compile(r"/threads/"))
        thread = page.url.removeprefix(olivia.world.address)
        page.keyboard.press("r")
        expect(page.get_by_role("heading", level=1)).to_contain_text(f"Answer {contact.partition(' <')[0]}")
        expect(page.get_by_label("Subject")).to_have_value("Re: The pilot at your site")
        expect(page.get_by_label("Letter", exact=True)).to_be_focused()
        page.get_by_label("Letter", exact=True).fill("May suits us well.")
        expect(page.locator("#looked")).to_contain_text("> Would May suit you?")
        expect(page.locator("#looked")).to_contain_text("They wrote last")
        expect(page.locator("#looked")).not_to_contain_text("No more of these")
        page.get_by_role("button", name="Send").click()
        page.wait_for_url(re.compile(r"/threads/[0-9a-f-]{36}/$"))
        expect(page.get_by_role("article")).to_have_count(2)
        expect(page.get_by_role("article").last).to_contain_text("May suits us well.")
        expect(page.get_by_role("article").last).not_to_contain_text("Would May suit you?")

        folder = Path(olivia.world.environment["ROUNDS_MAIL_DROP"])
        for _ in range(40):
            if copy := _dropped(folder, "Re: The pilot at your site"):
                break
            page.wait_for_timeout(500)
        said = message_from_bytes(copy, policy=policy.default)
        assert (said["In-Reply-To"], said["References"]) == ("<1@journey.example>", "<1@journey.example>")
        peer.put(copy, "Sent")
        peer.put(mail(contact, OLIVIA, "Re: The pilot at your site", "Good.\n", id="2@journey.example", answers=said["Message-ID"].strip("<>"),
                      at=datetime.now(UTC) + timedelta(seconds=2)))  # fmt: skip
        page = olivia.go(box)
        _kept(page, 3)
        page = olivia.go(thread)
        expect(page.get_by_role("article")).to_have_count(3)
        expect(page.get_by_role("article").last).to_contain_text("Good.")

        caleb = visitor("caleb")
        caleb.expected.add(404)
        caleb.go(f"{thread}answers/new/")
        expect(caleb.page.get_by_label("Letter", exact=True)).to_have_count(0)
