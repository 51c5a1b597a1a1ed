"""From a fresh clone to a page in the browser, phase by phase: `python -m bench.fresh_clone [--cold]`.

Warm uses the package caches of this machine, cold an empty cache folder of its own. What dominates is printed with
its share. The clone, its database and the caches are removed at the end.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def timed(words: list[str], where: Path, environment: dict[str, str]) -> float:
    """Seconds a command took; its output is shown when it fails."""
    began = time.perf_counter()
    done = subprocess.run(words, cwd=where, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)} failed:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return time.perf_counter() - began


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--cold", action="store_true", help="with empty package caches")
    cold = asked.parse_args().cold
    place = Path(tempfile.mkdtemp(prefix="rounds-fresh-"))
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("ROUNDS_", "DJANGO_", "DATABASE_"))}
    if cold:
        environment |= {
            "UV_CACHE_DIR": str(place / "uv"), "PIP_CACHE_DIR": str(place / "pip"), "npm_config_cache": str(place / "npm"),
        }  # fmt: skip
    clone = place / "rounds"
    try:
        phases = {
            "git clone": timed(["git", "clone", "-q", str(ROOT), str(clone)], place, environment),
            "packages": timed(["make", ".venv/.demo"], clone, environment),
            "browser assets": timed(["make", "install"], clone, environment),
            "database, demo data, first page": timed([".venv/bin/rounds", "demo", "--check"], clone, environment),
        }
    finally:
        subprocess.run(["make", "stop"], cwd=clone, env=environment, capture_output=True, check=False)
        shutil.rmtree(place, ignore_errors=True)
    total = sum(phases.values())
    print(f"fresh clone to a page, {'cold' if cold else 'warm'} caches: {total:.0f} s")
    for name, seconds in sorted(phases.items(), key=lambda pair: -pair[1]):
        print(f"  {name:<34}{seconds:7.1f} s  {seconds / total:4.0%}")


if __name__ == "__main__":
    main()
