"""An executive reads her numbers, narrows them, goes to the rows; a rep sees his own."""

from __future__ import annotations

import csv
import io
import re
import struct
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.test_every_page_opened import AXE, violations


@pytest.mark.req("ANALYTICS-52", "UI-01")
def test_figures_are_read_narrowed_kept_and_taken_out(visitor):
    ada = visitor("ada")
    page = ada.go("/dashboards/executive/")
    tiles = page.locator(".tile")
    expect(tiles).to_have_count(16)
    expect(tiles.nth(0).locator(".tile-bars tr").first).to_be_visible(timeout=30_000)
    expect(page.locator(".tile", has_text="Customer acquisition cost")).to_contain_text("Waits for sales and marketing spend")
    page.get_by_role("combobox", name="Tier", exact=True).select_option("1")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile(r"tier=1"))
    page.get_by_label("Name of these filters").fill("Tier 1 alone")
    page.get_by_role("button", name="Keep in the rail").click()
    expect(page.get_by_role("link", name="Tier 1 alone").first).to_be_visible()
    page.get_by_text("As a table").click()
    expect(page.get_by_role("cell", name="Pipeline value")).to_be_visible()
    with page.expect_download() as taken:
        page.get_by_role("button", name="CSV").click()
    assert taken.value.suggested_filename.startswith("executive-")


@pytest.mark.req("ANALYTICS-52")
def test_a_rep_has_his_own_dashboard_and_no_other(visitor):
    olivia = visitor("olivia")
    page = olivia.go("/dashboards/")
    expect(page).to_have_url(re.compile("/dashboards/rep/"))
    expect(page.locator(".tile")).to_have_count(10)
    expect(page.get_by_label("Rep", exact=True)).to_have_count(0)
    olivia.expected.add(403)
    olivia.go("/dashboards/executive/")
    expect(page.locator("body")).to_contain_text("is not for your role")


def cents(said: str) -> int:
    """An amount as a page writes it to the dollar; no data is none."""
    return round(float(re.sub(r"[^0-9.]", "", said)) * 100) if "$" in said else 0


def pipeline(page) -> int:
    """The pipeline of the dashboard that is open, from its table: nothing is rounded there."""
    page.get_by_text("As a table").click()
    return cents(page.get_by_role("row", name=re.compile("pipeline( value)? ", re.I)).filter(has_text="$").first.get_by_role("cell").nth(1).inner_text())


def taken(page, act) -> tuple[str, bytes]:
    """The name and the content of the file that `act` brings."""
    with page.expect_download() as found:
        act()
    return found.value.suggested_filename, Path(found.value.path()).read_bytes()


@pytest.mark.req("ANALYTICS-52", "UI-01")
def test_a_tile_leads_to_its_rows_and_leaves_as_rows_picture_and_paper(visitor):
    page = visitor("ada").go("/dashboards/executive/")
    page.get_by_role("combobox", name="Rep", exact=True).select_option(label="Olivia Grant")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile("owner="))
    name, paper = taken(page, page.get_by_role("button", name="PDF").click)
    assert (name[-4:], paper[:5]) == (".pdf", b"%PDF-")
    page.locator(".tile", has=page.get_by_role("heading", name="Pipeline value")).locator(".tile-v").click()
    expect(page).to_have_url(re.compile(r"/numbers/pipeline_value/\?period=.*owner=.*#rows"))
    rows = page.locator("#rows tbody tr")
    said = page.locator(".kpi b").first.inner_text()
    assert sum(cents(one) for one in rows.locator("td:nth-child(2)").all_inner_texts()) == cents(said) > 0, "the rows make the number"
    page.get_by_role("button", name="CSV").click()
    name, sheet = taken(page, page.get_by_role("button", name="Rows").click)
    assert name.endswith("-rows.csv")
    assert len(list(csv.DictReader(io.StringIO(sheet.decode("utf-8-sig"))))) == rows.count()
    page.keyboard.press("Escape")
    page.locator("#parts").get_by_role("link", name="Stage").click()
    button = page.get_by_role("button", name=re.compile(r"^Save as PNG of Pipeline value by stage, Q\d \d{4}$"))
    expect(button).to_be_visible()
    button.focus()
    name, picture = taken(page, lambda: page.keyboard.press("Enter"))
    assert re.fullmatch(r"Pipeline value by stage, Q\d \d{4}\.png", name)
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    wide, high = struct.unpack(">II", picture[16:24])
    drawn = page.locator("[data-chart=bars]").bounding_box()
    assert wide > 2 * drawn["width"], "sharp enough for a slide"
    assert high > 2 * drawn["height"]
    expect(page.locator("#parts [data-chart-said]")).to_have_text(f"Saved as {name}")
    page.locator("#rows tbody a.nm").first.click()
    expect(page).to_have_url(re.compile("/opportunities/"))


@pytest.mark.req("ANALYTICS-52")
def test_what_each_rep_sees_adds_up_to_what_the_executive_sees(visitor):
    page = visitor("ada").go("/dashboards/executive/")
    total = pipeline(page)
    page.goto(page.url.partition("/dashboards")[0] + "/numbers/pipeline_value/?by=owner")
    page.locator("#parts").get_by_text("Show as table").click()
    each = {row.locator("td").first.inner_text(): cents(row.locator("td").nth(1).inner_text()) for row in page.locator("#parts tbody tr").all()}
    assert len(each) > 1
    assert sum(each.values()) == total
    for person, name in (("olivia", "Olivia Grant"), ("caleb", "Caleb Stone")):
        rep = visitor(person)
        own = pipeline(rep.go("/dashboards/rep/"))
        assert own == each[name]
        assert 0 < own < total
        assert pipeline(rep.go("/dashboards/rep/?owner=")) == own


@pytest.mark.req("KPI-37", "UI-01")
@pytest.mark.parametrize("place", ["/scorecard/", "/dashboards/executive/", "/numbers/", "/numbers/pipeline_value/?by=stage"])
def test_on_a_phone_nothing_of_the_numbers_is_cut(visitor, place):
    page = visitor("ada", viewport={"width": 390, "height": 844}).go(place)
    page.wait_for_load_state("networkidle")
    for one in page.locator("main details").all():
        one.evaluate("one => { one.open = true }")
    wider = page.evaluate("[...document.querySelectorAll('html, main .scroll')].filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.ariaLabel || one.tagName)")
    assert wider == []
    assert violations(page, AXE) == []
