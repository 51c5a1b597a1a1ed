"""Heat: the seed's trigger points beside the score, in three readings (C-03)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from rounds.playbook import default, with_set
from rounds.rules import explain
from rounds.rules.heat import graded_score, heat

NOW = datetime(2026, 3, 31, 12)


def ago(days):
    return NOW - timedelta(days=days)


ACTS = [
    ("budget_announcement", ago(2)),
    ("technology_change", ago(29)),
    ("company_size_update", ago(31)),
    ("executive_meeting", ago(1)),
    ("executive_meeting", ago(3)),
    ("content_download", ago(5)),
    ("website_visit", ago(1)),
]


@pytest.mark.req("LEAD-20", "PLUS-04")
def test_heat_counts_the_last_thirty_days_and_leaves_the_score_alone():
    found = heat(default(), ACTS, NOW, base=72)
    assert found.points == 10 + 8 + 5 + 5 + 3
    assert (found.boost, found.effective, graded_score(default(), 72, found)) == (0, 72, 72)
    assert heat(default(), [("budget_announcement", NOW + timedelta(hours=1))], NOW).points == 0


@pytest.mark.req("LEAD-20")
def test_boost_counts_each_kind_once_in_ninety_days_up_to_the_ceiling():
    book = with_set(default(), {"lead.triggers.mode": "boost"})
    found = heat(book, ACTS, NOW, base=72)
    assert found.boost == 10 + 8 + 5 + 5 + 3
    assert (found.effective, graded_score(book, 72, found)) == (100, 100)
    base = with_set(book, {"lead.grade_on": "base"})
    assert graded_score(base, 72, heat(base, ACTS, NOW, base=72)) == 72


@pytest.mark.req("LEAD-20")
def test_recompute_only_counts_nothing():
    book = with_set(default(), {"lead.triggers.mode": "recompute_only"})
    assert heat(book, ACTS, NOW, base=72).points == 0


def test_heat_is_explained_act_by_act():
    events = [{"kind": kind, "at": when.isoformat()} for kind, when in ACTS]
    answer = explain(default(), "scoring/heat", {"events": events, "score": 72}, at=NOW)
    assert answer["heat"] == 31
    assert [line["points"] for line in answer["lines"]] == [5, 10, 5, 3, 8]
    assert explain(default(), "scoring/heat", {"events": events})["missing"] == ["at"]
