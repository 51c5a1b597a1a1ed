"""The first promise: from the whole market to one hospital worth a call, why, and what one question changes."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

FOUND = "/market/?f=ehr.is.Epic&f=beds.gte.500&f=territory.is.Northeast&f=window.is.soon"


def add_condition(page, name: str, *, op: str | None = None, choose: str | None = None, say: str | None = None) -> None:
    """One more row in the open filter builder."""
    page.get_by_role("button", name="And", exact=True).last.click()
    row = page.locator("[data-condition]").last
    row.get_by_label("Field").select_option(label=name)
    if op:
        row.get_by_label("Operator").select_option(label=op)
    if choose:
        row.locator("summary").click()
        row.get_by_label(choose, exact=True).check()
    if say:
        row.locator("[data-value] input").fill(say)


@pytest.mark.req("UI-01", "UI-02", "PLUS-10", "ACCT-06", "ROUTE-02")
def test_find_epic_units_of_the_northeast_whose_window_opens(visitor):
    page = visitor("olivia").page
    page.get_by_role("link", name="Market").first.click()
    page.get_by_role("link", name="Everything").click()
    page.get_by_role("button", name="Filter").first.click()
    add_condition(page, "EHR", op="is", choose="Epic")
    add_condition(page, "Beds", op="at least", say="500")
    add_condition(page, "Territory", op="is", choose="Northeast")
    add_condition(page, "Budget window", choose="Opens in 90 days")
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url(re.compile(r"window\.is\.soon"))

    rows = page.locator("tr[data-row]")
    expect(rows.first).to_contain_text("Epic")
    told = rows.all_inner_texts()
    assert len(told) >= 2
    for said in told:
        assert "Epic" in said
        assert re.search(r"In \d+ days", said)
        assert max(int(n.replace(",", "")) for n in re.findall(r"\b\d{1,2},\d{3}\b|\b[5-9]\d\d\b", said)) >= 500
    page.reload()
    assert page.locator("tr[data-row]").count() == len(told), "the filter is an address"


@pytest.mark.req("PLUS-03", "PLUS-02", "LEAD-21", "ACCT-15", "UI-01")
def test_open_one_read_why_answer_a_question_and_see_the_score_move(visitor):
    olivia = visitor("olivia")
    page = olivia.go(FOUND)
    name = page.locator("tr[data-row] a.nm").first.inner_text()
    page.locator("tr[data-row] a.nm").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    expect(page.get_by_text("budget-request window").first).to_be_visible()
    before = _total(page)

    question = page.locator("form.quest").first
    ask = question.locator("[id$=-ask]").inner_text()
    question.locator("label").first.click()
    expect(question.get_by_role("status")).to_contain_text("Makes")
    assert _total(page) == before, "a preview writes nothing"
    question.get_by_role("button", name="Save").click()
    expect(page.locator(".note").first).to_contain_text(f"{before} →")
    expect(page.locator("#fit")).not_to_contain_text(re.compile(rf"\b{before}\s*today"))
    after = _total(page)
    assert after > before

    page.reload()
    assert _total(page) == after
    assert ask not in page.locator("main").inner_text(), "an answered question is not asked again"
    page.locator("#fit").get_by_role("link", name="Why").click()
    expect(page.locator("main")).to_contain_text("100-point score")
    expect(page.locator("main")).to_contain_text(str(after))


def _total(page) -> int:
    """The score as the page's own panel says it."""
    return int(re.search(r"(\d+)\s*today", page.locator("#fit").inner_text())[1])
