"""What holds for every score: order, range, provisional bands, questions, doubt."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rounds.playbook import default, with_set
from rounds.rules import explain
from rounds.rules.scoring import checklist, score, scorer

RULES = ["scoring/lead_fit", "scoring/crm_quick", "scoring/abm_account", "scoring/integration_complexity"]
PLENTY = settings(max_examples=30, deadline=None)
SEED = st.integers(0, 2**32 - 1)


@pytest.mark.req("LEAD-01", "ABM-01")
@pytest.mark.parametrize("rule", RULES)
def test_raising_one_level_never_lowers_the_total(rule, invent):
    world, model = invent(rule), scorer(default(), rule)

    @PLENTY
    @given(SEED)
    def check(seed):
        record = {name: value for name, value in world.records(seed, 1)[0].items() if name not in world.codes}
        line = Random(seed).choice([line for line in model.lines if line.points])
        totals = [score(model, record | {line.code: level}).total for level in sorted(line.points, key=line.points.get)]
        assert totals == sorted(totals)

    check()


@pytest.mark.req("PLUS-01")
@pytest.mark.parametrize("rule", RULES)
def test_the_range_holds_every_total_that_answers_can_still_give(rule, invent):
    world, model = invent(rule), scorer(default(), rule)

    @PLENTY
    @given(SEED)
    def check(seed):
        for record in world.records(seed, 20):
            before = score(model, record)
            lines = {line.code: line for line in model.lines}
            answers = {
                code: Random(seed).choice(
                    [level for level in lines[code].points if level not in lines[code].unknown_levels]
                )
                for code in before.missing
                if lines[code].points
            }
            after = score(model, record | answers)
            assert before.low <= after.total
            assert before.high is None or after.total <= before.high
            assert not set(after.missing) & set(answers)

    check()


@pytest.mark.req("X-2")
@pytest.mark.parametrize("rule", RULES)
def test_the_same_facts_give_the_same_answer(rule, invent):
    for record in invent(rule).records(1, 50):
        shuffled = dict(sorted(record.items(), key=lambda _: Random(2).random()))
        assert explain(default(), rule, record) == explain(default(), rule, shuffled)


@pytest.mark.req("PLUS-02", "LEAD-22")
def test_a_provisional_band_is_never_hot_and_says_what_it_rests_on(invent):
    model = scorer(default(), "scoring/lead_fit")
    for record in invent("scoring/lead_fit").records(3, 500):
        found = score(model, record)
        assert found.provisional == (found.completeness < 0.6)
        assert not (found.provisional and found.band == "hot")
    public = score(model, {"beds": 900, "cbsa_rank": 3, "major_teaching": True, "ehr": "Epic", "total_margin": 0.05})
    assert (public.total, public.band, public.provisional) == (49, "warm", True)
    assert public.label == "provisional: Fit A, 47 of 75 known"
    assert public.completeness == 0.47
    assert round(public.answered, 4) == round(5 / 14, 4)
    literal = score(
        scorer(with_set(default(), {"score.unknown": "zero"}), "scoring/lead_fit"),
        {"beds": 900, "cbsa_rank": 3, "major_teaching": True, "ehr": "Epic", "total_margin": 0.05},
    )
    assert (literal.band, literal.provisional) == ("cold", False)


@pytest.mark.req("PLUS-02")
def test_the_band_is_settled_at_the_trusted_completeness():
    base = {
        "organization_size": "large",
        "geographic_market": "major_metro",
        "technology_stack": "advanced",
        "budget_allocation": "high",
    }
    model = scorer(default(), "scoring/lead_fit")
    below = score(model, base | {"project_timeline": "immediate", "competitive_pressure": "high"})
    assert (below.completeness, below.provisional) == (0.59, True)
    at = score(model, base | {"project_timeline": "immediate", "investment_capacity": "strong"})
    assert (at.completeness, at.provisional, at.total, at.band) == (0.6, False, 62, "warm")


@pytest.mark.req("PLUS-03")
def test_the_best_questions_come_first_with_their_answers():
    asked = score(scorer(default(), "scoring/lead_fit"), {"beds": 400, "ehr": "Epic"}).questions
    assert [(question.criterion, question.gain) for question in asked] == [
        ("budget_allocation", 12),
        ("geographic_market", 10),
        ("it_infrastructure", 8),
    ]
    assert asked[0].answers[0] == ("high", "High IT budget (over 2% of revenue)", 12)
    assert score(scorer(default(), "scoring/lead_fit"), {}).questions[0].criterion == "organization_size"
    done = score(scorer(default(), "scoring/abm_account"), {"ehr_platform": "unknown"})
    assert "ehr_platform" in done.missing


@pytest.mark.req("PLUS-05")
def test_a_doubtful_ehr_widens_the_range_instead_of_scoring():
    model = scorer(default(), "scoring/lead_fit")
    sure, doubtful = (score(model, {"ehr": "Epic", "ehr_confidence": share}) for share in (0.6, 0.59))
    assert (sure.points["technology_stack"], doubtful.points["technology_stack"]) == (12, 0)
    assert (sure.high, sure.low) == (100, 33)
    assert (doubtful.high, doubtful.low) == (100, 24)
    assert "technology_stack" in doubtful.missing
    line = next(line for line in doubtful.lines if line["what"] == "technology_stack")
    assert line["why"] == "Epic is only 59% certain: not known: counts 0"
    assert score(model, {"technology_stack": "advanced", "ehr_confidence": 0.1}).points["technology_stack"] == 12


@pytest.mark.req("LEAD-19")
def test_the_checklist_of_a_band_is_shown_and_disagreement_is_flagged():
    model = scorer(default(), "scoring/lead_fit")
    hot = checklist(model, "hot", ["immediate_need", "budget_approved"])
    assert [item["title"] for item in hot["items"]] == [
        "Immediate need confirmed",
        "Full stakeholder access",
        "Budget approved",
        "Integration feasible",
    ]
    assert not hot["disagrees"]
    answer = explain(default(), "scoring/lead_fit", {"beds": 10, "checklist": ["immediate_need", "full_access"]})
    assert answer["checklist"]["ticks_say"] == "hot"
    assert answer["checklist"]["disagrees"]
    assert checklist(model, "hot", [])["disagrees"] is False


@pytest.mark.req("LEAD-23")
def test_what_if_counts_the_records_that_change_band(invent):
    import ibis

    from rounds.rules.comparing import matrix

    world = invent("scoring/lead_fit")
    rows = [world.row(record) for record in world.records(5, 300)]
    columns = world.columns
    table = ibis.memtable([tuple(row[name] for name in columns) for row in rows], schema=ibis.schema(columns))
    other = with_set(default(), {"score.unknown": "zero"})
    found = ibis.duckdb.connect().execute(matrix(default(), other, "scoring/lead_fit", table)).to_dict("records")
    expected: dict[tuple[str, str], int] = {}
    for record in world.records(5, 300):
        pair = tuple(score(scorer(book, "scoring/lead_fit"), record).band for book in (default(), other))
        expected[pair] = expected.get(pair, 0) + 1
    assert {(row["before"], row["after"]): row["records"] for row in found} == expected
    assert any(before != after for before, after in expected)


@pytest.mark.req("PLUS-12")
@pytest.mark.parametrize(("facts", "grade"), [
    ({"beds": 700, "ehr": "Epic"}, "B"),
    ({"beds": 700, "ehr": "Epic", "total_margin": 0.08}, "A"),
    ({"beds": 12, "ehr": "Epic"}, "C"),
])  # fmt: skip
def test_no_grade_a_while_too_little_is_known(facts, grade):
    found = score(scorer(default(), "lead_fit"), facts)
    assert found.fit.grade == grade
