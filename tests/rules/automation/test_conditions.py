"""Conditions: three values, said in words, and the same over one record as over a table."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rounds.kit.clock import now
from rounds.models import Lead
from rounds.models.flow.asks import as_q
from rounds.playbook.happenings import ASKS
from rounds.playbook.shapes.automation import Condition
from rounds.rules.automation.conditions import judge
from rounds.rules.automation.words import condition_words

VALUES = {
    "text": st.sampled_from(["", "New", "hot", "NY", "Web form"]),
    "number": st.one_of(st.none(), st.integers(0, 5)),
    "flag": st.booleans(),
}
PLAIN = [ask for ask in ASKS if ask.startswith("lead.") and not ASKS[ask].column.endswith("_id")]


def leaf(ask: str):
    kind = ASKS[ask].kind
    word = {"text": st.sampled_from(["New", "hot", "NY", "o"]), "number": st.integers(0, 5), "flag": st.booleans()}[kind]
    ways = [st.builds(lambda w: {"is": w}, word), st.builds(lambda w: {"is": [w, "x"]}, word), st.builds(lambda w: {"is_not": w}, word),
            st.builds(lambda k: {"known": k}, st.booleans())]  # fmt: skip
    if kind == "number":
        ways += [st.builds(lambda n, name=name: {name: n}, st.integers(0, 5)) for name in ("at_least", "above", "at_most", "below")]
    if kind == "text":
        ways.append(st.builds(lambda w: {"has": w}, st.sampled_from(["o", "New", "y"])))
    return st.one_of(ways).map(lambda test: {"ask": ask, **test})


trees = st.recursive(
    st.sampled_from(PLAIN).flatmap(leaf),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=5,
)
rows = st.fixed_dictionaries({ASKS[ask].column: VALUES[ASKS[ask].kind] for ask in PLAIN}).map(lambda row: {**row, "email": row["email"].lower()})  # as the table keeps it


@pytest.mark.req("AUTO-01")
@pytest.mark.django_db
def test_one_record_and_a_table_are_judged_alike(cast):
    at = now()

    @settings(max_examples=150, deadline=None)
    @given(st.lists(rows, min_size=1, max_size=4), trees)
    def alike(records, tree):
        made = [Lead(name=str(place), captured_at=at, updated_at=at,
                     **{**record, "heat": record["heat"] or 0}) for place, record in enumerate(records)]  # fmt: skip
        Lead.objects.bulk_create(made)
        condition = Condition.model_validate(tree)
        by_hand = {}
        for lead in made:
            by_hand[lead.pk] = judge(condition, lambda ask, lead=lead: getattr(lead, ASKS[ask].column)).holds
        for verdict in (True, False):
            found = set(Lead.objects.filter(as_q(condition, "lead", verdict), pk__in=by_hand).values_list("pk", flat=True))
            assert found == {pk for pk, holds in by_hand.items() if holds is verdict}, condition_words(condition)

    alike()


@pytest.mark.req("AUTO-10")
def test_unknown_is_neither_yes_nor_no_and_is_said():
    condition = Condition.model_validate({"all": [{"ask": "beds", "at_least": 500}, {"not": {"ask": "ehr", "is": ["Epic", "Cerner"]}}]})
    assert condition_words(condition) == "beds is at least 500 and not (ehr platform is Epic or Cerner)"
    found = judge(condition, {"beds": 612}.get)
    assert found.holds is None
    assert found.why_not == "ehr platform is Epic or Cerner (not known)"
    assert judge(condition, {"beds": 612, "ehr": "Meditech"}.get).holds is True
    assert judge(condition, {"beds": 12}.get).holds is False


def test_a_condition_asks_one_thing_with_one_test():
    for wrong in ({"ask": "beds"}, {"ask": "beds", "is": 1, "above": 2}, {"is": 1}, {"all": []}, {"ask": "beds", "any": [], "is": 1}):
        with pytest.raises(ValueError):
            Condition.model_validate(wrong)
