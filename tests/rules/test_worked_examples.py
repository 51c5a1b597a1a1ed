"""Worked examples: our own, committed beside this file, and those of the specification where it is at hand."""

from __future__ import annotations

import importlib.util
import json
import os
from pathlib import Path

import pytest

from rounds.playbook import default
from rounds.rules import explain

ROOT = Path(__file__).resolve().parents[2]
SPEC = Path(os.environ.get("ROUNDS_SPEC", ROOT.parent / "shared" / "spec")) / "worked-examples.json"
OURS = ("scoring/", "tiers/", "routing/", "qualification/", "poc/", "pricing/", "trust/breach_clock", "pipeline/", "implementation/", "metrics/", "sequences/")


def _cases():
    spec = importlib.util.spec_from_file_location("worked", Path(__file__).with_name("worked.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.CASES


def holds(expected, found):
    """`expected` is a part of `found`."""
    if isinstance(expected, dict):
        return isinstance(found, dict) and all(
            key in found and holds(value, found[key]) for key, value in expected.items()
        )
    return expected == found


@pytest.mark.req(
    "COMM-02",
    "ANALYTICS-05",
    "ANALYTICS-06",
    "KPI-13",
    "KPI-38",
    "LEAD-01",
    "LEAD-03",
    "LEAD-04",
    "LEAD-05",
    "LEAD-06",
    "LEAD-07",
    "LEAD-08",
    "LEAD-09",
    "LEAD-10",
    "LEAD-11",
    "LEAD-12",
    "LEAD-13",
    "LEAD-14",
    "LEAD-15",
    "LEAD-16",
    "LEAD-17",
    "LEAD-18",
    "LEAD-22",
    "LEAD-25",
    "CQS-02",
    "CQS-03",
    "CQS-04",
    "CQS-05",
    "CQS-06",
    "CQS-11",
    "ABM-01",
    "ABM-02",
    "ABM-03",
    "ABM-04",
    "ABM-05",
    "ABM-06",
    "ABM-07",
    "ABM-08",
    "ABM-09",
    "ABM-10",
    "ROUTE-02",
    "ROUTE-03",
    "ROUTE-05",
    "ROUTE-06",
    "ROUTE-07",
    "ROUTE-08",
    "ROUTE-09",
    "ROUTE-12",
    "ACCT-05",
    "ACCT-06",
    "ACCT-12",
    "PLUS-09",
    "PLUS-20",
)
@pytest.mark.parametrize(("rule", "given", "choices", "expect"), _cases(), ids=lambda part: None)
def test_our_worked_example_holds(rule, given, choices, expect):
    answer = explain(default(), rule, given, set=choices)
    assert holds(expect, answer), {key: answer.get(key) for key in expect}


def test_the_examples_of_the_specification_hold():
    if not SPEC.is_file():
        pytest.skip(f"the specification is not at {SPEC} (set ROUNDS_SPEC)")
    cases = [case for case in json.loads(SPEC.read_text()) if case["rule"].startswith(OURS)]
    assert len(cases) >= 70
    wrong = []
    for case in cases:
        answer = explain(default(), case["rule"], case["given"], set=case.get("set"))
        if not holds(case["expect"], answer):
            wrong.append((case["id"], case["expect"], {key: answer.get(key) for key in case["expect"]}))
    assert not wrong


@pytest.mark.req("X-1")
def test_an_answer_has_the_form_of_the_specification():
    from datetime import UTC, datetime

    answer = explain(default(), "scoring/lead_fit", {"beds": 420}, at=datetime(2026, 3, 6, tzinfo=UTC))
    assert list(answer)[:3] == ["rule", "playbook", "at"]
    assert answer["playbook"] == default().hash
    assert answer["at"] == "2026-03-06T00:00:00+00:00"
    assert len(answer["missing"]) == 13
    assert answer["lines"][0] == {
        "what": "organization_size",
        "level": "mid",
        "points": 12,
        "why": "Beds 420: at least 100",
        "source": "004 Organization Size & Type",
    }
    assert json.loads(json.dumps(answer)) == answer
