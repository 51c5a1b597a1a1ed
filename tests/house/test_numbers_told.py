"""No number of the catalogue and no KPI is passed over in silence: it is counted under a test, or the list says what it waits for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rounds.analytics.numbers.registry import metrics
from rounds.playbook import default
from tests.house.test_proofs import proofs

PAGE = Path(__file__).resolve().parents[2] / "docs" / "numbers.md"
ASKED = [*(f"ANALYTICS-{n:02d}" for n in range(1, 53)), *(f"KPI-{n:02d}" for n in range(1, 39))]


def waiting() -> dict[str, list[str]]:
    """Id → what the table of the page says it waits for. "ANALYTICS-05 CAC, -06 CLV" names two."""
    table = PAGE.read_text().split("## What waits for what")[1].split("\n## ")[0]
    found: dict[str, list[str]] = {}
    for line in table.splitlines():
        if not line.startswith("| ") or line.startswith("| number"):
            continue
        who, what = (cell.strip() for cell in line.strip("| ").split(" | ", 1))
        area = ""
        for word, number in re.findall(r"([A-Z]+)?-(\d\d)\b", who):
            area = word or area
            found.setdefault(f"{area}-{number}", []).append(what)
    return found


@pytest.mark.req("ANALYTICS-52", "KPI-37")
def test_each_number_asked_for_is_proven_or_says_what_it_waits_for():
    proven, listed = proofs.proofs(), waiting()
    assert [one for one in ASKED if one not in proven and not any(listed.get(one, ()))] == []


@pytest.mark.req("ANALYTICS-52", "KPI-37")
def test_what_the_product_shows_as_waiting_stands_on_the_page():
    shown = {one.number for one in metrics().values() if one.waits} | {one.kpi for one in default().scorecard.kpis if one.waits_for}
    assert shown - waiting().keys() == set()
