"""What a rep and a manager read of one person, in companies one can count by hand (ANALYTICS-17, 32 to 39, 44 to 46)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from rounds.analytics.numbers import period as periods
from rounds.analytics.numbers.registry import metrics
from rounds.analytics.numbers.running import Cell, behind, parts
from tests.analytics.numbers.company import whole
from tests.analytics.numbers.test_definitions import AT, BOOK, OCTOBER, Q4, company, deal, number

NOW = AT.replace(tzinfo=None)
WEEK = periods.parse("this-week", BOOK, AT.date())


def by(name, dimension, engine, period=Q4):
    return {key: one.value for key, one in parts(metrics()[name], Cell(period), dimension, engine, AT)}


@pytest.mark.req("ANALYTICS-17")
def test_attainment_of_each_rep_is_what_they_won_of_their_quota_and_adds_up():
    won = [deal(f"a{n}", [], "won")[0] | {"owner_id": "ana", "counted_cents": 50_000_00} for n in range(3)] + [deal("b", [], "won")[0] | {"owner_id": "bo", "counted_cents": 100_000_00}]
    quotas = [whole("quotas", id=who, owner_id=who, starts_on=Q4.starts, ends_on=Q4.ends, cents=cents, known_at=OCTOBER) for who, cents in (("ana", 200_000_00), ("bo", 100_000_00), ("cy", 200_000_00))]
    quotas.append(whole("quotas", id="before", owner_id="ana", starts_on=date(2026, 7, 1), ends_on=date(2026, 9, 30), cents=1, known_at=OCTOBER))
    engine = company({"deals": won, "quotas": quotas})
    assert by("quota_attainment", "owner", engine) == {"ana": 75, "bo": 100, "cy": 0}
    assert number(engine, "quota_attainment").value == 50, "250 of 500: the sum of what was won by the sum of the quotas"
    assert number(company({"deals": won}), "quota_attainment").value is None, "without a quota there is no number"


@pytest.mark.req("ANALYTICS-32")
def test_activities_are_counted_for_whoever_did_them():
    said = [("ana", "call"), ("ana", "call"), ("ana", "personal_email"), ("bo", "call"), ("", "call")]
    acts = [whole("activities", id=str(n), lead_id="l", owner_id="bo", by_id=who, kind=kind, direction="out", human=True, happened_at=NOW - timedelta(hours=n), known_at=NOW) for n, (who, kind) in enumerate(said)]
    acts.append(whole("activities", id="machine", lead_id="l", by_id="ana", kind="call", human=False, happened_at=NOW, known_at=NOW))
    acts.append(whole("activities", id="last week", lead_id="l", by_id="ana", kind="call", human=True, happened_at=NOW - timedelta(days=9), known_at=NOW))
    engine = company({"activities": acts})
    assert by("activity_count", "owner", engine, WEEK) == {"ana": 3, "bo": 1}
    assert by("activity_count", "kind", engine, WEEK) == {"call": 3, "personal_email": 1}


@pytest.mark.req("ANALYTICS-33")
def test_the_pipeline_of_a_week_ago_is_taken_from_that_of_today():
    now = [deal("stays", ["O3"])[0] | {"counted_cents": 300_000_00}, deal("new", [])[0] | {"counted_cents": 100_000_00}, deal("lost", [], "lost")[0]]
    kept = [{"day": AT.date() - timedelta(days=10), **deal("stays", ["O3"])[0], "counted_cents": 250_000_00}, {"day": AT.date() - timedelta(days=10), **deal("lost", [])[0], "counted_cents": 200_000_00}]
    engine = company({"deals": now, "snapshots": kept})
    assert number(engine, "pipeline_change").value == -50_000, "300 + 100 today, 250 + 200 then"
    assert by("pipeline_value", "stage", engine) == {"O1": 100_000, "O3": 300_000}


@pytest.mark.req("ANALYTICS-35")
def test_velocity_is_the_mean_of_days_between_one_stage_and_the_next():
    rows = {"deals": [deal(f"d{n}", ["O3"])[0] for n in range(5)], "stage_changes": []}
    for n, days in enumerate((10, 20, 30, 40, 50)):
        for code, way, when in (("O1", "opened", OCTOBER - timedelta(days=days)), ("O2", "forward", OCTOBER), ("O1", "backward", OCTOBER + timedelta(days=1))):
            rows["stage_changes"].append(whole("stage_changes", id=f"d{n}-{way}", deal_id=f"d{n}", now=code, way=way, entered_at=when, known_at=when))
    found = number(company(rows), "deal_velocity")
    assert (found.n, found.value) == (5, 30), "a step back is no advance"


@pytest.mark.req("ANALYTICS-36")
def test_health_is_the_mean_of_customers_that_have_a_score():
    said = [("live", 80, "healthy"), ("live", 40, "risk"), ("live", None, ""), ("churned", 5, "risk")]
    engine = company({"customers": [whole("customers", id=str(n), account_id=str(n), since=date(2026, 1, 1), phase=phase, health=health, health_band=band, owner_id="ana") for n, (phase, health, band) in enumerate(said)]})
    assert number(engine, "customer_health").value == 60, "whom nobody knows enough of is left out, and who left"
    assert by("customer_health", "owner", engine) == {"ana": 60}


@pytest.mark.req("ANALYTICS-37")
def test_tasks_stand_by_urgency_times_worth_times_band_and_say_why():
    leads = [whole("leads", id=band, band=band, captured_at=OCTOBER) for band in ("hot", "warm", "cold")]
    deals = [deal("large", ["O3"])[0] | {"amount_cents": 300_000_00}, deal("huge", ["O3"])[0] | {"amount_cents": 9_000_000_00}]
    said = {"late": (-2, "", ""), "promised": (-2, "hot", ""), "today": (5, "warm", ""), "worth": (-2, "cold", "large"), "huge": (90, "", "huge"), "later": (90, "", ""), "undated": (None, "", "")}
    tasks = [whole("tasks", id=key, kind="call", rank=2, clock="first_response" if key == "promised" else "", lead_id=lead, deal_id=of, known_at=OCTOBER,
                   due_at=NOW + timedelta(hours=hours) if hours is not None else None) for key, (hours, lead, of) in said.items()]  # fmt: skip
    tasks.append(whole("tasks", id="first of two", kind="call", rank=1, due_at=NOW - timedelta(hours=2), known_at=OCTOBER))
    rows = behind(metrics()["tasks_open"], Cell(Q4), company({"leads": leads, "deals": deals, "tasks": tasks}), AT)
    assert [row.id for row in rows] == ["worth", "promised", "huge", "first of two", "late", "today", "later", "undated"]
    assert {row.id: row.why for row in rows} == {
        "worth": "overdue, a deal of $300k, ", "promised": "overdue, promised, hot lead, ", "huge": "a deal of $9000k, ", "first of two": "overdue, ", "late": "overdue, ",
        "today": "due today, warm lead, ", "later": "", "undated": ""}  # fmt: skip


@pytest.mark.req("ANALYTICS-38")
def test_demos_that_are_planned_are_told_and_those_that_were_held_are_not():
    demos = [whole("demos", id=f"m{n}", deal_id="d", kind="first", state=state, starts_at=NOW + timedelta(days=days), known_at=OCTOBER)
             for n, (state, days) in enumerate((("planned", 1), ("planned", 3), ("held", 1), ("cancelled", 2), ("planned", 60)))]  # fmt: skip
    assert number(company({"deals": [deal("d", ["O3"])[0]], "demos": demos}), "meetings_due", WEEK).value == 2


@pytest.mark.req("ANALYTICS-39")
def test_follow_ups_say_since_how_many_hours_they_are_due():
    late = {"today": 5, "one": -25, "two": -50, "three": -80, "tomorrow": 30}
    tasks = [whole("tasks", id=key, kind="call", rank=1, due_at=NOW + timedelta(hours=hours), known_at=OCTOBER) for key, hours in late.items()]
    tasks.append(whole("tasks", id="done", kind="call", rank=1, due_at=NOW - timedelta(hours=1), done_at=NOW - timedelta(minutes=1), known_at=OCTOBER))
    engine = company({"tasks": tasks})
    assert number(engine, "follow_ups_due").value == 4
    why = {row.id: row.why for row in behind(metrics()["follow_ups_due"], Cell(Q4), engine, AT)}
    assert why == {"today": "due", "one": "overdue for more than 24 hours", "two": "overdue for more than 48 hours", "three": "overdue for more than 72 hours"}


@pytest.mark.req("ANALYTICS-44")
def test_of_one_person_the_steps_from_outreach_to_the_close_are_told():
    acts = [whole("activities", id=f"a{n}", lead_id="l", by_id="ana", kind="call" if n < 8 else "visit", direction="out", human=True, happened_at=OCTOBER, known_at=OCTOBER) for n in range(10)]
    rows = {"activities": acts, "deals": [], "stage_changes": []}
    for n in range(10):
        row, entries = deal(f"d{n}", ["O3"] + (["O4"] if n < 6 else []), "won" if n < 3 else "lost")
        rows["deals"].append(row | {"owner_id": "ana", "lead_at": OCTOBER - timedelta(days=40)})
        rows["stage_changes"] += entries
    engine = company(rows)
    told = {name: by(name, "owner", engine).get("ana") for name in ("meetings_per_outreach", "demo_to_poc", "poc_to_close", "sales_cycle")}
    assert told["meetings_per_outreach"] == 25, "2 meetings, 8 of outreach"
    assert (told["demo_to_poc"], told["poc_to_close"]) == (60, 50)
    assert {name for name in (*told, "csat") if "owner" not in metrics()[name].by} == set(), "each of them by person"


@pytest.mark.req("ANALYTICS-45")
def test_the_bottleneck_is_the_stage_that_takes_longest_for_what_it_usually_takes():
    rows = {"deals": [deal(f"d{n}", ["O3"])[0] for n in range(5)], "stage_changes": []}
    for n in range(5):
        for code, days in (("O1", 200), ("O2", 190), ("O3", 20)):
            when = NOW - timedelta(days=days, hours=n)
            rows["stage_changes"].append(whole("stage_changes", id=f"d{n}-{code}", deal_id=f"d{n}", was="", now=code, way="forward", entered_at=when, known_at=when))
        left = NOW - timedelta(days=1, hours=n)
        rows["stage_changes"].append(whole("stage_changes", id=f"d{n}-O4", deal_id=f"d{n}", was="O3", now="O4", way="forward", entered_at=left, known_at=left))
    year = periods.parse("2026", BOOK, AT.date())
    found = {key: float(one.value) for key, one in parts(metrics()["bottleneck"], Cell(year), "stage", company(rows), AT) if one.value is not None}
    assert max(found, key=found.get) == "O2", "170 days where weeks are usual"
    assert found["O2"] > 1 > found["O1"]


@pytest.mark.req("ANALYTICS-46", "KPI-35")
def test_a_pipeline_is_of_high_quality_by_four_tests_of_a_quarter_each():
    won = [deal(f"w{n}", [], "won")[0] | {"amount_cents": 400_000_00, "counted_cents": 400_000_00, "lead_at": OCTOBER - timedelta(days=100)} for n in range(5)]
    lost = [deal(f"l{n}", [], "lost")[0] for n in range(10)]
    answers = [whole("survey_answers", id=str(n), customer_id="c", kind="nps", score=10, answered_on=OCTOBER.date()) for n in range(6)]
    customers = [whole("customers", id="c", account_id="a", since=date(2026, 1, 1), phase="live")]
    assert number(company({"deals": [*won, *lost], "survey_answers": answers, "customers": customers}), "sound_pipeline").value == 75, "size, cycle and NPS; 33 % are not above 40 %"
    assert number(company({"deals": won}), "sound_pipeline").state == "no data", "without answers nobody knows the NPS"
