"""kill -9 of the worker while sequences go through: against the mail server's own log, no letter is lost and none sent twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from email import message_from_bytes

import pytest

from rounds.access.sight import EVERYTHING, sight
from rounds.models import Delivery, Enrolment, EnrolmentStep, Message
from tests.mail_peer import mail_peer

AT = "2026-03-02T15:00:00+00:00"
DAYS = 26
"""The last letter goes on the 22nd; what a server put off goes on a day after."""
STEPS = 5
RESUMED = 60.0
"""Seconds within which a new worker goes on."""
FILL = """
import sys
from datetime import datetime
from hashlib import sha256
from rounds.cli.django import start
start("worker")
from rounds import playbook as playbooks
from rounds.access.sight import system_sight
from rounds.actions.flow import playbooks as publishing
from rounds.actions.leads import leads
from rounds.actions.reach import enrolling, people
from rounds.jobs.demo.cast import build_cast
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
at = datetime.fromisoformat(sys.argv[2])
files = {name: text for name, text in playbooks.default().files.items() if not name.startswith("automations/")}
files["reach/rules.yaml"] = files["reach/rules.yaml"].replace("hour: 40", "hour: 99999").replace("day: 200", "day: 99999")
with system_sight():
    cast = build_cast(now())
    publishing.publish(files, reason="A test", by=SYSTEM_ACTOR, at=now())
    for number in range(int(sys.argv[1])):
        word = sha256(str(number).encode()).hexdigest().translate(str.maketrans("0123456789", "ghijklmnop")).title()
        said = {"name": f"{word[:9]} {word[9:18]}", "state": "NY", "title": "Chief Information Officer", "organization": f"{word[18:30]} Hospital", "email": f"a{number}@hospital{number}.example"}
        lead = leads.capture(said, by=cast.owner.actor, at=now())
        enrolling.enrol("initial_outreach", people.of_lead(lead), sender=cast.owner, by=cast.owner.actor, at=at)
"""
WORK = """
import sys
from datetime import datetime, timedelta
from rounds.cli.django import start
start("worker")
from rounds.jobs.deliveries import deliver
from rounds.jobs.sequences import look
from rounds.kit.clock import frozen_at
from rounds.models import Delivery
def send():
    first = Delivery.objects.filter(state__in=("due", "sending")).values_list("id", flat=True).first()
    if first:
        deliver(str(first))
print("ready", flush=True)
for day in range(int(sys.argv[2])):
    with frozen_at(datetime.fromisoformat(sys.argv[1]) + timedelta(days=day)):
        while look():
            send()
        send()
"""


def killed(database: str, people: int, kills: int, seed: int, dropped: int = 0) -> None:
    """Take `people` through five letters while the worker is killed `kills` times and the server goes away `dropped` times inside
    DATA; then hold the ledger against the server's own log."""
    with mail_peer() as (peer, port):
        peer.pause = 0.003
        dice, deaths, slowest = random.Random(seed), 0, 0.0
        for number in dice.sample(range(people), dropped):
            peer.plan[f"a{number}@hospital{number}.example"] = ["take", "drop"]
        assert _run(database, port, FILL, str(people), AT).wait() == 0
        every = max(people * STEPS // (kills + 1), 1)
        while deaths < kills:
            worker, began = _run(database, port, WORK, AT, str(DAYS)), time.monotonic()
            worker.stdout.readline()
            before = len(peer.tried)
            _until(lambda before=before: len(peer.tried) > before, worker)
            slowest = max(slowest, time.monotonic() - began)
            _until(lambda before=before: len(peer.tried) >= before + every - 1, worker)
            time.sleep(dice.uniform(0, 0.05))
            os.kill(worker.pid, signal.SIGKILL)
            worker.wait()
            deaths += 1
        assert _run(database, port, WORK, AT, str(DAYS)).wait(3000) == 0
        _exact(peer, people, kills + dropped)
    assert slowest <= RESUMED
    print(f"{people} enrolments of {STEPS} letters, {kills} kills, {dropped} servers gone inside DATA: the next letter at most {slowest:.1f} s after")


def _exact(peer, people: int, unknowns: int) -> None:
    taken = Counter(message_from_bytes(body)["Message-ID"] for _, body in peer.took)
    with sight(EVERYTHING):
        assert Enrolment.objects.filter(state="ended", ended_for="finished").count() == people
        assert EnrolmentStep.objects.filter(state="sent").count() == people * STEPS
        kept = dict(Message.objects.filter(direction="out").values_list("message_id", "state"))
        asked = Delivery.objects.filter(about="mail.sequence", state="unknown").count()
    assert len(kept) == people * STEPS, "one mail a step"
    assert not [one for one, times in taken.items() if times > 1], "nothing twice"
    assert taken.keys() <= kept.keys(), "nothing that is not in the ledger"
    assert {one for one, state in kept.items() if state == "sent"} <= taken.keys(), "what is called sent was taken"
    assert {one for one in kept if one not in taken} <= {one for one, state in kept.items() if state == "unknown"}, "nothing lost without being named"
    assert set(kept.values()) <= {"sent", "unknown"}
    assert asked == sum(state == "unknown" for state in kept.values()) <= unknowns, "each that nobody can know about is listed"


def _run(database: str, port: int, code: str, *said: str) -> subprocess.Popen:
    given = {"ROUNDS_DATABASE_NAME": database, "ROUNDS_SMTP_HOST": "127.0.0.1", "ROUNDS_SMTP_PORT": str(port), "ROUNDS_SMTP_SECURITY": "none",
             "ROUNDS_MODE": "test", "ROUNDS_POSTAL_ADDRESS": "12 Ward Street, Boston, MA 02110"}  # fmt: skip
    return subprocess.Popen([sys.executable, "-c", code, *said], env={**os.environ, **given}, stdout=subprocess.PIPE, text=True)


def _until(holds, worker: subprocess.Popen) -> None:
    """Wait for it, as long as the worker has something to do."""
    ends = time.monotonic() + RESUMED * 10
    while time.monotonic() < ends:
        if holds() or worker.poll() is not None:
            return
        time.sleep(0.01)
    raise AssertionError("the worker did not go on")


@pytest.mark.req("COMM-01", "COMM-07", "PLUS-31")
def test_a_killed_worker_loses_no_letter_and_sends_none_twice(committed):
    killed(committed, people=20, kills=3, seed=5, dropped=2)


@pytest.mark.soak
@pytest.mark.req("COMM-07")
def test_a_hundred_kills_over_two_thousand_enrolments(committed):
    killed(committed, people=2000, kills=100, seed=6, dropped=10)
