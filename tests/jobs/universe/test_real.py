"""The bars of the hospital universe, on the real files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import public_data

pytestmark = pytest.mark.public_data


def memory(what: str) -> float:
    """Megabytes of this process: VmRSS what it holds, VmHWM the most it held since the mark was set anew."""
    return int(re.search(rf"{what}:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024


@pytest.fixture(scope="module")
def loaded(make_desk):
    desk = make_desk()
    Path("/proc/self/clear_refs").write_text("5")  # other tests of this process held memory before
    before = memory("VmRSS")
    report = desk.load(public_data())
    return desk, {**report, "took_mb": memory("VmHWM") - before}


def test_a_whole_load_is_small(loaded):
    _, report = loaded
    assert report["took_mb"] < 1500, "how long it takes is bench.universe's to say"


@pytest.mark.req("PLUS-06")
def test_every_hospital_and_system_is_an_account(loaded):
    _, report = loaded
    assert report["rows"]["created"] == report["hospitals"] + report["systems"] == 6067


@pytest.mark.req("PLUS-08")
def test_no_tier_is_empty_and_they_are_as_expected(loaded):
    _, report = loaded
    expected = {"1": 117, "2": 107, "3": 641}
    for tier, count in expected.items():
        assert report["tiers"][tier] == pytest.approx(count, rel=0.15)


@pytest.mark.req("PLUS-12")
def test_the_first_days_scores_rank_hospitals_not_our_files(loaded):
    _, report = loaded
    assert sum(share >= 0.10 for share in report["first_day"]["share_of_grades"].values()) >= 3
    assert abs(report["first_day"]["fit_and_completeness"]) < 0.3


def test_the_second_run_writes_nothing(loaded):
    desk, _ = loaded
    before = desk.marks()
    again = desk.load(public_data())
    assert again["rows"] == {"created": 0, "updated": 0, "unchanged": 6067}
    assert again["claims"]["created"] == again["claims"]["updated"] == again["verdicts"] == again["closed"] == 0
    assert desk.marks() == before
