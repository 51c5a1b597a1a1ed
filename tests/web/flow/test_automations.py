"""The pages of automations: what they say, what a trial leaves, who may do what."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rounds.actions.flow.automating import planning, stepping
from rounds.actions.leads import leads
from rounds.kit.clock import now
from rounds.models import AutomationRun, AutomationStep, AutomationSwitch, Event, Lead, Task

pytestmark = pytest.mark.django_db


def ran(lead: Lead) -> AutomationRun:
    """The runs a captured lead starts, done; that of the seed's five steps."""
    for run in planning.plan(planning.Cause.of(Event.objects.get(kind="lead.captured", lead_id=lead.id)), at=now()):
        while stepping.step(run, at=now()):
            pass
    return AutomationRun.objects.get(lead_id=lead.id, automation="lead_captured")


@pytest.mark.req("AUTO-10", "AUTO-15")
def test_the_list_says_what_is_on_what_ran_and_what_it_saved(cast, lead_of, door, see_all):
    ran(lead_of(cast.owner))
    shown = door(cast.revops).get("/automations/").content.decode()
    assert "runs today, none failed" in shown
    assert "When a lead is captured: Lead scoring calculation, Account research" in shown
    see_all()
    minutes = sum(AutomationStep.objects.filter(state="done").values_list("minutes", flat=True))
    by_hand = Event.objects.filter(by_kind="user", kind__in=("lead.assigned", "lead.status_changed", "lead.changed", "task.added", "task.dropped", "lead.queued")).count()
    done = AutomationStep.objects.filter(state="done").count()
    assert f"{round(minutes / 60)} h" in shown
    assert f"{round(100 * done / (done + by_hand))}%" in shown


@pytest.mark.req("AUTO-10")
def test_one_is_told_in_words_with_its_source_and_a_run_with_its_steps(cast, lead_of, door):
    run = ran(lead_of(cast.owner))
    client = door(cast.owner)
    shown = client.get("/automations/lead_captured/").content.decode()
    assert "When a lead is captured:" in shown
    assert "automations/lead_captured.yaml:" in shown
    assert "would have run 1 time in the last 30 days" in shown
    assert f"/automations/runs/{run.id}/" in shown
    assert "Switch off" not in shown
    told = client.get(f"/automations/runs/{run.id}/").content.decode()
    assert "done (inline)" in told
    assert "still to ask" in told


def test_a_run_about_what_is_not_seen_is_not_there(cast, lead_of, door):
    run = ran(lead_of(cast.owner))
    assert door(cast.colleague).get(f"/automations/runs/{run.id}/").status_code == 404
    assert str(run.id) not in door(cast.colleague).get("/automations/lead_captured/").content.decode()


@pytest.mark.req("AUTO-01")
def test_a_trial_says_what_would_come_and_leaves_nothing(cast, lead_of, door, see_all):
    lead = lead_of(cast.owner)
    Task.objects.all().delete()
    before = (Event.objects.count(), AutomationRun.objects.count(), Lead.objects.get(pk=lead.pk).updated_at)
    shown = door(cast.revops).post("/automations/lead_captured/trial/", {"on": lead.name}).content.decode()
    see_all()
    assert "Its conditions hold" in shown
    assert "promised:" in shown
    assert (Event.objects.count(), AutomationRun.objects.count(), Lead.objects.get(pk=lead.pk).updated_at) == before
    assert not Task.objects.exists()
    assert door(cast.revops).post("/automations/lead_captured/trial/", {"on": "Nobody"}).status_code == 422
    assert door(cast.owner).post("/automations/lead_captured/trial/", {"on": lead.name}).status_code == 403


@pytest.mark.req("AUTO-01")
def test_a_switch_wants_a_reason_and_is_told(cast, door, see_all):
    client = door(cast.revops)
    assert client.post("/automations/lead_hot/switch/", {"on": "0", "reason": " "}).status_code == 422
    assert client.post("/automations/lead_hot/switch/", {"on": "0", "reason": "New texts"}).status_code == 302
    assert "New texts" in client.get("/automations/lead_hot/").content.decode()
    see_all()
    row = AutomationSwitch.objects.get()
    assert (row.automation, row.on, row.by_name) == ("lead_hot", False, cast.revops.name)
    assert client.get("/automations/none/").status_code == 404


