"""Pricing by rule: the guidance, the discount guidelines in every stacking, sums that lose no cent, approvals nobody passes by."""

from __future__ import annotations

import ibis
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rounds.playbook import default, with_set
from rounds.rules import columns, explain
from rounds.rules.facts import WrongFact
from rounds.rules.pricing import approving, discount
from rounds.rules.pricing.approving import Step
from rounds.rules.pricing.cents import split
from rounds.rules.pricing.quote import Asked, Line, QuoteWrong, add_up, instalments

PLENTY = settings(max_examples=150, deadline=None)
FACTORS = ("organization_size", "use_case_complexity", "integration_requirements", "expected_roi", "competitive_positioning")
SCORES = {"organization_size": 80, "use_case_complexity": 60, "integration_requirements": 50, "expected_roi": 70, "competitive_positioning": 40}
BAND = {"floor_usd": 200_000, "ceiling_usd": 500_000}


@pytest.mark.req("PRICE-01", "PRICE-02")
def test_an_unknown_factor_widens_the_price_and_is_said():
    given_ = {**SCORES, **BAND}
    del given_["expected_roi"]
    found = explain(default(), "pricing/value", given_)
    assert (found["index"], found["index_low"], found["index_high"]) == (60.5, 53.0, 68.0)
    assert (found["price_low_usd"], found["price_usd"], found["price_high_usd"]) == (359_000.0, 381_500.0, 404_000.0)
    assert found["missing"] == ["expected_roi"]
    assert explain(default(), "pricing/value", given_, set={"unknown": "zero"})["index"] == 53.0
    with pytest.raises(Exception, match="expected roi"):
        explain(default(), "pricing/value", given_, set={"unknown": "refuse"})


@pytest.mark.req("PRICE-02", "ACCT-05")
def test_facts_score_what_nobody_scored_and_a_hand_outranks_them():
    found = explain(default(), "pricing/value", {"beds": 700, "integration_complexity": 50, "roi_percent": 120, **BAND})
    assert {line["what"]: line["level"] for line in found["lines"]} == {
        "organization_size": 80, "use_case_complexity": None, "integration_requirements": 50, "expected_roi": 60, "competitive_positioning": None}  # fmt: skip
    assert explain(default(), "pricing/value", {"beds": 700, "organization_size": 10, **BAND})["contributions"]["organization_size"] == 3.0
    with pytest.raises(WrongFact, match="0 to 100"):
        explain(default(), "pricing/value", {"organization_size": 101})


