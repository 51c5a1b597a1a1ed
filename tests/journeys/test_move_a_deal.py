"""A rep moves deals on the board: dragged by mouse, carried by keyboard, refused at a gate and mended right there."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect


def new_deal(page, address, name, words="ABC"):
    """A deal of the rep's own, opened from the board; its card's name."""
    page.goto(address + "/opportunities/board/?f=owner.is.me")
    page.get_by_role("button", name="New deal").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("With whom").press_sequentially(words)
    expect(dialog.get_by_role("radio").first).to_be_checked()
    dialog.get_by_label("What it is called").fill(name)
    dialog.get_by_label("A year, in $").fill("310,000")
    dialog.get_by_role("button", name="Open the deal").click()
    page.wait_for_url(re.compile(r"/opportunities/[0-9a-f-]{36}/"))
    return page.url


def board(page, address):
    page.goto(address + "/opportunities/board/?f=owner.is.me")


def column(page, stage):
    return page.locator(f'[data-stage="{stage}"]')


@pytest.mark.req("PIPE-17", "PIPE-18", "PIPE-25")
def test_a_card_is_dragged_and_the_gate_asks_before_it_moves(visitor):
    olivia = visitor("olivia")
    page, address = olivia.page, olivia.world.address
    new_deal(page, address, "Dragged deal")
    board(page, address)
    card = page.locator(".kcard", has_text="Dragged deal")
    card.drag_to(column(page, "O2").locator(".col-b"))
    gate = page.get_by_role("dialog")
    expect(gate.get_by_role("heading", level=2)).to_have_text("Before Dragged deal goes to Discovery")
    expect(gate).to_contain_text("Identified minimum 3 stakeholders")
    expect(column(page, "O1").locator(".kcard", has_text="Dragged deal")).to_be_visible()
    page.keyboard.press("Escape")
    expect(gate).to_be_hidden()
    expect(column(page, "O1").locator(".kcard", has_text="Dragged deal")).to_be_visible()

    card.drag_to(column(page, "O2").locator(".col-b"))
    gate.get_by_label("What shows: Validated BANT qualification").fill("Budget letter")
    gate.locator(".gate-line", has_text="Validated BANT").get_by_role("button", name="Tick it").click()
    expect(gate.locator(".gate-line.met", has_text="Validated BANT")).to_contain_text("Budget letter")
    gate.get_by_role("button", name="Move", exact=True).click()
    expect(column(page, "O2").locator(".kcard", has_text="Dragged deal")).to_be_visible()


@pytest.mark.req("PIPE-25", "UI-03")
def test_a_card_is_carried_by_the_keyboard_alone(visitor):
    olivia = visitor("olivia")
    page, address = olivia.page, olivia.world.address
    new_deal(page, address, "Carried deal")
    board(page, address)
    card = page.locator(".kcard", has_text="Carried deal")
    card.focus()
    page.keyboard.press("Space")
    expect(page.locator("[data-board-said]")).to_contain_text("Carried deal taken")
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-board-said]")).to_have_text("Discovery")
    page.keyboard.press("Escape")
    expect(page.locator("[data-board-said]")).to_contain_text("stays where it is")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    gate = page.get_by_role("dialog")
    expect(gate).to_contain_text("Before Carried deal goes to Discovery")
    gate.get_by_role("button", name="Move", exact=True).press("Enter")
    expect(column(page, "O2").locator(".kcard", has_text="Carried deal")).to_be_visible()


@pytest.mark.req("PIPE-17", "PIPE-18")
def test_a_gate_that_is_shut_refuses_in_the_dialog_and_a_manager_passes_it(visitor):
    olivia = visitor("olivia")
    page, address = olivia.page, olivia.world.address
    url = new_deal(page, address, "Gated deal")
    board(page, address)
    page.locator(".kcard", has_text="Gated deal").focus()
    for key in ("Space", *["ArrowRight"] * 6, "Enter"):
        page.keyboard.press(key)
    gate = page.get_by_role("dialog")
    expect(gate).to_contain_text("Managers and admins skip stages")
    expect(gate.locator('button[form="move-form"]')).to_be_disabled()
    page.keyboard.press("Escape")

    marian = visitor("marian")
    marian.expected.add(422)
    marian.go(url.removeprefix(address))
    marian.page.get_by_role("button", name=re.compile("^More")).or_(marian.page.locator("summary[aria-label=More]")).first.click()
    marian.page.get_by_role("button", name="Move to another stage").click()
    dialog = marian.page.get_by_role("dialog")
    dialog.get_by_label("To which stage").select_option(label="Proposal Sent")
    expect(dialog).to_contain_text("Leaves out")
    dialog.get_by_label("Why", exact=True).fill("They bought by letter")
    dialog.get_by_label("Why it may pass all the same").fill(" ")
    dialog.get_by_role("button", name="Move on").click()
    expect(dialog).to_contain_text("Not moved")
    marian.complaints.clear()  # htmx says in the console that it was refused, as it should be
    dialog.get_by_label("Why", exact=True).fill("They bought by letter")
    dialog.get_by_label("Why it may pass all the same").fill("The letter is in the file")
    dialog.get_by_role("button", name="Move on").click()
    expect(marian.page.locator(".path [aria-current=step]")).to_have_text("Proposal")
    expect(marian.page.locator("#timeline")).to_contain_text("They bought by letter")
