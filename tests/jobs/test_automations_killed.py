"""Workers killed in the middle of many automations: nothing is lost, nothing is done twice, what stood still goes on."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta

import psycopg
import pytest

COMMAND = [sys.executable, "-c", "from rounds.cli.main import main; main()"]
AUTOMATIONS = 2
"""That each lead starts here: each with three deeds that leave a trace."""
RESUMED = timedelta(seconds=60)
"""Within this of a worker's death its work goes on (AUTO-10)."""
TEXT = """automation: {code}
title: {code}
added: true
enabled: true
when: {{event: lead.captured}}
then:
  - {{do: task.create, title: A task, said: {{title: "{code}", to: anybody, due: {{days: 1}}}}}}
  - {{do: account.research, title: Research}}
  - {{do: lead.set_field, title: Set, said: {{field: {field}, value: "set by {code}"}}}}
"""
FILL = """
import sys
from rounds.cli.django import start
start("worker")
from rounds import playbook as playbooks
from rounds.access.sight import system_sight
from rounds.actions.flow import playbooks as publishing
from rounds.actions.leads import leads
from rounds.kit.actor import SYSTEM_ACTOR, Actor
from rounds.kit.clock import now
texts = {name: text for name, text in playbooks.default().files.items() if not name.startswith("automations/")}
texts |= {f"automations/{code}.yaml": open(f"{sys.argv[1]}/{code}.yaml").read() for code in ("first", "second")}
with system_sight():
    publishing.publish(texts, reason="A test", by=SYSTEM_ACTOR, at=now())
for start in range(0, int(sys.argv[2]), 100):
    with system_sight():
        for number in range(start, min(start + 100, int(sys.argv[2]))):
            leads.capture({"name": f"Lead {number}", "state": "NY"}, by=Actor("form", None, "Website"), at=now())
"""


def killed(server, name: str, folder, leads: int, kills: int, seed: int, deadline: float) -> None:
    """Capture `leads`, let two workers work, kill one `kills` times at seeded moments; then see that all is as it should be."""
    for code, field in (("first", "title"), ("second", "organization")):
        (folder / f"{code}.yaml").write_text(TEXT.format(code=code, field=field))
    environment = {**os.environ, "ROUNDS_DATABASE_NAME": name, "ROUNDS_MODE": "test"}
    subprocess.run([sys.executable, "-c", FILL, str(folder), str(leads)], env=environment, check=True)
    dice, steps = random.Random(seed), leads * AUTOMATIONS * 3
    deaths: list[tuple[datetime, list[int]]] = []
    began = time.monotonic()
    with psycopg.connect(server.dsn("rounds_owner", name), autocommit=True) as connection:
        workers = [_worker(environment) for _ in range(2)]
        try:
            for turn in range(1, kills + 1):
                mark = min(int(steps * turn / (kills + 1)), steps - 1)
                _until(lambda mark=mark: _done(connection) >= mark, deadline)
                time.sleep(dice.random() / 4)
                victim = dice.randrange(2)
                os.kill(workers[victim].pid, signal.SIGKILL)
                workers[victim].wait()
                deaths.append(_in_hand(connection))
                workers[victim] = _worker(environment)
            last = time.monotonic()
            _until(lambda: _open(connection) == 0, deadline)
            assert time.monotonic() - last < deadline
        finally:
            for worker in workers:
                worker.kill()
                worker.wait()
        _exact(connection, leads)
        assert len(deaths) == kills
        longest = max(_resumed(connection, *death) for death in deaths)
        print(f"{leads * AUTOMATIONS:,} automations, {steps:,} deeds, {len(deaths)} kills, {sum(len(held) for _, held in deaths)} jobs in hand at a"
              f" death, the last of them finished {longest:.1f} s after; {time.monotonic() - began:.0f} s at load {os.getloadavg()[0]:.1f}")  # fmt: skip


