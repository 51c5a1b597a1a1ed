"""Texts with places, whom they speak to, and which variant somebody gets."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.playbook import default
from rounds.playbook.loader import PlaybookRefused, load
from rounds.playbook.places import places, unknown
from rounds.rules import explain
from rounds.rules.poc.intervals import wilson
from rounds.rules.reach.choosing import choose
from rounds.rules.reach.merging import merge
from rounds.rules.reach.saying import persona_of, play_of, words
from rounds.rules.reach.variants import Arm, allot, compare

BOOK = default()
FIELDS = BOOK.reach.fields


@pytest.mark.req("COMM-06")
def test_places_are_filled_and_a_gap_is_named():
    said = merge("Hello {{contact.first_name}} of {{ account.name }}", {"contact.first_name": "Ada", "account.name": ""})
    assert said.text == "Hello Ada of {{ account.name }}"
    assert said.missing == ("account.name",)


@pytest.mark.req("COMM-06")
@given(st.text(max_size=200), st.dictionaries(st.sampled_from(sorted(FIELDS)), st.text(max_size=80)))
def test_what_is_filled_in_is_never_read_as_a_text_with_places(text, values):
    """A contact called {{sender.name}} stays called so."""
    hostile = {name: f"{{{{sender.name}}}}{said}" for name, said in values.items()}
    found = merge("{{contact.first_name}} " + text, hostile | {"sender.name": "SECRET"})
    assert "SECRET" not in found.text or "{{sender.name}}" in places(text) or "sender.name" in places(text)


@pytest.mark.req("COMM-06")
@pytest.mark.parametrize("name", ["user.password", "contact.__class__", "contact.first_name|safe", "contact", "settings.SECRET_KEY", ""])
def test_only_the_places_of_the_list_may_be_written(name):
    assert unknown("Hello {{" + name + "}}", FIELDS) == (name,)
    files = dict(BOOK.files)
    files["templates/outreach_trends.yaml"] = files["templates/outreach_trends.yaml"].replace("{{contact.first_name}}", "{{" + name + "}}")
    with pytest.raises(PlaybookRefused, match="cannot be filled in"):
        load(files)


@pytest.mark.req("COMM-06")
def test_words_are_those_of_the_role_and_of_the_kind_of_organisation():
    assert persona_of(BOOK, "CIO") == "it"
    assert play_of(BOOK, {"teaching": "major"}) == "academic_medical_centers"
    assert play_of(BOOK, {}) == "regional_health_systems"
    said = words(BOOK, "it", "academic_medical_centers")
    assert said["segment.pain"] == "research and teaching integration"
    assert said["persona.cares"]


@pytest.mark.req("COMM-06")
def test_every_role_of_a_committee_is_spoken_to():
    """A role no persona names would hold every letter to such people back, for words nobody can know."""
    roles = [role for group in BOOK.picklists.contact_role.groups.values() for role in group]
    assert len(roles) > 15
    assert [role for role in roles if not words(BOOK, persona_of(BOOK, role), BOOK.messaging.otherwise).get("persona.cares")] == []


@pytest.mark.req("COMM-06")
def test_a_play_without_words_leaves_its_places_empty():
    """C-49: the seed says nothing to integrated delivery networks, so such a mail waits instead of saying nothing."""
    said = words(BOOK, "it", play_of(BOOK, {"subtype": "Integrated Delivery Networks"}))
    assert said["segment.pain"] == ""
    assert merge("About {{segment.pain}}", said).missing == ("segment.pain",)


@pytest.mark.req("COMM-05", "COMM-02", "COMM-03", "COMM-04")
def test_every_step_of_a_ready_sequence_has_its_text():
    for sequence in BOOK.sequences.values():
        if sequence.state == "ready":
            assert all(step.template in BOOK.templates for step in sequence.steps if step.sends and step.do == "email")
    assert {code for code, one in BOOK.sequences.items() if one.state == "draft"} >= {"welcome", "nurture", "quarterly"}


@pytest.mark.req("COMM-05")
def test_a_draft_cannot_be_made_ready_before_its_texts_are_written():
    files = dict(BOOK.files)
    files["sequences/welcome.yaml"] = files["sequences/welcome.yaml"].replace("state: draft", "state: ready")
    with pytest.raises(PlaybookRefused, match="no template 'welcome_hello'"):
        load(files)


@pytest.mark.req("COMM-06")
def test_a_variant_is_kept_and_shared_as_said():
    ways = BOOK.templates["outreach_introduction"].ways
    got = Counter(allot(ways, f"enrolment-{n}").variant for n in range(4000))
    assert abs(got["a"] - 2000) < 150
    assert all(allot(ways, f"enrolment-{n}") == allot(ways, f"enrolment-{n}") for n in range(20))


@pytest.mark.req("COMM-15", "COMM-06")
def test_nothing_is_claimed_of_few_mails():
    assert compare(Arm("a", 40, 20), Arm("b", 40, 2), BOOK.reach.trial).says == "Too few to tell: 60 more of the smaller variant are needed."
    assert compare(Arm("a", 400, 40), Arm("b", 400, 44), BOOK.reach.trial).says.startswith("No difference shown")
    assert compare(Arm("a", 1000, 150), Arm("b", 1000, 60), BOOK.reach.trial).says.startswith("Variant a is answered more often")


@pytest.mark.req("COMM-15")
@given(st.integers(0, 500), st.integers(1, 500))
def test_an_interval_holds_its_share(answered, more):
    low, high = wilson(answered, answered + more, 0.95)
    assert 0 <= low <= answered / (answered + more) <= high <= 1


@pytest.mark.req("ABM-22")
def test_the_trigger_comes_before_the_role_and_the_role_before_the_stage():
    book, everything = BOOK.nurture, {"trigger": "demo_request", "stakeholder": "it", "stage": "decision", "industry": "rural"}
    assert choose(book, everything).family == "trigger"
    assert choose(book, everything | {"trigger": ""}).family == "stakeholder"
    assert choose(book, {"stage": "decision", "industry": "rural"}).sequence == "nurture_decision"
    assert choose(book, {"industry": "rural"}).angle == "Rural health considerations"
    assert choose(book, {}) is None
    assert choose(book, everything | {"trigger": ""}, first="industry").family == "industry", "the tier's own family"
    assert explain(BOOK, "reach/nurture", {"stage": "awareness"})["angle"] == "Educational content"
