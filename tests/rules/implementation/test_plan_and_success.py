"""The plan, its slippage, the strict targets, and health as one record and as a column."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rounds.playbook import default, with_set
from rounds.rules import columns, explain
from rounds.rules.facts import WrongFact
from rounds.rules.implementation import plan as planning
from rounds.rules.implementation.health import alarms
from rounds.rules.implementation.slip import Bar, PlanGoesInCircles, moved, slipped
from rounds.rules.implementation.success import PartsRefused, judged, value_of

KICKOFF = date(2026, 1, 5)


@pytest.mark.req("IMPL-01", "IMPL-02")
class TestPlan:
    def test_phases_overlap_as_the_seed_has_them(self):
        found = {span.code: span for span in planning.plan(default(), KICKOFF).phases}
        assert found["user_training"].starts < found["technical_implementation"].ends
        assert found["go_live_stabilization"].starts < found["user_training"].ends

    @settings(max_examples=60, deadline=None)
    @given(st.integers(12, 24), st.dates(date(2024, 1, 1), date(2030, 1, 1)))
    def test_any_length_is_the_same_template(self, weeks, kickoff):
        found = planning.plan(default(), kickoff, weeks=weeks)
        assert found.ends == kickoff + timedelta(days=7 * weeks - 1)
        assert max(span.ends for span in found.phases) == found.ends
        spans = {span.code: span for span in found.steps}
        for span in found.steps:
            assert kickoff <= span.starts <= span.ends <= found.ends
            for need in span.needs:
                latest = span.ends if span.milestone else span.starts - timedelta(days=1)
                assert spans[need].ends <= latest, (weeks, span.code, need)

    @pytest.mark.parametrize("weeks", [11, 25])
    def test_a_length_nobody_has_is_refused_with_what_there_is(self, weeks):
        with pytest.raises(planning.LengthRefused, match="12 to 24 weeks"):
            planning.plan(default(), KICKOFF, weeks=weeks)

    @pytest.mark.req("IMPL-04")
    def test_the_clock_of_first_value_starts_where_the_playbook_says(self):
        plan = planning.plan(default(), KICKOFF)
        assert (plan.days_to_value, plan.warnings) == (83, ())
        signed = with_set(default(), {"impl.ttfv_start": "signed"})
        late = planning.plan(signed, KICKOFF, signed=KICKOFF - timedelta(days=14))
        assert late.days_to_value == 97
        assert "target of less than 90 is missed by plan" in late.warnings[0]
        assert "not known yet" in planning.plan(signed, KICKOFF).warnings[0]
        assert planning.plan(with_set(default(), {"impl.ttfv_start": "golive"}), KICKOFF).days_to_value < 0

    def test_asked_without_a_day_it_says_what_is_missing(self):
        assert explain(default(), "implementation/plan", {})["missing"] == ["kickoff_date"]
        with pytest.raises(WrongFact, match="a day such as 2026-01-05"):
            explain(default(), "implementation/plan", {"kickoff_date": "soon"})


def bars(*said):
    return [Bar(code, KICKOFF + timedelta(days=a), KICKOFF + timedelta(days=b), tuple(needs)) for code, a, b, needs in said]


class TestSlip:
    def test_what_is_late_pushes_what_needs_it_and_nothing_else(self):
        before = bars(("a", 0, 4, ()), ("b", 5, 9, "a"), ("c", 20, 24, "b"), ("d", 5, 9, ()))
        late = [Bar("a", before[0].starts, before[0].ends + timedelta(days=7)), *before[1:]]
        after = moved(late)
        assert slipped({bar.code: bar for bar in before}, after) == {"a": 7, "b": 7}
        assert after["c"] == before[2], "the air before it takes the delay"

    def test_what_is_done_stays_and_frees_what_waits(self):
        first = Bar("a", KICKOFF, KICKOFF + timedelta(days=30), done=KICKOFF + timedelta(days=3))
        assert moved([first, *bars(("b", 4, 6, "a"))])["b"].starts == KICKOFF + timedelta(days=4)

    def test_a_circle_is_refused(self):
        with pytest.raises(PlanGoesInCircles):
            moved(bars(("a", 0, 1, "b"), ("b", 2, 3, "a")))

    @settings(max_examples=60, deadline=None)
    @given(st.integers(12, 24), st.integers(0, 60), st.integers(0, 17))
    def test_no_delay_leaves_anybody_before_what_they_need(self, weeks, days, place):
        steps = planning.plan(default(), KICKOFF, weeks=weeks).steps
        plan = [Bar(s.code, s.starts, s.ends, s.needs, s.milestone) for s in steps]
        assert slipped({bar.code: bar for bar in plan}, moved(plan)) == {}, "a fresh plan stands as it is"
        one = plan[place % len(plan)]
        plan[place % len(plan)] = Bar(one.code, one.starts, one.ends + timedelta(days=days), one.needs, one.milestone)
        after = moved(plan)
        for bar in after.values():
            for need in bar.needs:
                end = after[need].ends
                assert end <= bar.starts if bar.milestone or after[need].milestone else end < bar.starts


@pytest.mark.req("IMPL-03", "IMPL-05")
class TestStrictTargets:
    @pytest.mark.parametrize(("metric", "parts", "status", "rag"), [
        ("user_adoption", {"active_users": 4, "licensed_users": 5}, "missed", "amber"),
        ("user_adoption", {"active_users": 801, "licensed_users": 1000}, "met", "green"),
        ("user_adoption", {"active_users": 65, "licensed_users": 100}, "missed", "red"),
        ("uptime", {"period_minutes": 43200, "downtime_minutes": 216, "maintenance_minutes": 0}, "missed", "amber"),
        ("uptime", {"period_minutes": 43200, "downtime_minutes": 215, "maintenance_minutes": 0}, "met", "green"),
        ("uptime", {"period_minutes": 43200, "downtime_minutes": 215, "maintenance_minutes": 600}, "missed", "amber"),
        ("time_to_first_value", {"days": 90}, "missed", "amber"),
        ("time_to_first_value", {"days": 89}, "met", "green"),
        ("nps", {"promoters": 76, "passives": 18, "detractors": 6}, "missed", "amber"),
    ])  # fmt: skip
    def test_at_the_bound_it_is_not_met(self, metric, parts, status, rag):
        found = judged(default(), metric, value_of(metric, parts))
        assert (found.status, found.rag) == (status, rag)

    def test_nothing_is_rounded_over_its_target(self):
        book = default()
        assert judged(book, "user_adoption", Fraction(80)).shown == "80"
        found = judged(book, "user_adoption", Fraction(240001, 3000))
        assert found.status == "met"
        assert found.shown == "80.0003"
        almost = judged(book, "user_adoption", Fraction(239999, 3000))
        assert (almost.status, almost.shown) == ("missed", "79.9")
        assert judged(book, "uptime", Fraction(4294800, 42960)).shown == "99.9", "a month that was down for a moment is not 100"
        eighty_five = book.success.metrics["user_adoption"].model_copy(
            update={"target": book.success.metrics["user_adoption"].target.model_copy(update={"value": 85})})  # fmt: skip
        from rounds.rules.implementation.success import shown_as
        assert shown_as(Fraction("84.96"), eighty_five) == "84.96", "not 85.0"
        assert explain(book, "implementation/success", {"user_adoption": "80.0"})["metrics"]["user_adoption"]["status"] == "missed"

    def test_what_cannot_be_is_refused_in_a_sentence(self):
        with pytest.raises(PartsRefused, match="More people used it"):
            value_of("user_adoption", {"active_users": 6, "licensed_users": 5})
        with pytest.raises(PartsRefused, match="Nobody has a licence"):
            value_of("user_adoption", {"active_users": 0, "licensed_users": 0})
        with pytest.raises(PartsRefused, match="longer than the period"):
            value_of("uptime", {"period_minutes": 10, "downtime_minutes": 11, "maintenance_minutes": 0})

    @pytest.mark.req("IMPL-10")
    def test_few_answers_are_shown_to_nobody(self):
        found = explain(default(), "metrics/nps", {"promoters": 3, "passives": 1, "detractors": 0})
        assert (found["value"], found["suppressed"]) == (None, True)
        assert explain(default(), "metrics/nps", {"promoters": 5, "passives": 0, "detractors": 0})["value"] == 100


FACTS = {"adoption_percent": (0, 100), "nps": (-100, 100), "issue_load": (0, 12), "uptime_percent": (95, 100), "touches": (0, 8), "outcomes_percent": (0, 100)}


@pytest.mark.req("IMPL-09", "X-2")
@pytest.mark.parametrize("policy", ["known_rate", "zero", "half"])
def test_health_is_the_same_by_record_and_by_column(engine, policy):
    book = with_set(default(), {"impl.health.unknown": policy})
    table = engine(dict.fromkeys(FACTS, "float64"))
    edges = sorted({float(f) for part in book.health.components.values() for rung in part.rungs for f in (rung.above, rung.at_least) if f is not None})

    @settings(max_examples=table.examples, deadline=None)
    @given(st.lists(st.fixed_dictionaries({}, optional={
        name: st.one_of(st.sampled_from([e for e in edges if low <= e <= high]), st.floats(low, high)) for name, (low, high) in FACTS.items()
    }), min_size=1, max_size=60))  # fmt: skip
    def check(records):
        rows = [{name: record.get(name) for name in FACTS} for record in records]
        found = table.ask("health", lambda t: columns(book, "implementation/health", t), rows)
        for record, row in zip(records, found, strict=True):
            one = explain(book, "implementation/health", record)
            assert (one["health"], one["band"], one["known"], one["provisional"]) == (
                row["health"], row["health_band"], row["health_known"], row["health_provisional"]), record  # fmt: skip

    check()


@pytest.mark.req("IMPL-09")
def test_an_alarm_goes_off_beyond_fifteen_points_and_not_at_them():
    assert not alarms(default(), 80, 65)
    assert alarms(default(), 80, 64)
    assert not alarms(default(), None, 10)
