"""The real public files: fills, mix, units, peers, speed. Reference values: the manifest of the data."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

import pytest

from rounds.rules.universe import agreement
from tests.conftest import public_data

pytestmark = pytest.mark.public_data

FILLS = {
    "beds": (0.938, 0.985), "net_patient_revenue": (0.911, 0.972), "total_margin": (0.908, 0.971),
    "health_system": (0.643, 0.724), "web_site": (0.785, 0.861), "ehr": (0.719, 0.852), "ruca": (1.0, 1.0),
    "county": (0.996, 0.0),
}  # fmt: skip
MIX = {"Epic": 0.46, "Oracle Health": 0.28, "MEDITECH": 0.13, "TruBridge": 0.07, "MEDHOST": 0.03}
KNOWN_CORE = 0.852


@pytest.mark.req("PLUS-05")
def test_no_fill_is_more_than_a_point_below_the_reference(real):
    for what, (everywhere, core) in FILLS.items():
        assert real.fill[what]["all"] >= everywhere - 0.01, what
        assert real.fill[what]["core"] >= core - 0.01, what


@pytest.mark.req("PLUS-06")
def test_units_are_as_counted(real):
    assert real.counts == {"hospitals": 5432, "systems": 635, "buying_units": 2410, "independents": 1775}


@pytest.mark.req("PLUS-05")
def test_the_mix_of_vendors_is_as_expected(real):
    core = sum(row == "core" for row in real.hospitals["programme"].to_pylist())
    known = sum(real.ehr_vendor.values())
    for vendor, share in MIX.items():
        assert real.ehr_vendor[vendor] / known == pytest.approx(share, abs=0.02), vendor
        assert real.ehr_vendor[vendor] / core >= share * KNOWN_CORE - 0.01, vendor


@pytest.mark.req("PLUS-05")
def test_independent_sources_agree_as_often_as_their_confidence_says(real):
    pairs = {(row["a"], row["b"]): row for row in agreement(real.claims, "ehr_vendor")}
    for pair, floor in {
        ("developer_of_cehrt", "endpoint_name_zip"): 0.90,
        ("developer_of_cehrt", "endpoint_name"): 0.87,
        ("endpoint_name_zip", "same_cehrt"): 0.85,
        ("developer_of_cehrt", "system_vendor"): 0.85,
    }.items():
        assert pairs[pair]["compared"] >= 100
        assert pairs[pair]["same"] >= floor, pairs[pair]
    beds = {(row["a"], row["b"]): row for row in agreement(real.claims, "beds")}
    assert beds["cost_report", "linkage"]["same"] >= 0.93


@pytest.mark.req("PLUS-10")
def test_fiscal_years_end_as_counted(real):
    rows = [row for row in real.hospitals.to_pylist() if row["programme"] == "core"]
    months = Counter(row["fye_month"] for row in rows if row["fye_month"])
    known = sum(months.values())
    assert known / len(rows) >= 0.966
    for month, share in {12: 0.42, 6: 0.32, 9: 0.16}.items():
        assert months[month] / known == pytest.approx(share, abs=0.04)


@pytest.mark.req("PLUS-05")
def test_metro_and_bands_are_as_counted(real):
    rows = real.hospitals.to_pylist()
    assert sum(bool(row["metro"]) for row in rows) / len(rows) == pytest.approx(0.342, abs=0.01)
    assert sum(bool(row["rural"]) for row in rows) / len(rows) == pytest.approx(0.42, abs=0.01)
    bands = Counter(
        "unknown" if row["beds"] is None else next(b for b in (500, 100, 25, 0) if row["beds"] >= b) for row in rows
    )
    for band, count in {0: 863, 25: 1991, 100: 1971, 500: 270, "unknown": 337}.items():
        assert bands[band] == pytest.approx(count, abs=15)


@pytest.mark.req("PLUS-11")
def test_a_hospital_with_beds_has_its_peers(real):
    rows = [row for row in real.hospitals.to_pylist() if row["programme"] == "core" and row["beds"]]
    assert all(row["peer_count"] == 20 and row["ccn"] not in row["peers"] for row in rows)
    above = sum((row["margin_vs_peers"] or 0) > 0 for row in rows) / len(rows)
    assert 0.4 < above < 0.6  # a median cuts in the middle


@pytest.mark.req("PLUS-09")
def test_federal_and_psychiatric_stand_apart(real):
    kinds = Counter(real.hospitals["programme"].to_pylist())
    assert (kinds["federal"], kinds["psychiatric"], kinds["core"]) == (164, 635, 4493)


def test_survey_and_join_are_small():
    program = r"""
import re, sys
from datetime import date
from rounds.connectors.public_files import survey
from rounds.playbook import default
from rounds.rules.universe import join
book = default()
join(survey(sys.argv[1]).tables(), book.universe, book.ehr, at=date(2026, 11, 21))
status = open("/proc/self/status").read()  # ru_maxrss begins with what the process that started this one held
print(int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024)
"""
    said = subprocess.run(
        [sys.executable, "-c", program, str(public_data())], capture_output=True, text=True, check=True
    ).stdout
    assert float(said.strip().splitlines()[-1]) < 1200, "megabytes; how long it takes is bench.universe's to say"
