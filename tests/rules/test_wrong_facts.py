"""A wrong value is refused by name with a way to mend it: never a trace, never a silent 0."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rounds.kit.refusal import Refusal
from rounds.playbook import VOCABULARY, default
from rounds.rules import RULES, UnknownRule, WrongFact, explain

LEAD = "scoring/lead_fit"
WRONG = [
    (LEAD, {"beds": -1}, "beds", "whole number from 0"),
    (LEAD, {"beds": "about 400"}, "beds", "not 'about 400'"),
    (LEAD, {"beds": True}, "beds", "whole number"),
    (LEAD, {"beds": 12.5}, "beds", "whole number"),
    (LEAD, {"beds": math.nan}, "beds", "whole number"),
    (LEAD, {"beds": [400]}, "beds", "whole number"),
    (LEAD, {"beds": 10**30}, "beds", "whole number"),
    (LEAD, {"it_budget_usd": "$5M"}, "it_budget_usd", "USD a year"),
    (LEAD, {"it_budget_usd": math.inf}, "it_budget_usd", "number"),
    (LEAD, {"it_budget_pct": 2}, "it_budget_pct", "from 0 to 1"),
    (LEAD, {"ehr": "Epik"}, "ehr", "one of Epic, Cerner"),
    (LEAD, {"metro": "yes"}, "metro", "true or false"),
    (LEAD, {"metro": 1}, "metro", "true or false"),
    (LEAD, {"bedz": 400}, "bedz", "Did you mean 'beds'?"),
    (LEAD, {"organization_size": "huge"}, "organization_size", "one of large, mid, small, micro"),
    (LEAD, {"organization_size": 15}, "organization_size", "one of large"),
    (LEAD, {"funding": "operating"}, "funding", "a list of operating"),
    (LEAD, {"funding": ["gold"]}, "funding", "one of operating"),
    (LEAD, {"events": 3}, "events", "counts by kind"),
    (LEAD, {"events": {"content_download": -1}}, "events.content_download", "0 or more"),
    (LEAD, {"events": {"content_download": True}}, "events.content_download", "0 or more"),
    (LEAD, {"events": {"dance": 1}}, "events.dance", "known kind"),
    (LEAD, {"checklist": ["whistles"]}, "checklist", "one of immediate_need"),
    ("tiers/abm", {"score": "high"}, "score", "number"),
    ("tiers/abm", {"gates": {"nothing": True}}, "gates", "known gates"),
    ("tiers/abm", {"gates": {"infrastructure_ready": 1}}, "gates.infrastructure_ready", "true or false"),
    ("tiers/abm", {"current_tier": 9}, "current_tier", "from 0 to 3"),
    ("routing/territory", {"state": 5}, "state", "a text"),
    ("routing/role", {"band": "boiling"}, "band", "one of hot"),
    ("routing/sla", {"band": "hot", "created_at": "yesterday"}, "created_at", "2026-03-06T10:00:00"),
    ("routing/sla", {"band": "hot", "created_at": 5}, "created_at", "a time such as"),
    ("scoring/heat", {"events": [{"kind": "dance", "at": "2026-01-01"}]}, "events.kind", "one of"),
]


@pytest.mark.req("LEAD-03", "X-1")
@pytest.mark.parametrize(("rule", "facts", "field", "words"), WRONG, ids=lambda part: str(part)[:40])
def test_a_wrong_fact_is_refused_by_name(rule, facts, field, words):
    with pytest.raises(WrongFact) as refusal:
        explain(default(), rule, facts)
    assert refusal.value.status == 422
    assert refusal.value.field == field
    assert words in str(refusal.value)


@pytest.mark.parametrize("given_", [None, 5, "beds", [1]])
def test_given_must_be_a_record(given_):
    with pytest.raises(WrongFact, match="one record"):
        explain(default(), "routing/segment", given_)


def test_none_is_unknown_and_plain_spellings_are_understood():
    assert explain(default(), LEAD, {"beds": None, "ehr": None})["missing"] == explain(default(), LEAD, {})["missing"]
    assert explain(default(), LEAD, {"ehr": "epic systems"})["points"]["technology_stack"] == 12
    assert explain(default(), LEAD, {"org_type": "academic medical centers"})["points"]["market_leadership"] == 5
    assert explain(default(), LEAD, {"beds": 400.0})["points"]["organization_size"] == 12


def test_an_unknown_rule_is_named_with_the_nearest():
    with pytest.raises(UnknownRule, match="Did you mean scoring/lead_fit"):
        explain(default(), "scoring/leadfit", {})
    with pytest.raises(UnknownRule):
        explain(default(), "routing/segment#model", {})


ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.binary(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=12), inner, max_size=3)),
    max_leaves=5,
)
NAMES = st.one_of(
    st.sampled_from([*VOCABULARY, "score", "gates", "band", "created_at", "checklist", "technology_stack"]),
    st.text(max_size=10),
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(RULES), st.dictionaries(NAMES, ANYTHING, max_size=4))
def test_whatever_is_given_the_answer_is_a_verdict_or_a_refusal(rule, given_):
    refused: Refusal | None = None
    answer: dict = {"lines": [], "missing": []}
    try:
        answer = explain(default(), rule, given_)
    except Refusal as refusal:
        refused = refusal
    assert refused is None or (refused.status in (404, 422) and str(refused))
    assert {"lines", "missing"} <= set(answer)
