"""How fast the 14-criterion score is: ten million rows as columns, against a bare sum of the same columns; one explain.

    python bench/scoring.py [ROWS]

Prints rows a second, the ratio to the bare sum in the same run (the bar: at most 3), and microseconds an explain.
The table carries what records carry: raw facts where a rule reads raw facts, level codes (an enumerated column) where
only a person can answer; one value in ten is missing. One million rows are made and repeated.
"""

from __future__ import annotations

import statistics
import sys
import time
import timeit

import duckdb
import ibis
import numpy as np
import pandas as pd

from rounds import rules
from rounds.playbook import default
from rounds.rules import scoring

BAR = 3.0
PICKED = [
    "it_infrastructure",
    "innovation",
    "content_engagement",
    "competitive_pressure",
    "referrals",
    "direct_interactions",
    "technology_stack",
    "funding_sources",
]


def million(model: scoring.Scorer, rows: int = 1_000_000) -> pd.DataFrame:
    """Invented facts: a column a criterion."""
    dice = np.random.default_rng(7)
    frame = pd.DataFrame(
        {
            "beds": dice.integers(1, 1200, rows),
            "ruca": dice.integers(1, 11, rows),
            "major_teaching": dice.random(rows) < 0.1,
            "total_margin": dice.normal(0.02, 0.08, rows),
            "it_budget_usd": dice.integers(100_000, 20_000_000, rows),
            "timeline_months": dice.integers(0, 24, rows),
        }
    ).astype(
        {
            "beds": "Int32",
            "ruca": "Int32",
            "it_budget_usd": "Int64",
            "timeline_months": "Int32",
            "major_teaching": "boolean",
        }
    )
    for name in frame.columns:
        frame.loc[dice.random(rows) < 0.1, name] = pd.NA
    for line in model.lines:
        if line.code in PICKED:
            words = [*line.points, None]
            frame[line.code] = pd.Categorical(np.array(words, dtype=object)[dice.integers(0, len(words), rows)])
    return frame


def main(rows: int) -> None:
    book = default()
    model = scoring.scorer(book, "scoring/lead_fit")
    link = duckdb.connect()
    link.register("made", million(model))
    link.execute(f"create table facts as select made.* from made, range({max(1, rows // 1_000_000)})")
    con = ibis.duckdb.from_connection(link)
    t = con.table("facts")
    rows = link.execute("select count(*) from facts").fetchone()[0]
    bare = (
        "select "
        + ", ".join(
            f"sum({name}::int)"
            if kind == "BOOLEAN"
            else f"sum({name})"
            if not kind.startswith("ENUM")
            else f"sum(enum_code({name}))"
            for name, kind in link.execute(
                "select column_name, data_type from duckdb_columns() where table_name = 'facts'"
            ).fetchall()
        )
        + " from facts"
    )
    queries = {"bare sum": bare}
    for name, outputs in (("total", ["total"]), ("total and band", ["total", "band"]), ("every verdict", None)):
        scored = rules.columns(book, "scoring/lead_fit", t, outputs=outputs)
        added = [column for column in scored.columns if column not in t.columns]
        sums = {c: (scored[c].max() if scored[c].type().is_string() else scored[c].sum()) for c in added}
        queries[name] = ibis.to_sql(scored.aggregate(**sums), dialect="duckdb")
    times: dict[str, list[float]] = {name: [] for name in queries}
    for _ in range(5):
        for name, query in queries.items():
            begun = time.perf_counter()
            link.execute(query).fetchall()
            times[name].append(time.perf_counter() - begun)
    floor = statistics.median(times["bare sum"])
    for name, taken in times.items():
        seconds = statistics.median(taken)
        print(
            f"{name:16s} {seconds:7.3f} s  {rows / seconds / 1e6:6.1f} M rows/s  {seconds / floor:5.2f} × the bare sum"
        )
    ratio = statistics.median(times["total and band"]) / floor
    print(f"bar: total and band at most {BAR} × the bare sum: {ratio:.2f} {'held' if ratio <= BAR else 'MISSED'}")
    given = {
        "beds": 420,
        "cbsa_rank": 80,
        "ruca": 1.0,
        "teaching": "minor",
        "ehr": "Epic",
        "ehr_confidence": 0.9,
        "total_margin": 0.02,
        "it_budget_usd": 3_000_000,
        "it_budget_pct": 0.025,
        "funding": ["operating", "grants"],
        "events": {"content_download": 1},
        "highest_seniority": "manager",
        "lead_source": "Web form",
        "timeline_months": 4,
    }
    for name, facts in (("14 raw facts", given), ("nothing known", {})):
        best = (
            min(
                timeit.repeat(lambda facts=facts: rules.explain(book, "scoring/lead_fit", facts), number=2000, repeat=5)
            )
            / 2000
        )
        print(f"one explain, {name}: {best * 1e6:.1f} µs (bar: 50)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000)
