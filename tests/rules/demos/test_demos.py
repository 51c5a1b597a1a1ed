"""Who belongs in the room, and when feedback is positive."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.playbook import default
from rounds.rules import explain
from rounds.rules.demos.audience import audience
from rounds.rules.demos.feedback import summed
from rounds.rules.facts import WrongFact

BOOK = default()
ROLES = [role for roles in BOOK.picklists.contact_role.groups.values() for role in roles]


@pytest.mark.req("DEMO-01")
def test_the_three_types_have_the_seeds_lengths_and_contents():
    assert {code: kind.minutes for code, kind in BOOK.demos.types.items()} == {"executive": 60, "technical": 90, "clinical": 60}
    assert BOOK.demos.types["technical"].shows == (
        "Live system walkthrough", "Integration demonstration", "Security and compliance review", "Technical Q&A",
    )  # fmt: skip


@pytest.mark.req("DEMO-02")
@pytest.mark.parametrize(
    ("roles", "suggested"),
    [(["CIO", "CFO"], "executive"), (["IT Director", "Security Officer", "CIO"], "technical"),
     (["Nurse Manager", "Physician", "CIO"], "clinical"), (["Physician", "CIO"], "clinical"),
     (["Privacy Officer", "General Counsel"], "technical"), ([], "executive")],
)  # fmt: skip
def test_the_type_follows_the_people(roles, suggested):
    assert explain(BOOK, "demos/audience", {"roles": roles})["suggested"] == suggested


@pytest.mark.req("DEMO-02")
def test_a_clinical_demo_without_clinicians_is_warned_of():
    answer = explain(BOOK, "demos/audience", {"type": "clinical", "roles": ["CIO", "IT Director"]})
    assert answer["warnings"] == ["A clinical workflow demo without a clinical stakeholder: invite one, or choose another type."]
    assert answer["minutes"] == 60
    assert explain(BOOK, "demos/audience", {"type": "clinical", "roles": ["CMIO", "Nurse Manager"]})["warnings"] == []
    assert audience(BOOK, [], "clinical").warnings == ("Nobody is invited yet: add the people who will be there.",)
    assert audience(BOOK, ["CIO", ""], "executive").warnings == ("Of 1 attendee the role is not known.",)


@pytest.mark.req("DEMO-02")
@given(st.lists(st.sampled_from([*ROLES, ""]), max_size=20), st.sampled_from([None, *BOOK.demos.types]))
def test_whoever_comes_some_type_is_suggested_and_order_does_not_matter(roles, kind):
    found = audience(BOOK, roles, kind)
    assert found.suggested in BOOK.demos.types
    assert audience(BOOK, sorted(roles), kind) == found


@pytest.mark.req("DEMO-06")
@pytest.mark.parametrize(
    ("answers", "word", "mean"),
    [([], "unknown", None), ([(4, False)], "positive", "4.00"), ([(5, False), (3, False)], "positive", "4.00"),
     ([(5, False), (5, False), (1, False)], "not_positive", "3.67"), ([(5, False), (5, True)], "not_positive", "5.00")],
)  # fmt: skip
def test_positive_is_a_mean_of_four_and_no_blocker(answers, word, mean):
    found = summed(BOOK.demos, answers)
    assert found.word == word
    assert str(found.mean) == str(mean)


def test_a_rating_off_the_scale_is_named():
    with pytest.raises(WrongFact, match="rating must be a whole number from 1 to 5"):
        explain(BOOK, "demos/feedback", {"answers": [{"rating": 6}]})
    assert explain(BOOK, "demos/feedback", {"answers": [{"rating": 5, "blocker": True}]})["feedback"] == "not_positive"
