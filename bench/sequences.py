"""What is due among 100,000 enrolments, and letters an hour through decision, outbox and mail server with all of the audit on.

    python -m bench.sequences [enrolments] [letters]

Bars: what is due now is found within 200 ms, 95 of 100 times, beside a full table and beside an empty one; 20,000 letters an
hour on 2 cores. Each letter is judged (wishes, caps of the person and the health system, the sender), written, posted, sent
over SMTP to a server on loopback, and marked; each has its decision, its events and its audit entry.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from bench._ground import ROOT

DUE_MS, PER_HOUR = 200.0, 20_000
STEPS, TIMES = 5, 40
FILL = """
INSERT INTO rounds_enrolment (id, at, by_kind, by_id, by_name, sequence, playbook_hash, person_index, name, begins_on, zone, exclusive, purpose, why, state,
                              paused_for, ended_for, lead_id)
SELECT gen_random_uuid(), now(), 'system', NULL, 'bench', 'initial_outreach', %(hash)s, 'bench' || n, 'Person ' || n, current_date, 'America/New_York', true,
       'commercial', '', 'active', '', '', %(lead)s
  FROM generate_series(1, %(many)s) n;
"""
PLAN = """
INSERT INTO rounds_enrolmentstep (id, enrolment_id, lead_id, position, step, "do", due_on, next_at, state, code, said, approved_by)
SELECT gen_random_uuid(), e.id, e.lead_id, p, 'letter' || p, 'email', current_date + p * 4, now() + make_interval(days => p * 4, secs => random() * 86400),
       'planned', '', '', ''
  FROM rounds_enrolment e, generate_series(0, %(last)s) p WHERE e.by_name = 'bench';
"""


class _Taker:
    async def handle_DATA(self, server, session, envelope) -> str:
        return "250 OK"


def main(enrolments: int = 100_000, letters: int = 300) -> bool:
    """Measure and print; True when both bars hold."""
    from aiosmtpd.controller import Controller

    from rounds.kit import postgres
    from tests.serving import free_port

    port = free_port()
    taker = Controller(_Taker(), hostname="127.0.0.1", port=port)
    taker.start()
    server, name = postgres.ensure(ROOT / "var" / "postgres"), f"rounds_bench_{os.getpid()}"
    try:
        with tempfile.TemporaryDirectory() as folder:
            os.environ.update(ROUNDS_DATABASE_NAME=name, ROUNDS_MODE="test", ROUNDS_KEYRING=str(Path(folder) / "ring.json"), ROUNDS_SMTP_HOST="127.0.0.1",
                              ROUNDS_SMTP_PORT=str(port), ROUNDS_SMTP_SECURITY="none", ROUNDS_POSTAL_ADDRESS="12 Ward Street, Boston, MA 02110")  # fmt: skip
            postgres.create_database(server, name)
            try:
                return _measured(server, name, enrolments, letters)
            finally:
                from django.db import connections

                connections.close_all()
                postgres.drop_database(server, name)
    finally:
        taker.stop()


def _measured(server, name: str, enrolments: int, letters: int) -> bool:
    subprocess.run([sys.executable, "-c", "from rounds.cli.main import main; main()", "migrate"], check=True, stdout=subprocess.DEVNULL)
    from rounds.cli.django import start

    start("worker")
    cast = _ground()
    empty = _due()
    rate, decided = _letters(cast, letters)
    _fill(server, name, enrolments)
    full = _due()
    print(f"what is due   {empty:6.1f} ms of none   {full:6.1f} ms of {enrolments * STEPS:,} planned steps, 95 of 100 (bar {DUE_MS:.0f} ms)")
    print(f"letters       {rate:,.0f} an hour, each judged, written, sent and audited (bar {PER_HOUR:,}); deciding and writing alone {decided:,.0f} an hour")
    return full <= DUE_MS and rate >= PER_HOUR


def _ground():
    from rounds import playbook as playbooks
    from rounds.access.sight import system_sight
    from rounds.actions.flow import playbooks as publishing
    from rounds.jobs.demo.cast import build_cast
    from rounds.kit.actor import SYSTEM_ACTOR
    from rounds.kit.clock import now

    files = {name: text for name, text in playbooks.default().files.items() if not name.startswith("automations/")}
    files["reach/rules.yaml"] = files["reach/rules.yaml"].replace("hour: 40", "hour: 99999").replace("day: 200", "day: 99999")
    with system_sight():
        cast = build_cast(now())
        publishing.publish(files, reason="A bench", by=SYSTEM_ACTOR, at=now())
    return cast


def _letters(cast, letters: int) -> tuple[float, float]:
    """Letters an hour: from the due step to the answer of the mail server, and as far as the outbox."""
    from rounds.access.sight import system_sight
    from rounds.actions.leads import leads
    from rounds.actions.reach import enrolling, people, stepping
    from rounds.jobs.deliveries import deliver
    from rounds.jobs.sequences import look
    from rounds.kit.clock import frozen_at, now
    from rounds.models import Delivery, Message
    from rounds.models.flow.active import active
    from rounds.rules.reach.dates import next_time

    with system_sight():
        book = active().playbook
        for number in range(letters):
            word = sha256(str(number).encode()).hexdigest().translate(str.maketrans("0123456789", "ghijklmnop")).title()
            said = {"name": f"{word[:9]} {word[9:18]}", "state": "NY", "title": "Chief Information Officer", "organization": f"{word[18:30]} Hospital",
                    "email": f"a{number}@hospital{number}.example"}  # fmt: skip
            person = people.of_lead(leads.capture(said, by=cast.owner.actor, at=now()))
            enrolling.enrol("initial_outreach", person, sender=cast.owner, by=cast.owner.actor, at=now())
        open_at = next_time(now() + timedelta(days=1), book.calendar, book.reach.window, person.zone)
    began = time.perf_counter()
    with frozen_at(open_at):
        while look():
            pass
        decided = time.perf_counter() - began
        with system_sight():
            assert Message.objects.count() == letters == len(stepping.due(open_at)) + letters, "every first letter was decided on"
        while row := Delivery.objects.filter(state="due").values_list("id", flat=True).first():
            deliver(str(row))
    took = time.perf_counter() - began
    assert Delivery.objects.filter(about="mail.sequence", state="sent").count() == letters
    return letters / took * 3600, letters / decided * 3600


def _fill(server, name: str, enrolments: int) -> None:
    import psycopg

    from rounds.access.sight import system_sight
    from rounds.models import Lead
    from rounds.models.flow.active import active

    with system_sight():
        lead, used = Lead.objects.first(), active().playbook.hash
    with psycopg.connect(server.dsn("rounds_owner", name), autocommit=True) as connection:
        connection.execute(FILL, {"hash": used, "many": enrolments, "lead": lead.id})
        connection.execute(PLAN, {"last": STEPS - 1})
        connection.execute("ANALYZE rounds_enrolmentstep")


def _due() -> float:
    """Milliseconds in which 95 of 100 looks find what is due, as the worker looks."""
    from rounds.access.sight import system_sight
    from rounds.actions.reach import stepping
    from rounds.kit.clock import now

    times = []
    with system_sight():
        for _ in range(TIMES):
            began = time.perf_counter()
            stepping.due(now() + timedelta(days=9))
            times.append((time.perf_counter() - began) * 1000)
    return statistics.quantiles(times, n=20)[-1]


if __name__ == "__main__":
    sys.exit(not main(*(int(one) for one in sys.argv[1:])))
