"""The executive's dashboard over a million deals and ten million events, on DuckDB with two threads, beside SQL written by hand.

    python -m bench.batch [deals] [folder]

The files are those of `rounds simulate --load`; a folder that is there already is read as it is. The bars: all figures of the
dashboard within 5 s, and within three times what the hand-written statements take for the same figures, which have to be equal
to them. What is drawn below the figures (eight periods of each trend, the parts) is printed. And how the past grows: twice the
deals, or twice the months at the same pace, keep twice the rows. (At most a seventh more: of a company's first months no deal is
old enough to have changed often.)
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench._ground import ROUNDS

BAR, TIMES, RUNS = 5.0, 3.0, 3
GROWTH, SMALL = 1.15, 20_000
CLOSED = "outcome <> 'open' AND closed_at >= $start AND closed_at < $end"
BY_HAND = {
    "deals": f"""
SELECT sum(counted_cents) FILTER (WHERE outcome = 'open') AS pipeline_value, sum(counted_cents * chance_bp) FILTER (WHERE outcome = 'open') AS weighted_pipeline,
       count(*) FILTER (WHERE outcome = 'won' AND {CLOSED}) AS won, count(*) FILTER (WHERE {CLOSED}) AS closed,
       sum(amount_cents) FILTER (WHERE outcome = 'won' AND {CLOSED}) AS average_deal_size, sum(counted_cents) FILTER (WHERE outcome = 'won' AND {CLOSED}) AS won_value,
       median(epoch(date_trunc('second', closed_at)) - epoch(date_trunc('second', coalesce(lead_at, opened_at)))) FILTER (WHERE outcome = 'won' AND {CLOSED}) AS sales_cycle,
       sum(counted_cents) FILTER (WHERE outcome = 'open' AND close_on BETWEEN $first AND $last) AS closing FROM deals""",
    "quotas": "SELECT sum(cents) AS quota FROM quotas WHERE starts_on >= $first AND ends_on <= $last",
    "stood": """
SELECT sum(s.counted_cents * s.chance_bp) AS forecast_at_start, count(*) AS slippable,
       count(*) FILTER (WHERE (d.outcome = 'open' AND d.close_on > $last) OR d.closed_at >= $end) AS slipped
