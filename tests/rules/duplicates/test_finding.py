"""Duplicates: the pairs of a labelled set, the same verdict by every door, and what speaks against a pair."""

from __future__ import annotations

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.labelled import curve, hospitals, organizations, people
from rounds.playbook import default
from rounds.rules import duplicates
from tests.conftest import public_data

BOOK = default()
LOWEST = BOOK.duplicates.groups[-1].at_least
MERCY = {"name": "Mercy Hospital", "city": "Akron", "state": "OH", "zip": "44301", "phone": "(330) 555-0100", "level": "hospital"}


def pairs(noun, labelled):
    records, labels = [r for r, _ in labelled], [label for _, label in labelled]
    found = duplicates.find(BOOK, noun, records)
    return curve(((p.one, p.other, p.points) for p in found), labels, [LOWEST])[LOWEST]


@pytest.mark.req("LEAD-31")
@pytest.mark.parametrize(("noun", "labelled"), [("account", organizations(6000)), ("contact", people(6000))])
def test_nine_of_ten_pairs_are_found_and_nine_of_ten_found_are_pairs(noun, labelled):
    precision, recall = pairs(noun, labelled)
    assert precision >= 0.90
    assert recall >= 0.90


@pytest.mark.req("LEAD-31")
@pytest.mark.public_data
def test_hospitals_of_six_public_files_find_each_other():
    precision, recall = pairs("account", hospitals(public_data()))
    assert precision >= 0.90
    assert recall >= 0.90


WORDS = st.sampled_from(["Mercy", "St. Mary", "Saint Mary", "Grace", "Medical Center", "Med Ctr", "Hospital", "North", ""])
RECORDS = st.lists(st.fixed_dictionaries({
    "name": st.lists(WORDS, min_size=1, max_size=3).map(" ".join), "city": st.sampled_from(["Akron", "akron", "Canton", "", None]),
    "state": st.sampled_from(["OH", "Ohio", "NY", None]), "zip": st.sampled_from(["44301", "44301-1200", "44302", ""]),
    "phone": st.sampled_from(["330 555 0100", "+1 (330) 555-0100", "330 555 0101", ""]),
    "address": st.sampled_from(["1 Main Street", "1 Main St", "900 Oak Ave", None]),
    "ccn": st.sampled_from(["360001", "360002", None]), "level": st.sampled_from(["hospital", "department", None]),
}), min_size=2, max_size=8)  # fmt: skip


@pytest.mark.req("LEAD-31")
@settings(max_examples=int(os.environ.get("EXAMPLES", "150")), deadline=None)
@given(RECORDS)
def test_many_records_one_record_and_one_pair_are_weighed_alike(records):
    found = {(p.one, p.other): (p.points, p.group) for p in duplicates.find(BOOK, "account", records)}
    for (one, other), said in found.items():
        verdict = duplicates.compare(BOOK, "account", records[one], records[other])
        assert (verdict.points, verdict.group) == said
        assert duplicates.compare(BOOK, "account", records[other], records[one]).points == verdict.points
    like = {p.other: (p.points, p.group) for p in duplicates.find_like(BOOK, "account", records[0], records[1:])}
    for (one, other), said in found.items():
        if one == 0:
            assert like[other - 1] == said


@pytest.mark.req("LEAD-31")
@pytest.mark.parametrize(("changed", "group"), [
    ({"name": "MERCY HOSP"}, "sure"),
    ({"name": "Mercy Medical Center"}, "sure"),
    ({"phone": "", "zip": ""}, "sure"),
    ({"city": "Dayton", "zip": "45401", "phone": "(937) 555-0100"}, None),
    ({"state": "PA", "city": "Erie", "zip": "16501", "phone": ""}, None),
    ({"level": "department"}, None),
    ({"city": "", "zip": "", "phone": ""}, "possible"),
])  # fmt: skip
def test_what_speaks_for_and_against_a_pair_of_hospitals(changed, group):
    assert duplicates.compare(BOOK, "account", MERCY, {**MERCY, **changed}).group == group


@pytest.mark.req("LEAD-31", "PLUS-01")
def test_a_verdict_says_what_each_field_gave():
    verdict = duplicates.compare(BOOK, "account", MERCY, {**MERCY, "name": "Mercy Hosp", "city": "Canton"})
    said = {line["what"]: line["points"] for line in verdict.lines}
    assert said["Telephone"] > 0 > said["City"]
    assert verdict.points == max(0, min(100, int(round(sum(said.values()), 6))))


@pytest.mark.req("LEAD-31")
@pytest.mark.parametrize("one", [[], [{}], [{"name": ""}, {"name": None}], [{"name": "—"}, {"name": "!!"}]])
def test_records_that_say_nothing_are_nobodys_duplicates(one):
    for noun in BOOK.duplicates.nouns:
        assert duplicates.find(BOOK, noun, one) == []


@pytest.mark.req("LEAD-31")
def test_people_with_the_same_name_at_two_houses_are_two_people():
    here = {"name": "Ann Miller", "email": "ann@harbour.example", "domain": "harbour.example", "account": "a"}
    there = {"name": "Ann Miller", "email": "a.miller@summit.example", "domain": "summit.example", "account": "b"}
    assert duplicates.compare(BOOK, "contact", here, there).group is None
    assert duplicates.compare(BOOK, "contact", here, {**here, "name": "Miller, Ann, MD", "email": ""}).group is not None
    colleagues = ({**here, "name": "Mara Yilmaz", "email": ""}, {**here, "name": "Uma Yilmaz", "email": ""})
    assert duplicates.compare(BOOK, "contact", *colleagues).group is None
    bob = {"name": "Bob Hale", "account": "a", "domain": "harbour.example"}
    assert duplicates.compare(BOOK, "contact", bob, {**bob, "name": "Robert Hale"}).group == "sure"
