"""The Thursday report arrives by mail; its link opens it, and every number in it leads to where it comes from."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from rounds.kit import mail_drop

PATIENCE = 90


def letter_to(folder: Path, person: str, subject: str) -> mail_drop.Dropped:
    """The letter, once the worker has sent it."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found = [one for one in mail_drop.letters(folder) if person in one.to and one.subject.startswith(subject)]
        if found:
            return found[0]
        time.sleep(0.5)
    raise AssertionError(f"no letter “{subject}” for {person} within {PATIENCE} s")


@pytest.mark.req("REPORT-02", "REPORT-09")
def test_a_report_arrives_by_mail_and_its_numbers_open(visitor, world):
    assert "the worker makes it for" in world.run("report", "send", "thursday")
    letter = letter_to(Path(world.environment["ROUNDS_MAIL_DROP"]), "marian@", "Thursday forecast update")
    assert "brings $" in letter.text
    assert "What changed since Monday:" in letter.text
    place = re.search(re.escape(world.address) + r"(/reports/thursday/[0-9a-f-]+/)\s", letter.text)[1]
    boss = visitor("marian")
    page = boss.go(place)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thursday forecast update")
    expect(page.get_by_role("heading", name="What changed since Monday")).to_be_visible()
    expect(page.get_by_text("its mark")).to_contain_text("holds")
    leads = {link.get_attribute("href") for link in page.locator("main a.lnk[href^='/']").all()} - {None}
    assert any(one.startswith("/forecast/?quarter=") for one in leads)
    assert any(one.startswith("/numbers/") for one in leads)
    for one in sorted(leads):
        if not one.startswith("/opportunities/") and not one.startswith("/tasks/"):
            boss.go(one)
            expect(page.get_by_role("heading", level=1)).to_be_visible()
    boss.go(place)
    with page.expect_download() as paper:
        page.get_by_role("link", name="PDF").click()
    assert Path(paper.value.path()).read_bytes()[:5] == b"%PDF-"
    world.run("report", "send", "thursday")
    time.sleep(3)
    folder = Path(world.environment["ROUNDS_MAIL_DROP"])
    assert sum("marian@" in one.to and one.subject.startswith("Thursday") for one in mail_drop.letters(folder)) == 1, "once"
