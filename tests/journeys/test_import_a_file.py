"""RevOps brings a Salesforce export along: columns, words, preview, run, and, on second thoughts, all of it back."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

FIRST = ["Rhea", "Dov", "Sian", "Mina", "Orla", "Jon", "Pia", "Abel"]
LAST = ["Amundsen", "Pellegrin", "Whitcombe", "Dunsany", "Brannigan", "Oyelowo", "Achterberg", "Quarles"]
PICTURES = os.environ.get("ROUNDS_PICTURES")
"""A folder where the pages are kept as pictures, to be looked at."""


def export(rows: int) -> str:
    """A file as Salesforce writes it, with a word nobody knows, an address without an end and a row twice."""
    lines = ["Id,FirstName,LastName,Email,Phone,Title,Company,State,LeadSource,Status,CreatedDate"]
    for n in range(rows):
        host = "larksong" if n == 5 else "larksong.example"
        source = "Billboard" if n % 9 == 4 else "Web"
        lines.append(f"00Q{n:05},{FIRST[n % 8]},{LAST[n // 8 % 8]} {n},p{n}@{host},(555) 010-{n:04},CIO,Larksong Medical Center,NY,{source},Open - Not Contacted,2026-03-0{1 + n % 9}")
    return "\n".join([*lines, lines[3]]) + "\n"


def keep(page, name: str) -> None:
    """A picture of the page, light, dark and on a phone, where somebody wants them."""
    if PICTURES:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=str(Path(PICTURES) / f"{name}-{scheme}.png"))
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 390, "height": 844})
        page.screenshot(path=str(Path(PICTURES) / f"{name}-phone.png"))
        page.set_viewport_size({"width": 1440, "height": 900})


@pytest.mark.req("INTEG-17", "PLUS-23", "UI-01")
def test_a_salesforce_export_comes_in_and_goes_again(visitor, tmp_path):
    file = tmp_path / "sf_leads.csv"
    file.write_text(export(60))
    ada = visitor("ada")
    page = ada.go("/imports/")
    page.set_viewport_size({"width": 1440, "height": 900})
    keep(page, "index")
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("columns understood", timeout=40_000)
    expect(page.locator("main")).to_contain_text("Salesforce Lead export recognised")
    keep(page, "columns")
    page.get_by_role("button", name="Match values").click()
    expect(page.locator("main")).to_contain_text("Billboard")
    page.get_by_label("What Billboard means").select_option("Other")
    keep(page, "values")
    page.get_by_role("button", name=re.compile("Preview")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("59 rows will come in, 2 need you first", timeout=40_000)
    expect(page.locator("main")).to_contain_text("The same external id as line 4")
    keep(page, "preview")
    page.get_by_role("button", name="Skip").click()
    page.get_by_role("button", name="Import 59 rows").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("59 new", timeout=60_000)
    keep(page, "report")
    leads = ada.go("/leads/?f=words.has.Amundsen")
    expect(leads.locator("main")).to_contain_text("Rhea Amundsen 0")
    page = ada.go("/imports/")
    page.get_by_role("link", name="sf_leads.csv").first.click()
    page.get_by_role("button", name="Undo the whole import").click()
    page.wait_for_url(re.compile("/imports/"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Taken back: 59 gone", timeout=60_000)
    keep(page, "undone")
    leads = ada.go("/leads/?f=words.has.Amundsen")
    expect(leads.locator("main")).not_to_contain_text("Rhea Amundsen 0")
