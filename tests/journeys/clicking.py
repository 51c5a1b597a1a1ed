"""What several journeys do in the same way: a dialog filled in, a letter opened, a signature service that speaks."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import time
from datetime import datetime, timedelta
from urllib.request import Request, urlopen
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect


def fill(page: Page, opener: str, said: dict[str, str], button: str) -> None:
    """Open a dialog, say what it asks, send it, and wait for the page that follows."""
    page.get_by_role("button", name=opener, exact=True).first.click()
    dialog = page.locator("dialog[open]")
    for label, value in said.items():
        field = dialog.get_by_label(label, exact=True).or_(dialog.get_by_label(label)).first
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(index=1) if value == "first" else field.select_option(value)
        elif field.get_attribute("type") == "checkbox":
            field.check()
        else:
            field.fill(value)
    with page.expect_navigation():
        dialog.get_by_role("button", name=button, exact=True).click()


def stands_in(page: Page, deal: str, stage: str) -> None:
    """The deal stands in this stage of the row on top of its page."""
    page.goto(deal)
    expect(page.locator(".path [aria-current=step]")).to_have_text(stage)


def newest_link(visitor, to: str) -> str:
    """The link in the newest letter to this address: an administrator of a demo reads what would have been sent."""
    ada = visitor("ada")
    for _ in range(60):
        page = ada.go("/trust/mail/")
        letters = page.locator("main li").filter(has_text=to).get_by_role("link")
        if letters.count():
            letters.first.click()
            link = page.locator("main a").filter(has_text=re.compile("^http")).first
            return link.get_attribute("href")
        page.wait_for_timeout(1000)
    raise AssertionError(f"no letter to {to}")


def here(hours: float = 0) -> str:
    """The moment so many hours ago where the house is, as a field of day and time takes it."""
    return (datetime.now(ZoneInfo("America/New_York")) - timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M")


def signed_by_service(world, contract: str, name: str, *sides: tuple[str, str]) -> list[str]:
    """A signature service says who signed: an address is opened for it, then one signed message a side; the states."""
    said = world.run("contract", "hook", name, "--as", "ada@northwind-rounds.example").splitlines()
    address, secret = said[0], said[1].partition(": ")[2]
    states = []
    for side, signer in sides:
        body = json.dumps({"event_id": f"{contract}-{side}", "contract": contract, "side": side, "name": signer, "on": here()[:10]})
        moment = int(time.time())
        seal = hmac.new(secret.encode(), f"{moment}.{body}".encode(), hashlib.sha256).hexdigest()
        sent = Request(address, body.encode(), {"Content-Type": "application/json", "Rounds-Signature": f"t={moment},v1={seal}"})
        with urlopen(sent, timeout=30) as answer:
            states.append(json.load(answer)["state"])
    return states
