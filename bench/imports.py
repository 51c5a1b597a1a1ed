"""A file of 100,000 leads: read, understood, matched, scored, routed, written with events, history and audit; then undone.

    python -m bench.imports [rows]

The bars: 2,000 rows a second on 2 cores, the importing process below 512 MB, the undo below 30 s, and exactly the rows of
the file. The reference is a bare COPY of the same leads into an empty table of the same columns, in the same run; the load
of the machine is said, because it may be shared.
"""

from __future__ import annotations

import csv
import os
import random
import re
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bench._ground import FIRST, HALF, LAST, OTHER, ROOT, TOWNS, WORDS, _accounts, copy

ACCOUNTS, MOST_SECONDS, MOST_MB, MOST_UNDO = 3_000, 50.0, 512.0, 30.0
SOURCES = ["Web form", "Event", "Webinar", "Customer referral", "LinkedIn", "Purchased list", "Other"]
TITLES = ["CIO", "CMIO", "Director of IT", "CFO", "VP Clinical Informatics", "Nurse Manager", "Analyst", "Medical Director"]


def write_file(path: Path, rows: int, accounts: list[dict]) -> None:
    """A file as a CRM writes it: seven of ten leads at organisations that are known, a message in every third."""
    dice = random.Random(11)
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["Id", "FirstName", "LastName", "Email", "Phone", "Title", "Company", "State", "LeadSource", "Status", "Beds", "Description", "CreatedDate"])
        for n in range(rows):
            known = dice.random() < 0.7
            place = dice.choice(accounts) if known else None
            company = place["name"] if place else f"{dice.choice(WORDS)} {dice.choice(TOWNS)} Clinic"
            state = place["state"] if place else dice.choice([*HALF, *OTHER])
            host = place["domain"] if place else f"clinic{n % 5000}.example"
            out.writerow([f"00Q{n:012}", dice.choice(FIRST), f"{dice.choice(LAST)}{n % 97}", f"person{n}@{host}", f"({200 + n % 700}) 555-{n % 10_000:04}",
                          dice.choice(TITLES), company, state, dice.choice(SOURCES), "New", dice.choice(["", dice.randrange(20, 900)]),
                          dice.choice(["", "", f"Asked about sepsis alerts for unit {n % 50}"]), f"2026-0{1 + n % 9}-1{n % 9} 0{n % 9}:15"])  # fmt: skip


def peak_mb() -> float:
    """The most memory this process held."""
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024


def said(name: str, value: str, held: bool) -> bool:
    """Print one bar."""
    print(f"  {name:<34}{value:<64}{'held' if held else 'MISSED'}", flush=True)
    return held


