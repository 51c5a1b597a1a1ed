"""What the clock starts: each period once, caught up once; time in a state, each entry once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from rounds import playbook as playbooks
from rounds.actions.flow import automations, batches
from rounds.actions.flow import playbooks as publishing
from rounds.actions.flow.automating import schedules, states, stepping
from rounds.actions.leads import leads
from rounds.actions.market import accounts
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.models import Account, AutomationRun, ScheduleTick, Task

pytestmark = pytest.mark.django_db
THURSDAY = datetime(2026, 3, 5, 15, tzinfo=UTC)
BARE = {name: text for name, text in playbooks.default().files.items() if not name.startswith("automations/")}
HEAD = "automation: one\ntitle: One\nadded: true\nenabled: true\n"


def publish(text: str) -> None:
    publishing.publish({**BARE, "automations/one.yaml": HEAD + text}, reason="A test", by=SYSTEM_ACTOR, at=THURSDAY)


def tick(at: datetime) -> int:
    """What the chore and the worker do: the runs that began."""
    ProcrastinateJob.objects.filter(task_name="flow.tick").delete()
    schedules.tick(at=at)
    count = 0
    for job in ProcrastinateJob.objects.filter(task_name="flow.tick"):
        after, more = None, True
        while more:
            runs, after = schedules.begin(job.args["automation"], job.args["period"], after, at=at)
            for run in runs:
                while stepping.step(run, at=at):
                    pass
            count, more = count + len(runs), after is not None
    return count


@pytest.mark.req("AUTO-07", "AUTO-08", "AUTO-09")
def test_a_schedule_begins_each_period_once_and_is_caught_up_once(cast):
    publish('when: {every: day, at: "07:00"}\nthen:\n  - {do: competitors.watch, title: Watch}\n')
    assert tick(THURSDAY) == 0  # it was not there at seven
    assert tick(THURSDAY + timedelta(hours=1)) == 0
    assert tick(THURSDAY + timedelta(days=1)) == 1
    assert tick(THURSDAY + timedelta(days=1, minutes=1)) == 0
    assert tick(THURSDAY + timedelta(days=3)) == 0  # a Sunday
    assert tick(THURSDAY + timedelta(days=14)) == 1  # down for two weeks: once
    assert [run.cause_kind for run in AutomationRun.objects.order_by("started_at")] == ["schedule 2026-03-06", "schedule 2026-03-19"]
    assert {run.state for run in AutomationRun.objects.all()} == {"waiting"}
    assert ScheduleTick.objects.filter(started=False).count() == 1


@pytest.mark.req("AUTO-09")
def test_what_was_switched_off_is_not_caught_up(cast):
    publish('when: {every: day, at: "07:00"}\nthen:\n  - {do: competitors.watch, title: Watch}\n')
    tick(THURSDAY)
    automations.switch("one", False, reason="holiday", by=cast.admin.actor, at=THURSDAY)
    assert tick(THURSDAY + timedelta(days=1)) == 0
    automations.switch("one", True, reason="back", by=cast.admin.actor, at=THURSDAY + timedelta(days=1, hours=1))
    assert tick(THURSDAY + timedelta(days=1, hours=2)) == 0
    assert tick(THURSDAY + timedelta(days=4)) == 1


@pytest.mark.req("AUTO-05")
def test_the_daily_job_gives_each_account_a_check_in_a_week(cast):
    shipped = playbooks.default().files["automations/stakeholder_check_ins.yaml"]
    files = {**BARE, "automations/stakeholder_check_ins.yaml": shipped}
    publishing.publish(files, reason="A test", by=SYSTEM_ACTOR, at=THURSDAY)
    by = cast.admin.actor
    for name, tier in (("Harbour Health", 1), ("Summit Health", 2), ("Granite Health", 3)):
        account = accounts.add(name=name, level="system", state="NY", by=by, at=THURSDAY)
        accounts.assign(account, cast.owner, by=by, at=THURSDAY)
        Account.objects.filter(pk=account.pk).update(tier=tier)
    tick(THURSDAY)
    assert tick(THURSDAY + timedelta(days=1)) == 2
    assert set(Task.objects.values_list("account__name", "owner__name")) == {("Harbour Health", cast.owner.name), ("Summit Health", cast.owner.name)}
    tick(THURSDAY + timedelta(days=4))
    assert Task.objects.count() == 2
    Task.objects.update(done_at=THURSDAY + timedelta(days=5))
    tick(THURSDAY + timedelta(days=8))
    assert Task.objects.count() == 4


@pytest.mark.req("AUTO-01")
def test_time_in_a_state_starts_once_for_each_entry(cast):
    publish("when: {time_in: lead.status, is: [New], for: {hours: 24}}\nthen:\n  - {do: competitors.watch, title: Watch}\n")
    by = cast.owner.actor
    old = leads.capture({"name": "Old", "state": "NY"}, by=by, at=THURSDAY - timedelta(days=3))
    batch = batches.begin("lead.import", label="Fair", by=by, at=THURSDAY)
    assert states.look(at=THURSDAY) == []
    new = leads.capture({"name": "New", "state": "NY"}, by=by, at=THURSDAY)
    leads.capture({"name": "Moved on", "state": "NY"}, by=by, at=THURSDAY)
    leads.capture({"name": "Loaded", "state": "NY"}, by=by, at=THURSDAY, quiet=True, batch=batch.id)
    leads.set_status(leads.Lead.objects.get(name="Moved on"), "Recycled", by=by, at=THURSDAY + timedelta(hours=2))
    assert states.look(at=THURSDAY + timedelta(hours=23)) == []
    assert len(states.look(at=THURSDAY + timedelta(hours=25))) == 1
    assert states.look(at=THURSDAY + timedelta(hours=25, minutes=1)) == []
    assert AutomationRun.objects.get().lead_id == new.id != old.id
    for status, hours in (("Recycled", 30), ("New", 31)):
        leads.set_status(leads.Lead.objects.get(pk=new.pk), status, by=by, at=THURSDAY + timedelta(hours=hours))
    assert states.look(at=THURSDAY + timedelta(hours=54)) == []
    assert len(states.look(at=THURSDAY + timedelta(hours=60))) == 1


@pytest.mark.req("AUTO-01")
def test_time_in_a_band_and_an_account_left_alone(cast):
    publish("when: {time_in: lead.band, is: [unqualified, cold, warm], for: {days: 2}}\nthen:\n  - {do: competitors.watch, title: Watch}\n")
    states.look(at=THURSDAY)
    lead = leads.capture({"name": "New", "state": "NY"}, by=cast.owner.actor, at=THURSDAY)
    assert lead.band
    assert len(states.look(at=THURSDAY + timedelta(days=2, hours=1))) == 1
    publish("when: {time_in: account.untouched, for: {days: 7}}\nthen:\n  - {do: competitors.watch, title: Watch}\n")
    ScheduleTick.objects.all().delete()
    account = accounts.add(name="Harbour Health", level="system", state="NY", by=cast.admin.actor, at=THURSDAY)
    Account.objects.filter(pk=account.pk).update(last_touch_at=THURSDAY)
    states.look(at=THURSDAY)
    assert states.look(at=THURSDAY + timedelta(days=6)) == []
    assert len(states.look(at=THURSDAY + timedelta(days=8))) == 1


@pytest.mark.req("AUTO-01")
def test_a_stranded_run_is_taken_up(cast):
    publish("when: {event: lead.captured}\nthen:\n  - {do: competitors.watch, title: Watch}\n")
    from rounds.actions.flow.automating import planning
    from rounds.models import Event

    leads.capture({"name": "New", "state": "NY"}, by=cast.owner.actor, at=THURSDAY)
    planning.plan(planning.Cause.of(Event.objects.get(kind="lead.captured")), at=THURSDAY)
    ProcrastinateJob.objects.filter(task_name="flow.carry_on").delete()
    assert stepping.take_up(at=THURSDAY + timedelta(seconds=10)) == 0
    for _ in range(2):
        assert stepping.take_up(at=THURSDAY + timedelta(minutes=2)) == 1
    assert ProcrastinateJob.objects.filter(task_name="flow.carry_on").count() == 1