FROM (SELECT * FROM (SELECT id, day, outcome, close_on, counted_cents, chance_bp, row_number() OVER (PARTITION BY id ORDER BY day DESC) AS place FROM snapshots WHERE day <= $first)
      WHERE place = 1 AND outcome = 'open' AND close_on BETWEEN $first AND $last) s JOIN deals d USING (id)""",
    "terms": "SELECT sum((date_diff('day', greatest(starts_on, $first), least(ends_on, $last)) + 1) * arr_cents) AS revenue_recognised FROM terms WHERE starts_on <= $last AND ends_on >= $first",
}  # fmt: skip


def made(folder: Path, deals: int, *more: str) -> None:
    """Write a load set where there is none."""
    if not (folder / "deals.parquet").exists():
        subprocess.run([*ROUNDS, "simulate", "--load", str(deals), "--out", str(folder), "--json", *more], check=True, capture_output=True)


def timed(what: Callable[[], Any]) -> tuple[float, Any]:
    """The best of some runs, and what it answered."""
    best, found = float("inf"), None
    for _ in range(RUNS):
        began = time.perf_counter()
        found = what()
        best = min(best, time.perf_counter() - began)
    return best, found


def dashboard(folder: Path) -> bool:
    """The figures of both ways, their times, and what is drawn; True when the bars hold."""
    import django

    django.setup()
    from rounds.analytics.numbers import compiling
    from rounds.analytics.numbers import period as periods
    from rounds.analytics.numbers.files import opened
    from rounds.analytics.numbers.registry import find
    from rounds.analytics.numbers.running import dated
    from rounds.playbook import default

    book, at = default(), datetime.now(UTC)
    engine = opened(folder, book)
    engine.connection.execute("SET threads = 2")
    today = periods.today(book, at)
    here = periods.containing("quarter", today, book)
    window = dated(here, today, find("win_rate")).window(book, at)
    tiles = book.dashboards.of("executive").tiles
    names = [name for tile in tiles for name in _basic(find(tile.metric))]

    def asked(cells: list[tuple[str, Any, str]]) -> Any:
        statements = [compiling.compiled(find(name), dated(period, today, find(name)).window(book, at), by, (), book, engine.dialect, engine.narrows) for name, period, by in cells]
        whole = compiling.joined(statements)
        return engine.fetch(whole.sql, whole.used)

    figures = [(name, here, "") for name in names]
    drawn = [(name, one, "") for tile in tiles if tile.shown in ("figure", "trend") for name in _basic(find(tile.metric)) for one in periods.trend(here, book, book.measures.trend.value)]
    drawn += [(tile.metric, here, tile.by) for tile in tiles if tile.by]
    first = time.perf_counter()
    asked(figures)
    first = time.perf_counter() - first
    ours, rows = timed(lambda: asked(figures))
    given = {"start": window.start, "end": window.end, "first": here.starts, "last": here.ends}
    theirs, hand = timed(lambda: _by_hand(engine.connection, given))
    pictures, _ = timed(lambda: asked(drawn))
    same = _same(names, sorted(rows), hand)
    held = ours <= BAR and ours <= TIMES * theirs and same
    print(f"{len(tiles)} tiles: {ours:.2f} s (with compiling {first:.2f} s; bar {BAR:.0f} s); by hand {theirs:.2f} s, {ours / theirs:.1f}× (bar {TIMES:.0f}×); "
          f"the numbers are {'the same' if same else 'NOT THE SAME'}  {'held' if held else 'MISSED'}")  # fmt: skip
    print(f"what is drawn below them, {len(drawn)} statements in one: {pictures:.2f} s")
    return held


def _basic(metric: Any) -> list[str]:
    return [] if metric.waits else [metric.name] if metric.runs else list(metric.of)


def _by_hand(connection: Any, given: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for sql in BY_HAND.values():
        answer = connection.execute(sql, {name: value for name, value in given.items() if f"${name}" in sql})
        found |= dict(zip((column[0] for column in answer.description), answer.fetchone(), strict=True))
    return found


def _same(names: list[str], rows: list[tuple[Any, ...]], hand: dict[str, Any]) -> bool:
    """Whether both ways answer the same: rows are (cell, part, n, top, base, x, known, middle, ninth)."""
    by = dict(zip(names, rows, strict=True))
    ours = {name: int(by[name][5]) for name in ("pipeline_value", "weighted_pipeline", "average_deal_size", "won_value", "forecast_at_start", "revenue_recognised")}
    ours |= {"won": int(by["win_rate"][3]), "closed": int(by["win_rate"][4]), "slipped": int(by["deal_slippage"][3]), "slippable": by["deal_slippage"][2],
             "closing": int(by["pipeline_coverage"][3]), "sales_cycle": by["sales_cycle"][7], "quota": int(by["pipeline_coverage"][4]) + int(by["won_value"][5])}  # fmt: skip
    unlike = {name: (value, hand[name]) for name, value in ours.items() if value != hand[name]}
    if unlike:
        print(f"   not the same (ours, by hand): {unlike}")
    return not unlike


def growth(place: Path) -> bool:
    """Rows of the past for twice the deals, and for twice the months at the same pace; beside them what a row a day and open deal
    would be."""
    import duckdb

    base, held = 0, True
    for name, deals, months in (("some", SMALL, 12), ("twice the deals", 2 * SMALL, 12), ("twice the months", 2 * SMALL, 24)):
        made(place / name, deals, "--months", str(months))
        rows, naive = duckdb.execute(
            f"""SELECT (SELECT count(*) FROM '{place / name}/snapshots.parquet'),
                       (SELECT sum(date_diff('day', opened_at, coalesce(closed_at, now()::timestamp)) + 1) FROM '{place / name}/deals.parquet')"""
        ).fetchone()
        base = base or rows
        held &= rows <= 2 * GROWTH * base
        print(f"   {name}: {rows:,} rows, {rows / base:.2f}×, {rows / deals:.1f} a deal; a row for each open deal and day: {int(naive):,}")
    print(f"how the past grows: at most {2 * GROWTH:.1f}× for twice as much  {'held' if held else 'MISSED'}")
    return held


def main(deals: int = 1_000_000, folder: str = "") -> bool:
    """Measure and print; True when every bar holds."""
    import os

    os.environ.setdefault("ROUNDS_MODE", "test")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rounds.project.settings")
    with tempfile.TemporaryDirectory() as place:
        where = Path(folder) if folder else Path(place) / "set"
        made(where, deals)
        return all([dashboard(where), growth(Path(place))])


if __name__ == "__main__":
    sys.exit(0 if main(*(kind(said) for kind, said in zip((int, str), sys.argv[1:], strict=False))) else 1)
