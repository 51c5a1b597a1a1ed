"""The plan of a proof of concept: phases without holes whatever its length, alarms when it runs over."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.playbook import default, with_set
from rounds.rules import explain
from rounds.rules.facts import WrongFact
from rounds.rules.poc.plan import alarm_words, alarms, plan

BOOK = default().poc_plan
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@pytest.mark.req("POC-02")
def test_twelve_weeks_from_a_kickoff_as_the_seed_lays_them_out():
    answer = explain(default(), "poc/plan", {"kickoff_date": "2026-04-06"})
    assert answer["phases"] == {
        "planning": ["2026-04-06", "2026-04-12"],
        "implementation": ["2026-04-13", "2026-05-31"],
        "evaluation": ["2026-06-01", "2026-06-28"],
    }
    assert answer["ends_on"] == "2026-06-28"
    assert [step["due_on"] for step in answer["steps"] if step["code"] == "presentation"] == ["2026-06-28"]


@pytest.mark.req("POC-02")
def test_four_weeks_keep_the_proportions():
    answer = explain(default(), "poc/plan", {"kickoff_date": "2026-04-06", "weeks": 4})
    assert answer["phases"]["planning"] == ["2026-04-06", "2026-04-07"]
    assert answer["phases"]["implementation"] == ["2026-04-08", "2026-04-24"]
    assert answer["ends_on"] == "2026-05-03"


@pytest.mark.req("POC-02")
@given(kickoff=DAYS, weeks=st.integers(BOOK.weeks.least, BOOK.weeks.stage_most))
def test_a_plan_of_any_length_has_no_hole_no_overlap_and_its_length(kickoff, weeks):
    made = plan(BOOK, kickoff, weeks)
    assert made.begins == kickoff
    assert made.ends == kickoff + timedelta(days=7 * weeks - 1)
    for one, other in zip(made.phases, made.phases[1:], strict=False):
        assert other.begins == one.ends + timedelta(days=1)
    assert all(span.begins <= span.ends for span in made.phases)
    spans = {span.phase: span for span in made.phases}
    assert all(kickoff <= step.due <= spans[step.phase].ends for step in made.steps)
    assert [step.due for step in made.steps] == sorted(step.due for step in made.steps)


@pytest.mark.req("POC-07")
@given(kickoff=DAYS, weeks=st.integers(4, 16), later=st.integers(0, 300))
def test_an_alarm_once_raised_stays_and_a_plan_in_time_has_none(kickoff, weeks, later):
    ends = plan(BOOK, kickoff, weeks).ends
    today = kickoff + timedelta(days=later)
    found = alarms(BOOK.weeks, kickoff=kickoff, ends=ends, today=today)
    assert set(found) <= set(alarms(BOOK.weeks, kickoff=kickoff, ends=ends, today=today + timedelta(days=1)))
    if today <= ends and weeks <= 12:
        assert found == []
    assert ("past_end" in found) == (today > ends)


@pytest.mark.req("POC-07")
@pytest.mark.parametrize(
    ("today", "found"),
    [("2026-06-28", []), ("2026-06-29", ["past_end", "past_typical"]), ("2026-07-27", ["past_end", "past_typical", "past_stage"])],
)
def test_the_day_after_the_end_the_alarm_rings(today, found):
    assert explain(default(), "poc/plan", {"kickoff_date": "2026-04-06", "today": today})["alarms"] == found


@pytest.mark.req("POC-07")
def test_a_long_plan_is_warned_of_in_words():
    answer = explain(default(), "poc/plan", {"kickoff_date": "2026-04-06", "weeks": 14})
    assert answer["alarms"] == ["long"]
    assert alarm_words(BOOK.weeks, "long", planned=14) == "planned for 14 weeks, more than the 12 that are typical"


def test_the_standard_length_is_a_choice_and_a_wrong_day_is_named():
    short = with_set(default(), {"poc.weeks": 8})
    assert explain(short, "poc/plan", {"kickoff_date": "2026-04-06"})["ends_on"] == "2026-05-31"
    with pytest.raises(WrongFact, match="a day such as"):
        explain(default(), "poc/plan", {"kickoff_date": "soon"})
    with pytest.raises(WrongFact, match="from 4 to 16"):
        explain(default(), "poc/plan", {"kickoff_date": "2026-04-06", "weeks": 3})
