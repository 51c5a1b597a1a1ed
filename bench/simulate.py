"""How fast a simulated company is drawn, written and turned into a load set.

    python -m bench.simulate [deals of the load set]

No bar; printed: seconds to draw 100,000 deals beside drawing as many normal numbers; the load set with its memory, beside one
plain writing of the same bytes; steps a second of a small company written by the real actions into a database of its own,
beside bare round trips to it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np
import psycopg

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = [sys.executable, "-c", "from rounds.cli.main import main; main()"]
NAME = "rounds_bench_simulate"
DRAWN, TRIPS = 100_000, 2000
COMPANY = ("--seed", "1", "--months", "6", "--deals", "15", "--small", "--json")


def run(*words: str, **more: str) -> dict:
    """What one of our commands answers as JSON. The environment is ours with `more`."""
    environment = {**os.environ, "ROUNDS_MODE": "demo", **more}
    done = subprocess.run([*ROUNDS, *words], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return json.loads(done.stdout) if "--json" in words else {}


def drawing() -> None:
    from rounds.playbook.simulation import shipped
    from rounds.rules.simulation.company import simulate
    from rounds.rules.simulation.drawn import Window

    window = Window(date(2024, 11, 30), date(2026, 11, 30), shipped().calendar.opens_utc, shipped().calendar.hours)
    began = time.perf_counter()
    simulate(shipped(), seed=1, window=window, deals=DRAWN, territories=5)
    drawn = time.perf_counter() - began
    began = time.perf_counter()
    for _ in range(60):  # about as many columns of chance as a deal takes
        np.random.default_rng(1).normal(size=DRAWN)
    print(f"   drawn: {DRAWN:,} deals in {drawn:.2f} s; as many bare normals as they take: {time.perf_counter() - began:.2f} s")


def loading(deals: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "set"
        done = run("simulate", "--load", str(deals), "--out", str(folder), "--json")
        events = done["rows"]["stage_changes"] + done["rows"]["activities"]
        data = b"".join(file.read_bytes() for file in folder.iterdir())
        began = time.perf_counter()
        (Path(place) / "plain").write_bytes(data)
        plain = time.perf_counter() - began
    print(f"   load set: {deals:,} deals, {events:,} events, {done['rows']['snapshots']:,} snapshots in {done['seconds']:.1f} s"
          f" ({done['processor_seconds']:.0f} s of processor; {deals / done['seconds']:,.0f} deals/s), {done['megabytes']:,.0f} MB, at most {done['peak_mb']:,.0f} MB of memory;"
          f" a plain writing of the bytes: {plain:.2f} s")  # fmt: skip


def writing() -> None:
    from rounds.kit import postgres

    server = postgres.ensure(ROOT / "var" / "postgres")
    postgres.drop_database(server, NAME)
    postgres.create_database(server, NAME)
    try:
        run("migrate", ROUNDS_DATABASE_NAME=NAME)
        done = run("simulate", *COMPANY, ROUNDS_DATABASE_NAME=NAME)
        with psycopg.connect(server.dsn("rounds_owner", NAME)) as owner:
            began = time.perf_counter()
            for _ in range(TRIPS):
                owner.execute("SELECT 1")
            trips = TRIPS / (time.perf_counter() - began)
    finally:
        postgres.drop_database(server, NAME)
    print(f"   written: {done['steps']:,} steps of {done['of_days']:,} days in {done['seconds']:.0f} s ({done['processor_seconds']:.0f} s of processor; {done['steps'] / done['seconds']:.1f}/s);"
          f" bare round trips: {trips:,.0f}/s")  # fmt: skip


def main() -> None:
    drawing()
    loading(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
    writing()


if __name__ == "__main__":
    main()
