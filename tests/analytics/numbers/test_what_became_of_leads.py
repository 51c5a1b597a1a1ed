"""How good the scoring of leads is, by band and by playbook, in companies one can count by hand (LEAD-29, QUAL-14)."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest

from rounds.analytics.numbers import aims, answering
from rounds.analytics.numbers.registry import metrics
from rounds.analytics.numbers.running import Cell, parts, readings
from tests.analytics.numbers.company import whole
from tests.analytics.numbers.test_definitions import AT, BOOK, OCTOBER, Q4, company, deal, number

ALL = {"hot": (10, 9, 8), "warm": (10, 6, 5), "cold": (10, 3, 1)}
"""Band → leads, of them qualified, of those with a deal."""


@pytest.fixture(scope="module")
def engine():
    rows = {"leads": [], "lead_statuses": [], "deals": [], "stage_changes": []}
    for band, (leads, qualified, dealt) in ALL.items():
        for n in range(leads):
            key = f"{band}{n}"
            rows["leads"].append(whole("leads", id=key, band=band, playbook=str(n % 2), captured_at=OCTOBER, status="New"))
            if n < qualified:
                rows["lead_statuses"].append(whole("lead_statuses", id=key, lead_id=key, was="New", now="Qualified", known_at=OCTOBER + timedelta(days=3)))
            if n < dealt:
                row, entries = deal(f"d-{key}", ["O2"] if n % 2 == 0 else [], "won" if n % 2 == 0 else "lost")
                rows["deals"].append(row | {"lead_id": key})
                rows["stage_changes"] += entries
    early = whole("leads", id="early", band="hot", playbook="0", captured_at=OCTOBER - timedelta(days=90))
    rows["leads"].append(early)
    rows["lead_statuses"].append(whole("lead_statuses", id="early", lead_id="early", now="Qualified", known_at=OCTOBER - timedelta(days=80)))
    rows["lead_statuses"].append(whole("lead_statuses", id="again", lead_id="early", now="Qualified", known_at=OCTOBER))
    rows["deals"].append(deal("bought", [], "won")[0])
    return company(rows)


def by(name, dimension, engine):
    return {key: one.value for key, one in parts(metrics()[name], Cell(Q4), dimension, engine, AT)}


@pytest.mark.req("LEAD-29", "KPI-23")
def test_each_band_has_its_own_qualification_rate(engine):
    assert number(engine, "qualification_rate").value == 60, "18 of 30; the lead of July is not of this quarter"
    assert by("qualification_rate", "band", engine) == {"hot": 90, "warm": 60, "cold": 30}
    assert by("qualification_rate", "playbook", engine) == {"0": Fraction(1000, 15), "1": Fraction(800, 15)}
    [hot] = readings(metrics()["qualification_rate"], [Cell(Q4)], engine, AT, (("band", ("hot",)), ("playbook", ("1",))))
    assert (hot.top, hot.base) == (4, 5)


@pytest.mark.req("LEAD-29", "KPI-24")
def test_leads_become_deals_by_band_and_qualified_ones_more_often(engine):
    assert by("lead_to_deal", "band", engine) == {"hot": 80, "warm": 50, "cold": 10}
    found = number(engine, "qualified_to_deal")
    assert (found.top, found.base) == (14, 18), "8 + 5 + 1 of 9 + 6 + 3; who was qualified for the second time is not counted again"


@pytest.mark.req("LEAD-29", "KPI-25")
def test_deals_of_qualified_leads_close_by_the_band_of_their_lead(engine):
    found = number(engine, "deal_to_close")
    assert (found.top, found.base) == (8, 14), "4 + 3 + 1 won; the deal without a lead is not of these"
    hot = dict(parts(metrics()["deal_to_close"], Cell(Q4), "band", engine, AT))["hot"]
    assert (hot.top, hot.base) == (4, 8)
    [same] = readings(metrics()["deal_to_close"], [Cell(Q4)], engine, AT, (("band", ("hot",)),))
    assert (same.top, same.base) == (4, 8), "the filter finds what the breakdown does"


@pytest.mark.req("QUAL-14")
def test_qualification_was_right_where_the_deal_left_its_first_stage(engine):
    found = number(engine, "qualification_accuracy")
    assert (found.top, found.base) == (8, 18), "the deals that were lost where they began do not count, nor do leads without one"


@pytest.mark.req("LEAD-29", "KPI-23", "KPI-24", "KPI-25")
def test_each_band_is_held_against_its_own_target_and_never_rounded_across_it(engine):
    said = {part.key: [one.status for one in part.verdicts] for part in answering.answer("qualification_rate", Q4, engine, AT, by="band", trend=False).parts}
    assert said == {"hot": ["met"], "warm": ["met"], "cold": ["met"]}
    assert [one.says for one in aims.verdicts(metrics()["lead_to_deal"], "band", "warm", None, Q4, BOOK)] == ["40 % to 60 %"]
    assert [one.says for one in aims.verdicts(metrics()["deal_to_close"], "band", "hot", None, Q4, BOOK)] == ["60 % to 80 %"]
    assert 90 in aims.marks(metrics()["qualification_rate"], Q4, BOOK, by="band", key="hot")
    assert 80 in aims.marks(metrics()["abm_engagement"], Q4, BOOK, (("tier", ("1",)),))


@pytest.mark.req("LEAD-29")
def test_what_others_reach_stands_beside_it(engine):
    found = answering.answer("qualification_rate", Q4, engine, AT, trend=False)
    assert found.notes == ("Elsewhere: Healthcare IT 30 %, Enterprise software 25 %, Medical devices 20 %.",)


@pytest.mark.req("LEAD-29", "QUAL-14")
def test_without_leads_there_is_no_data_and_of_few_no_rate():
    few = {"leads": [whole("leads", id=str(n), band="hot", captured_at=OCTOBER) for n in range(3)]}
    assert number(company(few), "qualification_rate").state == "small"
    for name in ("qualification_rate", "lead_to_deal", "qualified_to_deal", "deal_to_close", "qualification_accuracy"):
        assert number(company({}), name).state == "no data", name


@pytest.mark.req("LEAD-29")
def test_a_band_and_a_playbook_can_be_asked_of_deals_at_once(engine):
    [found] = readings(metrics()["deal_to_close"], [Cell(Q4)], engine, AT, (("band", ("hot", "cold")), ("playbook", ("0",))))
    assert (found.top, found.base) == (5, 5), "the leads of even numbers came under the first, and theirs were won"
