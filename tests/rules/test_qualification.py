"""Qualification: what is met, what stops, what the data proves, and the same by record and by column."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rounds.playbook import default, with_set
from rounds.rules import explain
from rounds.rules.qualification import Said, columns, derived, judged, standing

BOOK = default()
ITEMS = list(BOOK.qualification.items)
BANT = [entry for entry in BOOK.qualification.dimensions if entry.kind == "bant"]
STRICT = with_set(BOOK, {"qual.rules": "strict"})


def ask(answers=None, set=None, **facts):
    return explain(BOOK, "qualification/gate", {"answers": answers or {}, **facts}, set=set)


def enough(book=BOOK, least=None):
    """Yes to as many indicators of every BANT dimension as the reading asks for (or `least`)."""
    reading = book.qualification.readings[book.qualification.reading]
    found = {}
    for entry in BANT:
        need = least or (reading.dimensions.get(entry.dimension) or reading.bant).at_least
        found |= {item.item: "yes" for item in entry.indicators[:need]}
    return found


@pytest.mark.req("QUAL-01", "QUAL-02", "QUAL-03", "QUAL-04", "QUAL-05", "QUAL-06", "QUAL-07")
def test_seven_dimensions_of_four_indicators_and_four_flags():
    assert [entry.dimension for entry in BOOK.qualification.dimensions] == [
        "budget", "authority", "need", "timeline", "compliance", "integration", "stakeholder"]  # fmt: skip
    for entry in BOOK.qualification.dimensions:
        assert (len(entry.indicators), len(entry.flags)) == (4, 4), entry.dimension
        assert entry.source.startswith("004 ")


@pytest.mark.req("QUAL-08", "PLUS-21")
def test_a_dimension_is_met_at_risk_not_met_or_unknown():
    state = lambda **said: ask(said)["states"]["need"]  # noqa: E731
    assert state() == "unknown"
    assert state(pain_point="yes", inefficiencies="yes", quantified="yes") == "met"
    assert state(pain_point="yes", inefficiencies="yes") == "at_risk"
    assert state(pain_point="no", inefficiencies="no") == "not_met"
    assert state(pain_point="yes", inefficiencies="yes", quantified="yes", pressure_only="yes") == "at_risk", "a blocker"
    assert state(pain_point="yes", inefficiencies="yes", quantified="yes", vague="yes") == "met", "a caution is shown only"


@pytest.mark.req("QUAL-09", "PLUS-21")
def test_the_gate_opens_with_bant_and_no_blocker_anywhere():
    assert ask(enough())["qualified"] is True
    assert ask(enough(least=2))["unmet"] == ["need"], "three of four in Need"
    assert ask(enough() | {"no_hipaa_program": "yes"})["unmet"] == ["compliance"], "a blocker of healthcare stops too"
    failed = dict.fromkeys(("hipaa_infrastructure", "data_governance", "security_assessment"), "no")
    assert ask(enough() | failed)["unmet"] == ["compliance"], "needed not to be not met"
    assert ask(enough() | failed, set={"qual.healthcare": "advisory"})["qualified"] is True
    assert ask(enough(), set={"qual.healthcare": "met"})["unmet"] == ["compliance", "integration", "stakeholder"]


@pytest.mark.req("PLUS-21", "QUAL-08")
def test_a_path_to_funding_meets_the_budget_and_the_strict_reading_takes_none():
    funded = enough() | {"budget_allocated": "unknown", "capacity": "unknown", "capex_process": "yes", "roi_framework": "yes",
                         "constrained": "yes"}  # fmt: skip
    assert ask(funded)["qualified"] is True, "the path lifts the constraint"
    assert "budget" in ask(funded, set={"reading": "strict"})["unmet"]
    three = enough(least=3)
    assert ask(three, set={"reading": "strict"})["qualified"] is True
    assert ask(three | {"vague": "yes"}, set={"reading": "strict"})["unmet"] == ["need"], "every flag counts"
    assert ask(three | {"vague": "yes"})["qualified"] is True
    assert ask(enough(), stage=5)["reading"] == "strict", "from stage five on"


@pytest.mark.req("QUAL-09")
def test_six_dimensions_leave_out_the_stakeholders():
    blocked = enough() | {"it_resistance": "yes"}
    assert ask(blocked)["unmet"] == ["stakeholder"]
    six = ask(blocked, set={"framework": "six"})
    assert six["qualified"] is True
    assert "stakeholder" not in six["states"]


@pytest.mark.req("QUAL-11")
def test_what_data_proves_is_derived_and_a_person_outranks_it():
    assert ask(it_budget_usd=100_000)["states"]["budget"] == "at_risk"
    assert ask(it_budget_usd=99_999)["states"]["budget"] == "unknown"
    assert "capacity" in derived(with_set(BOOK, {"qual.budget.min_capacity.growth": 25_000}), {"it_budget_usd": 30_000, "segment": "growth"})
    assert derived(BOOK, {"implementation_timeline": "Near-term (3-6 months)"}) == {
        "window_confirmed": "Implementation timeline Near-term (3-6 months)"}  # fmt: skip
    assert "ehr_compatible" in derived(BOOK, {"ehr": "Epic"})
    assert "ehr_compatible" not in derived(BOOK, {"ehr": "Epic", "ehr_confidence": 0.5})
    holds = standing(BOOK, {"capacity": Said("no")}, {"capacity": "IT budget 2,000,000"})["capacity"]
    assert (holds.answer, holds.by_person, holds.aside) == ("no", True, True)
    against = standing(BOOK, {"no_timeline": Said("yes")}, {"window_confirmed": "Implementation timeline Near-term"})
    assert against["window_confirmed"].answer is None, "what a person said contradicts what the data says"


def test_an_old_answer_is_asked_again():
    days = BOOK.qualification.stale_days.value
    fresh, old = (standing(BOOK, {"pain_point": Said("yes", age)}, {})["pain_point"] for age in (days, days + 1))
    assert (fresh.answer, fresh.stale) == ("yes", False)
    assert (old.answer, old.stale) == (None, True)
    kept = standing(with_set(BOOK, {"qual.stale": "keep"}), {"pain_point": Said("yes", days + 1)}, {})["pain_point"]
    assert (kept.answer, kept.stale) == ("yes", True)


CHOICES = [{}, {"qual.rules": "strict"}, {"qual.framework": "six"}, {"qual.healthcare": "met"}, {"qual.healthcare": "advisory"},
           {"qual.stale": "keep"}]  # fmt: skip


@pytest.mark.req("QUAL-08", "QUAL-09", "X-2")
@pytest.mark.parametrize("choices", CHOICES, ids=str)
def test_a_sheet_is_judged_the_same_by_record_and_by_column(choices):
    import ibis

    book, con = with_set(BOOK, choices), ibis.duckdb.connect()
    names = [name for item in ITEMS for name in (item, f"{item}_days")]
    schema = ibis.schema({name: "int64" if name.endswith("_days") else "string" for name in names})

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, 2**32 - 1))
    def check(seed):
        dice = Random(seed)
        mood = dice.choice([("yes", "no", "unknown", None), ("yes", "yes", None), ("yes", "yes", "yes", "no", "maybe")])
        rows = [{item: dice.choice(mood) if item not in FLAGS or dice.random() < 0.3 else None for item in ITEMS} for _ in range(40)]
        ages = [{item: dice.choice([0, 1, 90, 91, 400, None]) for item in ITEMS} for _ in rows]
        there = [tuple(part for item in ITEMS for part in (row[item], age[item])) for row, age in zip(rows, ages, strict=True)]
        found = con.execute(columns(book, ibis.memtable(there, schema=schema))).to_dict("records")
        for row, age, told in zip(rows, ages, found, strict=True):
            said = {item: Said(row[item], age[item] or 0) for item in ITEMS if row[item]}
            one = judged(book, {item: holds.answer for item, holds in standing(book, said, {}).items()})
            expected = {"qualified": one.qualified, "bant": one.bant, **{f"{code}_state": d.state for code, d in one.dimensions.items()}}
            assert {name: told[name] for name in expected} == expected, row

    check()


FLAGS = {flag.item for entry in BOOK.qualification.dimensions for flag in entry.flags}
