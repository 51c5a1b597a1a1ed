"""A simulated company in the database: through the real actions, marked, refused beside real data, never twice."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from rounds.access.sight import EVERYTHING, sight
from rounds.actions.deals import opportunities
from rounds.actions.flow import simulations
from rounds.actions.leads import forms
from rounds.actions.market import accounts
from rounds.actions.people import users
from rounds.jobs.demo import build
from rounds.jobs.demo.size import LITE
from rounds.jobs.demo.universe import FOLDER
from rounds.jobs.simulate import writing
from rounds.jobs.simulate.marking import PREFIX, HoldsRealData
from rounds.jobs.simulate.writing import Asked, write
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import (
    Account,
    Batch,
    Contact,
    DealSnapshot,
    Event,
    Lead,
    LeadActivity,
    Opportunity,
    Quota,
    SnapshotDay,
    StageEntry,
    UniverseRun,
    User,
)
from rounds.models.flow.active import active
from rounds.playbook.simulation import shipped
from tests.jobs.simulate.companies import ASKED, market

pytestmark = pytest.mark.req("PLUS-29", "PIPE-26")


@pytest.fixture
def ground(cast):
    """(cast, the moment): organisations are there, under the mark of a simulation that has not begun to be written."""
    at = now()
    with sight(EVERYTHING):
        simulations.begin({"seed": ASKED.seed, "months": ASKED.months, "deals": ASKED.deals, "snapshots": True, **writing.span(ASKED, at)}, label="A test", by=SYSTEM_ACTOR, at=at)
    market(at)
    return cast, at


def counted() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in (Opportunity, Lead, LeadActivity, StageEntry, Contact, User, Account)}


def test_a_company_is_written_whole_by_the_process_and_marked(ground):
    cast, at = ground
    done = write(ASKED, cast, at=at)
    assert done.finished
    assert done.refused == {}
    with sight(EVERYTHING):
        way, book = active().playbook.stages.way, active().playbook
        deals = list(Opportunity.objects.all())
        assert len(deals) == ASKED.deals
        assert all(deal.external_id.startswith(PREFIX) for deal in deals)
        assert all(lead.external_id.startswith(PREFIX) for lead in Lead.objects.all())
        assert all(row.external_id.startswith(PREFIX) for row in LeadActivity.objects.filter(lead=None))
        assert not User.objects.exclude(email__endswith=".example").exists()
        for deal in deals:
            entries = list(StageEntry.objects.filter(opportunity=deal).order_by("entered_at", "id"))
            assert entries[0].way == "opened"
            assert entries[-1].now == deal.stage
            assert [entry.entered_at for entry in entries] == sorted(entry.entered_at for entry in entries)
            assert all(entry.entered_at < at for entry in entries)
            assert all(entry.now in way or book.stages.by_code[entry.now].end for entry in entries)
            assert deal.closed_at is None or deal.closed_at >= deal.opened_at
        batch = Batch.objects.get(kind=simulations.KIND)
        days = list(SnapshotDay.objects.order_by("day").values_list("day", flat=True))
        assert (days[0].isoformat(), len(days)) == (batch.detail["from"], (date.fromisoformat(batch.detail["until"]) - days[0]).days)
        for deal in deals:
            last = DealSnapshot.objects.filter(opportunity=deal).order_by("-day").first()
            assert (last.stage, last.amount_cents, last.close_on) == (deal.stage, deal.amount_company_cents, deal.close_on)
            seen = set(DealSnapshot.objects.filter(opportunity=deal).values_list("stage", flat=True))
            assert seen <= {entry.now for entry in StageEntry.objects.filter(opportunity=deal)}
        assert Quota.objects.filter(ended_at=None).count() >= 3 * len(shipped().segments.listed)
        told = Event.objects.filter(opportunity_id__isnull=False)
        assert told.exists()
        apart = set(told.exclude(batch_id=batch.id).values_list("kind", flat=True))
        assert apart <= {"task.given"}, "all of it belongs to the simulation; what a leaver hands over has a batch of its own"
        assert not told.filter(quiet=False).exists(), "a story starts no automation"


def test_a_day_that_was_torn_is_written_once_when_it_goes_on(ground, monkeypatch):
    cast, at = ground
    whole = write(ASKED, cast, at=at, days=250)
    assert (whole.days, whole.finished) == (250, False)
    with sight(EVERYTHING):
        before = counted()
    seat, torn = writing.ACTS["seat"], []

    def tears(world, step, when):
        seat(world, step, when)
        torn.append(step)
        raise RuntimeError("the power went")

    monkeypatch.setitem(writing.ACTS, "seat", tears)
    with pytest.raises(RuntimeError):
        write(ASKED, cast, at=at)
    monkeypatch.setitem(writing.ACTS, "seat", seat)
    assert torn, "the power went in the middle of a day"
    done = write(ASKED, cast, at=at)
    assert done.finished
    with sight(EVERYTHING):
        assert counted()["Opportunity"] == ASKED.deals >= before["Opportunity"]
        assert Batch.objects.get(kind=simulations.KIND).rows == sum(len(steps) for steps in writing.planned(ASKED, at).values())
        names = Counter(LeadActivity.objects.exclude(external_id=None).values_list("external_id", flat=True))
        assert max(names.values()) == 1
        after = counted()
    again = write(ASKED, cast, at=at)
    assert (again.steps, again.finished) == (0, True)
    with sight(EVERYTHING):
        assert counted() == after, "written already: nothing is written again"


def test_somebody_asks_it_to_stop_and_it_goes_on_later(ground):
    cast, at = ground

    def say(day, done, total):
        if done == 5:
            with sight(EVERYTHING):
                simulations.stop(by=cast.admin.actor, at=at)

    first = write(ASKED, cast, at=at, say=say)
    assert not first.finished
    assert first.days in (5, 6)
    assert write(ASKED, cast, at=at, days=3).days == first.days + 3


def test_a_demo_that_is_there_gets_its_history_but_no_snapshots_of_days_before_its_own_deals(cast):
    at, tiny = now(), Asked(seed=2, months=1, deals=2)
    with sight(EVERYTHING):
        UniverseRun.objects.create(folder=FOLDER, state="done", by_kind="system", at=at)  # what marks a market as drawn
        forms.open_form("Website", heading="See it", source="Web form", asks_for="demo_request", by=cast.admin.actor, at=at)
        own = accounts.add(name="Fennmoor GA", level="system", state="GA", beds=300, website="fennmoorga.example", by=SYSTEM_ACTOR, at=at)
        opportunities.open_deal(own, "A story of the demo", owner=cast.owner, external_id="demo:0", by=cast.owner.actor, at=at)
    build.ensure(at, size=LITE, history=tiny)
    with sight(EVERYTHING):
        assert Opportunity.objects.filter(external_id__startswith=PREFIX).count() == 2
        batch = Batch.objects.get(kind=simulations.KIND)
        assert batch.finished_at is not None
        assert batch.detail["refused"] == {}
        assert not SnapshotDay.objects.exists()


def test_another_company_is_refused(ground):
    cast, at = ground
    with pytest.raises(simulations.HoldsAnother):
        write(Asked(seed=12, months=6, deals=6), cast, at=at)


def test_it_is_refused_beside_a_company_s_own_records(cast):
    at = now()
    with sight(EVERYTHING):
        accounts.add(name="Mercy Point", level="hospital", state="NY", by=cast.admin.actor, at=at)
    with pytest.raises(HoldsRealData):
        write(ASKED, cast, at=at)


def test_it_is_refused_where_people_work_who_are_not_invented(ground):
    cast, at = ground
    with sight(EVERYTHING):
        users.add("jo@vendor-of-ours.com", "Jo Real", role="ae", by=cast.admin.actor, at=at)
    with pytest.raises(HoldsRealData):
        write(ASKED, cast, at=at)
    with sight(EVERYTHING):
        assert not Opportunity.objects.exists()


def test_acts_are_written_in_the_name_of_people_only_while_a_company_is_simulated(cast):
    with sight(EVERYTHING):
        other = Batch.objects.create(kind="lead.import", by_kind="system", at=now())
        with pytest.raises(simulations.NotSimulated):
            simulations.log_acts(other, [], by=SYSTEM_ACTOR, at=now())
