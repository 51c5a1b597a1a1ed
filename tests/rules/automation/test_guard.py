"""The guard ends every loop and lets every honest chain run, whatever automations a company thinks of."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.playbook.shapes.automation import Guard
from rounds.rules.automation.guard import refused

GUARD = Guard(depth=5, actions_an_hour=40, added=True)
CODES = [f"a{number}" for number in range(6)]
graphs = st.dictionaries(st.sampled_from(CODES), st.lists(st.sampled_from(CODES), max_size=4), min_size=1)


def run(starts: dict[str, list[str]], first: str, again: set[str]) -> tuple[list[list[str]], int]:
    """Follow every event to its end: the chains that ran and how many starts were refused."""
    ran, stopped, queue = [], 0, [((), first)]
    while queue:
        assert len(ran) + stopped < 5000, "it runs for ever"
        chain, code = queue.pop()
        if refused(GUARD, chain, (code, "r"), again=code in again, deeds_this_hour=len(ran)):
            stopped += 1
            continue
        here = (*chain, (code, "r"))
        ran.append([name for name, _ in here])
        queue += [(here, other) for other in starts.get(code, ())]
    return ran, stopped


@pytest.mark.req("AUTO-11")
@given(graphs, st.sampled_from(CODES), st.sets(st.sampled_from(CODES)))
def test_whatever_starts_whatever_it_ends(starts, first, again):
    ran, _ = run(starts, first, again)
    assert max(len(chain) for chain in ran) <= GUARD.depth
    assert len(ran) <= GUARD.actions_an_hour


@pytest.mark.req("AUTO-11")
@given(st.permutations(CODES).flatmap(lambda names: st.integers(1, GUARD.depth).map(lambda length: names[:length])))
def test_an_honest_chain_runs_to_its_end(names):
    starts = {one: [other] for one, other in itertools.pairwise(names)}
    ran, stopped = run(starts, names[0], set())
    assert ran[-1] == names
    assert stopped == 0


def test_again_lets_one_run_twice_and_no_chain_without_end():
    assert refused(GUARD, [("a", "r")], ("a", "r"), again=True, deeds_this_hour=0) is None
    assert "Loop stopped" in refused(GUARD, [("a", "r")], ("a", "r"), again=False, deeds_this_hour=0)
    assert refused(GUARD, [("a", "r")], ("a", "another"), again=False, deeds_this_hour=0) is None
    assert "the guard ends a chain" in refused(GUARD, [("a", "r")] * 5, ("b", "r"), again=True, deeds_this_hour=0)
    assert "the guard allows 40" in refused(GUARD, [], ("b", "r"), again=True, deeds_this_hour=40)