@pytest.mark.req("AUTO-10")
def test_why_it_did_or_did_not_is_answered(cast, lead_of, door, see_all):
    lead = lead_of(cast.owner)
    event = Event.objects.get(kind="lead.captured", lead_id=lead.id)
    client = door(cast.revops)

    def why(code: str, key) -> str:
        see_all()
        return client.get(f"/automations/{code}/?event={key}").content.decode()

    assert "still waits for a worker" in why("lead_captured", event.id)
    see_all()
    ran(lead)
    assert "It ran and is done." in why("lead_captured", event.id)
    see_all()
    leads.set_status(Lead.objects.get(pk=lead.pk), "Recycled", by=cast.owner.actor, at=now())
    status = Event.objects.get(kind="lead.status_changed", lead_id=lead.id)
    assert "It does not listen to lead.status_changed, but to lead.captured." in why("lead_captured", status.id)
    see_all()
    quiet = leads.capture({"name": "Quiet", "state": "NY"}, by=cast.admin.actor, at=now(), quiet=True)
    loaded = Event.objects.get(kind="lead.captured", lead_id=quiet.id)
    assert "until a person releases the batch" in why("lead_captured", loaded.id)


def test_the_pages_ask_as_often_for_three_runs_as_for_one(cast, lead_of, door, see_all):
    client = door(cast.revops)

    def asked(path: str) -> int:
        client.get(path)
        with CaptureQueriesContext(connection, ) as queries:
            client.get(path)
        see_all()
        return len(queries)

    ran(lead_of(cast.owner))
    one = [asked(path) for path in ("/automations/", "/automations/lead_captured/")]
    for name in ("Ann Lee", "Bo Fox"):
        ran(lead_of(cast.owner, name=name))
    assert [asked(path) for path in ("/automations/", "/automations/lead_captured/")] == one


@pytest.mark.req("AUTO-10")
def test_runs_are_read_and_replayed_over_the_api(cast, lead_of, door, see_all):
    from rounds.actions.trust import tokens

    lead = lead_of(cast.owner)
    ran(lead)
    _, token = tokens.make(cast.revops, name="t", scopes=["playbook:read", "automations:write"], by=cast.revops.actor, at=now())
    client = door(None)
    head = {"Authorization": f"Bearer {token}"}
    assert {row["code"] for row in client.get("/api/v1/automations", headers=head).json()} >= {"lead_captured", "lead_hot"}
    rows = client.get(f"/api/v1/automations/runs?lead={lead.id}", headers=head).json()["rows"]
    done = client.get(f"/api/v1/automations/runs?lead={lead.id}&state=done", headers=head).json()["rows"]
    assert rows
    assert {row["id"] for row in done} == {row["id"] for row in rows if row["state"] == "done"}
    waiting = [step for step in rows[0]["steps"] if step["state"] == "waiting"]
    answer = client.post(f"/api/v1/automations/runs/{rows[0]['id']}/replay", headers=head)
    assert (answer.status_code, answer.json()["steps"] >= len(waiting)) == (200, True)


@pytest.mark.req("AUTO-10")
def test_what_never_began_is_counted_told_and_begun_again(cast, lead_of, door, see_all, as_seen_by):
    from procrastinate.contrib.django.models import ProcrastinateJob

    from rounds.actions.flow.automating import failing
    from rounds.kit.actor import SYSTEM_ACTOR
    from rounds.models import Notification

    lead = lead_of(cast.owner)
    client = door(cast.revops)
    assert "Never began" not in client.get("/automations/").content.decode()
    assert client.post("/automations/again/").status_code == 409
    see_all()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE task_name = 'flow.automate'")
    failed = ProcrastinateJob.objects.filter(status="failed").count()
    assert failed > 0
    for _ in range(2):
        failing.tell_unstarted(by=SYSTEM_ACTOR, at=now())
    with as_seen_by(cast.revops):
        assert Notification.objects.get(user=cast.revops, kind="automation.failed").count == 2
    assert f"{failed} event" in client.get("/automations/").content.decode()
    assert "Begin" not in door(cast.owner).get("/automations/").content.decode()
    assert door(cast.owner).post("/automations/again/").status_code == 403
    assert client.post("/automations/again/").status_code == 302
    see_all()
    assert not ProcrastinateJob.objects.filter(status="failed").exists()
    assert ProcrastinateJob.objects.filter(status="todo", task_name="flow.automate").count() == failed
    assert ran(lead).state != "failed"
