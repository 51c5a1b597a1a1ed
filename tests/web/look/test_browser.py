"""The sheet of components in a browser: axe finds nothing, the keyboard does everything, nothing typed is lost."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

PHONE = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 700}
DESK = {"width": 1440, "height": 900}


def violations(page) -> list[str]:
    """What axe finds, one line a rule with where."""
    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {v['help']} at {[n['target'] for n in v['nodes']][:4]}" for v in found]


@pytest.mark.req("UI-03")
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing(look, theme, size):
    look.page.set_viewport_size(size)
    page = look.open(theme=theme)
    page.wait_for_selector("[data-chart] canvas")
    assert violations(page) == []


@pytest.mark.req("UI-03")
def test_axe_finds_nothing_in_what_opens(look):
    page = look.open()
    page.keyboard.press("f")
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.locator("details.self > summary").click()
    assert violations(page) == []
    page.keyboard.press("Control+k")
    page.wait_for_selector("#palette [role=option]")
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert violations(page) == []


@pytest.mark.req("UI-03")
@pytest.mark.parametrize(
    "size", [PHONE, NARROW, {"width": 768, "height": 900}, {"width": 1000, "height": 800}], ids=str
)
def test_no_width_needs_sideways_scrolling(look, size):
    look.page.set_viewport_size(size)
    page = look.open()
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_the_content_policy_is_kept(look):
    page = look.open()
    page.wait_for_selector("#sheet-map canvas")
    for mode in ("Fit", "Budget window", "Territory", "Tier"):
        page.get_by_role("button", name=mode, exact=True).click()
    page.keyboard.press("Control+k")
    page.wait_for_selector("#palette [role=option]")
    assert look.complaints == []


@pytest.mark.req("UI-01")
def test_the_palette_finds_and_gives_the_focus_back(look):
    page = look.open()
    button = page.get_by_role("button", name="Search or jump to, control K")
    button.focus()
    page.keyboard.press("Control+k")
    expect(page.locator("#palette [role=option]").first).to_have_attribute("aria-selected", "true")
    page.keyboard.type("osp")
    expect(page.locator("#palette [role=option] b").first).to_have_text("Osp")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#palette [role=option]").nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    page.keyboard.press("Control+k")
    page.keyboard.type("zzz")
    expect(page.get_by_text("Nothing found for “zzz”")).to_be_visible()
    page.locator("#palette input").fill("osp")
    expect(page.locator("#palette [role=option] b").first).to_have_text("Osp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/9/")


@pytest.mark.req("UI-02")
def test_a_list_by_keyboard(look):
    page = look.open()
    rows = page.locator("tr[data-row]")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("x")
    expect(rows.nth(1)).to_have_attribute("aria-selected", "true")
    expect(page.locator("[data-bulk-said]")).to_have_text("1 selected")
    page.keyboard.press(" ")
    expect(page.locator("#preview h2")).to_have_text("Unit /accounts/2/preview/")
    page.keyboard.press("k")
    expect(page.locator("#preview h2")).to_have_text("Unit /accounts/1/preview/")
    expect(rows.first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#preview")).to_be_hidden()
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/1/")


@pytest.mark.req("UI-02")
def test_everything_that_matches_can_be_selected(look):
    page = look.open()
    page.get_by_label("Select all on this page").check()
    expect(page.locator("[data-bulk-said]")).to_have_text("6 selected")
    page.get_by_role("button", name="Select all 312 leads that match").click()
    expect(page.locator("[data-bulk-said]")).to_have_text("312 selected")
    expect(page.locator("[data-all]")).to_have_value("1")
    page.get_by_label("Select Brackenfold Health System").uncheck()
    expect(page.locator("[data-all]")).to_have_value("")


def test_letters_are_letters_while_typing_and_can_be_switched_off(look):
    page = look.open()
    page.get_by_label("Name", exact=True).click()
    page.keyboard.type("jjx?/")
    expect(page.get_by_label("Name", exact=True)).to_have_value("jjx?/")
    assert page.locator("tr.cursor").count() == 0
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    expect(page.locator("[data-keys-here]")).to_contain_text("Assign the 263")
    page.get_by_label("Single letters act as keys").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert page.locator("tr.cursor").count() == 0


def test_g_and_a_letter_go_to_a_place(look):
    page = look.open()
    page.keyboard.press("g")
    page.keyboard.press("p")
    page.wait_for_url("**/playbook/")


@pytest.mark.req("UI-02")
def test_a_question_shows_its_consequence_and_is_answered_in_place(look):
    page = look.open()
    form = page.locator("#q-budget")
    form.get_by_text("1–2").click()
    expect(form.locator(".conseq")).to_have_text("Makes 56, Cold")
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    path, sent, _ = look.asked[-1]
    assert path == "/accounts/1/answers/"
    assert sent["level"] == ["1_2"]
    assert sent["criterion"] == ["budget"]
    assert sent["source"] == ["c1"]


def test_a_refusal_is_a_sentence_beside_the_page_and_loses_nothing(look):
    page = look.open()
    form = page.locator("#q-budget")
    form.get_by_text("Under 1").click()
    form.get_by_role("button", name="Save").click()
    expect(page.locator("#refusals")).to_have_text(re.compile("Ask again."))
    expect(form.locator("input[value=under_1]")).to_be_checked()
    page.locator("#refusals").get_by_role("button", name="Close").click()
    expect(page.locator("#refusals")).to_be_empty()


def test_a_fault_is_said_in_our_words(look):
    page = look.open()
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#refusals")).to_contain_text("The server had a fault")
    expect(page.get_by_text("Assigning 263 accounts")).to_be_visible()


@pytest.mark.req("UI-02")
def test_a_cell_becomes_a_field_and_esc_gives_it_back(look):
    page = look.open()
    page.get_by_role("button", name="change Budget").click()
    field = page.get_by_label("Budget", exact=True)
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    button = page.get_by_role("button", name="change Budget")
    expect(button).to_be_focused()
    button.click()
    expect(page.get_by_label("Budget", exact=True)).to_be_focused()


@pytest.mark.req("UI-03")
def test_typed_text_outlives_the_session(look):
    page = look.open()
    page.get_by_label("Name", exact=True).fill("Half a name")
    page.goto(look.server.url + "/login/")
    look.open()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Half a name")
    expect(page.get_by_text(re.compile("What you typed at .* is back"))).to_be_visible()
    page.get_by_role("button", name="Discard it").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("")


def test_another_person_does_not_see_what_was_kept(look):
    page = look.open()
    page.get_by_label("Name", exact=True).fill("Half a name")
    look.open(pk="u-2")
    expect(page.get_by_label("Name", exact=True)).to_have_value("")


def test_the_theme_changes_at_once_and_is_sent(look):
    page = look.open()
    page.locator("details.self > summary").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.wait_for_function("getComputedStyle(document.body).backgroundColor === 'rgb(15, 20, 22)'")
    assert look.asked[-1][:2] == ("/self/theme/", {"theme": ["dark"]})


def test_the_device_decides_when_the_person_did_not(look):
    look.page.emulate_media(color_scheme="dark")
    page = look.open(theme="system")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(15, 20, 22)"


def test_points_of_a_picture_are_walked_by_arrows(look):
    page = look.open()
    page.wait_for_selector("#sheet-map canvas")
    page.locator("#sheet-map").focus()
    page.keyboard.press("ArrowRight")
    said = page.locator("figure:has(#sheet-map) [data-chart-said]")
    expect(said).to_have_text(re.compile(r"^Unit \d+, Tier 1, 1 of 225$"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/*/")


@pytest.mark.req("UI-02")
def test_the_filter_builder_writes_the_address(look):
    page = look.open()
    page.keyboard.press("f")
    group = page.locator("[data-group]").first
    expect(group.locator("[data-value] input").first).to_have_value("500")
    group.locator("[data-value] input").first.fill("250")
    group.get_by_role("button", name="And").click()
    row = group.locator("[data-condition]").last
    row.get_by_label("Field").select_option("state")
    row.locator("summary").click()
    row.get_by_label("New Jersey").check()
    page.locator("[data-group]").nth(1).get_by_label("Remove this condition").last.click()
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**/look/?sort=-beds&f=*")
    assert "f=beds.gte.250&f=ehr.is.Epic&f=state.is.NJ&or=state.is.NY%2CNJ" in page.url


def test_a_hint_shows_on_focus_and_goes_with_escape(look):
    page = look.open()
    page.get_by_role("button", name="HCRIS FY2025").focus()
    expect(page.locator(".tip")).to_have_text(re.compile("^Cost report of CCN"))
    page.keyboard.press("Escape")
    expect(page.locator(".tip")).to_be_hidden()


def test_a_dialog_gives_the_focus_back(look):
    page = look.open()
    opener = page.get_by_role("button", name="Open a dialog")
    opener.click()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()


@pytest.mark.req("UI-02")
def test_a_toast_offers_undo_for_ten_seconds(look):
    look.page.clock.install()
    page = look.open()
    page.locator(".specs [data-toast]").get_by_role("button", name="Undo").click()
    toast = page.locator("#toasts [data-toast]")
    expect(toast).to_have_text("Taken back")
    page.clock.fast_forward(9_000)
    expect(toast).to_be_visible()
    page.clock.fast_forward(2_000)
    expect(toast).to_have_count(0)


def test_the_builder_closes_with_escape_and_gives_the_focus_back(look):
    page = look.open()
    page.keyboard.press("f")
    expect(page.locator("#builder")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#builder")).to_be_hidden()
    expect(page.get_by_role("button", name="Filter", exact=False).first).to_be_focused()
