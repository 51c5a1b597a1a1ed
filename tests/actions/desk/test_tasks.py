"""Tasks: added once, done, dropped, put off, given on; each with its event and its way back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rounds.actions.desk import tasks
from rounds.kit.clock import now
from rounds.models import AuditEntry, Event, Task

pytestmark = pytest.mark.req("AUTO-16")
HOUR = timedelta(hours=1)


@pytest.fixture
def add(cast, lead_of):
    def make(title="Call back", **said):
        given = {"kind": "call", "owner": cast.owner, "by": cast.owner.actor, "at": now(), **said}
        return tasks.add(title, **given)

    return make


def kinds(task) -> list[str]:
    return list(Event.objects.filter(subject_id=task.id).order_by("at", "id").values_list("kind", flat=True))


def test_a_task_stands_where_its_lead_stands(add, cast, lead_of):
    lead = lead_of(cast.owner)
    task = add(lead=lead)
    assert (task.territory, task.team_id, task.owner) == (lead.territory, cast.owner.team_id, cast.owner)
    assert kinds(task) == ["task.added"]
    assert AuditEntry.objects.filter(verb="task.add", subject_id=task.id).exists()


def test_the_same_key_is_one_open_task(add, cast):
    first, at = add(key="k"), now()
    assert add(key="k") == first
    tasks.complete(first, by=cast.owner.actor, at=at)
    assert add(key="k") != first
    with pytest.raises(tasks.TaskClosed):
        tasks.reopen(first, by=cast.owner.actor, at=at)


@pytest.mark.parametrize(("said", "field"), [({"title": " "}, "title"), ({"kind": "dance"}, "kind"), ({"priority": "sky"}, "priority")])
def test_what_is_wrong_is_named(add, said, field):
    with pytest.raises(tasks.TaskRefused) as refused:
        add(**said)
    assert refused.value.field == field
    assert not Task.objects.exists()


def test_done_and_taken_up_again(add, cast):
    task, at, by = add(due_at=now() - HOUR), now(), cast.owner.actor
    done = tasks.complete(task, outcome="Spoke to her", by=by, at=at)
    assert done.done_at == at
    assert tasks.complete(done, by=by, at=at + HOUR).done_at == at
    assert Event.objects.get(subject_id=task.id, kind="task.completed").payload["late"] is True
    assert tasks.reopen(done, by=by, at=at).is_open
    assert kinds(task) == ["task.added", "task.completed", "task.reopened"]


def test_dropped_with_a_reason(add, cast):
    task, at, by = add(), now(), cast.owner.actor
    with pytest.raises(tasks.TaskRefused):
        tasks.drop(task, why=" ", by=by, at=at)
    tasks.drop(task, why="Left the hospital", by=by, at=at)
    with pytest.raises(tasks.TaskClosed):
        tasks.complete(task, by=by, at=at)


def test_put_off_moves_the_day_but_no_promise(add, cast):
    at, by = now(), cast.owner.actor
    mine = tasks.snooze(add(due_at=at + HOUR), at + 3 * HOUR, by=by, at=at)
    assert mine.due_at == mine.snoozed_until == at + 3 * HOUR
    promise = tasks.snooze(add(due_at=at + HOUR, clock="demo"), at + 3 * HOUR, by=by, at=at)
    assert promise.due_at == at + HOUR
    with pytest.raises(tasks.TaskRefused):
        tasks.snooze(mine, at - HOUR, by=by, at=at)
    assert tasks.put_off(mine, None, at + HOUR, by=by, at=at).due_at == at + HOUR


def test_given_on_and_not_to_somebody_who_left(add, cast):
    task, at, by = add(), now(), cast.manager.actor
    assert tasks.give(task, cast.senior_ae, by=by, at=at).owner == cast.senior_ae
    cast.inside.is_active = False
    with pytest.raises(tasks.OwnerAway):
        tasks.give(task, cast.inside, by=by, at=at)
    assert kinds(task) == ["task.added", "task.given"]


def test_what_promises_and_automations_made_is_dropped_with_the_lead(add, cast, lead_of):
    lead, at, by = lead_of(cast.owner), now(), cast.owner.actor
    Task.objects.filter(lead=lead).delete()
    promise, own = add(lead=lead, clock="demo"), add(lead=lead)
    assert tasks.drop_open(lead, why="Closed", by=by, at=at) == 1
    own.refresh_from_db()
    assert own.is_open
    assert tasks.reopen_dropped(lead, why="Closed", by=by, at=at) == 1
    promise.refresh_from_db()
    assert promise.is_open


@pytest.mark.req("SEC-01")
def test_a_colleague_of_another_territory_sees_no_task(add, cast, lead_of, as_seen_by):
    task = add(lead=lead_of(cast.owner))
    with as_seen_by(cast.colleague):
        assert not Task.objects.filter(pk=task.pk).exists()
    with as_seen_by(cast.manager):
        assert Task.objects.filter(pk=task.pk).exists()


@pytest.mark.req("SEC-01")
def test_who_changes_no_record_still_does_her_own_tasks(add, cast, as_seen_by):
    hers, other = add(owner=cast.executive), add()
    with as_seen_by(cast.executive):
        assert Task.objects.filter(pk=hers.pk).update(note="x") == 1
        assert Task.objects.filter(pk=other.pk).update(note="x") == 0
        assert tasks.complete(hers, by=cast.executive.actor, at=now()).done_at
