"""Letters a second through the outbox, beside bare smtplib to the same server in the same run.

    python -m bench.deliveries [letters]

Each letter of ours is posted (sealed, with its job), claimed, marked, sent, marked again: four commits against none.
The bar is a tenth of bare smtplib and 20 a second: a morning's digests of 1,000 people within a minute.
"""

from __future__ import annotations

import os
import smtplib
import subprocess
import sys
import tempfile
import time
from email.message import EmailMessage
from pathlib import Path

from bench._ground import ROOT

LEAST, SHARE = 20.0, 0.1


class _Taker:
    async def handle_DATA(self, server, session, envelope) -> str:
        return "250 OK"


def main(letters: int = 500) -> bool:
    """Measure and print; True when the bar holds."""
    from aiosmtpd.controller import Controller

    from rounds.kit import postgres
    from tests.serving import free_port

    port = free_port()
    taker = Controller(_Taker(), hostname="127.0.0.1", port=port)
    taker.start()
    server, name = postgres.ensure(ROOT / "var" / "postgres"), f"rounds_bench_{os.getpid()}"
    try:
        with tempfile.TemporaryDirectory() as folder:
            os.environ.update(ROUNDS_DATABASE_NAME=name, ROUNDS_MODE="test", ROUNDS_KEYRING=str(Path(folder) / "ring.json"),
                              ROUNDS_SMTP_HOST="127.0.0.1", ROUNDS_SMTP_PORT=str(port), ROUNDS_SMTP_SECURITY="none")  # fmt: skip
            postgres.create_database(server, name)
            try:
                return _measured(letters, port)
            finally:
                from django.db import connections

                connections.close_all()
                postgres.drop_database(server, name)
    finally:
        taker.stop()


def _measured(letters: int, port: int) -> bool:
    subprocess.run([sys.executable, "-c", "from rounds.cli.main import main; main()", "migrate"], check=True, stdout=subprocess.DEVNULL)
    from rounds.cli.django import start

    start("worker")
    from rounds.access.sight import system_sight
    from rounds.actions.flow import deliveries
    from rounds.documents.messages import Message
    from rounds.jobs.deliveries import deliver
    from rounds.kit.actor import SYSTEM_ACTOR
    from rounds.kit.clock import now
    from rounds.models import Delivery

    bare = _bare(letters, port)
    said = Message(subject="A lead for you", lines=("Rosa Meridian asks for a demo.",), why="You own the lead.")
    began = time.perf_counter()
    for number in range(letters):
        with system_sight():
            row = deliveries.post("email", f"a{number}@hospital.example", said, key=f"k{number}", by=SYSTEM_ACTOR, at=now())
    posted = letters / (time.perf_counter() - began)
    began, done = time.perf_counter(), 0
    while done < letters:
        done += deliver(str(row.id))
    sent = letters / (time.perf_counter() - began)
    assert Delivery.objects.filter(state="sent").count() == letters
    held = sent >= max(LEAST, bare * SHARE)
    print(f"posted {posted:,.0f}/s · sent {sent:,.0f}/s · bare smtplib {bare:,.0f}/s · share {sent / bare:.0%}"
          f" (bar {SHARE:.0%} and {LEAST:.0f}/s)  {'held' if held else 'MISSED'}")  # fmt: skip
    return held


def _bare(letters: int, port: int) -> float:
    began = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for number in range(letters):
            said = EmailMessage()
            said["From"], said["To"], said["Subject"] = "rounds@northwind-rounds.example", f"a{number}@hospital.example", "A lead for you"
            said.set_content("Rosa Meridian asks for a demo.")
            smtp.send_message(said)
    return letters / (time.perf_counter() - began)


if __name__ == "__main__":
    sys.exit(0 if main(*(int(said) for said in sys.argv[1:])) else 1)
