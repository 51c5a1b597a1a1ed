"""Chances, ages, plans, amounts: the record and the column agree, and money loses no cent."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rounds.playbook import default, with_set
from rounds.rules import columns, explain
from rounds.rules.pipeline import amounts, gates, moves, planner, probability

BOOK = default()
STAGES = tuple(BOOK.stages.by_code)


@pytest.mark.req("PIPE-21", "PLUS-29")
def test_targets_count_until_thirty_deals_were_closed():
    assert explain(BOOK, "pipeline/probability", {"stage": "O3"})["probability"] == 19.5
    assert explain(BOOK, "pipeline/probability", {"stage": "O6", "closed": 29, "won": 20, "deals": 20})["basis"] == "target"
    drawn = explain(BOOK, "pipeline/probability", {"stage": "O6", "closed": 30, "won": 12, "deals": 20})
    assert (drawn["basis"], drawn["probability"]) == ("actual", 54.38)
    assert explain(BOOK, "pipeline/probability", {"stage": "O9", "closed": 30})["probability"] == 100


@pytest.mark.req("PIPE-21")
@settings(deadline=None, max_examples=40)
@given(st.dictionaries(st.sampled_from(STAGES), st.tuples(st.integers(0, 50), st.integers(0, 50)).map(lambda p: (min(p), max(p)))), st.integers(0, 80))
def test_the_record_and_the_column_say_the_same(outcomes, closed):
    import ibis
    import pandas

    table = ibis.memtable(pandas.DataFrame({"stage": [*STAGES, "nowhere", None]}))
    found = columns(BOOK, "pipeline/probability", table, outcomes=outcomes, closed=closed).execute()
    for stage, bp in zip(STAGES, found["probability_bp"], strict=False):
        assert bp == probability.chance(BOOK, stage, outcomes, closed).bp
    assert found["probability_bp"].isna().tolist()[-2:] == [True, True]


@given(st.integers(0, 10**12), st.integers(0, 10_000))
def test_a_weighted_amount_is_half_up_to_the_cent(cents, bp):
    assert probability.weighted(cents, bp) == int((Decimal(cents) * bp / 10_000).quantize(Decimal(1), "ROUND_HALF_UP"))


@pytest.mark.req("PIPE-29")
@given(st.one_of(st.none(), st.integers(0, 10**12)), st.lists(st.integers(0, 10**12), max_size=8))
def test_parent_and_children_are_never_counted_twice(own, children):
    total = amounts.rolled_up(own, children)
    assert total == max(own or 0, sum(children))
    assert amounts.counted(own, children) + sum(children) == total


@pytest.mark.req("PIPE-19")
@pytest.mark.parametrize(("stage", "days", "age"), [("O1", 28, "on_track"), ("O1", 29, "slow"), ("O1", 42, "slow"), ("O1", 43, "stalled"),
                                                    ("O5", 112, "on_track"), ("O5", 169, "stalled")])  # fmt: skip
def test_a_stage_ages_by_the_weeks_of_its_process_stage(stage, days, age):
    assert planner.age(BOOK, stage, days)[0] == age


def test_by_work_a_deal_is_measured_by_what_it_works_on():
    other = with_set(BOOK, {"pipe.duration_basis": "by_work"})
    assert (planner.measured_by(BOOK, "O1"), planner.measured_by(other, "O1"), planner.measured_by(other, "O8")) == ("P1", "P2", "P6")


@pytest.mark.req("PIPE-16")
def test_negotiation_stands_in_six_by_its_trigger_and_in_five_by_its_name():
    assert BOOK.stages.process_of("O8") == "P6"
    assert with_set(BOOK, {"pipe.mapping": "name"}).stages.process_of("O8") == "P5"


@pytest.mark.req("PIPE-20")
def test_the_plan_of_a_new_deal_is_the_calendar_and_nothing_lies_behind_today():
    start = date(2026, 1, 5)
    plan = planner.plan(BOOK, "O1", opened=start, since=start, today=start)
    assert plan.close == (date(2026, 6, 15), date(2026, 12, 7))
    late = planner.plan(BOOK, "O1", opened=start, since=start, today=date(2027, 3, 1))
    assert late.late
    assert all(one.earliest >= date(2027, 3, 1) for one in late.stages if not one.done)
    assert next(one.title for one in plan.macro) == "Initial contact to demo"


@pytest.mark.req("PIPE-20")
def test_a_segment_that_says_how_long_it_decides_stands_before_the_weeks():
    from rounds.playbook.shapes.pipeline import Span

    start, span = date(2026, 1, 5), Span(low=12, high=18)
    assert planner.plan(BOOK, "O1", opened=start, since=start, today=start, segment_months=span).close == (date(2027, 1, 5), date(2027, 7, 5))
    other = with_set(BOOK, {"pipe.estimate": "stages"})
    assert planner.plan(other, "O1", opened=start, since=start, today=start, segment_months=span).basis == "stages"


@given(st.sampled_from(STAGES), st.sampled_from(STAGES), st.booleans())
def test_no_step_into_the_won_stage_leaves_the_contract_out(was, now, phi):
    step = moves.move(BOOK, was, now, today=date(2026, 1, 5))
    if isinstance(step, moves.Move) and step.way == "won":
        gate = gates.gate(BOOK, was, now, {}, phi=phi)
        keys = {line.key for line in gate.hard_missing}
        assert keys == ({"contract_executed", "baa_in_force"} if phi else {"contract_executed"})
        assert not gate.passes
        assert not gate.may_override


@pytest.mark.req("PIPE-20")
def test_how_long_an_account_decides_follows_from_what_it_is():
    kinds = [("Critical Access Hospitals", "", 20), ("", "Hospital Systems", 600), ("", "Hospital Systems", 180), ("Acute Care Hospitals", "", 300)]
    found = [planner.months_of(BOOK, org_type=org, subtype=sub, beds=beds) for org, sub, beds in kinds]
    assert [(one.low, one.high) if one else None for one in found] == [(9, 15), (9, 15), (6, 12), None]
