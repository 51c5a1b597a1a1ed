"""Events through the automation engine beside bare jobs of the same queue, in the same run.

Each event starts one automation of two deeds that write (a field, a task) under a condition; a bare job does nothing.
No bar is set: what the engine costs over the queue is printed, and what a capture pays for handing its event over.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time

from bench._ground import ROOT

EVENTS = 500
TEXT = """automation: bench
title: Bench
added: true
enabled: true
when: {event: lead.changed}
if: {all: [{ask: lead.state, is: NY}, {ask: lead.status, is_not: Converted}]}
then:
  - {do: lead.set_field, title: Set, said: {field: message, value: seen}}
  - {do: task.create, title: Task, said: {title: Call, to: anybody, due: {days: 1}}}
"""


def main() -> None:
    from rounds.kit import postgres

    server, name = postgres.ensure(ROOT / "var" / "postgres"), f"rounds_bench_{os.getpid()}"
    os.environ.update(ROUNDS_DATABASE_NAME=name, ROUNDS_MODE="test")
    postgres.create_database(server, name)
    try:
        subprocess.run([sys.executable, "-c", "from rounds.cli.main import main; main()", "migrate"], check=True, stdout=subprocess.DEVNULL)
        _engine()
    finally:
        from django.db import connections

        connections.close_all()
        postgres.drop_database(server, name)


def _engine() -> None:
    from rounds.cli.django import start

    start("worker")
    from procrastinate.contrib.django import app

    from rounds.access.sight import system_sight
    from rounds.actions.flow import playbooks as publishing
    from rounds.actions.leads import leads
    from rounds.jobs import worker
    from rounds.kit.actor import SYSTEM_ACTOR, Actor
    from rounds.kit.clock import now
    from rounds.models import AutomationStep
    from rounds.playbook import default

    bare = {file: text for file, text in default().files.items() if not file.startswith("automations/")}
    form = Actor("form", None, "Website")
    with system_sight():
        publishing.publish(bare, reason="Bench", by=SYSTEM_ACTOR, at=now())
        made = [leads.capture({"name": f"Lead {number}", "state": "NY"}, by=form, at=now()) for number in range(EVENTS)]
    print(f"capture with no automation: {_captures(leads, form):.1f} ms")
    with system_sight():
        publishing.publish({**dict(default().files), "automations/bench.yaml": TEXT}, reason="Bench", by=SYSTEM_ACTOR, at=now())
    print(f"capture with the shipped automations: {_captures(leads, form):.1f} ms (one job more)")
    worker.run(concurrency=2, once=True)
    for _ in range(EVENTS):
        app.configure_task("rounds.nothing").defer()
    app.task(name="rounds.nothing")(lambda: None)
    begun = time.perf_counter()
    worker.run(concurrency=2, once=True)
    jobs = EVENTS / (time.perf_counter() - begun)
    before = _deeds(AutomationStep)
    with system_sight():
        for lead in made:
            leads.change(lead, title="CIO", by=form, at=now())
    begun, ours = time.perf_counter(), time.process_time()
    worker.run(concurrency=2, once=True)
    spent, ours = time.perf_counter() - begun, time.process_time() - ours
    print(f"bare jobs: {jobs:,.0f}/s · events through the engine: {EVENTS / spent:,.0f}/s, {(_deeds(AutomationStep) - before) / spent:,.0f} deeds/s"
          f" · {jobs * spent / EVENTS:.1f} bare jobs an event · {ours / EVENTS * 1000:.0f} ms of the worker's own CPU an event"
          f" · load {os.getloadavg()[0]:.1f}")  # fmt: skip


def _captures(leads, form) -> float:
    """The median of a hundred captures, in milliseconds, each in a transaction of its own."""
    from rounds.access.sight import system_sight
    from rounds.kit.clock import now
    from rounds.models.flow.active import read_once

    times = []
    for number in range(100):
        begun = time.perf_counter()
        with read_once(), system_sight():
            leads.capture({"name": f"Timed {number}", "state": "NY"}, by=form, at=now())
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times)


def _deeds(steps) -> int:
    from rounds.access.sight import system_sight

    with system_sight():
        return steps.objects.filter(state="done", inline=False).count()


if __name__ == "__main__":
    main()
