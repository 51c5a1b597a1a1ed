"""Writes a simulated company into the database: day by day, each day whole or not at all, and goes on where it stood."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from time import perf_counter, process_time

from django.db import transaction

from rounds.access.sight import EVERYTHING, sight
from rounds.actions.flow import events, simulations
from rounds.actions.market import knowing
from rounds.actions.numbers import snapshots
from rounds.jobs.demo.cast import Cast
from rounds.jobs.demo.deals import rivals_of
from rounds.jobs.simulate import beside_acts, deal_acts, proof_acts  # noqa: F401 - they register their acts
from rounds.jobs.simulate.marking import PREFIX, need_synthetic
from rounds.jobs.simulate.world import ACTS, NeverOpened, World
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.refusal import Refusal
from rounds.models import Batch, Opportunity, SnapshotDay
from rounds.models.flow.active import active, read_once
from rounds.playbook.simulation import shipped
from rounds.rules.routing.recycle import months_after
from rounds.rules.simulation.beside import steps_of
from rounds.rules.simulation.company import Company, simulate
from rounds.rules.simulation.drawn import Window
from rounds.rules.simulation.stories import Step

Say = Callable[[str, int, int], None]
"""Called with (the day that was written, days done, days in all)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which company: the same seed, months and deals are the same company."""

    seed: int
    months: int
    deals: int


@dataclass(frozen=True, slots=True)
class Written:
    """`steps` and times of this call alone (`processor_seconds` without the database's); `refused`: sentence → how often, of the whole company. `snapshots`: whether each day of the window
    was kept as it stood; not where other deals are, which were not there then."""

    days: int
    of_days: int
    steps: int
    seconds: float
    processor_seconds: float
    finished: bool
    refused: dict[str, int]
    snapshots: bool


def write(asked: Asked, cast: Cast, *, at: datetime, say: Say = lambda *_: None, days: int | None = None) -> Written:
    """Write the company `asked` for as of `at`, or what is missing of it: as it was begun, whatever day it is now. `days`: no
    more than so many now. It stops after a day when somebody asks it to.

    Raises HoldsRealData, NotInProduction, HoldsAnother, BeingWritten.
    """
    began, busy = perf_counter(), process_time()
    with sight(EVERYTHING):
        need_synthetic()
        batch = simulations.go_on(_batch(asked, at))
        territories = list(active().playbook.territories.names)
    company = _company(asked, batch.detail, len(territories))
    window, steps_by_day = company.window, _by_day(company.window, steps_of(shipped(), company, asked.seed))
    first = min(steps_by_day, default=0)
    total, done, steps = window.days - first, batch.chunks_done, 0
    world = _world(asked, company, cast, territories)
    until = total if days is None else min(total, done + days)
    for number in range(done, until):
        here = steps_by_day.get(first + number, [])
        batch = _day(batch, number, world, here, first + number)
        steps += len(here)
        say(window.moment(first + number).date().isoformat(), number + 1, total)
        if batch.stop_asked_at:
            break
    if batch.chunks_done >= total and not batch.finished_at:
        with sight(EVERYTHING):
            knowing.know_all(by=SYSTEM_ACTOR, at=at)
            batch = simulations.finish(batch, by=SYSTEM_ACTOR, at=at)
    return Written(batch.chunks_done, total, steps, perf_counter() - began, process_time() - busy, batch.finished_at is not None, batch.detail.get("refused", {}),
                   batch.detail["snapshots"])  # fmt: skip


def planned(asked: Asked, at: datetime) -> dict[int, list[Step]]:
    """Day → what happens on it, of the company that would be begun at `at`; writes nothing."""
    company = _company(asked, span(asked, at), len(active().playbook.territories.names))
    return _by_day(company.window, steps_of(shipped(), company, asked.seed))


def span(asked: Asked, at: datetime) -> dict[str, str]:
    """From when until when a company begun at `at` is shown: `from`, and `until`, which is not told any more."""
    today = at.date()
    start = months_after(datetime(today.year, today.month, today.day, tzinfo=UTC), -asked.months).date()
    return {"from": start.isoformat(), "until": today.isoformat()}


def _company(asked: Asked, days: Mapping[str, str], territories: int) -> Company:
    office = shipped().calendar
    window = Window(date.fromisoformat(days["from"]), date.fromisoformat(days["until"]), office.opens_utc, office.hours)
    return simulate(shipped(), seed=asked.seed, window=window, deals=asked.deals, territories=territories)


def _talks(world: World, steps: list[Step]) -> list[simulations.SimulatedAct]:
    """The acts of a day; none of a deal that was never opened."""
    found = []
    for step in steps:
        if step.act == "act":
            with suppress(NeverOpened):
                found.append(deal_acts.talk(world, step, world.company.window.moment(step.day)))
    return found


def _batch(asked: Asked, at: datetime) -> Batch:
    others = Opportunity.objects.exclude(external_id__startswith=PREFIX).exists() or Opportunity.objects.filter(external_id=None).exists()
    said = {"seed": asked.seed, "months": asked.months, "deals": asked.deals, "synthetic": True, "snapshots": not (others or SnapshotDay.objects.exists()),
            **span(asked, at)}  # fmt: skip
    label = f"Simulated company: seed {asked.seed}, {asked.months} months, {asked.deals} deals"
    return simulations.begin(said, label=label, by=SYSTEM_ACTOR, at=at)


def _by_day(window: Window, steps: list[Step]) -> dict[int, list[Step]]:
    """By the day it is told of, so that the snapshot of a Friday has what the weekend is told of."""
    found: dict[int, list[Step]] = {}
    for step in steps:
        found.setdefault((window.moment(step.day).date() - window.start).days, []).append(step)
    return found


def _world(asked: Asked, company: Company, cast: Cast, territories: list[str]) -> World:
    with sight(EVERYTHING):
        rivals = {row.name: row for row in rivals_of(cast, company.window.moment(0))}
        return World(shipped(), company, asked.seed, cast, territories, rivals)


def _day(batch: Batch, number: int, world: World, steps: list[Step], day: int) -> Batch:
    """One day with all that happens on it: written together, so that a torn one leaves nothing."""
    refused: Counter[str] = Counter()
    with sight(EVERYTHING):
        row = simulations.turn(batch, number)
        with events.quietly(row.id), read_once():
            for step in steps:
                if step.act == "act":
                    continue
                try:
                    with transaction.atomic():
                        ACTS[step.act](world, step, world.company.window.moment(step.day))
                except Refusal as refusal:
                    refused[f"{step.act}: {str(refusal)[:120]}"] += 1
            acts = _talks(world, steps)
            simulations.log_acts(row, acts, by=SYSTEM_ACTOR, at=world.company.window.moment(day + 0.99))
        if day >= 0 and row.detail["snapshots"]:
            snapshots.keep(world.company.window.start + timedelta(days=day), by=SYSTEM_ACTOR, at=world.company.window.moment(day + 0.99))
        return simulations.keep_day(row, steps=len(steps), refused=refused)
