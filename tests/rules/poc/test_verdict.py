"""What a reading says, how sure it is, and what the criteria come to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.playbook import default, with_set
from rounds.rules import explain
from rounds.rules.facts import WrongFact
from rounds.rules.poc.intervals import quantile, student, wilson
from rounds.rules.poc.readings import Measured, Standing, Target, interval, sample_size, standing
from rounds.rules.poc.verdict import judged

BOOK = default().poc_verdict


@pytest.mark.req("PLUS-26")
def test_intervals_are_those_of_the_text_books():
    # Wilson 1927 and Student's table, as printed in Agresti and in NIST's handbook
    assert wilson(10, 100, 0.95) == pytest.approx((0.05523, 0.17437), abs=5e-5)
    assert wilson(0, 10, 0.95) == pytest.approx((0.0, 0.27753), abs=5e-5)
    assert [quantile(0.975, freedom) for freedom in (1, 5, 10, 30, 120)] == pytest.approx(
        [12.706, 2.571, 2.228, 2.042, 1.980], abs=6e-4
    )
    assert quantile(0.995, 9) == pytest.approx(3.250, abs=6e-4)
    assert student(5.0, 2.0, 25, 0.95) == pytest.approx((4.1744, 5.8256), abs=1e-3)


@pytest.mark.req("PLUS-26")
@given(n=st.integers(1, 5000), data=st.data())
def test_an_interval_of_a_share_holds_the_share_and_narrows_with_more_cases(n, data):
    hits = data.draw(st.integers(0, n))
    low, high = wilson(hits, n, 0.95)
    assert 0 <= low <= hits / n <= high <= 1
    wider_low, wider_high = wilson(hits, n, 0.99)
    assert wider_low <= low + 1e-12
    assert high <= wider_high + 1e-12
    more_low, more_high = wilson(4 * hits, 4 * n, 0.95)
    assert more_high - more_low < high - low


KINDS = st.sampled_from(["share", "mean", "figure"])
NUMBERS = st.floats(-1000, 1000, allow_nan=False)


@st.composite
def criteria(draw):
    kind = draw(KINDS)
    value = st.floats(0, 1) if kind == "share" else NUMBERS
    target = Target(kind, draw(st.sampled_from(["at_least", "at_most"])), draw(value), draw(st.none() | value),
                    draw(st.integers(0, 9)), draw(st.booleans()))  # fmt: skip
    n = draw(st.integers(1, 400))
    hits = draw(st.integers(0, n))
    read = Measured(hits / n if kind == "share" else draw(value), n, draw(st.none() | st.floats(0, 100)), hits if kind == "share" else None)
    return target, (interval(BOOK, kind, read) if draw(st.booleans()) else None)


@pytest.mark.req("PLUS-26")
@given(criteria())
def test_met_is_sure_and_not_met_is_sure_and_the_rest_is_said_to_be_open(pair):
    target, read = pair
    stands = standing(BOOK, target, read)
    assert 0.0 <= stands.attained <= 1.0
    good = (lambda v: v >= target.target) if target.direction == "at_least" else (lambda v: v <= target.target)
    if read is None:
        assert stands.word == "unread"
    elif read.low is not None and target.kind != "figure":
        if stands.word == "met":
            assert good(read.low)
            assert good(read.high)
        if stands.word == "not_met":
            assert not good(read.low)
            assert not good(read.high)
    elif target.kind == "figure":
        assert stands.word == ("met" if good(read.value) else "not_met")
    assert (stands.attained == 1.0) or stands.word != "met"


@pytest.mark.req("POC-04")
@given(st.lists(criteria(), min_size=0, max_size=7))
def test_a_success_has_every_mandatory_criterion_met_and_four_fifths_of_the_way(pairs):
    targets = {str(place): target for place, (target, _) in enumerate(pairs)}
    stands = {str(place): standing(BOOK, *pair) for place, pair in enumerate(pairs)}
    verdict = judged(BOOK, targets, stands)
    if verdict.result == "success":
        assert targets
        assert float(verdict.attained) >= 0.8
        assert all(stands[name].word == "met" for name, target in targets.items() if target.mandatory)
    if verdict.result == "partial":
        assert float(verdict.attained) >= 0.5
    if targets and all(stands[name].word == "met" for name in targets) and sum(t.weight for t in targets.values()):
        assert verdict.result == "success"
    if not targets:
        assert verdict.result == "failed"


@pytest.mark.req("POC-04")
@given(st.lists(criteria(), min_size=1, max_size=6), st.data())
def test_meeting_one_more_criterion_never_makes_the_result_worse(pairs, data):
    order = {"failed": 0, "partial": 1, "success": 2}
    targets = {str(place): target for place, (target, _) in enumerate(pairs)}
    stands = {str(place): standing(BOOK, *pair) for place, pair in enumerate(pairs)}
    better = data.draw(st.sampled_from(sorted(targets)))
    lifted = stands | {better: Standing("met", 1.0, 0.0, "")}
    assert order[judged(BOOK, targets, lifted).result] >= order[judged(BOOK, targets, stands).result]


FEW = {"name": "Nurses use it", "kind": "share", "direction": "at_least", "target": 0.7, "baseline": 0.2, "mandatory": True}


@pytest.mark.req("POC-04", "PLUS-26")
@pytest.mark.parametrize(
    ("hits", "n", "verdict", "result"),
    [(165, 200, "met", "success"), (140, 200, "inconclusive", "partial"), (100, 200, "not_met", "partial"),
     (50, 200, "not_met", "failed"), (10, 12, "inconclusive", "partial")],
)  # fmt: skip
def test_one_criterion_by_its_interval(hits, n, verdict, result):
    answer = explain(default(), "poc/verdict", {"criteria": [{**FEW, "hits": hits, "n": n}]})
    assert answer["criteria"]["Nurses use it"]["verdict"] == verdict
    assert answer["criteria"]["Nurses use it"]["method"] == "Wilson, 95 %"
    assert answer["result"] == result


@pytest.mark.req("POC-04")
def test_the_other_readings_stay_within_reach():
    given_ = {"criteria": [{**FEW, "hits": 142, "n": 200}]}
    assert explain(default(), "poc/verdict", given_)["result"] == "partial"
    assert explain(default(), "poc/verdict", given_, set={"poc.verdict": "point"})["result"] == "success"
    half = {"criteria": [{**FEW, "hits": 100, "n": 200}]}
    assert explain(default(), "poc/verdict", half)["attained"] == 0.6
    assert explain(default(), "poc/verdict", half, set={"poc.attainment": "met_only"})["attained"] == 0
    assert with_set(default(), {"poc.success_rate": "close"}).poc_terms.success_rate.reading == "close"


@pytest.mark.req("PLUS-26")
def test_the_sample_is_asked_for_before_anybody_measures():
    share = Target("share", "at_least", 0.7, 0.6, planned_n=50)
    asked = sample_size(BOOK, share)
    assert (asked.needed, asked.enough) == (369, False)
    assert asked.why == "50 planned, 369 needed"
    assert sample_size(BOOK, Target("share", "at_least", 0.7, 0.2, planned_n=50)).enough
    assert not sample_size(BOOK, Target("mean", "at_most", 5, 9, planned_n=50)).enough
    assert sample_size(BOOK, Target("mean", "at_most", 5, 9, planned_n=50, deviation=3)).enough
    assert sample_size(BOOK, Target("figure", "at_least", 1)).enough
    assert sample_size(BOOK, Target("share", "at_least", 0.7)).why == "the baseline is not measured yet"


@pytest.mark.req("PLUS-26")
@given(criteria(), st.integers(1, 10**6))
def test_an_enough_sample_stays_enough_when_it_grows(pair, n):
    target = pair[0]
    one = Target(target.kind, target.direction, target.target, target.baseline, planned_n=n, deviation=3.0)
    more = Target(target.kind, target.direction, target.target, target.baseline, planned_n=n + 1, deviation=3.0)
    assert sample_size(BOOK, more).enough >= sample_size(BOOK, one).enough


def test_wrong_criteria_are_named():
    with pytest.raises(WrongFact, match="without target"):
        explain(default(), "poc/verdict", {"criteria": [{"name": "a", "kind": "share", "direction": "at_least"}]})
    with pytest.raises(WrongFact, match="more hits than cases"):
        explain(default(), "poc/verdict", {"criteria": [{**FEW, "hits": 13, "n": 12}]})
    with pytest.raises(WrongFact, match="Give the criteria"):
        explain(default(), "poc/verdict", {"criterions": []})