@pytest.mark.req("PRICE-03", "PRICE-04", "PRICE-05", "PRICE-06")
@pytest.mark.parametrize(
    ("deal", "choices", "ceiling", "result", "exceeds", "approvals"),
    [
        ({"requested_percent": 3}, {}, 10, "below_band", 0, []),
        ({"requested_percent": 10}, {}, 10, "within", 0, []),
        ({"requested_percent": 10.01}, {}, 10, "exceeds", 0.01, ["vp"]),
        ({"requested_percent": 15, "term_months": 24}, {}, 15, "within", 0, ["manager"]),
        ({"requested_percent": 15, "term_months": 23}, {}, 10, "exceeds", 5, ["vp"]),
        ({"requested_percent": 20, "tier": 1}, {}, 20, "within", 0, ["manager"]),
        ({"requested_percent": 12, "tier": 1}, {}, 20, "below_band", 0, ["manager"]),
        ({"requested_percent": 25, "tier": 1}, {}, 20, "exceeds", 5, ["vp"]),
        ({"requested_percent": 25.5, "tier": 1}, {}, 20, "exceeds", 5.5, ["vp", "finance"]),
        ({"requested_percent": 10, "volume_commitment": True}, {}, 10, "within", 0, []),
        ({"requested_percent": 18, "units": 10}, {"stacking": "additive"}, 20, "within", 0, ["manager"]),
        ({"requested_percent": 28, "tier": 1, "term_months": 36}, {"stacking": "additive"}, 30, "within", 0, ["vp", "finance"]),
        ({"requested_percent": 19, "units": 10}, {"stacking": "compound"}, 19, "within", 0, ["manager"]),
        ({"requested_percent": 19.01, "units": 10}, {"stacking": "compound"}, 19, "exceeds", 0.01, ["vp"]),
        ({"requested_percent": 18, "tier": 1}, {"strategic_if": "confirmed_tier_1"}, 10, "exceeds", 8, ["vp"]),
        ({"requested_percent": 18, "segment": "enterprise"}, {"strategic_if": "enterprise"}, 20, "within", 0, ["manager"]),
        ({"requested_percent": 18, "strategic": True}, {"strategic_if": "marked"}, 20, "within", 0, ["manager"]),
        ({"requested_percent": 8, "effective_percent": 14}, {}, 10, "exceeds", 4, ["vp"]),
        ({"requested_percent": 8, "effective_percent": 14}, {"measured": "stated"}, 10, "within", 0, []),
        ({"requested_percent": 1, "under_floor": True}, {}, 10, "below_band", 0, ["vp", "finance"]),
        ({"requested_percent": 0}, {}, 10, "none", 0, []),
    ],
)
def test_a_discount_against_the_guidelines(deal, choices, ceiling, result, exceeds, approvals):
    found = explain(default(), "pricing/discount", deal, set=choices or None)
    assert (found["ceiling_percent"], found["result"], found["exceeds_by_points"], found["approvals"]) == (ceiling, result, exceeds, approvals)


STACKED = [{}, {"price.stacking": "additive"}, {"price.stacking": "compound"}, {"price.stacking": "compound", "price.strategic_if": "marked"},
           {"price.strategic_if": "confirmed_tier_1"}, {"price.stacking": "additive", "price.strategic_if": "enterprise"}]  # fmt: skip
maybe = lambda what: st.one_of(st.none(), what)  # noqa: E731
DEAL = st.fixed_dictionaries({
    "asked_bp": st.integers(0, 10_000), "tier": maybe(st.integers(0, 3)), "tier_stage": maybe(st.sampled_from(["provisional", "confirmed"])),
    "segment": maybe(st.sampled_from(["enterprise", "growth"])), "strategic": maybe(st.booleans()), "term_months": maybe(st.integers(1, 60)),
    "units": maybe(st.integers(0, 20)), "volume_commitment": maybe(st.booleans()),
})  # fmt: skip
KINDS = {"asked_bp": "int64", "tier": "int64", "tier_stage": "string", "segment": "string", "strategic": "boolean", "term_months": "int64",
         "units": "int64", "volume_commitment": "boolean"}  # fmt: skip


def table(rows: list[dict], kinds: dict[str, str]):
    typed = {"int64": "Int64", "boolean": "boolean", "string": "object"}
    frame = pd.DataFrame({name: pd.array([row[name] for row in rows], dtype=typed[kind]) for name, kind in kinds.items()})
    return ibis.memtable(frame, schema=kinds)


@pytest.mark.req("PRICE-05", "X-2")
@pytest.mark.parametrize("choices", STACKED, ids=str)
@settings(max_examples=12, deadline=None)
@given(rows=st.lists(DEAL, min_size=1, max_size=30))
def test_a_discount_is_the_same_by_record_and_by_column(choices, rows):
    playbook = with_set(default(), choices)
    found = ibis.duckdb.connect().to_pandas(columns(playbook, "pricing/discount", table(rows, KINDS)))
    for row, line in zip(rows, found.to_dict("records"), strict=True):
        one = discount.check(playbook, row["asked_bp"], row)
        assert (line["ceiling_bp"], line["verdict"], line["exceeds_by_bp"], line["approvals"]) == (
            one.ceiling, one.verdict, one.exceeds_by, ",".join(one.asks))  # fmt: skip


