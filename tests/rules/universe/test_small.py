"""Five hospitals one can count by hand."""

from __future__ import annotations

import json

import pytest

from rounds.connectors.public_files import survey
from rounds.playbook import default
from rounds.rules.universe import agreement, join
from tests.rules.universe.conftest import AT
from tests.universe_files import NEW_GENERAL, csv_bytes, hospital, put, small_universe


@pytest.fixture(scope="module")
def hospitals(small):
    return {row["ccn"]: row for row in small.hospitals.to_pylist()}


@pytest.fixture(scope="module")
def units(small):
    return {row["unit_id"]: row for row in small.units.to_pylist()}


@pytest.mark.req("PLUS-05")
def test_only_the_newest_list_makes_hospitals(hospitals):
    assert set(hospitals) == {"010001", "010002", "021300", "034001", "01014F"}
    assert hospitals["010001"]["name"] == "ALPHA MEDICAL CENTER"


@pytest.mark.req("PLUS-05")
def test_beds_come_from_a_whole_report_and_a_short_one_is_not_believed(hospitals):
    assert (hospitals["010001"]["beds"], hospitals["010001"]["beds_source"]) == (620, "cost_report")
    assert (hospitals["010002"]["beds"], hospitals["010002"]["beds_source"]) == (80, "cost_report")
    assert (hospitals["021300"]["beds"], hospitals["021300"]["beds_source"]) == (25, "linkage")
    assert (hospitals["01014F"]["beds"], hospitals["01014F"]["beds_source"]) == (150, "hifld")
    assert hospitals["034001"]["beds"] is None


@pytest.mark.req("PLUS-05")
def test_margin_is_the_mean_of_two_years_over_total_revenue_without_the_wild_ones(hospitals):
    # 20 / 1000 and 90 / (1000 + 500); the report of 31 days says -98 % and is left out.
    assert hospitals["010001"]["total_margin"] == pytest.approx((0.02 + 0.06) / 2)
    assert hospitals["010001"]["margin_trend"] == pytest.approx(0.04)
    # 900 % is winsorised to the playbook's upper end; the half year of the same hospital is no year.
    assert hospitals["010002"]["total_margin"] == pytest.approx(default().universe.margin.winsorise.high)
    assert hospitals["010002"]["margin_years"] == 1
    assert hospitals["021300"]["total_margin"] is None


@pytest.mark.req("PLUS-10")
def test_the_fiscal_year_ends_when_the_last_whole_report_ends(hospitals):
    assert (hospitals["010001"]["fye_month"], hospitals["010001"]["fye_day"]) == (12, 31)
    assert (hospitals["010002"]["fye_month"], hospitals["010002"]["fye_day"]) == (6, 30)
    assert hospitals["034001"]["fye_month"] is None


@pytest.mark.req("PLUS-05")
def test_a_place_has_county_metro_rank_rurality_and_a_point(hospitals):
    alpha, gamma = hospitals["010001"], hospitals["021300"]
    assert (alpha["fips"], alpha["cbsa_rank"], alpha["metro"], alpha["rural"]) == ("18097", 1, True, False)
    assert (gamma["fips"], gamma["cbsa_rank"], gamma["metro"], gamma["rural"]) == ("72003", None, False, True)
    assert (alpha["lat"], alpha["point_source"]) == (39.77, "hifld")
    assert (gamma["lat"], gamma["point_source"]) == (18.3, "zip_centroid")
    assert (alpha["domain"], gamma["domain"]) == ("alpha.example", None)


@pytest.mark.req("PLUS-05", "ACCT-06")
def test_the_ehr_is_an_inference_with_source_and_confidence(hospitals):
    def told(ccn):
        row = hospitals[ccn]
        return row["ehr_vendor"], row["ehr"], row["ehr_source"], row["ehr_confidence"]

    trust = {one.source: one.confidence for one in default().universe.ehr_sources.order}
    assert told("010001") == ("Epic", "Epic", "developer_of_cehrt", trust["developer_of_cehrt"])
    # Surescripts is an add-on; the same certified id is Epic elsewhere. athenahealth's list is no hospital list.
    assert told("010002") == ("Epic", "Epic", "same_cehrt", trust["same_cehrt"])
    assert told("021300") == ("MEDITECH", "Other/Unknown", "endpoint_name", trust["endpoint_name"])
    assert told("034001") == ("Oracle Health", "Cerner", "endpoint_name_zip", trust["endpoint_name_zip"])
    assert told("01014F") == (None, None, None, None)


