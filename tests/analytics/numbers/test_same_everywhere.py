"""One definition, several databases, the same answer: every metric, row for row (ANALYTICS, architecture: columns)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import duckdb
import pytest
from django.db import connection

from rounds.analytics.metrics.tables import TABLES
from rounds.analytics.numbers import period as periods
from rounds.analytics.numbers.files import SQL_TYPES, Files, make_empty
from rounds.analytics.numbers.registry import metrics
from rounds.analytics.numbers.running import Cell, behind, parts, readings
from rounds.kit.scope import SYSTEM
from rounds.playbook import default
from tests.analytics.numbers.company import made

AT = datetime(2026, 11, 30, 12, 30, tzinfo=UTC)
BOOK = default()
PERIODS = [periods.parse(text, BOOK, AT.date()) for text in ("2026-Q4", "2026-09")]
RUN = sorted(name for name, metric in metrics().items() if metric.runs)
POSTGRES_TYPES = {"string": "text", "int64": "bigint", "float64": "float8", "boolean": "boolean", "date": "date", "timestamp": "timestamp"}
TOLERANCE = 1e-9


class Postgres:
    """PostgreSQL over tables of a session of its own, as the metrics name them."""

    dialect, book, narrows = "postgres", BOOK, None

    def fetch(self, sql, used):
        with connection.cursor() as cursor:
            cursor.execute(sql.replace("%", "%%"), [])
            return cursor.fetchall()

    def kept_since(self):
        return date(2025, 6, 1)


@pytest.fixture(scope="module")
def rows():
    return made()


@pytest.fixture(scope="module")
def duck(rows):
    found = duckdb.connect(":memory:")
    for table in TABLES:
        make_empty(found, table.name)
        if rows[table.name]:
            marks = ", ".join(f"?::{SQL_TYPES[kind]}" for kind in table.columns.values())
            found.executemany(f'INSERT INTO "{table.name}" VALUES ({marks})', [list(row.values()) for row in _ordered(table, rows)])
    return Files(found, BOOK, SYSTEM)


def _ordered(table, rows):
    return [{name: row[name] for name in table.columns} for row in rows[table.name]]


@pytest.fixture
def postgres(db, rows):
    with connection.cursor() as cursor:
        for table in TABLES:
            columns = ", ".join(f'"{name}" {POSTGRES_TYPES[kind]}' for name, kind in table.columns.items())
            cursor.execute(f'CREATE TEMPORARY TABLE "{table.name}" ({columns}) ON COMMIT DROP')
            if rows[table.name]:
                marks = ", ".join(["%s"] * len(table.columns))
                cursor.executemany(f'INSERT INTO pg_temp."{table.name}" VALUES ({marks})', [list(row.values()) for row in _ordered(table, rows)])
    return Postgres()


def told(reading):
    """A reading as figures that may differ in the last bit where a database averages for itself."""
    return {name: (float(value) if value is not None and name not in ("state", "says") else value) for name, value in reading.plain().items() if name != "says"}


def alike(one, other):
    assert one.keys() == other.keys()
    for name, value in one.items():
        assert value == (pytest.approx(other[name], rel=TOLERANCE, abs=TOLERANCE) if isinstance(value, float) else other[name]), name


@pytest.mark.req("ANALYTICS-52")
def test_every_metric_is_the_same_number_in_postgresql_and_duckdb(postgres, duck):
    seen = 0
    for name in RUN:
        metric = metrics()[name]
        cells = [*(Cell(period) for period in PERIODS), Cell(PERIODS[1], as_of=date(2026, 10, 30))]
        ours, theirs = readings(metric, cells, postgres, AT), readings(metric, cells, duck, AT)
        for mine, yours in zip(ours, theirs, strict=True):
            alike(told(mine), told(yours))
            seen += mine.value is not None
    assert seen > len(RUN), "too few numbers to compare anything by"


@pytest.mark.req("ANALYTICS-52")
def test_breakdowns_and_every_row_behind_it_is_the_same(postgres, duck):
    for name in RUN:
        metric, cell = metrics()[name], Cell(PERIODS[0])
        assert sorted(behind(metric, cell, postgres, AT), key=repr) == sorted(behind(metric, cell, duck, AT), key=repr), name
        for by in {metric.by[0], metric.by[-1]} if metric.by else ():
            ours, theirs = parts(metric, cell, by, postgres, AT), parts(metric, cell, by, duck, AT)
            assert [key for key, _ in ours] == [key for key, _ in theirs], (name, by)
            for (_, mine), (_, yours) in zip(ours, theirs, strict=True):
                alike(told(mine), told(yours))


@pytest.mark.req("ANALYTICS-52")
@pytest.mark.parametrize("filters", [(("owner", ("rep1", "rep2")), ("tier", ("1", "2"))), (("product", ("imaging",)), ("segment", ("enterprise",)))])
def test_every_filter_narrows_alike(postgres, duck, filters):
    for name in RUN:
        metric = metrics()[name]
        if all(dimension in metric.filters for dimension, _ in filters):
            for mine, yours in zip(readings(metric, [Cell(PERIODS[0])], postgres, AT, filters), readings(metric, [Cell(PERIODS[0])], duck, AT, filters), strict=True):
                alike(told(mine), told(yours))


@pytest.mark.req("ANALYTICS-52")
def test_parts_sum_to_the_whole(duck):
    """What is counted and summed by rep is the company's number: an executive's is the sum of everybody's."""
    for name in RUN:
        metric = metrics()[name]
        if metric.how in ("sum", "count") and "owner" in metric.by:
            [whole], by_rep = readings(metric, [Cell(PERIODS[0])], duck, AT), parts(metric, Cell(PERIODS[0]), "owner", duck, AT)
            assert sum((one.value or 0) for _, one in by_rep) == (whole.value or 0), name
            assert sum(one.n for _, one in by_rep) == whole.n, name
