"""A rep connects her mailbox with a wrong password, then the right one, and reads the thread on the page of her deal a moment later."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.imap_peer import imap_peer
from tests.mails import mail

OLIVIA = "Olivia Grant <olivia@northwind-rounds.example>"


@pytest.mark.req("PLUS-31", "UI-01")
def test_a_mailbox_brings_the_thread_of_a_deal(visitor):
    olivia = visitor("olivia")
    deal, contact = _deal_with_a_contact(olivia)
    port = olivia.world.mailbox_port
    begun = datetime.now(UTC) - timedelta(hours=3)
    with imap_peer(port=port) as (peer, _):
        peer.put(mail(OLIVIA, contact, "The pilot at your site", "Shall we begin in May?\n", id="1@journey.example", at=begun), "Sent")
        peer.put(mail(contact, OLIVIA, "Re: The pilot at your site", "May suits us well.\n\nOn Monday Olivia wrote:\n> Shall we begin in May?\n", id="2@journey.example",
                      at=begun + timedelta(hours=1), answers="1@journey.example", files={"plan.pdf": b"x" * 2000}))  # fmt: skip
        peer.put(mail("Sam <sam@gmail.com>", OLIVIA, "Sunday", id="3@journey.example", at=begun))
        page = olivia.go("/me/")
        page.get_by_role("link", name="Mailboxes").click()
        page.get_by_label("IMAP server").fill("127.0.0.1")
        page.get_by_label("Port").fill(str(port))
        page.get_by_label("Security").select_option("none")
        page.get_by_label("User name").fill("olivia")
        page.get_by_label("Password").fill("wrong")
        olivia.expected.add(422)
        page.get_by_role("button", name="Log in and connect").click()
        expect(page.get_by_role("alert")).to_contain_text("does not let olivia in")
        page.get_by_label("Password").fill("a real password")
        page.get_by_role("button", name="Log in and connect").click()
        page.wait_for_url(re.compile(r"/me/mailboxes/[0-9a-f-]{36}/"))
        for _ in range(40):
            page.reload()
            if "2 kept" in page.get_by_role("main").inner_text():
                break
            page.wait_for_timeout(1500)
        expect(page.get_by_role("main")).to_contain_text("3 looked at")
        expect(page.get_by_role("main")).to_contain_text("2 kept")

        page = olivia.go(deal)
        mails = page.locator("#mail")
        expect(mails).to_contain_text("The pilot at your site")
        expect(page.locator("#timeline")).to_contain_text("wrote to us")
        mails.get_by_role("link", name="The pilot at your site").click()
        page.wait_for_url(re.compile(r"/threads/"))
        expect(page.get_by_role("article")).to_have_count(2)
        expect(page.get_by_role("article").last).to_contain_text("May suits us well.")
        expect(page.get_by_role("article").last).not_to_contain_text("Olivia wrote")
        expect(page.get_by_role("article").last).to_contain_text("plan.pdf")

        caleb = visitor("caleb")
        caleb.expected.add(404)
        caleb.go(page.url.removeprefix(caleb.world.address))
        expect(caleb.page.get_by_role("article")).to_have_count(0)


def _deal_with_a_contact(olivia) -> tuple[str, str]:
    """A deal of hers and the address of its contact."""
    page = olivia.go("/opportunities/?f=owner.is.me")
    for link in [one.get_attribute("href") for one in page.locator("tr[data-row] a.nm").all()]:
        page = olivia.go(link)
        for contact in {one.get_attribute("href") for one in page.locator("main a[href^='/contacts/']").all()}:
            page = olivia.go(contact)
            address = page.locator("a[href^='mailto:']").first
            if address.count():
                return link, f"{page.get_by_role('heading', level=1).inner_text()} <{address.get_attribute('href').removeprefix('mailto:')}>"
    raise AssertionError("no deal of hers has a contact with an address")
