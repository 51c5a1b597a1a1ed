"""The star out of the house: its sums are the numbers of the engine, its keys are there, it says when it was made."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

import duckdb
import pytest

from rounds.analytics.metrics.tables import TABLES
from rounds.analytics.numbers import period as periods
from rounds.analytics.numbers.registry import metrics
from rounds.analytics.numbers.running import Cell, parts, readings
from rounds.analytics.warehouse.building import build
from rounds.analytics.warehouse.dimensions import DIMENSIONS, days
from rounds.analytics.warehouse.star import STAR
from rounds.playbook import default
from tests.analytics.numbers.company import made
from tests.analytics.numbers.test_definitions import company

BOOK = default()
AT = datetime(2026, 11, 30, 12, tzinfo=UTC)
Q4 = periods.parse("2026-Q4", BOOK, AT.date())
IN_Q4 = "JOIN dim_date d ON d.day = {} WHERE d.fiscal_quarter = '2026-Q4'"


@pytest.fixture(scope="module")
def engine():
    return company(made())


@pytest.fixture(scope="module")
def folder(engine, tmp_path_factory):
    source, target = tmp_path_factory.mktemp("tables"), tmp_path_factory.mktemp("star")
    for table in TABLES:
        engine.connection.execute(f"COPY \"{table.name}\" TO '{source / table.name}.parquet' (FORMAT parquet)")
    return target, build(source, target, BOOK, AT)


@pytest.fixture(scope="module")
def ask(folder):
    base = duckdb.connect()
    for file in folder[0].glob("*.parquet"):
        base.execute(f"CREATE VIEW {file.stem} AS SELECT * FROM '{file}'")
    yield lambda sql: base.execute(sql).fetchall()
    base.close()


def number(engine, name, period=Q4, as_of=None):
    return readings(metrics()[name], [Cell(period, as_of)], engine, AT)[0]


@pytest.mark.req("INTEG-05")
@pytest.mark.parametrize(("name", "sql"), [
    ("pipeline_value", "SELECT sum(counted_cents) / 100 FROM fact_deals WHERE is_open = 1"),
    ("weighted_pipeline", "SELECT sum(weighted_cents) / 100 FROM fact_deals WHERE is_open = 1"),
    ("won_value", f"SELECT sum(counted_cents) / 100 FROM fact_deals {IN_Q4.format('closed_on')} AND is_won = 1"),
    ("won_deal_count", f"SELECT sum(is_won) FROM fact_deals {IN_Q4.format('closed_on')}"),
    ("win_rate", f"SELECT 100.0 * sum(is_won) / sum(is_won + is_lost) FROM fact_deals {IN_Q4.format('closed_on')}"),
    ("open_deal_count", "SELECT sum(is_open) FROM fact_deals"),
    ("activity_count", f"SELECT count(*) FROM fact_activities {IN_Q4.format('happened_on')} AND is_human = 1 AND by_id <> ''"),
])  # fmt: skip
def test_a_sum_over_the_star_is_the_number_of_the_engine(engine, ask, name, sql):
    reading = number(engine, name)
    assert reading.state == "ok"
    assert float(ask(sql)[0][0]) == pytest.approx(float(reading.value), rel=1e-12)


@pytest.mark.req("INTEG-05")
def test_a_breakdown_over_the_star_is_the_engines(engine, ask):
    theirs = {key: one.value for key, one in parts(metrics()["pipeline_value"], Cell(Q4), "segment", engine, AT)}
    ours = ask("SELECT s.segment, sum(f.counted_cents) FROM fact_deals f JOIN dim_segment s ON s.segment = f.segment WHERE is_open = 1 GROUP BY 1")
    assert {key: Fraction(int(cents), 100) for key, cents in ours} == theirs


@pytest.mark.req("INTEG-05")
def test_the_pipeline_of_a_day_that_was_kept_is_the_engines(engine, ask):
    month = periods.parse("2026-09", BOOK, AT.date())
    theirs = number(engine, "pipeline_value", month, as_of=month.ends)
    [(cents,)] = ask("SELECT sum(counted_cents) FROM fact_snapshots WHERE is_open = 1 AND from_day <= DATE '2026-09-30' AND (until_day IS NULL OR until_day > DATE '2026-09-30')")
    assert Fraction(int(cents), 100) == theirs.value


@pytest.mark.req("INTEG-05")
def test_every_key_of_a_fact_is_in_its_dimension(ask):
    for fact, column, dimension, key in (
        ("fact_deals", "account_id", "dim_account", "account_id"), ("fact_deals", "owner_id", "dim_owner", "owner_id"), ("fact_deals", "stage", "dim_stage", "stage"),
        ("fact_deals", "segment", "dim_segment", "segment"), ("fact_deals", "campaign", "dim_campaign", "campaign"), ("fact_deals", "closed_on", "dim_date", "day"),
        ("fact_stage_moves", "to_stage", "dim_stage", "stage"), ("fact_stage_moves", "entered_on", "dim_date", "day"), ("fact_activities", "by_id", "dim_owner", "owner_id"),
        ("fact_activities", "account_id", "dim_account", "account_id"), ("fact_leads", "owner_id", "dim_owner", "owner_id"), ("bridge_deal_products", "product", "dim_product", "product"),
    ):  # fmt: skip
        lacking = ask(f"SELECT DISTINCT {column} FROM {fact} WHERE {column} IS NOT NULL AND {column} NOT IN (SELECT {key} FROM {dimension})")
        assert lacking == [], (fact, column)
    for name in ("dim_account", "dim_owner", "dim_stage", "dim_segment", "dim_product", "dim_campaign", "dim_date"):
        key = {"dim_account": "account_id", "dim_owner": "owner_id", "dim_date": "day"}.get(name, name[4:])
        assert ask(f"SELECT count(*) - count(DISTINCT {key}) FROM {name}") == [(0,)], name


@pytest.mark.req("INTEG-05")
def test_it_says_when_it_was_made_and_what_is_told_otherwise_since(folder, ask):
    about = folder[1]
    assert ask("SELECT as_of, as_of_day, restated, restated_months FROM refresh") == [(datetime(2026, 11, 30, 12), date(2026, 11, 30), bool(about["restated"]), ", ".join(about["restated"]))]
    assert {month for (month,) in ask("SELECT DISTINCT month FROM dim_date WHERE restated")} == set(about["restated"])
    assert about["rows"]["fact_deals"] == ask("SELECT count(*) FROM fact_deals")[0][0] > 0
    assert about["rows"].keys() >= {one.name for one in STAR} | DIMENSIONS.keys()


@pytest.mark.req("INTEG-05")
def test_the_fiscal_calendar_is_the_playbooks():
    path = BOOK.signing_path
    book = replace(BOOK, signing_path=path.model_copy(update={"quarters": path.quarters.model_copy(update={"starts": 7})}))
    [row] = [one for one in days(date(2026, 10, 5), date(2026, 10, 5), book) if one[0] == date(2026, 10, 5)]
    said = dict(zip(DIMENSIONS["dim_date"][1], row, strict=True))
    assert (said["fiscal_quarter_starts"], said["fiscal_month"], said["year"], said["month"]) == (date(2026, 10, 1), 4, 2026, "2026-10")
    assert said["fiscal_quarter"] == periods.containing("quarter", date(2026, 10, 5), book).code


@pytest.mark.req("INTEG-05", "COMPL-11")
def test_no_column_tells_who_a_contact_is_or_what_a_role_can_be_kept_from(ask):
    columns = {(table, name) for table, name in ask("SELECT table_name, column_name FROM information_schema.columns")}
    forbidden = ("email", "phone", "contact", "stance", "influence", "motivation", "budget", "note", "text", "score_said", "cost", "least", "margin")
    assert [(table, name) for table, name in columns if any(word in name for word in forbidden)] == []
