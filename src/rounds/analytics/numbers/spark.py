"""The tables as Parquet files on Spark: the same definitions where a company's history does not fit one machine (docs/spark.md)."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rounds.analytics.metrics.tables import BY_NAME
from rounds.kit.refusal import Refusal
from rounds.kit.scope import SYSTEM, Scope
from rounds.playbook import Playbook

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SQL_TYPES = {"string": "STRING", "int64": "BIGINT", "float64": "DOUBLE", "boolean": "BOOLEAN", "date": "DATE", "timestamp": "TIMESTAMP"}
LOOPBACK = "127.0.0.1"


class NoSpark(Refusal):
    """Spark cannot be started here."""

    status = 422


@dataclass(frozen=True)
class Spark:
    """Spark over the temporary views of `session`, narrowed by `scope` in the expression itself."""

    session: SparkSession
    book: Playbook
    scope: Scope = SYSTEM
    dialect: str = "pyspark"

    @property
    def narrows(self) -> Scope | None:
        """The Scope's ways to rows; hidden fields are no rows."""
        return replace(self.scope, hidden=frozenset())

    def fetch(self, sql: str, used: Iterable[str]) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.session.sql(sql).collect()]

    def kept_since(self) -> date | None:
        return self._first

    def chances_are_targets(self) -> bool | None:
        return None

    @cached_property
    def _first(self) -> date | None:
        return self.session.sql("SELECT min(`day`) FROM `snapshots`").collect()[0][0]


@contextmanager
def started(master: str = "local[2]", settings: Mapping[str, str] | None = None) -> Iterator[SparkSession]:
    """A session on `master`, which is stopped at the end if it was started here. Moments are UTC; nothing is left in the
    folder one stands in. A Spark of this machine listens on loopback alone."""
    try:
        import ibis
        from pyspark.sql import SparkSession

        assert ibis.pyspark  # its options are known once it is named
    except ImportError:
        raise NoSpark("PySpark is not installed: `make .venv/.spark` puts it into .venv; it needs Java 17 as well.") from None
    here = master.startswith("local") or LOOPBACK in master
    if here:
        os.environ.setdefault("SPARK_LOCAL_IP", LOOPBACK)
    running = SparkSession.getActiveSession()
    with tempfile.TemporaryDirectory(prefix="rounds-spark-") as own:
        said = {"spark.sql.session.timeZone": "UTC", "spark.ui.enabled": "false", "spark.sql.warehouse.dir": f"{own}/warehouse", "spark.local.dir": own,
                "spark.ui.showConsoleProgress": "false", **({"spark.driver.host": LOOPBACK} if here else {}), **(settings or {})}  # fmt: skip
        if running is None:
            builder = SparkSession.builder.appName("Rounds").master(master)
            for name, value in said.items():
                builder = builder.config(name, value)
            session = builder.getOrCreate()
        else:
            session = running.newSession()
            session.conf.set("spark.sql.session.timeZone", "UTC")
        session.sparkContext.setLogLevel("ERROR")
        try:
            yield session
        finally:
            if running is None:
                session.stop()


def opened(session: SparkSession, folder: Path | str, book: Playbook, scope: Scope = SYSTEM) -> Spark:
    """The tables of a folder every worker reaches, as analytics/numbers/files.py reads them; a table that has no file is empty."""
    place = Path(folder)
    for name, table in BY_NAME.items():
        one, several = place / f"{name}.parquet", place / name
        path = one if one.exists() else several if several.is_dir() else None
        columns = [f"CAST({f'`{column}`' if path else 'NULL'} AS {SQL_TYPES[kind]}) AS `{column}`" for column, kind in table.columns.items()]
        rows = session.read.parquet(str(path)) if path else session.range(0)
        rows.selectExpr(*columns).createOrReplaceTempView(name)
    return Spark(session, book, scope)
