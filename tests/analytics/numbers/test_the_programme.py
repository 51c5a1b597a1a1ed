"""What becomes of the accounts of the programme, tier by tier, in companies one can count by hand (ABM-23 to ABM-26)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from rounds.analytics.numbers.registry import metrics
from rounds.analytics.numbers.running import Cell, parts
from rounds.playbook import default
from tests.analytics.numbers.company import whole
from tests.analytics.numbers.test_definitions import AT, OCTOBER, Q4, company, deal, number


def unit(key, tier):
    return whole("accounts", id=key, is_unit=True, tier=tier, buying_unit_id=key)


def act(key, account, kind, way="out", *, human=True, tier=1, of=""):
    return whole("activities", id=key, account_id=account, buying_unit_id=of, kind=kind, direction=way, human=human, tier=tier, happened_at=OCTOBER, known_at=OCTOBER)


@pytest.fixture(scope="module")
def engine():
    units = [unit(f"one{n}", 1) for n in range(5)] + [unit(f"two{n}", 2) for n in range(5)] + [unit("outside", 0)]
    house = whole("accounts", id="house", is_unit=False, tier=1, buying_unit_id="one1")
    acts = [
        act("a", "one0", "executive_meeting"), act("b", "one0", "visit"), act("c", "house", "executive_meeting", of="one1"), act("d", "outside", "executive_meeting", tier=0),
        act("e", "one2", "call"), act("f", "one3", "personal_email"), act("g", "one3", "personal_email", "in"), act("h", "one4", "personal_email", human=False),
        act("i", "two0", "content_download", "in", tier=2), act("j", "two0", "resource_share", "in", tier=2), act("k", "one0", "webinar_attendance", "in"),
        act("l", "two1", "personal_email", human=False, tier=2),
    ]  # fmt: skip
    return company({"accounts": [*units, house], "activities": acts, "customers": [whole("customers", id="c", account_id="house", since=date(2026, 1, 1), phase="live")]})


def by_tier(name, engine):
    return dict(parts(metrics()[name], Cell(Q4), "tier", engine, AT))


@pytest.mark.req("ABM-25")
def test_accounts_of_the_programme_are_counted_by_tier(engine):
    assert {tier: one.value for tier, one in by_tier("abm_accounts", engine).items()} == {"1": 5, "2": 5}


@pytest.mark.req("ABM-23")
def test_meetings_are_counted_for_the_unit_whose_house_was_met(engine):
    assert number(engine, "abm_executive_meetings").value == 2, "one0, and one1 by its house; who is outside the programme does not count"
    assert {tier: float(one.value) for tier, one in by_tier("abm_meetings", engine).items()} == {"1": 0.6, "2": 0}, "3 meetings over 5 units"
    assert by_tier("abm_meetings", engine)["1"].says == "0.6"


@pytest.mark.req("ABM-23")
def test_of_those_we_wrote_to_so_many_answered():
    units = [unit(f"u{n}", 1) for n in range(6)]
    acts = [act(f"o{n}", f"u{n}", "call") for n in range(5)] + [act("in", "u0", "personal_email", "in"), act("silent", "u5", "personal_email", "in"), act("met", "u1", "visit")]
    found = number(company({"accounts": units, "activities": acts}), "abm_response")
    assert (found.top, found.base) == (2, 5), "u5 wrote to us and was not asked"


@pytest.mark.req("ABM-23", "ABM-24")
def test_content_and_events_are_counted_for_the_programme(engine):
    assert number(engine, "abm_content").value == 2
    assert number(engine, "abm_events").value == 1


@pytest.mark.req("ABM-25")
def test_what_a_person_did_is_told_apart_from_what_was_done_for_them(engine):
    found = number(engine, "touches_by_hand")
    assert (found.top, found.base) == (5, 7), "of what went out to the programme; the visits to who is outside it are left out"


@pytest.mark.req("ABM-23")
def test_a_unit_is_a_customer_when_a_house_of_it_is(engine):
    found = number(engine, "abm_customers")
    assert (found.top, found.base) == (1, 10)


@pytest.mark.req("ABM-23")
def test_a_deal_that_hangs_on_nobody_counts_with_none():
    deals = [deal(f"d{n}", ["O3"])[0] | {"tier": 1} for n in range(5)]
    people = [whole("deal_people", deal_id="d0", contact_id=f"c{n}", stance="champion" if n == 0 else "neutral", known_at=OCTOBER) for n in range(4)]
    people += [whole("deal_people", deal_id="d1", contact_id="gone", stance="champion", known_at=OCTOBER, ended_at=OCTOBER + timedelta(days=1)), whole("deal_people", deal_id="d2", contact_id="x", known_at=OCTOBER)]
    engine = company({"deals": deals, "deal_people": people})
    assert number(engine, "people_on_deals").value == 1, "4 + 0 + 1 + 0 + 0 over 5; who left the committee does not count"
    assert number(engine, "champions").value == 20


@pytest.mark.req("ABM-24")
def test_deals_that_came_to_a_proposal_of_all_that_were_decided():
    rows = {"deals": [], "stage_changes": []}
    for n, reached in enumerate((["O7"], ["O7"], ["O3"], [], ["O8"])):
        row, entries = deal(f"d{n}", reached, "lost")
        rows["deals"].append(row)
        rows["stage_changes"] += entries
    assert number(company(rows), "deal_to_proposal").value == 60


@pytest.mark.req("ABM-26", "KPI-30")
def test_each_tier_has_the_target_of_the_seed():
    lines = {one.kpi: one for one in default().scorecard.kpis}
    said = {code: (lines[code].metric, lines[code].part, int(lines[code].aims[0].value)) for code in ("KPI-30-1", "KPI-30-2", "KPI-30-3")}
    assert said == {"KPI-30-1": ("abm_engagement", ("tier", "1"), 80), "KPI-30-2": ("abm_conversion", ("tier", "2"), 60), "KPI-30-3": ("abm_engagement", ("tier", "3"), 30)}


@pytest.mark.req("ABM-23", "ABM-24", "ABM-25")
def test_every_number_of_a_tier_can_be_asked_by_tier():
    board = default().dashboards.of("abm")
    running = [one for one in board.tiles if not metrics()[one.metric].waits]
    assert len(running) > 20
    assert all(one.by == "tier" and "tier" in metrics()[one.metric].by for one in running)
