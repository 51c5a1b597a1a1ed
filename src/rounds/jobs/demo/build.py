"""The whole demo in order: people, market, what is known of it, leads, views. Again and again the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from rounds.access.sight import sight
from rounds.actions.desk import tending, views
from rounds.actions.leads import forms
from rounds.actions.market import knowing
from rounds.analytics.desk import hygiene
from rounds.jobs.demo import numbers, reports, tasks
from rounds.jobs.demo.abc import NAME as ABC
from rounds.jobs.demo.abc import build_abc
from rounds.jobs.demo.cast import Cast, build_cast
from rounds.jobs.demo.committee import give_owners, know, known_units
from rounds.jobs.demo.compliance import keep_registers, wait_for_the_officer
from rounds.jobs.demo.customers import carry_on, keep_customers
from rounds.jobs.demo.deals import tell_deals
from rounds.jobs.demo.kept import keep_up, tell_proofs
from rounds.jobs.demo.leads import Teller
from rounds.jobs.demo.meetings import tell_meetings
from rounds.jobs.demo.sellers import decline_one, hire, rest
from rounds.jobs.demo.sequences import write_to
from rounds.jobs.demo.size import FULL, LITE, Size
from rounds.jobs.demo.told import tell
from rounds.jobs.demo.twins import write_twice
from rounds.jobs.demo.universe import EVERYTHING, FOLDER, SEED, build_universe
from rounds.jobs.simulate.writing import Asked, write
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.refusal import Refusal
from rounds.models import Account, LeadForm, SavedView, UniverseRun
from rounds.models.flow.active import active, read_once
from rounds.models.flow.days import house_day


class HoldsAnother(Refusal):
    """This database holds another market. Name a new one with ROUNDS_DATABASE_NAME, or load with `rounds universe load`."""


BEGAN = timedelta(days=200)
"""How long ago the imaginary vendor began to use Rounds."""
CHUNK = 12
Say = Callable[[str], None]
LAST = "Hand-raises not yet qualified"
VIEWS = (
    ("account", "Epic, over 500 beds, Northeast, window opens in 90 days",
     "f=ehr.is.Epic&f=beds.gte.500&f=territory.is.Northeast&f=window.is.soon"),
    ("lead", "Hot and mine", "f=band.is.hot&f=owner.is.me"),
    ("lead", LAST, "f=hand_raise.is.yes&f=status.is.New"),
)  # fmt: skip


QUARTERS = ("-01-01", "-04-01", "-07-01", "-10-01")
"""Days of the history that are said: it takes minutes."""


def build(at: datetime, *, size: Size = FULL, say: Say = lambda _: None, market: Callable[[], object] | None = None, history: Asked | None = None) -> Cast:
    """Build the demo as of `at` in small transactions; the cast is answered. What is there already is left as it is.

    `market` loads real files instead of the synthetic universe: then contacts, notes and leads are invented for ABC
    Health System and clinics that do not exist alone, never about a real hospital. `history`: the simulated company that
    was there before (docs/simulation.md). Sight is set here.
    """
    began = at - BEGAN
    say("the people")
    with sight(EVERYTHING):
        cast = build_cast(began)
        hire(cast, at=began)
    say("the market")
    market() if market else build_universe(size, at=began, today=house_day(at))
    _past(history, cast, at, say)
    with sight(EVERYTHING):
        build_abc(cast, at=began, today=house_day(at))
    say("what is known of it")
    with sight(EVERYTHING):
        give_owners(cast, known_units(size.owned_units), at=began + timedelta(days=3))
        ours = list(Account.objects.filter(name=ABC, level="system"))
        units = ours if market else [*known_units(size.known_units), *ours]
    _known(units, cast, began + timedelta(days=3))
    say("the leads")
    _leads(cast, LITE if market else size, units if market else _sources(size), at)
    say("the deals")
    with sight(EVERYTHING):
        tell_deals(units, cast, at=at, small=size == LITE)
    say("what is to be done")
    _tasks(cast, at)
    _settled(cast, at)
    say("the letters")
    write_to(cast, at=at)
    say("the customers")
    _served(cast, at, drawn=market is None)
    _told(cast, at)
    _lately(cast, at, say, small=size == LITE)
    return cast


def _lately(cast: Cast, at: datetime, say: Say, *, small: bool) -> None:
    """What runs today, and what was kept up with until then."""
    say("the proofs")
    tell_proofs(cast, at=at)
    say("the meetings")
    tell_meetings(cast, at=at, small=small)
    say("what was kept up with")
    with sight(EVERYTHING):
        keep_up(cast, at=at)
    _tended(at)
    say("the reports")
    reports.tell_reports(cast, at=at)
    _views(cast, at)


def _served(cast: Cast, at: datetime, *, drawn: bool) -> None:
    """Customers that go live, and in a market that was drawn those of earlier years."""
    with sight(EVERYTHING):
        carry_on(cast, at=at)
        if drawn:
            keep_customers(cast, at=at)


def _told(cast: Cast, at: datetime) -> None:
    with sight(EVERYTHING):
        wait_for_the_officer(cast, at=at)
        tell(cast, at=at)
        write_twice(cast, at=at)


def _past(history: Asked | None, cast: Cast, at: datetime, say: Say) -> None:
    """What is missing of the simulated company, where one is asked for."""
    if history:
        say("years of history")
        write(history, cast, at=at, say=lambda day, number, total: say(f"  until {day}, {number} of {total} days") if day.endswith(QUARTERS) else None)


def _settled(cast: Cast, at: datetime) -> None:
    """Who is away, what one did not take, what stands on the desk and in the registers, what the quarter is to bring."""
    with sight(EVERYTHING):
        rest(at=at)
        decline_one(at=at)
        _desk(cast, at)
        keep_registers(cast, at=at)
        numbers.tell_numbers(cast, at=at)


def ensure(at: datetime, *, size: Size, folder: Path | None = None, say: Say = lambda _: None, history: Asked | None = None) -> Cast:
    """The demo, where the database is empty or holds one; over a company's own records only the cast is made. What is missing
    of a `history` is written as well, beside a demo that is there without its daily snapshots.

    Nothing of it publishes a playbook, so the one in force is asked for once.
    """
    with read_once():
        return _ensure(at, size=size, folder=folder, say=say, history=history)


def _ensure(at: datetime, *, size: Size, folder: Path | None, say: Say, history: Asked | None) -> Cast:
    with sight(EVERYTHING):
        there = SavedView.objects.filter(shared=True, name=LAST).exists()
        cast = build_cast(at) if there else None
    if cast is not None:
        _past(history, cast, at, say)
        return cast
    with sight(EVERYTHING):
        loaded = UniverseRun.objects.filter(folder=str(folder.resolve()) if folder else FOLDER).exists()
        if Account.objects.exists() and not loaded:
            if folder:
                raise HoldsAnother
            return build_cast(at)
    return build(at, size=size, say=say, market=_loading(folder) if folder else None, history=history)


def _loading(folder: Path) -> Callable[[], object]:
    def load() -> object:
        from rounds.jobs import universe

        return universe.load(folder)

    return load


def _known(units: list[Account], cast: Cast, at: datetime) -> None:
    for start in range(0, len(units), CHUNK):
        with sight(EVERYTHING):
            for unit in units[start : start + CHUNK]:
                unit.refresh_from_db()
                know(unit, cast, Random(f"{SEED} {unit.name}"), at=at)  # noqa: S311 - the same every time


def _sources(size: Size) -> list[Account]:
    """The accounts leads come from: the units we know, some more, and hospitals of all kinds."""
    with sight(EVERYTHING):
        some = Account.objects.filter(level="hospital", programme="core", status="open").exclude(domain="")
        hospitals = list(some.select_related("buying_unit").order_by("ccn", "id")[: size.known_units * 2])
        return known_units(size.known_units * 3) + hospitals


def _leads(cast: Cast, size: Size, sources: list[Account], at: datetime) -> None:
    with sight(EVERYTHING):
        teller = Teller(cast, Random(SEED), sources, at)  # noqa: S311
    for start in range(0, size.leads, CHUNK):
        with sight(EVERYTHING):
            for number in range(start, min(start + CHUNK, size.leads)):
                teller.tell(number)


def _tasks(cast: Cast, at: datetime) -> None:
    with sight(EVERYTHING):
        keys = tasks.promised()
    for start in range(0, len(keys), CHUNK * 8):
        with sight(EVERYTHING):
            tasks.keep_promises(cast, keys[start : start + CHUNK * 8], at)
    with sight(EVERYTHING):
        tasks.own_tasks(cast, at)


def _tended(at: datetime) -> None:
    """Relationships as of today, and what was left undone on some nights before."""
    with sight(EVERYTHING):
        knowing.know_all(by=SYSTEM_ACTOR, at=at)
        for days in (28, 21, 14, 7, 0):
            night = at - timedelta(days=days)
            tending.keep_counts(hygiene.counts(active().playbook, at=night), by=SYSTEM_ACTOR, at=night)


def _views(cast: Cast, at: datetime) -> None:
    """The last thing a demo makes: one that was broken off before is gone on with."""
    with sight(EVERYTHING):
        for noun, name, query in VIEWS:
            if not SavedView.objects.filter(noun=noun, name=name).exists():
                views.save_view(cast.admin, noun=noun, name=name, query=query, at=at, shared=True)


def _desk(cast: Cast, at: datetime) -> None:
    if not LeadForm.objects.exists():
        forms.open_form("Website demo request", heading="See Rounds with your own hospitals", source="Web form",
                        asks_for="demo_request", by=cast.admin.actor, at=at)  # fmt: skip
