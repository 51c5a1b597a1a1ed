"""What the definitions say of small companies one can count by hand, on DuckDB."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import duckdb
import pytest

from rounds.analytics.metrics.tables import TABLES
from rounds.analytics.numbers import period as periods
from rounds.analytics.numbers.files import SQL_TYPES, Files, make_empty
from rounds.analytics.numbers.registry import metrics
from rounds.analytics.numbers.running import Cell, behind, parts, readings
from rounds.playbook import default, with_set
from rounds.rules.attribution import credits, dealt
from tests.analytics.numbers.company import made, whole

BOOK = default()
AT = datetime(2026, 11, 30, 12, tzinfo=UTC)
Q4 = periods.parse("2026-Q4", BOOK, AT.date())
OCTOBER = datetime(2026, 10, 10, 12)


def company(rows, book=BOOK):
    found = duckdb.connect(":memory:")
    for table in TABLES:
        make_empty(found, table.name)
        if rows.get(table.name):
            marks = ", ".join(f"?::{SQL_TYPES[kind]}" for kind in table.columns.values())
            found.executemany(f'INSERT INTO "{table.name}" VALUES ({marks})', [[row[name] for name in table.columns] for row in rows[table.name]])
    return Files(found, book)


def number(engine, name, period=Q4):
    return readings(metrics()[name], [Cell(period)], engine, AT)[0]


def deal(key, reached, outcome="open", **said):
    """A deal that went through O1 and the stages of `reached`, and its entries."""
    row = whole("deals", id=key, stage=reached[-1] if reached else "O1", outcome=outcome, counted_cents=100_00, amount_cents=100_00,
                opened_at=OCTOBER - timedelta(days=60), closed_at=OCTOBER + timedelta(days=20) if outcome != "open" else None, **said)  # fmt: skip
    ends = {"won": ["O9"], "lost": ["O10"]}.get(outcome, [])
    entries = [whole("stage_changes", id=f"{key}-{code}", deal_id=key, now=code, way="forward", entered_at=OCTOBER + timedelta(hours=number), known_at=OCTOBER)
               for number, code in enumerate(["O1", *reached, *ends])]  # fmt: skip
    return row, entries


@pytest.mark.req("ANALYTICS-43", "ANALYTICS-24")
def test_the_chain_of_the_seed():
    """200 demos, 80 proofs, 52 proposals, 39 wins: 40 %, 65 %, 75 %, and 19.5 % of all that saw a demo."""
    rows = {"deals": [], "stage_changes": [], "pocs": []}
    for place in range(200):
        reached = ["O3"] + (["O4"] if place < 80 else []) + (["O7"] if place < 52 else [])
        row, entries = deal(f"d{place}", reached, "won" if place < 39 else "lost")
        rows["deals"].append(row)
        rows["stage_changes"] += entries
        if place < 80:
            rows["pocs"].append(whole("pocs", id=f"p{place}", deal_id=f"d{place}", state="ended", result="success", ended_on=OCTOBER.date()))
    engine = company(rows)
    told = {name: number(engine, name).value for name in ("demo_to_poc", "poc_to_proposal", "proposal_to_close", "demo_to_close", "poc_to_close")}
    assert told == {"demo_to_poc": 40, "poc_to_proposal": 65, "proposal_to_close": 75, "demo_to_close": Fraction("19.5"), "poc_to_close": Fraction("48.75")}


@pytest.mark.req("ANALYTICS-02")
def test_the_win_rate_counts_deals_or_dollars_as_the_playbook_says():
    rows = {"deals": [deal(f"w{n}", [], "won")[0] | {"counted_cents": 900_00} for n in range(5)] + [deal(f"l{n}", [], "lost")[0] for n in range(5)]}
    assert number(company(rows), "win_rate").value == 50
    assert number(company(rows, with_set(BOOK, {"metrics.won_by": "value"})), "win_rate").value == 90


@pytest.mark.req("ANALYTICS-21")
def test_nps_tells_whose_answers_they_are_and_never_what_they_said():
    rows = {"customers": [whole("customers", id="c", account_id="a", since=date(2026, 1, 1), phase="live")],
            "survey_answers": [whole("survey_answers", id=f"s{n}", customer_id="c", kind="nps", score=score, answered_on=OCTOBER.date())
                               for n, score in enumerate([10] * 78 + [8] * 15 + [3] * 7)]}  # fmt: skip
    engine = company(rows)
    assert number(engine, "nps").value == 71
    [row] = behind(metrics()["nps"], Cell(Q4), engine, AT)
    assert (row.id, row.top, row.base, row.x) == ("c", None, None, None)


@pytest.mark.req("ANALYTICS-50")
def test_shares_of_a_deal_sum_to_its_amount_whatever_the_reading():
    engine = company(made(seed=3))
    whole_sums = [number(engine, name, periods.parse("2026", BOOK, AT.date())) for name in CREDITED]
    assert whole_sums[0].value
    assert len({one.value for one in whole_sums}) == 1


CREDITED = {"credited_first": "first", "credited_last": "last", "credited_evenly": "linear", "credited_position": "position", "credited_decay": "decay"}


@pytest.mark.req("ANALYTICS-50")
@pytest.mark.parametrize("many", [0, 1, 2, 5])
def test_a_deal_is_shared_by_its_touches_as_the_rule_shares_it(many):
    """The reading in columns and the one of rules/attribution.py say the same of one way, but for a cent of rounding each."""
    kinds = ["call", "personal_email", "visit", "content_download", "linkedin_message"][:many]
    captured, closed = OCTOBER - timedelta(days=70), OCTOBER + timedelta(days=20)
    acts = [whole("activities", id=f"a{n}", lead_id="l", account_id="a", kind=kind, direction="in", happened_at=captured + timedelta(days=17 * n + 5, hours=n), known_at=captured) for n, kind in enumerate(kinds)]
    won = deal("d", [], "won", lead_id="l")[0] | {"counted_cents": 1_234_567, "closed_at": closed}
    engine = company({"deals": [won], "leads": [whole("leads", id="l", account_id="a", source="Event", captured_at=captured)], "activities": acts})
    way = [("event", captured), *((BOOK.engagement.channel_of(one["kind"]), one["happened_at"]) for one in acts)]
    for name, model in CREDITED.items():
        ours = {channel: int(one.value * 100) for channel, one in parts(metrics()[name], Cell(Q4), "channel", engine, AT)}
        theirs = dealt(1_234_567, credits(BOOK.engagement.attribution, model, way))
        assert sum(ours.values()) == 1_234_567, name
        assert {channel: cents for channel, cents in ours.items() if cents} == pytest.approx(theirs, abs=3), name


@pytest.mark.req("ANALYTICS-51")
def test_no_step_of_the_funnel_is_wider_than_the_one_before():
    engine = company(made(seed=5))
    found = dict(parts(metrics()["funnel"], Cell(periods.parse("2026", BOOK, AT.date())), "step", engine, AT))
    deals = [found[step].n for step in ("awareness", "consideration", "intent", "purchase") if step in found]
    assert len(deals) > 2
    assert deals == sorted(deals, reverse=True)


@pytest.mark.req("ANALYTICS-41")
def test_a_deal_at_risk_says_why():
    safe = whole("deals", id="safe", stage="O3", outcome="open", has_next_step=True, bant="met", close_on=date(2026, 12, 20), process_since=datetime(2026, 11, 20))
    risky = safe | {"id": "risky", "has_next_step": False, "close_on": date(2026, 10, 1), "bant": "not_met"}
    people = [whole("deal_people", deal_id=key, contact_id=f"{key}{n}", stance="champion", known_at=OCTOBER) for key in ("safe", "risky") for n in range(3)]
    engine = company({"deals": [safe, risky], "deal_people": people})
    rows = {row.id: row.why for row in behind(metrics()["deals_at_risk"], Cell(Q4), engine, AT)}
    assert rows["safe"] == ""
    assert rows["risky"] == "close date past, no next step, red flag open, "


@pytest.mark.req("ANALYTICS-42")
def test_velocity_is_deals_times_rate_times_size_by_days():
    rows = {"deals": [deal(f"o{n}", [])[0] for n in range(10)] + [deal(f"w{n}", [], "won")[0] for n in range(5)] + [deal(f"l{n}", [], "lost")[0] for n in range(5)]}
    assert number(company(rows), "pipeline_velocity").value == Fraction(10 * 50 * 100, 100 * 80), "10 deals × 50 % × $100 ÷ 80 days"


@pytest.mark.req("ANALYTICS-16")
def test_a_year_of_revenue_is_recognised_day_by_day_and_never_twice():
    rows = {"customers": [whole("customers", id="c", account_id="a", since=date(2026, 1, 1), phase="live")],
            "terms": [whole("terms", id="t", customer_id="c", starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31), arr_cents=365_000_00)]}  # fmt: skip
    engine = company(rows)
    quarters = [number(engine, "revenue_recognised", periods.parse(f"2026-Q{n}", BOOK, AT.date())).value for n in range(1, 5)]
    assert sum(quarters) == 365_000
    assert quarters[0] == 90_000
