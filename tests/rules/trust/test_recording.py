"""Before a conversation is recorded: the strictest law of everybody's state holds, and an unknown state is asked about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.kit.text import STATES
from rounds.playbook import default, load
from rounds.rules import recording
from rounds.rules.asking import explain
from rounds.rules.facts import WrongFact

pytestmark = pytest.mark.req("COMPL-15")


@pytest.mark.parametrize(("states", "consent", "named"), [
    (["NY"], "one", "Federal law"), (["NY", "TX"], "one", "18 U.S.C. 2511(2)(d)"), (["CA"], "all", "Cal. Penal Code 632"),
    (["NY", "WA"], "all", "RCW 9.73.030"), (["NY", ""], "all", "not known"), ([], "all", "not known"),
])  # fmt: skip
def test_the_strictest_law_of_those_who_take_part_holds(states, consent, named):
    said = explain(default(), "trust/recording", {"states": states})
    assert said["consent"] == consent
    assert named in said["says"]
    assert said["lines"][0]["source"]


@given(st.lists(st.sampled_from([*STATES, ""]), max_size=6), st.sampled_from(list(STATES)))
def test_one_more_person_never_makes_it_milder(states, more):
    before, after = recording.asked(default(), states), recording.asked(default(), [*states, more])
    assert recording.STRICTER.index(after.consent) >= recording.STRICTER.index(before.consent) or not states  # nobody known: all are asked


def test_the_laws_of_our_own_state_count_too():
    files = dict(default().files)
    files["trust/recording.yaml"] = files["trust/recording.yaml"].replace("home: []", "home: [PA]")
    book = load(files)
    assert recording.asked(book, ["NY"]).says == "Everybody must agree before it is recorded (Pennsylvania, 18 Pa.C.S. 5704(4))."


@pytest.mark.parametrize("wrong", ["CA", ["California"], [1], {"CA": 1}])
def test_what_is_no_list_of_states_is_refused_by_name(wrong):
    with pytest.raises(WrongFact, match="states"):
        explain(default(), "trust/recording", {"states": wrong})