def _in_hand(connection) -> tuple[datetime, list[int]]:
    """The moment of a death, by the database's clock, and the jobs that were being worked on; the dead one's are among them."""
    return connection.execute(
        "SELECT clock_timestamp(), coalesce(array_agg(id), '{}') FROM procrastinate_jobs WHERE status = 'doing' AND task_name LIKE 'flow.%'"
    ).fetchone()  # fmt: skip


def _resumed(connection, died: datetime, held: list[int]) -> float:
    """Within RESUMED of a death another step was finished, and so was every job the dead worker had in its hands; the
    seconds until the last of them was."""
    following = connection.execute("SELECT min(ended_at) FROM rounds_automationstep WHERE state = 'done' AND ended_at > %s", [died]).fetchone()[0]
    assert following is None or following - died <= RESUMED, f"the next step was finished {following - died} after a death"
    finished = connection.execute(
        "SELECT j.id, max(e.at) FROM procrastinate_jobs j LEFT JOIN procrastinate_events e ON e.job_id = j.id AND e.type IN ('succeeded', 'failed')"
        " WHERE j.id = ANY (%s) GROUP BY 1", [held]).fetchall()  # fmt: skip
    late = [(job, at) for job, at in finished if at is None or at - died > RESUMED]
    assert late == [], f"in hand at {died} and not finished within {RESUMED}"
    return max(((at - died).total_seconds() for _, at in finished), default=0.0)


def _worker(environment: dict[str, str]) -> subprocess.Popen:
    return subprocess.Popen([*COMMAND, "worker"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _until(holds, seconds: float) -> None:
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < seconds, f"not within {seconds} s"
        time.sleep(0.05)


def _one(connection, asked: str) -> int:
    return connection.execute(asked).fetchone()[0]


def _done(connection) -> int:
    return _one(connection, "SELECT count(*) FROM rounds_automationstep WHERE state = 'done'")


def _open(connection) -> int:
    jobs = _one(connection, "SELECT count(*) FROM procrastinate_jobs WHERE task_name LIKE 'flow.%' AND status IN ('todo', 'doing')")
    return jobs + _one(connection, "SELECT count(*) FROM rounds_automationrun WHERE state = 'running'")


def _exact(connection, leads: int) -> None:
    """One run an event and automation, one deed a step, one trace a deed: no more, no fewer."""
    assert _one(connection, "SELECT count(*) FROM rounds_automationrun") == leads * AUTOMATIONS
    assert connection.execute("SELECT state, count(*) FROM rounds_automationstep GROUP BY 1").fetchall() == [("done", leads * AUTOMATIONS * 3)]
    assert _one(connection, "SELECT count(*) FROM rounds_task WHERE automation IN ('first', 'second')") == leads * AUTOMATIONS
    assert _one(connection, "SELECT count(*) FROM rounds_event WHERE kind = 'task.added' AND by_kind = 'automation'") == leads * AUTOMATIONS
    assert _one(connection, "SELECT count(*) FROM rounds_event WHERE kind = 'lead.changed'") == leads * AUTOMATIONS
    assert _one(connection, "SELECT count(*) FROM rounds_lead WHERE title = 'set by first' AND organization = 'set by second'") == leads
    links, broken_at, unsealed = connection.execute("SELECT * FROM rounds_verify_chain('write')").fetchone()
    assert (broken_at, unsealed) == (None, 0)
    assert links > leads


@pytest.mark.req("AUTO-01", "AUTO-10")
def test_workers_killed_three_times_lose_nothing_and_do_nothing_twice(server, clone, tmp_path):
    killed(server, clone("killed_automations"), tmp_path, leads=120, kills=3, seed=11, deadline=240)


@pytest.mark.soak
@pytest.mark.req("AUTO-01", "AUTO-10")
def test_workers_killed_a_hundred_times_in_ten_thousand_automations(server, clone, tmp_path):
    killed(server, clone("killed_many"), tmp_path, leads=10_000 // AUTOMATIONS, kills=100, seed=7, deadline=3600)
