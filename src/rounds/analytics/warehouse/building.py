"""Makes the star of a folder of Parquet files (the tables of the metrics) as another folder of Parquet files, by DuckDB."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from rounds.analytics.numbers import period as periods
from rounds.analytics.numbers.files import SQL_TYPES, Files, opened
from rounds.analytics.numbers.registry import find
from rounds.analytics.numbers.running import Cell, readings
from rounds.analytics.warehouse.dimensions import DIMENSIONS, days, of_playbook
from rounds.analytics.warehouse.star import DAYS, STAR
from rounds.playbook import Playbook

ABOUT = "_about.json"
WATCHED = ("won_value", "win_rate")
"""The numbers by which a month that is over is found to have changed since; how the pipeline stood on a day never does."""
MONTHS = 12
"""Months back that are looked at for it."""
KEYS = {"dim_stage": (("fact_deals", "stage"), ("fact_snapshots", "stage"), ("fact_stage_moves", "to_stage"), ("fact_stage_moves", "from_stage")),
        "dim_segment": (("fact_deals", "segment"), ("fact_snapshots", "segment"), ("fact_leads", "segment"), ("fact_activities", "segment"), ("dim_account", "segment")),
        "dim_product": (("bridge_deal_products", "product"),),
        "dim_campaign": (("fact_deals", "campaign"), ("fact_snapshots", "campaign"), ("fact_leads", "campaign"))}  # fmt: skip
"""Dimension of the playbook → the columns that name its keys."""
Done = Callable[[str, int], None]


def build(source: Path, target: Path, book: Playbook, at: datetime, *, ready: dict[str, int] | None = None, done: Done = lambda name, rows: None) -> dict[str, Any]:
    """The star of the tables in `source`, a file each in `target`, and what it is: {"as_of", "restated", "rows", …}, kept as
    _about.json and as the table `refresh`. Tables in `ready` (name → rows) stand there already; `done` hears of each that is written."""
    target.mkdir(parents=True, exist_ok=True)
    files, rows = opened(source, book), dict(ready or {})
    zone = periods.zone_of(book).key
    for one in STAR:
        if one.name not in rows:
            rows[one.name] = _copy(files, f"SELECT * FROM ({one.sql.format(zone=zone)}) made", target / f"{one.name}.parquet")
            done(one.name, rows[one.name])
    restated = changed_since(files, at)
    for name, values in _dimensions(files, target, book, restated, periods.today(book, at)).items():
        rows[name] = _write(files, name, values, target)
    about = {"as_of": at.astimezone(UTC).isoformat(), "as_of_day": periods.today(book, at).isoformat(), "restated": restated,
             "playbook": book.hash[:12], "zone": zone, "rows": rows}  # fmt: skip
    _refresh(files, about, target)
    (target / ABOUT).write_text(json.dumps(about, indent=1, sort_keys=True), encoding="utf-8")
    return about


def changed_since(files: Files, at: datetime) -> list[str]:
    """The months that are over and of which a watched number is told otherwise today than when they ended."""
    book = files.book
    months = periods.trend(periods.before(periods.containing("month", periods.today(book, at), book), book), book, MONTHS)
    found = set()
    for name in WATCHED:
        cells = [Cell(month, as_of) for month in months for as_of in (None, month.ends)]
        said = readings(find(name), cells, files, at)
        found |= {month.code for month, now, told in zip(months, said[::2], said[1::2], strict=True) if told.state != "not kept" and (now.value, now.n) != (told.value, told.n)}
    return sorted(found)


def _dimensions(files: Files, target: Path, book: Playbook, restated: list[str], today: date) -> dict[str, list[tuple[Any, ...]]]:
    ask = files.connection.execute
    found = {name: {key for fact, column in columns for (key,) in ask(f"SELECT DISTINCT {column} FROM '{_at(target, fact)}'").fetchall() if key is not None} for name, columns in KEYS.items()}
    ends = [ask(f"SELECT min({column}), max({column}) FROM '{_at(target, fact)}'").fetchone() for fact, columns in DAYS.items() for column in columns]
    near = [day for pair in ends for day in pair if day and abs(day - today) < timedelta(days=20 * 366)]
    return {"dim_date": list(days(min([*near, today]), max([*near, today]), book, frozenset(restated))), **of_playbook(book, found)}


def _at(folder: Path, name: str) -> str:
    return str(folder / f"{name}.parquet").replace("'", "''")


def _copy(files: Files, sql: str, path: Path) -> int:
    return files.connection.execute(f"COPY ({sql}) TO '{_at(path.parent, path.stem)}' (FORMAT parquet, COMPRESSION zstd)").fetchone()[0]


def _write(files: Files, name: str, values: list[tuple[Any, ...]], target: Path) -> int:
    import ibis
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = ibis.schema(DIMENSIONS[name][1]).to_pyarrow()
    columns = list(zip(*values, strict=True)) or [()] * len(schema)
    pq.write_table(pa.table([pa.array(column, type=kind.type) for column, kind in zip(columns, schema, strict=True)], schema=schema), target / f"{name}.parquet", compression="zstd")
    return len(values)


def _refresh(files: Files, about: dict[str, Any], target: Path) -> None:
    moment, many = datetime.fromisoformat(about["as_of"]).replace(tzinfo=None), len(about["restated"])
    said = f"SELECT ?::{SQL_TYPES['timestamp']} AS as_of, ?::DATE AS as_of_day, ?::BOOLEAN AS restated, ?::VARCHAR AS restated_months, ?::VARCHAR AS playbook"
    files.connection.execute(f"CREATE OR REPLACE TEMP TABLE refresh AS {said}", [moment, about["as_of_day"], many > 0, ", ".join(about["restated"]), about["playbook"]])
    _copy(files, "SELECT * FROM refresh", target / "refresh.parquet")