@pytest.mark.req("PLUS-09", "ACCT-01", "ACCT-02")
def test_programmes_and_kinds(hospitals):
    assert {ccn: row["programme"] for ccn, row in hospitals.items()} == {
        "010001": "core", "010002": "core", "021300": "core", "034001": "psychiatric", "01014F": "federal",
    }  # fmt: skip
    assert hospitals["010001"]["org_type"] == "Academic Medical Centers"
    assert hospitals["021300"]["critical_access"] is True
    assert hospitals["034001"]["org_type"] == "Specialty Hospitals"


@pytest.mark.req("PLUS-06", "ACCT-08")
def test_a_system_is_one_unit_with_its_hospitals_rolled_up(units, small):
    system = units["HSI1"]
    assert (system["hospitals"], system["beds"], system["net_patient_revenue_usd"]) == (2, 700, 1100)
    assert system["total_margin"] == pytest.approx((0.04 * 1000 + 0.30 * 100) / 1100)
    assert (system["ehr_vendor"], system["flagship"], system["state"]) == ("Epic", "010001", "OH")
    assert small.counts == {"hospitals": 5, "systems": 1, "buying_units": 3, "independents": 2}


@pytest.mark.req("PLUS-06")
def test_a_unit_lies_at_its_headquarters_or_where_its_beds_are(tmp_path):
    book = default()
    tables = survey(small_universe(tmp_path)).tables()
    states = {
        place: {row["unit_id"]: row["state"] for row in
                join(tables, book.universe, book.ehr, at=AT, place=place).units.to_pylist()}
        for place in ("headquarters", "most_beds")
    }  # fmt: skip
    assert (states["headquarters"]["HSI1"], states["most_beds"]["HSI1"]) == ("OH", "IN")
    assert states["headquarters"]["021300"] == "PR"


@pytest.mark.req("PLUS-07")
def test_deal_potential_follows_the_playbooks_steps(units):
    steps = default().universe.deal_potential.per_bed
    assert units["021300"]["deal_potential_usd"] == 25 * steps[-1].usd_per_bed
    assert units["HSI1"]["deal_potential_usd"] == 700 * steps[-1].usd_per_bed
    assert units["034001"]["deal_potential_usd"] is None


@pytest.mark.req("ACCT-19", "X-1")
def test_every_claim_names_its_source_its_row_and_its_trust(small):
    lines = {(row["id"], row["key"], row["source"]): row for row in small.claims.to_pylist()}
    assert len(lines) == small.claims.num_rows
    beds = lines["010001", "beds", "cost_report"]
    assert (json.loads(beds["value"]), beds["source_ref"], beds["level"]) == (620, "c.csv row 2", "hospital")
    assert json.loads(lines["010001", "beds", "linkage"]["value"]) == 610
    assert lines["010001", "deal_potential_usd", "estimate"]["estimated"] is True
    assert all(0 < row["confidence"] <= 1 for row in lines.values())
    assert json.loads(lines["HSI1", "headquarters_state", "linkage"]["value"]) == "OH"
    for row in lines.values():
        json.loads(row["value"])


@pytest.mark.req("PLUS-05")
def test_breaches_are_matched_by_likeness_within_the_state(small, hospitals):
    assert hospitals["010001"]["breaches"] == 1
    assert [row["id"] for row in small.claims.to_pylist() if row["key"] == "breaches"] == ["010001"]


@pytest.mark.req("X-2")
def test_the_same_files_give_the_same_rows(tmp_path):
    book = default()
    tables = survey(small_universe(tmp_path)).tables()
    first, second = (join(tables, book.universe, book.ehr, at=AT) for _ in range(2))
    assert first.hospitals.equals(second.hospitals)
    assert first.units.equals(second.units)
    assert first.claims.equals(second.claims)


def test_the_list_of_hospitals_alone_is_enough(tmp_path):
    book = default()
    put(tmp_path, "x.csv", csv_bytes(NEW_GENERAL, [hospital("010001", "A", "IN", "46202")]))
    alone = join(survey(tmp_path).tables(), book.universe, book.ehr, at=AT)
    assert alone.counts["buying_units"] == 1
    assert alone.fill["beds"] == {"all": 0, "core": 0}
    assert alone.hospitals["metro"].to_pylist() == [None]  # unknown, not "no"


def test_agreement_is_a_share_of_what_both_sources_claim(small):
    pairs = {(row["a"], row["b"]): row for row in agreement(small.claims, "beds")}
    assert pairs["cost_report", "linkage"] == {"a": "cost_report", "b": "linkage", "compared": 2, "same": 1.0}
