"""How fast the server answers for the first time, and what server, worker and database hold in memory when idle.

    python -m bench.startup

Bars: start to the first 200 ≤ 3 s, printed beside the bare import time of the same stack; idle PSS ≤ 440 MiB.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = [sys.executable, "-c", "from rounds.cli.main import main; main()"]
IMPORTS = """
from django.conf import settings
settings.configure(INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
    "django.contrib.staticfiles", "django.contrib.postgres", "django.contrib.humanize", "pgtrigger", "pghistory",
    "procrastinate.contrib.django", "django_htmx", "django_cotton.apps.SimpleAppConfig"])
import django
django.setup()
import django.core.wsgi, ninja, psycopg_pool, pydantic_settings, granian
"""
NAME = "rounds_bench_startup"
FIRST, IDLE = 3.0, 440.0
RUNS = 3
REST = 8
"""Seconds of rest before memory is read: a worker's chores have run once by then."""


def bare_import() -> float:
    """Seconds of a Python that imports the same packages and nothing of ours."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", IMPORTS], check=True)
    return time.perf_counter() - began


@contextmanager
def database() -> Iterator[dict[str, str]]:
    """The environment of a migrated database of its own."""
    from rounds.kit import postgres

    server = postgres.ensure(ROOT / "var" / "postgres")
    postgres.drop_database(server, NAME)
    postgres.create_database(server, NAME)
    environment = {**os.environ, "ROUNDS_DATABASE_NAME": NAME, "ROUNDS_MODE": "test"}
    try:
        subprocess.run([*ROUNDS, "migrate"], env=environment, check=True, stdout=subprocess.DEVNULL)
        yield environment
    finally:
        postgres.drop_database(server, NAME)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(environment: dict[str, str], *command: str) -> Iterator[subprocess.Popen]:
    process = subprocess.Popen([*ROUNDS, *command], env=environment, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def first_answer(environment: dict[str, str], port: int) -> float:
    """Seconds from nothing to the first 200 of the log-in page, which reads the database and renders a template."""
    began = time.perf_counter()
    with running(environment, "serve", "--port", str(port)) as process:
        until_answered(port, process)
        return time.perf_counter() - began


def until_answered(port: int, process: subprocess.Popen) -> None:
    while process.poll() is None:
        try:
            with urlopen(f"http://127.0.0.1:{port}/login/", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.01)
    raise SystemExit("The server ended before it answered.")


def pss(pids: list[int]) -> float:
    """MiB of memory a set of processes holds, what they share counted once (Linux: smaps_rollup)."""
    total = 0
    for pid in pids:
        with suppress(FileNotFoundError, ProcessLookupError):
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def family(pid: int) -> list[int]:
    return [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]


def idle(environment: dict[str, str], port: int) -> dict[str, float]:
    """MiB of each part, at rest after it has answered. The database counts its own postmaster and the backends of
    this bench's database, so that other tests on the same server do not count."""
    with running(environment, "serve", "--port", str(port)) as server, running(environment, "worker") as worker:
        until_answered(port, server)
        time.sleep(REST)
        parts = {"server": pss(family(server.pid)), "worker": pss(family(worker.pid))}
        parts["database"] = pss(database_pids())
        return parts


def database_pids() -> list[int]:
    from rounds.kit import postgres

    at = postgres.status(ROOT / "var" / "postgres")
    if at.pid is None:
        return []
    ours = [at.pid]
    for child in psutil.Process(at.pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # backends of other databases come and go
            says = " ".join(child.cmdline())
            if not says.startswith("postgres: rounds_") or f" {NAME} " in says:
                ours.append(child.pid)
    return ours


def main() -> int:
    port = free_port()
    with database() as environment:
        # In turn, and the best of each: a machine that is busy for a moment must not speak for only one of the two.
        pairs = [(bare_import(), first_answer(environment, port)) for _ in range(RUNS)]
        imports, first = min(bare for bare, _ in pairs), min(whole for _, whole in pairs)
        parts = idle(environment, port)
    whole = sum(parts.values())
    ok = first <= FIRST, whole <= IDLE
    print(f"start to the first 200: {first:.2f} s (bar {FIRST:.0f} s; the bare imports alone {imports:.2f} s,"
          f" {first / imports:.1f}×)  {'held' if ok[0] else 'MISSED'}")  # fmt: skip
    told = ", ".join(f"{name} {mib:.0f}" for name, mib in parts.items())
    print(f"idle memory: {whole:.0f} MiB PSS ({told}; bar {IDLE:.0f})  {'held' if ok[1] else 'MISSED'}")
    return 0 if all(ok) else 1


if __name__ == "__main__":
    sys.exit(main())
