"""Three people of one health system are enrolled: a cap of the system holds the third letter back and says why; one of them
answers, and the system's other sequences stop."""

from __future__ import annotations

import email
import json
import re
import time
from email.policy import default
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import expect

from tests.imap_peer import imap_peer
from tests.mails import mail

OLIVIA = "Olivia Grant <olivia@northwind-rounds.example>"
CAPPED = "Newfound Health got 2 of at most 2 mails in a day"
LIST = "/enrolments/?f=sequence.is.initial_outreach&f=state.is.active&sort=-enrolled"
PEOPLE = (("Ana Soto", "Chief Information Officer"), ("Ben Arun", "Chief Medical Officer"), ("Cleo Dunn", "Chief Medical Officer"))
AT_ANY_HOUR = (
    ("days: [monday, tuesday, wednesday, thursday, friday]", "days: [monday, tuesday, wednesday, thursday, friday, saturday, sunday]"),
    ('start: "09:00"', 'start: "00:00"'), ('end: "16:30"', 'end: "23:59"'), ("closed: next_business_day", "closed: send_exactly"),
    ("{most: 3, days: 1, added: true}", "{most: 2, days: 1, added: true}"),
)  # fmt: skip
"""What the company changes in its method: letters go at any hour, two a day to one health system."""


def known(world, token: str, noun: str, said: dict) -> str:
    """The id of what was just made by the API."""
    asked = Request(f"{world.address}/api/v1/{noun}", json.dumps(said).encode(), {"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
    with urlopen(asked, timeout=30) as answer:
        return json.load(answer)["id"]


def delivered(world, most: int) -> dict[str, str]:
    """To whom at this hospital a letter was brought → its Message-ID; waits until there are so many."""
    for _ in range(60):
        files = sorted(Path(world.environment["ROUNDS_MAIL_DROP"]).glob("*.eml"))
        found = [email.message_from_bytes(file.read_bytes(), policy=default) for file in files]
        sent = {letter["To"]: letter["Message-ID"].strip("<>") for letter in found if "newfound.example" in letter["To"]}
        if len(sent) >= most:
            return sent
        time.sleep(1)
    raise AssertionError(f"{sent} after a minute")


@pytest.fixture
def people(world, tmp_path) -> list[str]:
    """The addresses of the pages of three people of one new health system; the method changed."""
    world.run("playbook", "export", str(tmp_path / "book"))
    rules = tmp_path / "book" / "reach" / "rules.yaml"
    text = rules.read_text()
    for before, after in AT_ANY_HOUR:
        assert before in text
        text = text.replace(before, after, 1) if "most" not in before else re.sub(r"(buying_unit:\n\s+- )\{most: 3", r"\1{most: 2", text)
    rules.write_text(text)
    world.run("playbook", "publish", str(tmp_path / "book"), "--reason", "Letters go at any hour")
    scopes = ["--scope", "accounts:write", "--scope", "contacts:write"]
    token = json.loads(world.run("user", "token", "olivia@northwind-rounds.example", "--name", "t", *scopes, "--json"))["token"]
    account = known(world, token, "accounts", {"name": "Newfound Health", "state": "NY", "beds": 612, "website": "https://www.newfound.example"})
    return [f"/contacts/{known(world, token, 'contacts', {'account': account, 'name': name, 'title': title, 'email': f'{name.split()[0].lower()}@newfound.example'})}/"
            for name, title in PEOPLE]  # fmt: skip


@pytest.mark.req("COMM-01", "COMM-09", "ABM-28", "PLUS-31")
def test_a_cap_holds_a_letter_back_and_an_answer_stops_the_system(visitor, world, people):
    olivia = visitor("olivia")
    for path in people:
        page = olivia.go(f"{path}enrolments/new/?sequence=initial_outreach")
        expect(page.locator("main")).to_contain_text("Introduction & Value Proposition")
        page.get_by_role("button", name=re.compile("^Enrol ")).click()
        page.wait_for_url(re.compile(r"/enrolments/[0-9a-f-]{36}/"))

    page = olivia.go(LIST)
    reloaded(page, CAPPED)
    page.locator("tr[data-row]", has_text=CAPPED).locator("a.nm").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"waits: {CAPPED}")
    expect(page.locator("main")).to_contain_text("Held back")
    expect(page.locator("main")).to_contain_text("Asked again")
    held = page.url.removeprefix(world.address)
    sent = delivered(world, 2)
    assert len(sent) == 2, "the third letter stays here"

    with imap_peer(port=world.mailbox_port) as (peer, _):
        whom, letter = next(iter(sent.items()))
        peer.put(mail(whom, OLIVIA, "Re: hello", "Let us talk.\n", id="a@newfound.example", answers=letter))
        connect(olivia, world.mailbox_port)
        page = olivia.go(held)
        reloaded(page, "Somebody there answered")
    expect(page.locator("main")).to_contain_text("Somebody else of this health system answered a letter of a sequence.")
    page = olivia.go("/enrolments/?f=sequence.is.initial_outreach&f=state.is.ended&q=Newfound")
    expect(page.locator("tr[data-row]", has_text="Newfound Health").filter(has_text="Somebody there answered")).to_have_count(2)
    expect(page.locator("tr[data-row]", has_text="Newfound Health").filter(has_text="They answered")).to_have_count(1)


def reloaded(page, words: str) -> None:
    """Until the page says one of these."""
    for _ in range(60):
        if re.search(words, page.get_by_role("main").inner_text()):
            return
        page.wait_for_timeout(1000)
        page.reload()
    raise AssertionError(page.get_by_role("main").inner_text())


def connect(olivia, port: int) -> None:
    """She connects her mailbox."""
    page = olivia.go("/me/mailboxes/")
    page.get_by_label("IMAP server").fill("127.0.0.1")
    page.get_by_label("Port").fill(str(port))
    page.get_by_label("Security").select_option("none")
    page.get_by_label("User name").fill("olivia")
    page.get_by_label("Password").fill("a real password")
    page.get_by_role("button", name="Log in and connect").click()
    page.wait_for_url(re.compile(r"/me/mailboxes/[0-9a-f-]{36}/"))
