"""kill -9 while letters leave: none is sent twice, none is lost, and each that nobody can know about is named."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest

from rounds.access.sight import system_sight
from rounds.actions.flow import deliveries, sending
from rounds.documents.messages import Message
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import Delivery
from tests.mail_peer import mail_peer

DELIVER = """
import django, sys
django.setup()
from rounds.jobs.deliveries import deliver
print("ready", flush=True)
deliver(sys.argv[1])
"""
LETTERS, KILLS = 60, 5


@pytest.mark.req("AUTO-12")
def test_letters_of_a_killed_worker_are_sent_once_or_named(committed):
    with mail_peer() as (peer, port):
        peer.pause = 0.02
        first = _post()
        dice, ready = random.Random(4), 0
        for _ in range(KILLS):
            process = _worker(committed, port, first)
            process.stdout.readline()
            ready = len(peer.took)
            _until(lambda ready=ready: len(peer.took) >= ready + 3)
            time.sleep(dice.uniform(0, 0.08))
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        last = _worker(committed, port, first)
        assert last.wait(60) == 0
        with system_sight():
            sending.sweep(at=now())
            states = {row.target: row.state for row in Delivery.objects.all()}
    taken = Counter(to for to, _ in peer.took)
    assert max(taken.values()) == 1, "nothing twice"
    assert set(states.values()) <= {"sent", "unknown"}
    assert {to for to, state in states.items() if state == "sent"} <= taken.keys()
    assert {to for to in states if to not in taken} <= {to for to, state in states.items() if state == "unknown"}
    assert sum(state == "unknown" for state in states.values()) <= KILLS, "one a kill at most"
    assert len(states) == LETTERS


def _post() -> str:
    with system_sight():
        rows = [deliveries.post("email", f"a{n}@hospital.example", Message(subject=f"Letter {n}", lines=("Hello.",)), key=f"k{n}",
                                by=SYSTEM_ACTOR, at=now()) for n in range(LETTERS)]  # fmt: skip
    return str(rows[0].id)


def _worker(database: str, port: int, key: str) -> subprocess.Popen:
    said = {"ROUNDS_DATABASE_NAME": database, "ROUNDS_SMTP_HOST": "127.0.0.1", "ROUNDS_SMTP_PORT": str(port),
            "ROUNDS_SMTP_SECURITY": "none", "ROUNDS_PROCESS": "worker"}  # fmt: skip
    return subprocess.Popen([sys.executable, "-c", DELIVER, key], env={**os.environ, **said}, stdout=subprocess.PIPE, text=True)


def _until(holds) -> None:
    for _ in range(600):
        if holds():
            return
        time.sleep(0.01)
    raise AssertionError("the worker did not go on")
