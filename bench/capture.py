"""Mails a second of a mailbox's first reading by IMAP, and that a second reading brings nothing.

    python -m bench.capture [mails]

The mailbox lies on a server of its own on loopback: two thirds private and internal, one third with contacts of 40 hospitals in threads,
over a year. The bar is 200 mails a second, each looked at, matched and kept with its cursor.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from bench._ground import ROOT

LEAST = 200.0
HOSPITALS = 40
ANY = "whatever the server of the bench is told"
READ = """
import os, django, sys, time
django.setup()
from rounds.jobs.mailboxes import read
began, seen = time.perf_counter(), 0
while got := read(sys.argv[1]):
    seen += got
print(f"{seen} {time.perf_counter() - began}")
"""


def main(mails: int = 50_000) -> bool:
    """Measure and print; True when the bar holds."""
    from rounds.kit import postgres

    server, name = postgres.ensure(ROOT / "var" / "postgres"), f"rounds_bench_{os.getpid()}"
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(ROUNDS_DATABASE_NAME=name, ROUNDS_MODE="test", ROUNDS_KEYRING=str(Path(folder) / "ring.json"), DJANGO_SETTINGS_MODULE="rounds.project.settings")
        postgres.create_database(server, name)
        try:
            return _measured(mails)
        finally:
            from django.db import connections

            connections.close_all()
            postgres.drop_database(server, name)


def _measured(mails: int) -> bool:
    from tests.imap_peer import imap_peer

    subprocess.run([sys.executable, "-c", "from rounds.cli.main import main; main()", "migrate"], check=True, stdout=subprocess.DEVNULL)
    from rounds.cli.django import start

    start("worker")
    with imap_peer(password=ANY) as (peer, port):
        kept = _filled(peer, mails)
        key = _connected(port)
        environment = {**os.environ, "ROUNDS_PROCESS": "worker", "ROUNDS_OUTBOUND_ALLOW": f'["127.0.0.1:{port}"]'}
        seen, seconds = _read(key, environment)
        again, _ = _read(key, environment)
        found, said = _counted()
    rate = seen / seconds
    held = rate >= LEAST and seen == mails and again == 0 and found == kept
    print(f"{seen:,} mails in {seconds:,.0f} s: {rate:,.0f}/s · {found:,} kept of {kept:,} of business, {said:,} threads · read again: {again}"
          f" (bar {LEAST:.0f}/s, nothing twice)  {'held' if held else 'MISSED'}")  # fmt: skip
    return held


def _read(key: str, environment: dict[str, str]) -> tuple[int, float]:
    done = subprocess.run([sys.executable, "-c", READ, key], env=environment, capture_output=True, text=True, check=True)
    seen, seconds = done.stdout.split()[-2:]
    return int(seen), float(seconds)


def _filled(peer, mails: int) -> int:
    """Put so many mails there; how many of them are business."""
    from rounds.kit.clock import now
    from tests.mails import mail

    dice, business, olivia = random.Random(11), 0, "Olivia Grant <olivia@northwind-rounds.example>"
    threads: list[list[str]] = [[] for _ in range(HOSPITALS * 5)]
    for number in range(mails):
        at, id = now() - timedelta(minutes=(mails - number) * 500_000 / mails), f"{number}@bench.example"
        if number % 3:
            peer.put(mail(f"a{number % 900}@private.example" if number % 2 else "caleb@northwind-rounds.example", olivia, id=id, at=at, text="Nobody's business here. " * 20))
            continue
        place = dice.randrange(len(threads))
        rosa, ids = f"Rosa {place} <rosa{place}@hospital{place % HOSPITALS}.example>", threads[place]
        out = len(ids) % 2 == 0
        peer.put(mail(olivia if out else rosa, rosa if out else olivia, "Imaging pilot", "Words of a mail that somebody wrote. " * 20, id=id, at=at,
                      answers=ids[-1] if ids else "", references=" ".join(ids[-8:])), "Sent" if out else "INBOX")  # fmt: skip
        business += 1
        ids.append(id)
        if len(ids) > 12:
            threads[place] = []
    return business


def _connected(port: int) -> str:
    from rounds.access.sight import system_sight
    from rounds.actions.deals import opportunities
    from rounds.actions.market import accounts, contacts
    from rounds.actions.reach import mailboxes
    from rounds.jobs.demo.cast import build_cast
    from rounds.kit.clock import now

    with system_sight():
        cast = build_cast(now())
        by = {"by": cast.owner.actor, "at": now()}
        for number in range(HOSPITALS):
            account = accounts.add(name=f"Hospital {number}", state="NY", website=f"https://hospital{number}.example", owner=cast.owner, **by)
            people = [contacts.add(account, name=f"Rosa {one}", email=f"rosa{one}@hospital{number}.example", **by) for one in range(number, HOSPITALS * 5, HOSPITALS)]
            opportunities.open_deal(account, f"Deal {number}", owner=cast.owner, contact=people[0], **by)
        box = mailboxes.connect(cast.owner, kind="imap", address="olivia@northwind-rounds.example", secret=ANY,
                                settings={"host": "127.0.0.1", "port": port, "security": "none", "user": "olivia"}, **by)  # fmt: skip
    return str(box.pk)


def _counted() -> tuple[int, int]:
    from rounds.access.sight import system_sight
    from rounds.models import Message, Thread

    with system_sight():
        return Message.objects.count(), Thread.objects.count()


if __name__ == "__main__":
    sys.exit(0 if main(*(int(said) for said in sys.argv[1:])) else 1)
