"""The hospital universe from the real public files, twice: time, memory, fills, tiers; the second load writes nothing.

    python -m bench.universe [folder]

The folder is ROUNDS_PUBLIC_DATA (or ../shared/data). The bars: 60 s, 1.5 GB, fills no more than a point below those
measured when the files were joined by hand, three fit grades with a tenth of the core hospitals each, no tier empty.
The reference of time is one plain reading of all bytes of the folder in the same run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MOST_SECONDS, MOST_MB = 60.0, 1536.0
FILLS = {
    "beds": (93.8, 98.5), "net_patient_revenue": (91.1, 97.2), "total_margin": (90.8, 97.1),
    "health_system": (64.3, 72.4), "web_site": (78.5, 86.1), "ehr": (71.9, 85.2), "ruca": (100, 100),
}  # fmt: skip
"""Fact → percent of all and of the core hospitals, as measured on the same files."""


def read_all(folder: Path) -> float:
    """Seconds to read every byte of the folder once."""
    began = time.perf_counter()
    for file in folder.rglob("*"):
        if file.is_file():
            file.read_bytes()
    return time.perf_counter() - began


def load(folder: Path, environment: dict[str, str]) -> dict:
    """The report of one load, as `--json` answers it."""
    words = [sys.executable, "-c", "from rounds.cli.main import main; main()", "universe", "load", str(folder), "--json"]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return json.loads(done.stdout)


def said(name: str, value: str, held: bool) -> bool:
    """Print one bar."""
    print(f"  {name:<38}{value:<52}{'held' if held else 'MISSED'}")
    return held


def judge(first: dict, second: dict, base: float) -> bool:
    """Print every bar; True when all hold."""
    share, day = first["first_day"]["share_of_grades"], first["first_day"]
    held = [
        said("first load", f"{first['seconds']:.1f} s ({first['seconds'] / max(base, 0.01):.0f} × reading the bytes)",
             first["seconds"] < MOST_SECONDS),
        said("memory at its peak", f"{first['peak_rss_mb']:.0f} MB", first["peak_rss_mb"] < MOST_MB),
        said("second load writes", f"{second['rows']['created'] + second['rows']['updated']} rows, "
             f"{second['seconds']:.1f} s", not second["rows"]["created"] + second["rows"]["updated"]),
        said("fit grades with a tenth each", ", ".join(f"{g} {s:.0%}" for g, s in share.items()),
             sum(s >= 0.10 for s in share.values()) >= 3),
        said("fit follows what is known", f"{day['fit_and_completeness']:.2f}", abs(day["fit_and_completeness"]) < 0.3),
        said("grade A on too little", str(day.get("thin_a", 0)), not day.get("thin_a", 0)),
        said("tiers", ", ".join(f"{t} {n:,}" for t, n in first["tiers"].items()), all(first["tiers"].values())),
    ]  # fmt: skip
    for fact, floors in FILLS.items():
        got = first["fill"][fact]
        enough = all(got[who] * 100 >= floor - 1 for who, floor in zip(("all", "core"), floors, strict=True))
        held.append(said(f"known: {fact.replace('_', ' ')}", f"{got['all']:.1%} of all, {got['core']:.1%} of core "
                         f"(by hand {floors[0]}, {floors[1]})", enough))  # fmt: skip
    print("  precision, source against source: " + ", ".join(
        f"{pair['a']} / {pair['b']} {pair['same']:.0%} of {pair['compared']:,}"
        for pair in first["agreement"]["ehr_vendor"][:4]))  # fmt: skip
    return all(held)


def main(folder: Path) -> bool:
    """Load twice into a database of its own and print the bars."""
    from rounds.kit import postgres

    if not folder.is_dir():
        print(f"The public files are not at {folder} (set ROUNDS_PUBLIC_DATA): nothing measured.")
        return True
    server = postgres.ensure(ROOT / "var" / "postgres")
    name = f"rounds_bench_universe_{os.getpid()}"
    postgres.create_database(server, name)
    environment = {**os.environ, "ROUNDS_DATABASE_NAME": name, "ROUNDS_MODE": "test"}
    try:
        words = [sys.executable, "-c", "from rounds.cli.main import main; main()", "migrate"]
        subprocess.run(words, env=environment, check=True, stdout=subprocess.DEVNULL)
        base = read_all(folder)
        return judge(load(folder, environment), load(folder, environment), base)
    finally:
        postgres.drop_database(server, name)


if __name__ == "__main__":
    place = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("ROUNDS_PUBLIC_DATA", ROOT.parent / "shared" / "data")
    sys.exit(0 if main(Path(place)) else 1)
