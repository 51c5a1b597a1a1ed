"""The load set: a very large simulated company as Parquet files, one a table of analytics/metrics/tables.py.

Drawn and written in chunks, so that memory stays as it is however many deals there are. No database is asked or written.
Tables a load set has nothing for are there and empty, so that a reader finds every one.
"""

from __future__ import annotations

import resource
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from rounds import playbook
from rounds.analytics.metrics.tables import TABLES, Table
from rounds.jobs.simulate.load_events import activities, rivals, snapshots, stage_changes
from rounds.jobs.simulate.load_rows import Ground, customers, deals, leads, pocs, terms
from rounds.jobs.simulate.load_world import accounts, people, quotas
from rounds.kit.refusal import Refusal
from rounds.playbook.simulation import shipped
from rounds.rules.routing.recycle import months_after
from rounds.rules.simulation.company import drawn
from rounds.rules.simulation.drawn import Window
from rounds.rules.simulation.selling import team

CHUNK = 50_000
"""Deals drawn at a time: some ten times as many rows of events."""
TYPES = {"string": pa.string(), "int64": pa.int64(), "float64": pa.float64(), "boolean": pa.bool_(), "date": pa.date32(), "timestamp": pa.timestamp("us")}
MARK = {b"rounds": b"synthetic: a simulated company, no real organisation or person"}
"""What every file says of itself."""
OF_DEALS = {"deals": deals, "leads": leads, "stage_changes": stage_changes, "activities": activities, "snapshots": snapshots,
            "deal_competitors": rivals, "pocs": pocs, "customers": customers, "terms": terms}  # fmt: skip
OF_ALL = {"people": people, "accounts": accounts, "quotas": quotas}


class FolderTaken(Refusal):
    """That folder holds files already; name a new or an empty one."""


@dataclass
class Loaded:
    """Table → rows; the time that went by and the processors' (on a busy machine much less), the size of the files, the most
    memory of this process."""

    rows: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    processor_seconds: float = 0.0
    megabytes: float = 0.0
    peak_mb: float = 0.0


def schema_of(table: Table) -> pa.Schema:
    """The columns of a table, marked as invented."""
    return pa.schema([(name, TYPES[kind]) for name, kind in table.columns.items()], metadata=MARK)


def write(count: int, folder: Path, *, seed: int, months: int, today: date, say: Callable[[str], None] = lambda _: None) -> Loaded:
    """Write `count` deals and ten events for each of `months` up to `today` into `folder`. The same seed, count, months and
    day give the same rows. Raises FolderTaken."""
    began, busy, done = perf_counter(), process_time(), Loaded()
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FolderTaken
    ground = _ground(count, seed, months, today)
    writers = {table.name: pq.ParquetWriter(folder / f"{table.name}.parquet", schema_of(table), compression="zstd") for table in TABLES}
    done.rows = dict.fromkeys(writers, 0)
    try:
        for name, makes in OF_ALL.items():
            _put(writers[name], makes(ground), done, name)
        for number, start in enumerate(range(0, count, CHUNK)):
            _chunk(ground, writers, done, number, start, min(CHUNK, count - start), seed)
            say(f"{min(start + CHUNK, count):,} of {count:,} deals, {perf_counter() - began:.0f} s")
    finally:
        for writer in writers.values():
            writer.close()
    done.seconds, done.processor_seconds = perf_counter() - began, process_time() - busy
    done.megabytes = sum(file.stat().st_size for file in folder.iterdir()) / 1e6
    done.peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return done


def _ground(count: int, seed: int, months: int, today: date) -> Ground:
    start = months_after(datetime(today.year, today.month, today.day, tzinfo=UTC), -months).date()
    window, book = Window(start, today, shipped().calendar.opens_utc, shipped().calendar.hours), playbook.default()
    sellers = team(shipped(), np.random.default_rng([seed, count]), window=window, deals_a_year=count * 365.25 / window.days,
                   territories=len(book.territories.names))  # fmt: skip
    return Ground(shipped(), book, window, sellers, count)


def _chunk(ground: Ground, writers: dict[str, pq.ParquetWriter], done: Loaded, number: int, start: int, count: int, seed: int) -> None:
    rng = np.random.default_rng([seed, number, 1])
    rows = drawn(ground.said, rng, ground.window, ground.sellers, count)
    rows.number[:] += start
    part = ground.part(rows, rng)
    for name, makes in OF_DEALS.items():
        _put(writers[name], makes(part), done, name)


def _put(writer: pq.ParquetWriter, columns: dict[str, pa.Array], done: Loaded, name: str) -> None:
    """Append columns; those that are not said are nothing."""
    size = len(next(iter(columns.values())))
    if size:
        arrays = [columns[one.name].cast(one.type) if one.name in columns else pa.nulls(size, one.type) for one in writer.schema]
        writer.write_table(pa.Table.from_arrays(arrays, schema=writer.schema))
    done.rows[name] += size
