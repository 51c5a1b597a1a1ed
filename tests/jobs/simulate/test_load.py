"""The load set: Parquet files of the metrics' tables, in chunks, marked, and by the same process."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from rounds.analytics.metrics.tables import TABLES
from rounds.jobs.simulate import load
from rounds.playbook.simulation import shipped

pytestmark = pytest.mark.req("PLUS-29")
DEALS, EACH = 6000, 10
DOCUMENTED = Path(__file__).resolve().parents[3] / "docs" / "simulation.md"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Six thousand deals, drawn in three chunks."""
    place = tmp_path_factory.mktemp("load")
    chunk, load.CHUNK = load.CHUNK, 2000
    try:
        load.write(DEALS, place, seed=3, months=24, today=date(2026, 11, 30))
    finally:
        load.CHUNK = chunk
    return place


@pytest.fixture
def ask(folder):
    """Asks DuckDB, every table a view over its file."""
    with duckdb.connect() as base:
        for table in TABLES:
            base.execute(f"CREATE VIEW \"{table.name}\" AS SELECT * FROM '{folder / table.name}.parquet'")
        yield lambda sql: base.execute(sql).fetchall()


def test_every_table_of_the_metrics_has_a_file_of_its_columns_marked_as_invented(folder):
    for table in TABLES:
        schema = pq.read_schema(folder / f"{table.name}.parquet")
        assert schema.names == list(table.columns)
        assert schema.metadata[b"rounds"].startswith(b"synthetic")


def test_ten_events_a_deal_each_once(ask):
    assert ask("SELECT count(*), count(DISTINCT id) FROM deals") == [(DEALS, DEALS)]
    assert ask("SELECT (SELECT count(*) FROM stage_changes) + (SELECT count(*) FROM activities)") == [(DEALS * EACH,)]
    assert ask("SELECT count(*) - count(DISTINCT id) FROM stage_changes") == [(0,)]
    assert ask("SELECT count(*) - count(DISTINCT id) FROM activities") == [(0,)]


def test_the_history_leads_to_where_each_deal_stands(ask):
    assert ask("SELECT count(*) FROM (SELECT deal_id, arg_max(now, entered_at) last FROM stage_changes GROUP BY 1) JOIN deals d ON d.id = deal_id"
               " WHERE last <> d.stage") == [(0,)]  # fmt: skip
    assert ask("SELECT DISTINCT was, now FROM stage_changes WHERE way = 'skipped'") == [(shipped().skip.was, shipped().skip.now)]
    assert ask("SELECT count(*) FROM deals WHERE closed_at < opened_at OR lead_at >= opened_at OR amount_cents % 100 <> 0") == [(0,)]
    assert ask("SELECT count(*) FROM deals WHERE (outcome = 'lost') <> (lost_reason <> '')") == [(0,)]
    assert ask("SELECT count(*) FROM activities x JOIN deals d ON x.lead_id = d.lead_id WHERE happened_at < opened_at OR happened_at > d.closed_at") == [(0,)]


def test_the_last_snapshot_of_a_deal_is_how_it_stands(ask):
    differ = " OR ".join(f"s.{name} IS DISTINCT FROM d.{name}" for name in ("stage", "outcome", "amount_cents", "close_on", "lost_reason", "owner_id", "closed_at"))
    assert ask("SELECT count(DISTINCT id) FROM snapshots") == [(DEALS,)]
    assert ask(f"SELECT count(*) FROM (SELECT * FROM snapshots QUALIFY row_number() OVER (PARTITION BY id ORDER BY day DESC) = 1) s JOIN deals d USING (id)"
               f" WHERE {differ}") == [(0,)]  # fmt: skip
    assert ask("SELECT count(*) - count(DISTINCT (id, day)) FROM snapshots") == [(0,)]
    assert ask("SELECT min(day) >= DATE '2024-11-30' AND max(day) < DATE '2026-11-30' FROM snapshots") == [(True,)]


def test_rows_point_at_rows_that_are_there(ask):
    for table, column, other in (("deals", "owner_id", "people"), ("deals", "account_id", "accounts"), ("deals", "lead_id", "leads"), ("quotas", "owner_id", "people"),
                                 ("stage_changes", "deal_id", "deals"), ("terms", "customer_id", "customers"), ("pocs", "deal_id", "deals")):  # fmt: skip
        assert ask(f"SELECT count(*) FROM {table} t ANTI JOIN {other} o ON o.id = t.{column}") == [(0,)], (table, column)
    assert ask("SELECT count(*) FROM deals d JOIN accounts a ON a.id = d.account_id WHERE d.segment <> a.segment OR d.territory <> a.territory") == [(0,)]


def test_it_does_as_the_documentation_says(ask):
    said = {name: (float(mean), float(spread)) for name, mean, spread in re.findall(r"^\| ([a-z][^|]*?) \| ([\d.e+]+) \| ([\d.e+]+) \|$", DOCUMENTED.read_text(), re.M)}
    (rate, days, open_), = ask("SELECT avg((outcome = 'won')::int) FILTER (outcome <> 'open'), avg(date_diff('hour', lead_at, closed_at) / 24) FILTER (outcome = 'won'),"
                               " avg((outcome = 'open')::int) FROM deals")  # fmt: skip
    for name, found in (("win rate", rate), ("days from lead to close, won", days), ("open at the end", open_)):
        mean, spread = said[name]
        assert abs(found - mean) < 4 * spread, name


def test_the_same_seed_is_the_same_set_and_nothing_is_written_over(folder, tmp_path):
    for name in ("one", "two"):
        load.write(500, tmp_path / name, seed=8, months=12, today=date(2026, 11, 30))
    for table in ("deals", "snapshots", "activities", "quotas"):
        assert pq.read_table(tmp_path / "one" / f"{table}.parquet").equals(pq.read_table(tmp_path / "two" / f"{table}.parquet"))
    with pytest.raises(load.FolderTaken):
        load.write(500, tmp_path / "one", seed=8, months=12, today=date(2026, 11, 30))
