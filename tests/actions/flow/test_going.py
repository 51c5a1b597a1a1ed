"""An event's automations in one go: nothing of it stands before all of it does, and care begins where a go was broken."""

from __future__ import annotations

import time

import pytest
from django.db import OperationalError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from rounds.actions.flow.automating import going, planning, stepping
from rounds.actions.flow.verbs.verb import VERBS, Nothing, done, verb
from rounds.kit.clock import now
from rounds.models import AutomationRun, AutomationStep, Event
from rounds.playbook.happenings import DEEDS
from tests.actions.flow.test_automations import automation, method  # noqa: F401  a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture
def slow():
    """`test.slow` takes as long as it is told, `test.stuck` meets a deadlock as often as it is told."""
    told = {"seconds": 0.0, "stuck": 0, "done": []}

    @verb("test.slow", shape=Nothing, says="take its time", needs="record")
    def work(context, said, *, by, at):
        time.sleep(told["seconds"])
        told["done"].append(context.key)
        return done("done")

    @verb("test.stuck", shape=Nothing, says="meet somebody", needs="record")
    def stuck(context, said, *, by, at):
        if told["stuck"]:
            told["stuck"] -= 1
            raise OperationalError("deadlock detected")
        return done("went by")

    yield told
    for name in ("test.slow", "test.stuck"):
        del VERBS[name], DEEDS[name]


def captured() -> Event:
    return Event.objects.get(kind="lead.captured")


@pytest.mark.req("AUTO-01", "AUTO-10")
def test_what_is_over_at_once_is_written_once_as_it_ended(method, slow, lead_of, cast, django_assert_max_num_queries):  # noqa: F811
    method(one=automation("one", "event: lead.captured", "do: test.slow, title: One", "do: test.slow, title: Two"))
    lead_of(cast.owner)
    ProcrastinateJob.objects.filter(task_name__startswith="flow.").delete()
    event = captured()
    with django_assert_max_num_queries(30) as asked:
        assert going.go(planning.Cause.of(event), at=now()) == []
    said = [query["sql"] for query in asked.captured_queries]
    assert [sql for sql in said if sql.startswith("UPDATE \"rounds_automation")] == []
    assert list(AutomationStep.objects.order_by("position").values_list("state", "attempts")) == [("done", 1), ("done", 1)]
    assert AutomationRun.objects.get().state == "done"
    assert not ProcrastinateJob.objects.filter(task_name="flow.carry_on").exists()
    assert going.go(planning.Cause.of(event), at=now()) == []  # the same event again
    assert len(slow["done"]) == 2


@pytest.mark.req("AUTO-01", "AUTO-10")
def test_what_does_not_fit_into_the_time_is_planned_and_goes_on(method, slow, lead_of, cast):  # noqa: F811
    steps = [f"do: test.slow, title: Step {n}" for n in range(4)]
    method(one=automation("one", "event: lead.captured", *steps), two=automation("two", "event: lead.captured", *steps))
    slow["seconds"] = 0.2
    lead_of(cast.owner)
    event = captured()
    left = going.go(planning.Cause.of(event), at=now())
    assert len(left) == 2
    assert AutomationStep.objects.filter(state="done").count() in (2, 3)
    assert AutomationStep.objects.filter(state="planned").count() + len(slow["done"]) == 8
    assert set(going.go(planning.Cause.of(event), at=now())) == set(left)  # the same event again: what is open
    for run in left:
        while stepping.step(run, at=now(), pace=stepping.AT_ONCE):
            pass
    assert AutomationStep.objects.filter(state="done").count() == 8
    assert len(set(slow["done"])) == len(slow["done"]) == 8


@pytest.mark.req("AUTO-01", "AUTO-10")
def test_a_deadlock_takes_everything_back_and_the_next_try_goes_step_by_step(method, slow, lead_of, cast):  # noqa: F811
    method(one=automation("one", "event: lead.captured", "do: test.slow, title: One", "do: test.stuck, title: Two"))
    lead_of(cast.owner)
    cause, slow["stuck"] = planning.Cause.of(captured()), 1
    with pytest.raises(OperationalError), transaction.atomic():
        going.go(cause, at=now())
    assert not AutomationRun.objects.exists()
    slow["stuck"] = 1
    (run,) = planning.plan(cause, at=now())
    while stepping.step(run, at=now(), pace=stepping.BY_STEP):
        pass
    first, second = AutomationStep.objects.order_by("position")
    assert (first.state, second.state, second.attempts) == ("done", "retrying", 1)  # what was done stays, what failed says so
    assert "deadlock" in second.error


@pytest.mark.req("AUTO-10")
def test_a_run_that_is_carried_on_does_its_steps_in_one_transaction(method, slow, lead_of, cast):  # noqa: F811
    method(one=automation("one", "event: lead.captured", *[f"do: test.slow, title: Step {n}" for n in range(3)]))
    lead_of(cast.owner)
    runs = planning.plan(planning.Cause.of(captured()), at=now())
    assert stepping.step(runs[0], at=now(), pace=stepping.AT_ONCE) is False
    assert AutomationRun.objects.get().state == "done"
