"""What sealing costs: one value sealed and opened, a blind index, and a rotation over rows in a real database.

Bar: none is set by the product; a list of 50 rows with a number each must not notice (below 1 ms).
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

from bench._ground import ROOT

ROWS = 20_000


def each(deed, times: int = 20_000) -> float:
    """Microseconds a call."""
    began = time.perf_counter()
    for _ in range(times):
        deed()
    return (time.perf_counter() - began) / times * 1e6


def main() -> None:
    from rounds.kit import keys, postgres

    ring = keys.fresh()
    sealed = ring.seal("(555) 010-4477", "rounds_lead.phone.1")
    print(f"seal {each(lambda: ring.seal('(555) 010-4477', 'rounds_lead.phone.1')):.1f} µs"
          f" · open {each(lambda: ring.open(sealed, 'rounds_lead.phone.1')):.1f} µs"
          f" · blind index {each(lambda: ring.blind('5550104477', 'rounds_lead.phone')):.1f} µs")  # fmt: skip
    server, name = postgres.ensure(ROOT / "var" / "postgres"), f"rounds_bench_{os.getpid()}"
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(ROUNDS_DATABASE_NAME=name, ROUNDS_MODE="test", ROUNDS_KEYRING=str(Path(folder) / "ring.json"))
        postgres.create_database(server, name)
        try:
            _rotation()
        finally:
            from django.db import connections

            connections.close_all()
            postgres.drop_database(server, name)


def _rotation() -> None:
    import subprocess
    import sys

    subprocess.run([sys.executable, "-c", "from rounds.cli.main import main; main()", "migrate"], check=True, stdout=subprocess.DEVNULL)
    from rounds.cli.django import start

    start("worker")
    from rounds.access.sight import system_sight
    from rounds.actions.trust import keys
    from rounds.jobs import resealing
    from rounds.kit.actor import SYSTEM_ACTOR
    from rounds.kit.clock import now
    from rounds.models import Lead

    at = now()
    keys.SETTLED = 0
    with system_sight():
        Lead.objects.bulk_create(
            [Lead(name=f"L{i}", phone=f"555 010 {i:05}", captured_at=at, updated_at=at) for i in range(ROWS)], batch_size=1000)
        keys.rotate(by=SYSTEM_ACTOR, at=at)
    began = time.perf_counter()
    done = resealing.finish()
    spent = time.perf_counter() - began
    print(f"rotation of {done.rows:,} values: {spent:.1f} s, {done.rows / spent:,.0f} a second, while readers and writers go on")


if __name__ == "__main__":
    main()
