"""What moved in a quarter adds up to the cent, whatever happened."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.rules.forecast.waterfall import Standing, waterfall

FIRST, LAST = date(2026, 10, 1), date(2026, 12, 31)
IN, OUT = date(2026, 11, 15), date(2027, 2, 1)

standings = st.builds(Standing, st.sampled_from(("open", "won", "lost")), st.sampled_from((None, 0, 1, 7, 10**12)), st.sampled_from((None, IN, OUT)))
days = st.dictionaries(st.sampled_from("abcde"), standings, max_size=5)


@pytest.mark.req("FORECAST-03")
@given(days, days, st.sets(st.sampled_from("abcde")))
def test_the_steps_add_up_to_the_cent(then, now, others):
    found = waterfall(then, now, FIRST, LAST, others=others)
    assert found.reconciles
    assert found.before + sum(cents for _, _, cents in found.steps) == found.after


@pytest.mark.req("FORECAST-03")
@pytest.mark.parametrize(("was", "now", "steps"), [
    (None, Standing("open", 500, IN), [("new", 500)]),
    (None, Standing("won", 500, IN), [("new", 500), ("won", -500)]),
    (None, Standing("lost", 500, IN), []),
    (Standing("open", 500, IN), Standing("open", 700, IN), [("up", 200)]),
    (Standing("open", 500, IN), Standing("open", 300, IN), [("down", -200)]),
    (Standing("open", 500, IN), Standing("open", 500, OUT), [("slipped", -500)]),
    (Standing("open", 500, IN), Standing("open", 900, OUT), [("slipped", -500)]),
    (Standing("open", 500, OUT), Standing("open", 600, IN), [("pulled_in", 600)]),
    (Standing("open", 500, None), Standing("open", 500, IN), [("pulled_in", 500)]),
    (Standing("open", 500, IN), Standing("won", 450, IN), [("down", -50), ("won", -450)]),
    (Standing("open", 500, IN), Standing("lost", 500, IN), [("lost", -500)]),
    (Standing("lost", 500, IN), Standing("open", 500, IN), [("reopened", 500)]),
    (Standing("open", 500, IN), None, [("gone", -500)]),
    (Standing("open", None, IN), Standing("open", 400, IN), [("up", 400)]),
    (Standing("open", 500, OUT), Standing("lost", 500, OUT), []),
])  # fmt: skip
def test_each_thing_that_can_happen_has_its_step(was, now, steps):
    found = waterfall({"a": was} if was else {}, {"a": now} if now else {}, FIRST, LAST)
    assert [(move.step, move.cents) for move in found.moves] == steps
    assert found.reconciles


@pytest.mark.req("FORECAST-03")
def test_a_deal_that_was_or_is_somebody_elses_is_neither_new_nor_gone():
    mine, theirs = {"a": Standing("open", 500, IN)}, {"b": Standing("open", 700, IN)}
    assert [(move.step, move.cents) for move in waterfall(mine, theirs, FIRST, LAST, others=("a", "b")).moves] == [("handed", -500), ("received", 700)]
