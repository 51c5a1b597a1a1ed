"""The critical path to signature: what decides it, by how much it misses, and what may never happen to it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rounds.playbook import default
from rounds.rules.pipeline.critical_path import Circle, Freeze, Step, freezes_between, plan
from rounds.rules.pipeline.path_says import says, tag
from rounds.rules.pipeline.quarters import quarter_end, quarter_name

BOOK = default().signing_path
TODAY = date(2026, 11, 16)


def steps(**days):
    return [Step("readout", "POC readout", days.get("readout", 19)), Step("security", "Security review", days.get("security", 47), begins_on=date(2026, 11, 23)),
            Step("value", "Value analysis", 12, after=("readout",)),
            Step("contract", "Contract and signature", 14, after=("readout", "security", "value"))]  # fmt: skip


@pytest.mark.req("PLUS-28")
def test_it_says_by_how_much_the_close_is_missed_and_which_step_is_to_blame():
    path = plan(steps(), [], today=TODAY, wanted=date(2026, 12, 18))
    assert path.signature == date(2027, 1, 22)
    assert says(path) == "Earliest signature is 22 January 2027: five weeks short. The longest step is the security review."
    assert tag(path) == ("late", "Cannot close in Q4 2026")
    assert [one.step.code for one in path.planned if one.critical] == ["security", "contract"]
    assert path.longest.must_begin == date(2026, 12, 18) - timedelta(days=14 + 47 - 1)
    assert path.longest.late_days == 35, "begun on the 23rd, it had to begin five weeks before"


@pytest.mark.req("PLUS-28")
def test_seven_weeks_short_in_the_third_quarter():
    path = plan([Step("security", "Security review", 70), Step("sign", "Signature", 14, after=("security",))], [],
                today=date(2026, 8, 24), wanted=date(2026, 9, 27))  # fmt: skip
    assert tag(path)[1] == "Cannot close in Q3 2026"
    assert "seven weeks short" in says(path)
    assert says(path).endswith("The longest step is the security review.")


@pytest.mark.req("PLUS-28")
def test_a_shorter_step_saves_the_close_and_one_off_the_path_saves_nothing():
    early = plan(steps(security=10), [], today=TODAY, wanted=date(2026, 12, 31))
    assert early.short_days <= 0
    assert tag(early) == ("ok", "In time")
    assert early.longest.step.code == "readout"
    late = plan(steps(), [], today=TODAY, wanted=date(2026, 12, 18))
    same = plan(steps(readout=5), [], today=TODAY, wanted=date(2026, 12, 18))
    assert same.signature == late.signature, "the readout is not what holds it up"


@pytest.mark.req("PLUS-28")
def test_a_step_that_pauses_stands_still_in_a_freeze_and_another_does_not():
    freeze = [Freeze("it", "IT change freeze", date(2026, 12, 15), date(2027, 1, 4))]
    path = plan([Step("integration", "Integration", 14, begins_on=date(2026, 12, 10), pauses=True), Step("legal", "Legal", 14, begins_on=date(2026, 12, 10))],
                freeze, today=TODAY, wanted=date(2027, 1, 31))  # fmt: skip
    integration, legal = path.planned
    assert legal.ends == date(2026, 12, 23)
    assert integration.ends == date(2027, 1, 13), "five days before the freeze, nine after it"
    assert plan([Step("a", "A", 3, begins_on=date(2026, 12, 20), pauses=True)], freeze, today=TODAY, wanted=TODAY).planned[0].begins == date(2027, 1, 5)


@pytest.mark.req("PLUS-28")
def test_a_committee_that_meets_once_a_month_is_waited_for():
    meetings = (date(2026, 12, 1), date(2026, 12, 29))
    path = plan([Step("value", "Value analysis", 20, meets_on=meetings), Step("sign", "Signature", 5, after=("value",))], [],
                today=TODAY, wanted=date(2026, 12, 18))  # fmt: skip
    assert path.planned[0].ends == date(2026, 12, 29), "the work is done on the 5th, the committee sits on the 29th"
    assert path.planned[0].must_end == date(2026, 12, 1), "for the 18th it had to be ready for the meeting of the 1st"
    assert path.signature == date(2027, 1, 3)


@pytest.mark.req("PLUS-28")
def test_the_customers_year_end_is_kept_or_missed():
    assert not plan(steps(), [], today=TODAY, wanted=date(2026, 12, 18), closes=date(2026, 12, 31)).in_budget
    assert plan(steps(), [], today=TODAY, wanted=date(2026, 12, 18), closes=date(2027, 6, 30)).in_budget


def test_what_is_over_holds_nothing_up():
    done = [Step("security", "Security review", 47, done_on=date(2026, 11, 10)), Step("sign", "Signature", 14, after=("security",))]
    path = plan(done, [], today=TODAY, wanted=date(2026, 12, 18))
    assert path.signature == date(2026, 11, 29)
    assert path.longest.step.code == "sign"
    over = plan([Step("sign", "Signature", 14, done_on=TODAY)], [], today=TODAY, wanted=date(2026, 12, 18))
    assert says(over) == "Nothing stands between today and the signature."


def test_a_circle_is_named():
    with pytest.raises(Circle, match="Legal"):
        plan([Step("a", "Legal", 1, after=("b",)), Step("b", "Security", 1, after=("a",))], [], today=TODAY, wanted=TODAY)


def test_quarters():
    assert quarter_end(date(2026, 12, 18)) == date(2026, 12, 31)
    assert quarter_end(date(2026, 2, 3)) == date(2026, 3, 31)
    assert quarter_end(date(2026, 12, 18), 2) == date(2027, 1, 31)
    assert quarter_name(date(2026, 8, 1)) == "Q3 2026"
    assert quarter_name(date(2026, 8, 1), 7) == "Q1 FY27"


def test_the_freeze_of_the_turn_of_the_year_is_found_from_both_sides():
    said = [("it", "Freeze", "IT", "12-15", "01-04")]
    for first in (date(2026, 12, 20), date(2027, 1, 2)):
        assert freezes_between(said, first, first)[0].begins == date(2026, 12, 15)
    assert freezes_between(said, date(2026, 2, 1), date(2026, 11, 1)) == []


codes = st.sampled_from("abcdef")
days = st.integers(1, 90)
later = st.one_of(st.none(), st.dates(date(2026, 10, 1), date(2027, 12, 31)))


@st.composite
def anything(draw):
    names = draw(st.lists(codes, unique=True, min_size=1))
    return [
        Step(name, name.upper() * 3, draw(days), after=tuple(draw(st.lists(st.sampled_from(names[:place]), unique=True))) if place else (),
             begins_on=draw(later), meets_on=tuple(draw(st.lists(st.dates(date(2026, 10, 1), date(2027, 12, 31)), max_size=3))),
             done_on=draw(st.one_of(st.none(), st.none(), st.dates(date(2026, 1, 1), TODAY))), pauses=draw(st.booleans()))
        for place, name in enumerate(names)
    ]  # fmt: skip


@pytest.mark.req("PLUS-28")
@settings(deadline=None, max_examples=150)
@given(anything(), st.dates(date(2026, 11, 1), date(2028, 1, 1)), st.lists(st.integers(0, 400), max_size=2))
def test_no_plan_begins_before_today_or_before_what_it_waits_for(listed, wanted, off):
    freezes = [Freeze("f", "F", TODAY + timedelta(days=n), TODAY + timedelta(days=n + 20)) for n in off]
    path = plan(listed, freezes, today=TODAY, wanted=wanted)
    found = {one.step.code: one for one in path.planned}
    assert list(found) == [step.code for step in listed]
    for one in path.planned:
        assert one.begins <= one.ends
        assert one.must_begin <= one.must_end <= wanted
        if one.step.done_on is None:
            assert one.begins >= TODAY
            assert (one.ends - one.begins).days >= one.step.days - 1
            assert one.ends <= path.signature
            for code in one.step.after:
                assert one.begins > found[code].ends or found[code].step.done_on
            if one.step.pauses:
                assert not any(f.begins <= one.begins <= f.ends for f in freezes)
    open_ = [one for one in path.planned if one.step.done_on is None]
    assert path.signature == max([TODAY, *(one.ends for one in open_)])
    if open_ and path.signature > TODAY:
        assert any(one.critical for one in open_)
        assert sum(one.longest for one in path.planned) == 1
    assert says(path)
    assert tag(path)[0] == ("ok" if path.short_days <= 0 else "soon" if path.this_quarter else "late")


def test_the_shipped_path_ends_in_the_contract_and_waits_for_everything_else():
    contract = BOOK.steps[-1]
    assert contract.step == "contract"
    assert set(contract.after) == {one.step for one in BOOK.steps[:-1]}
