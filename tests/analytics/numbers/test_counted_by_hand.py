"""Metrics of companies one can count by hand: each answer beside the sum it is."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from rounds.analytics.numbers import period as periods
from rounds.analytics.numbers.registry import metrics
from rounds.analytics.numbers.running import Cell, parts
from tests.analytics.numbers.company import whole
from tests.analytics.numbers.test_definitions import AT, BOOK, OCTOBER, Q4, company, deal, number

CLOSED = OCTOBER + timedelta(days=20)


def won(key, **said):
    return deal(key, [], "won")[0] | said


@pytest.mark.req("ANALYTICS-03")
def test_a_deal_won_without_an_amount_is_left_out_of_the_average():
    rows = [won(f"d{n}", amount_cents=100_000_00 * n) for n in range(1, 6)] + [won("unpriced", amount_cents=None)]
    assert number(company({"deals": rows}), "average_deal_size").value == 300_000, "(100 + 200 + 300 + 400 + 500) ÷ 5, in thousands"


@pytest.mark.req("ANALYTICS-04")
def test_the_cycle_runs_from_the_lead_and_has_its_middle_and_its_mean():
    rows = [won(f"d{n}", lead_at=CLOSED - timedelta(days=days)) for n, days in enumerate((10, 20, 30, 40))]
    rows.append(won("no lead", opened_at=CLOSED - timedelta(days=100)))
    found = number(company({"deals": rows}), "sales_cycle")
    assert (found.value, found.mean) == (30, 40)


@pytest.mark.req("ANALYTICS-07")
def test_a_check_without_a_verdict_has_not_passed():
    checks = [whole("check_results", id=str(n), check=str(n), outcome="unknown" if n == 0 else "pass", severity="low", ran_at=OCTOBER) for n in range(20)]
    assert number(company({"check_results": checks}), "compliance_rate").value == 95


@pytest.mark.req("ANALYTICS-10")
def test_adoption_is_of_each_customers_last_fresh_reading():
    customers = [whole("customers", id=key, account_id=key, since=date(2026, 1, 1), phase="live") for key in ("one", "two", "silent")]
    said = [("one", date(2026, 11, 25), 40), ("one", date(2026, 11, 10), 5), ("two", date(2026, 11, 20), 30), ("silent", date(2026, 5, 1), 50)]
    readings = [whole("readings", id=f"{key}{day}", customer_id=key, metric="user_adoption", as_of=day, part=part, whole=50, known_at=OCTOBER) for key, day, part in said]
    assert number(company({"customers": customers, "readings": readings}), "provider_adoption").value == 70, "(40 + 30) ÷ (50 + 50)"


@pytest.mark.req("ANALYTICS-14")
def test_forecast_accuracy_is_against_what_was_kept_when_the_period_began():
    kept = [{"day": Q4.starts, **deal(f"f{n}", [])[0], "counted_cents": 100_000_00, "chance_bp": 5000, "close_on": date(2026, 11, 15)} for n in range(6)]
    engine = company({"snapshots": kept, "deals": [won(f"w{n}", counted_cents=100_000_00) for n in range(4)]})
    assert number(engine, "forecast_at_start").value == 300_000
    assert number(engine, "forecast_accuracy").value == 75, "1 − |300 − 400| ÷ 400"


@pytest.mark.req("ANALYTICS-18")
def test_what_happened_with_a_hospital_covers_its_unit():
    units = [whole("accounts", id=f"u{n}", is_unit=True, territory="West", owner_id="rep" if n else "") for n in range(8)] + [whole("accounts", id="outside", is_unit=True)]
    acts = [whole("activities", id=f"a{n}", account_id=f"u{n}", kind="call", happened_at=AT.replace(tzinfo=None) - timedelta(days=10)) for n in range(5)]
    acts.append(whole("activities", id="below", account_id="h", buying_unit_id="u5", kind="call", happened_at=AT.replace(tzinfo=None) - timedelta(days=80)))
    acts.append(whole("activities", id="long ago", account_id="u6", kind="call", happened_at=AT.replace(tzinfo=None) - timedelta(days=95)))
    engine = company({"accounts": units, "activities": acts})
    assert number(engine, "territory_coverage").value == 75, "6 of 8"
    assert number(engine, "accounts_without_owner").value == 1


@pytest.mark.req("ANALYTICS-20")
def test_pipeline_quality_is_the_share_of_tests_passed():
    sound = {"close_on": date(2026, 12, 20), "has_next_step": True, "next_step_due": date(2026, 12, 5), "bant": "met", "process_since": AT.replace(tzinfo=None) - timedelta(days=1)}
    rows = [deal(f"d{n}", ["O3"])[0] | sound for n in range(5)]
    rows[0] |= {"has_next_step": False, "bant": "unknown"}
    assert number(company({"deals": rows}), "pipeline_quality").value == 92, "23 of 25 tests"


@pytest.mark.req("ANALYTICS-22")
def test_time_in_stage_is_of_stays_that_ended():
    rows = {"deals": [deal(f"d{n}", ["O3"])[0] for n in range(6)], "stage_changes": []}
    for n, days in enumerate((2, 4, 6, 8, 100)):
        for code, when in (("O1", CLOSED - timedelta(days=days)), ("O3", CLOSED)):
            rows["stage_changes"].append(whole("stage_changes", id=f"d{n}-{code}", deal_id=f"d{n}", now=code, way="forward", entered_at=when, known_at=when))
    rows["stage_changes"].append(whole("stage_changes", id="d5-in", deal_id="d5", now="O1", way="imported", entered_at=CLOSED - timedelta(days=1), known_at=CLOSED))
    rows["stage_changes"].append(whole("stage_changes", id="d5-on", deal_id="d5", now="O3", way="forward", entered_at=CLOSED, known_at=CLOSED))
    found = number(company(rows), "stage_duration")
    assert (found.n, found.value, found.mean) == (5, 6, 24)


@pytest.mark.req("ANALYTICS-23")
def test_how_fast_leads_are_answered_and_how_many_in_time():
    leads = [whole("leads", id=f"l{n}", band="warm", captured_at=OCTOBER) for n in range(10)]
    acts = [whole("activities", id=f"a{n}", lead_id=f"l{n}", kind="call", direction="out", human=True, happened_at=OCTOBER + timedelta(hours=hours)) for n, hours in enumerate((1, 1, 1, 1, 10))]
    acts.append(whole("activities", id="mail", lead_id="l9", kind="personal_email", direction="out", human=False, happened_at=OCTOBER))
    engine = company({"leads": leads, "activities": acts})
    assert number(engine, "lead_response").value == 1, "the middle of 1, 1, 1, 1, 10; a machine's mail is no answer"
    assert number(engine, "lead_response_share").value == 40, "4 of 10; whom nobody answered is not in time"


@pytest.mark.req("ANALYTICS-25")
def test_a_partial_proof_is_no_success_and_an_abandoned_one_no_proof():
    results = ["success"] * 8 + ["partial", "failed", ""]
    rows = {"deals": [deal(f"d{n}", ["O4"])[0] for n in range(11)],
            "pocs": [whole("pocs", id=f"p{n}", deal_id=f"d{n}", state="ended" if result else "abandoned", result=result, ended_on=OCTOBER.date()) for n, result in enumerate(results)]}  # fmt: skip
    assert number(company(rows), "poc_success").value == 80


@pytest.mark.req("ANALYTICS-34")
def test_stage_conversion_counts_entries_old_enough_to_have_gone_on():
    spring, rows = datetime(2026, 5, 10, 12), {"deals": [], "stage_changes": []}
    for n in range(7):
        rows["deals"].append(deal(f"d{n}", ["O3"])[0])
        entered = spring if n < 5 else OCTOBER + timedelta(days=30)
        for code, when in [("O3", entered), *([("O4", entered + timedelta(days=9))] if n < 3 else [])]:
            rows["stage_changes"].append(whole("stage_changes", id=f"d{n}-{code}", deal_id=f"d{n}", now=code, way="forward", entered_at=when, known_at=when))
    engine = company(rows)
    found = dict(parts(metrics()["stage_conversion"], Cell(periods.parse("2026-Q2", BOOK, AT.date())), "stage", engine, AT))
    assert found["O3"].value == 60, "3 of 5"
    assert number(engine, "stage_conversion").state == "no data", "what was entered 30 days ago is not judged"


def bought(*keys):
    return [whole("customers", id=key, account_id=key, since=date(2026, 1, 1), phase="live") for key in keys]


@pytest.mark.req("ANALYTICS-08", "ANALYTICS-11")
def test_outcomes_count_upwards_in_the_direction_that_is_better():
    said = [("readmissions", "less", 20.0, 15.0), ("readmissions", "less", 10.0, 11.0), *[("patient_satisfaction", "more", 80.0, 84.0)] * 5]
    rows = [whole("outcomes", id=str(n), customer_id="c", metric=metric, better=better, baseline=before, current=now, people=40, ends_on=OCTOBER.date(), known_at=OCTOBER)
            for n, (metric, better, before, now) in enumerate(said)]  # fmt: skip
    engine = company({"customers": bought("c"), "outcomes": rows})
    assert float(number(engine, "clinical_outcomes").value) == pytest.approx((25 - 10 + 5 * 5) / 7, abs=0.001)
    assert number(engine, "patient_satisfaction").value == 4


@pytest.mark.req("ANALYTICS-09")
def test_an_integration_that_was_stopped_on_the_way_is_no_success():
    keys = [f"c{n}" for n in range(10)]
    rows = {"customers": bought(*keys),
            "implementations": [whole("implementations", id=f"i-{key}", customer_id=key, kickoff_on=date(2026, 8, 1), stopped_at=OCTOBER if n > 7 else None, known_at=OCTOBER) for n, key in enumerate(keys)],
            "project_steps": [whole("project_steps", id=f"v-{key}", customer_id=key, implementation_id=f"i-{key}", step="validation", done_on=OCTOBER.date() if n < 8 else None) for n, key in enumerate(keys)]}  # fmt: skip
    assert number(company(rows), "ehr_integration_success").value == 80


@pytest.mark.req("ANALYTICS-19")
def test_meetings_are_held_against_what_we_sent():
    kinds = ["call"] * 6 + ["personal_email"] * 4 + ["visit"] * 3
    acts = [whole("activities", id=f"a{n}", lead_id="l", kind=kind, direction="out", human=True, by_id="rep", happened_at=OCTOBER, known_at=OCTOBER) for n, kind in enumerate(kinds)]
    acts.append(whole("activities", id="answer", lead_id="l", kind="personal_email", direction="in", human=True, happened_at=OCTOBER, known_at=OCTOBER))
    acts.append(whole("activities", id="machine", lead_id="l", kind="personal_email", direction="out", human=False, happened_at=OCTOBER, known_at=OCTOBER))
    assert number(company({"activities": acts}), "meetings_per_outreach").value == 30, "3 meetings, 10 of outreach"


@pytest.mark.req("ANALYTICS-26")
def test_escalations_are_held_against_open_deals():
    tasks = [whole("tasks", id=f"t{n}", kind="call", escalated_at=OCTOBER if n < 2 else None, known_at=OCTOBER) for n in range(9)]
    assert number(company({"tasks": tasks, "deals": [deal(f"d{n}", ["O3"])[0] for n in range(8)]}), "escalation_frequency").value == 25


@pytest.mark.req("ANALYTICS-48")
def test_an_account_is_engaged_when_it_answers_and_not_when_we_write():
    units = [whole("accounts", id=f"u{n}", is_unit=True, tier=1) for n in range(5)] + [whole("accounts", id="outside", is_unit=True, tier=0)]
    said = [("u0", "visit", "out"), ("u1", "personal_email", "in"), ("u2", "personal_email", "out"), ("outside", "visit", "out")]
    acts = [whole("activities", id=unit, account_id=unit, kind=kind, direction=way, human=True, happened_at=OCTOBER, known_at=OCTOBER) for unit, kind, way in said]
    assert number(company({"accounts": units, "activities": acts}), "abm_engagement").value == 40


@pytest.mark.req("ANALYTICS-52")
def test_a_number_without_records_is_listed_and_says_what_it_waits_for():
    waiting = {one.number: one for one in metrics().values() if one.waits}
    for asked in ("05", "06", "27", "28", "29", "30", "31", "49"):
        one = waiting[f"ANALYTICS-{asked}"]
        assert one.waits_for
        assert one.about
        assert number(company({}), one.name).state == "waits"