PRICED = st.fixed_dictionaries({**{name: maybe(st.integers(0, 100)) for name in FACTORS}, "beds": maybe(st.integers(0, 3000)),
                                "integration_complexity": maybe(st.integers(0, 100)), "roi_percent": maybe(st.integers(-100, 900)),
                                "floor_usd": st.integers(0, 1000), "ceiling_usd": st.integers(0, 1_000_000)})  # fmt: skip


@pytest.mark.req("PRICE-02", "X-2")
@pytest.mark.parametrize("choices", [{}, {"price.unknown": "zero"}], ids=str)
@settings(max_examples=15, deadline=None)
@given(rows=st.lists(PRICED, min_size=1, max_size=30))
def test_a_price_is_the_same_by_record_and_by_column(choices, rows):
    playbook = with_set(default(), choices)
    found = ibis.duckdb.connect().to_pandas(columns(playbook, "pricing/value", table(rows, dict.fromkeys(rows[0], "int64"))))
    for row, line in zip(rows, found.to_dict("records"), strict=True):
        one = explain(playbook, "pricing/value", row)
        assert (line["index_hundredths"] / 100, line["price_cents"] / 100) == (one["index"], one["price_usd"])


LINE = st.builds(Line, kind=st.sampled_from(["recurring", "usage", "once"]), units=st.integers(1, 400), unit_cents=st.integers(0, 90_000_001),
                 discount_bp=st.integers(0, 10_000), least_cents=st.integers(0, 10_000_000))  # fmt: skip
ASKED = st.builds(Asked, lines=st.lists(LINE, min_size=1, max_size=8).map(tuple), term_months=st.integers(1, 84), total_bp=st.integers(0, 10_000),
                  services_cents=st.integers(0, 10**9), poc_weeks=st.integers(0, 30))  # fmt: skip


@pytest.mark.req("PRICE-10", "PLUS-25")
@PLENTY
@given(asked=ASKED, free=st.integers(0, 83), credit=st.integers(0, 100))
def test_money_never_loses_a_cent(asked, free, credit):
    paid = add_up(asked).paid_cents
    asked = Asked(asked.lines, asked.term_months, asked.total_bp, min(free, asked.term_months - 1), 0, asked.services_cents, asked.poc_weeks)
    asked = Asked(**{**{name: getattr(asked, name) for name in Asked.__dataclass_fields__}, "credit_cents": add_up(asked).paid_cents * credit // 100})
    found = add_up(asked)
    assert found.list_cents - found.off_cents - found.off_total_cents - found.free_cents - found.credit_cents == found.paid_cents
    assert sum(line.paid_cents for line in found.lines) == found.paid_cents
    assert sum(line.credit_cents for line in found.lines) == asked.credit_cents
    assert all(line.paid_cents >= 0 for line in found.lines)
    assert 0 <= found.paid_cents <= paid
    assert found.given_cents + found.paid_cents == found.value_cents
    assert 0 <= found.effective_bp <= 10_000
    assert found.effective_bp >= found.stated_bp - 1 or asked.services_cents or asked.poc_weeks


@pytest.mark.req("PRICE-10")
@PLENTY
@given(cents=st.integers(0, 10**14), term=st.integers(1, 120), per_year=st.sampled_from([1, 2, 4, 12]), weights=st.lists(st.integers(0, 10**12), max_size=9))
def test_parts_are_the_whole(cents, term, per_year, weights):
    assert sum(instalments(cents, term_months=term, per_year=per_year, shares=())) == cents
    assert sum(instalments(cents, term_months=term, per_year=None, shares=(40, 40, 20))) == cents
    parts = split(cents, weights)
    assert sum(parts) == (cents if weights else 0)
    if sum(weights):
        assert all(abs(got * sum(weights) - cents * weight) < sum(weights) for got, weight in zip(parts, weights, strict=True))


@pytest.mark.req("PLUS-25")
def test_what_is_given_counts_over_the_term():
    year = Line("recurring", 1, 12_000_000, least_cents=9_600_000)
    plain = add_up(Asked((year,), 12, total_bp=500))
    assert (plain.stated_bp, plain.effective_bp, plain.annual_cents) == (500, 500, 11_400_000)
    free = add_up(Asked((year,), 12, total_bp=500, free_months=2))
    assert (free.stated_bp, free.effective_bp, free.paid_cents) == (500, 2083, 9_500_000)
    assert free.under_floor, "free months take a unit below its floor as a discount would"
    assert not plain.under_floor
    assert add_up(Asked((year,), 24, services_cents=2_400_000)).effective_bp == 909
    assert add_up(Asked((year,), 12, poc_weeks=13)).effective_bp == 2000
    assert add_up(Asked((year,), 12, credit_cents=600_000)).effective_bp == 500


@pytest.mark.req("PRICE-10")
def test_a_phased_line_is_paid_from_its_month_and_a_whole_year_is_its_annual_amount():
    found = add_up(Asked((Line("recurring", 2, 12_000_000), Line("recurring", 1, 6_000_000, start=6), Line("once", 1, 1_500_000)), 12))
    assert [line.list_cents for line in found.lines] == [24_000_000, 3_000_000, 1_500_000]
    assert (found.annual_cents, found.once_cents) == (30_000_000, 1_500_000)


@pytest.mark.req("PRICE-05")
@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (Asked((), 12), "at least one line"),
        (Asked((Line("once", 1, 100),), 12, total_bp=10_001), "between 0 and 100"),
        (Asked((Line("once", 1, 100, discount_bp=-1),), 12), "between 0 and 100"),
        (Asked((Line("once", 0, 100),), 12), "at least one unit"),
        (Asked((Line("once", 1, -5),), 12), "0 or more"),
        (Asked((Line("recurring", 1, 100, start=12),), 12), "within the term"),
        (Asked((Line("recurring", 1, 100),), 12, free_months=12), "fewer than the term"),
        (Asked((Line("once", 1, 100),), 12, credit_cents=101), "credit is more"),
    ],
)
def test_figures_that_make_no_quote_are_refused_by_name(asked, says):
    with pytest.raises(QuoteWrong, match=says):
        add_up(asked)