def measured(path: Path, rows: int) -> bool:
    """Import the file in this process, then undo it."""
    from django.db import connection

    from rounds.access.sight import system_sight
    from rounds.actions.flow.imports import ask_check, ask_run, ask_undo, begin
    from rounds.jobs import import_file, imports
    from rounds.kit.actor import SYSTEM_ACTOR
    from rounds.kit.clock import now
    from rounds.kit.scope import SYSTEM
    from rounds.models import AuditEntry, Event, Import, Lead, LeadStatusChange, ScoreRecord
    from rounds.models.flow.active import active

    began, times, ours, theirs = time.perf_counter(), {}, time.process_time(), spent(connection)

    def lap(name: str, since: float) -> float:
        times[name] = time.perf_counter() - since
        return time.perf_counter()

    looks = import_file.look(path, path.name, active().playbook.imports.limits)
    with system_sight():
        of = begin(path.name, file="", size=path.stat().st_size, looks=looks, person=None, by=SYSTEM_ACTOR, at=now())
    at = time.perf_counter()
    imports.Walk(of, SYSTEM_ACTOR, lambda: SYSTEM).stage(path.parent / f"copy-{path.name}")
    at = lap("staged", at)
    for name, ask, work in (("checked", ask_check, "check"), ("written", ask_run, "run")):
        with system_sight():
            ask(of, by=SYSTEM_ACTOR, at=now())
        of = Import.objects.get(pk=of.pk)
        getattr(imports.Walk(of, SYSTEM_ACTOR, lambda: SYSTEM), work)()
        at = lap(name, at)
    seconds, memory = time.perf_counter() - began, peak_mb()
    ours, theirs = time.process_time() - ours, spent(connection) - theirs
    with system_sight():
        leads, counts = Lead.objects.filter(external_id__startswith="00Q").count(), of.report["counts"]
        beside = {"statuses": LeadStatusChange.objects.count(), "scores": ScoreRecord.objects.count(),
                  "events": Event.objects.filter(batch_id=of.pk).count(), "audit": AuditEntry.objects.filter(subject_id=of.pk).count(),
                  "at an account": Lead.objects.exclude(account=None).count(), "owned": Lead.objects.exclude(owner=None).count()}  # fmt: skip
    bare = bare_copy(connection)
    began = time.perf_counter()
    with system_sight():
        ask_undo(of, by=SYSTEM_ACTOR, at=now())
    imports.Walk(Import.objects.get(pk=of.pk), SYSTEM_ACTOR, lambda: SYSTEM).undo()
    undo = time.perf_counter() - began
    with system_sight():
        left = Lead.objects.count()
    print("  " + ", ".join(f"{name} {value:.1f} s" for name, value in times.items()) + f"; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"  processor time: {ours:.1f} s here, {theirs:.1f} s in PostgreSQL")
    print("  beside them " + ", ".join(f"{n:,} {name}" for name, n in beside.items()))
    return all([
        said("rows a second", f"{rows / seconds:,.0f} ({seconds:.1f} s; bare COPY of the leads {bare:.1f} s, {seconds / bare:.0f} times)",
             rows / seconds >= rows / MOST_SECONDS if rows >= 100_000 else rows / seconds >= 2_000),
        said("exactly the rows of the file", f"{leads:,} leads, {counts}", leads == rows == counts["new"]),
        said("memory at its peak", f"{memory:.0f} MB", memory < MOST_MB),
        said("undo", f"{undo:.1f} s, {left:,} leads left", undo < MOST_UNDO and left == 0),
    ])  # fmt: skip


def spent(connection) -> float:
    """Seconds of processor time PostgreSQL gave all of its connections."""
    import psutil

    connection.ensure_connection()
    server = psutil.Process(connection.connection.info.backend_pid).parent()
    ended, living = server.cpu_times(), [one.cpu_times() for one in server.children()]
    return ended.children_user + ended.children_system + sum(one.user + one.system for one in living)


def bare_copy(connection) -> float:
    """Seconds to COPY the leads that stand, out and into an empty table of their columns: what any import has to do."""
    import io

    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('rounds.sight', 'system', false)")
        cursor.execute("CREATE TEMPORARY TABLE bare AS SELECT * FROM rounds_lead WITH NO DATA")
        held = io.BytesIO()
        with cursor.copy("COPY (SELECT * FROM rounds_lead) TO STDOUT") as out:
            for block in out:
                held.write(block)
        began = time.perf_counter()
        with cursor.copy("COPY bare FROM STDIN") as into:
            into.write(held.getvalue())
        seconds = time.perf_counter() - began
        cursor.execute("DROP TABLE bare")
    return seconds


def main(rows: int) -> bool:
    """A database of its own, filled with accounts; the import runs in this process as the worker's role."""
    import subprocess

    from rounds.kit import postgres

    server = postgres.ensure(ROOT / "var" / "postgres")
    name = f"rounds_bench_{os.getpid()}"
    postgres.create_database(server, name)
    os.environ.update(ROUNDS_DATABASE_NAME=name, ROUNDS_MODE="test", DJANGO_SETTINGS_MODULE="rounds.project.settings")
    try:
        subprocess.run([sys.executable, "-c", "from rounds.cli.main import main; main()", "migrate"], check=True, stdout=subprocess.DEVNULL)
        with TemporaryDirectory() as folder:
            path = Path(folder) / "leads.csv"
            filled = subprocess.run([sys.executable, "-m", "bench.imports", "fill", str(path), str(rows)], env={**os.environ, "ROUNDS_PROCESS": "owner"}, check=False)
            if filled.returncode:
                return False
            worked = subprocess.run([sys.executable, "-m", "bench.imports", "work", str(path), str(rows)], env={**os.environ, "ROUNDS_PROCESS": "worker"}, check=False)
            return worked.returncode == 0
    finally:
        postgres.drop_database(server, name)


def fill(path: Path, rows: int) -> None:
    """The accounts by COPY, as the owner; the file beside them."""
    import shutil

    import django

    django.setup()
    from django.db import connection, transaction

    from rounds.kit.clock import now
    from rounds.models import Account

    with transaction.atomic():
        accounts = list(_accounts(ACCOUNTS, now()))
        copy(Account, accounts)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    write_file(path, rows, accounts)
    shutil.copy(path, path.parent / f"copy-{path.name}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["fill"]:
        fill(Path(sys.argv[2]), int(sys.argv[3]))
    elif sys.argv[1:2] == ["work"]:
        import django

        django.setup()
        sys.exit(0 if measured(Path(sys.argv[2]), int(sys.argv[3])) else 1)
    else:
        sys.exit(0 if main(int(sys.argv[1]) if sys.argv[1:] else 100_000) else 1)
