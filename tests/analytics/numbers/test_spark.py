"""The same definitions on Spark, row for row."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from rounds.analytics.metrics.tables import TABLES
from rounds.analytics.numbers import files
from rounds.analytics.numbers import period as periods
from rounds.analytics.numbers.compiling import compiled_rows
from rounds.analytics.numbers.registry import metrics
from rounds.analytics.numbers.running import Cell, all_at_once
from rounds.analytics.numbers.spark import opened, started
from rounds.analytics.numbers.spark_cluster import standalone
from rounds.jobs.simulate import load
from rounds.playbook import default
from tests.analytics.numbers.company import made
from tests.analytics.numbers.test_definitions import company

BOOK = default()
AT = datetime(2026, 11, 30, 12, tzinfo=UTC)
Q4 = periods.parse("2026-Q4", BOOK, AT.date())


PLAIN = {"spark.sql.shuffle.partitions": "1", "spark.sql.adaptive.enabled": "false", "spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN"}
"""Few rows are read as they stand: writing and compiling Java for each query took three quarters of this test."""


def third():
    """Every third metric, by name, and the first of each way of counting that is not among them."""
    runs = sorted((one for one in metrics().values() if one.runs), key=lambda one: one.name)
    found = runs[::3]
    return found + [next(one for one in runs if one.how == how) for how in {one.how for one in runs} - {one.how for one in found}]


def rows_behind(wanted, engine):
    """metric → the rows its number is made of, sorted; one statement for all."""
    made = [compiled_rows(one, Cell(Q4).window(BOOK, AT), (), BOOK, engine.dialect, engine.narrows, ("", ""), None) for one in wanted]
    sql = " UNION ALL ".join(f"SELECT {place} AS place, c.id, c.top, c.base, c.x, c.why FROM ({one.sql}) c" for place, one in enumerate(made))
    found = {one.name: [] for one in wanted}
    for place, *row in engine.fetch(sql, {name for one in made for name in one.used}):
        found[wanted[place].name].append(tuple(row))
    return {name: sorted(rows, key=repr) for name, rows in found.items()}


@pytest.mark.spark
@pytest.mark.req("ANALYTICS-52")
def test_a_third_of_the_metrics_is_the_same_on_spark_row_for_row(tmp_path):
    duck = company(made())
    for table in TABLES:
        duck.connection.execute(f"COPY \"{table.name}\" TO '{tmp_path / table.name}.parquet' (FORMAT parquet)")
    wanted = third()
    with started("local[1]", PLAIN) as session:
        spark = opened(session, tmp_path, BOOK)
        mine, yours = all_at_once(wanted, Q4, spark, AT), all_at_once(wanted, Q4, duck, AT)
        for name, reading in mine.items():
            assert (reading.state, reading.n, reading.top, reading.base) == (yours[name].state, yours[name].n, yours[name].top, yours[name].base), name
            assert (reading.value and float(reading.value)) == pytest.approx(yours[name].value and float(yours[name].value)), name
        ours, theirs = rows_behind(wanted, spark), rows_behind(wanted, duck)
    assert ours == theirs
    assert sum(map(len, ours.values())) > 10 * len(wanted), "too few rows to compare anything by"


@pytest.mark.spark
@pytest.mark.soak
@pytest.mark.timeout(900)
@pytest.mark.req("ANALYTICS-52", "INTEG-05")
def test_a_standalone_master_with_two_workers_answers_the_same_over_a_load_set(tmp_path):
    load.write(2000, tmp_path / "load", seed=3, months=24, today=AT.date())
    wanted = third()
    with standalone(2, memory="1g") as master, started(master, {"spark.executor.memory": "512m", "spark.sql.shuffle.partitions": "2"}) as session:
        spark = opened(session, tmp_path / "load", BOOK)
        mine = all_at_once(wanted, Q4, spark, AT)
        executors = session.sparkContext._jsc.sc().statusTracker().getExecutorInfos()
        assert len(executors) == 3, "the driver and an executor on each of two workers"
    yours = all_at_once(wanted, Q4, files.opened(tmp_path / "load", BOOK), AT)
    for name, reading in mine.items():
        assert (reading.state, reading.n, reading.top, reading.base) == (yours[name].state, yours[name].n, yours[name].top, yours[name].base), name
        assert (reading.value and float(reading.value)) == pytest.approx(yours[name].value and float(yours[name].value)), name
    assert sum(one.n for one in mine.values()) > 1000