PEOPLE = {"rep": set(), "manager": {"discount.approve_manager"}, "vp": {"discount.approve_manager", "discount.approve_vp"},
          "vp2": {"discount.approve_vp"}, "finance": {"discount.approve_finance"}, "both": {"discount.approve_vp", "discount.approve_finance"}}  # fmt: skip


@pytest.mark.req("PRICE-06")
@PLENTY
@given(
    asks=st.sampled_from([("manager",), ("vp",), ("vp", "finance")]), asked_by=st.sampled_from(sorted(PEOPLE)),
    tries=st.lists(st.tuples(st.integers(0, 1), st.sampled_from(sorted(PEOPLE)), st.sampled_from(["approved", "refused"])), max_size=14),
    escalated=st.booleans(),
)  # fmt: skip
def test_no_order_of_approvals_passes_what_the_matrix_forbids(asks, asked_by, tries, escalated):
    playbook, steps = default(), [Step(level, escalated=escalated) for level in asks]
    for place, person, word in tries:
        if place >= len(steps) or approving.why_not(playbook, steps, place, person=person, may=PEOPLE[person], asked_by=asked_by):
            continue
        steps[place] = Step(steps[place].level, word, person, escalated=escalated)
    deciders = [step.decided_by for step in steps if step.decision]
    assert asked_by not in deciders
    assert len(set(deciders)) == len(deciders)
    for place, step in enumerate(steps):
        if step.decision:
            assert all(before.decision == "approved" for before in steps[:place]), "one after the other"
            level = playbook.discounts.approvals.levels[step.level]
            allowed = {level.may} | ({playbook.discounts.approvals.levels[level.escalates_to].may} if escalated and level.escalates_to else set())
            assert PEOPLE[step.decided_by] & allowed
    if approving.granted(steps):
        assert len(deciders) == len(asks)
