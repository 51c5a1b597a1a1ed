"""What a committee covers and what a thin one warns of."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from rounds.playbook import default
from rounds.playbook.choices import with_set
from rounds.rules.committee import Member, benchmark, champions, cooling, coverage, economic_buyers, warnings

BOOK, ON = default(), date(2026, 11, 16)
CFO = Member("D. Marchetti", ("CFO",), 5, "neutral", "signs", ON - timedelta(days=38), 2)
NURSE = Member("A. Nakagawa", ("Nurse Manager",), 3, "champion", "uses", ON - timedelta(days=3), 3)
IT = Member("O. Lund", ("IT Director", "Security Officer"), 3, "sceptic", "evaluates", ON - timedelta(days=9), 3)


def codes(members, process):
    return {one.code for one in warnings(BOOK, members, process, ON)}


@pytest.mark.req("ACCT-14")
def test_a_full_committee_warns_of_nothing():
    assert codes([CFO, NURSE, IT], 4) == set()


@pytest.mark.req("ACCT-14")
def test_fewer_than_three_people_warn_from_the_first_stage():
    assert "few_stakeholders" in codes([CFO, NURSE], 1)
    assert "few_stakeholders" in codes([], 1)
    assert "few_stakeholders" not in codes([CFO, NURSE, IT], 1)


@pytest.mark.req("ACCT-14")
def test_no_clinical_champion_warns_after_the_second_stage_and_not_before():
    without = [CFO, IT, Member("P. Osei", ("Physician",), 2, "supporter")]
    assert "no_clinical_champion" not in codes(without, 2)
    assert "no_clinical_champion" in codes(without, 3)
    not_clinical = [CFO, IT, Member("S. Rao", ("Data Scientist",), 2, "champion")]
    assert "no_clinical_champion" in codes(not_clinical, 3), "a champion who is no clinician is none of these"


@pytest.mark.req("ACCT-14")
def test_one_person_or_one_who_has_all_the_touches_is_a_single_thread():
    assert "single_threaded" in codes([CFO], 1)
    busy = Member("R. Blum", ("CIO",), 4, "supporter", "", ON, 12)
    found = [one.says for one in warnings(BOOK, [busy, CFO, NURSE], 1, ON) if one.code == "single_threaded"]
    assert found == [], "twelve of seventeen is not four fifths"
    busier = Member("R. Blum", ("CIO",), 4, "supporter", "", ON, 40)
    found = [one.says for one in warnings(BOOK, [busier, CFO, NURSE], 1, ON) if one.code == "single_threaded"]
    assert found == ["Single-threaded: all we know goes through R. Blum"]


@pytest.mark.req("ACCT-13", "ACCT-14")
def test_whoever_is_not_shown_stances_hears_nothing_of_them():
    hidden = [Member(one.name, one.roles, None, None, one.level, one.last_touch, one.touches) for one in (CFO, NURSE, IT, Member("B. Against", ("CIO",)))]
    assert codes(hidden, 4) == set()


@pytest.mark.req("PLUS-24")
def test_the_economic_buyer_is_known_by_role_or_by_what_is_said():
    assert [one.name for one in economic_buyers(BOOK, [CFO, NURSE])] == ["D. Marchetti"]
    assert economic_buyers(BOOK, [Member("Unit head", ("Department Head",), level="holds_budget")])
    assert "no_economic_buyer" in codes([NURSE, IT, Member("X", ("Physician",), 1, "champion")], 1)


def test_a_champion_one_has_lost_touch_with_is_not_engaged():
    old = Member("C. Frost", ("Physician",), 3, "champion", "", ON - timedelta(days=60))
    assert champions(BOOK, [old]) == [old]
    assert champions(BOOK, [old], ON) == []
    assert champions(BOOK, [NURSE], ON) == [NURSE]
    assert cooling(BOOK, CFO, ON)
    assert not cooling(BOOK, NURSE, ON)


@pytest.mark.req("ACCT-14")
def test_one_person_may_cover_two_groups_with_two_roles():
    both = Member("T. Vale", ("CMIO", "Clinical Champion"))
    found = {one.group: one for one in coverage(BOOK, [both])}
    assert found["Primary Decision Makers"].names == ("T. Vale",)
    assert found["Clinical Stakeholders"].names == ("T. Vale",)
    assert "CMIO" not in found["Primary Decision Makers"].open_roles
    assert found["Compliance & Legal"].names == ()


@pytest.mark.req("ACCT-14")
def test_benchmarks_follow_the_tier_unless_the_playbook_reads_otherwise():
    assert (benchmark(BOOK, 1, 12, 5)["stakeholders"].low, benchmark(BOOK, 1, 12, 5)["stakeholders"].verdict) == (10, "usual")
    assert (benchmark(BOOK, 3, 12, 5)["stakeholders"].high, benchmark(BOOK, None, 3, 2)["stakeholders"].verdict) == (15, "few")
    assert benchmark(BOOK, None, 3, 2)["approvals"].verdict == "few"
    literal = with_set(BOOK, {"committee.benchmark": "all"})
    assert benchmark(literal, 1, 12, 5)["stakeholders"].low == 7
