"""The page of tasks: views, keys' addresses, ticking off with undo, changes of many; as many queries for three as for one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rounds.actions.desk import tasks
from rounds.kit.clock import now
from rounds.models import Batch, LeadActivity, Task

pytestmark = pytest.mark.req("AUTO-16")
HOUR = timedelta(hours=1)


@pytest.fixture
def client_of():
    def make(user):
        client = Client()
        client.force_login(user)
        return client

    return make


@pytest.fixture
def add(cast):
    def make(title="Call back", owner=None, **said):
        return tasks.add(title, **{"kind": "call", "owner": owner or cast.owner, "by": cast.owner.actor, "at": now(), **said})

    return make


def opened(client, url="/tasks/?f=state.is.open&f=owner.is.me&sort=due,rank"):
    response = client.get(url)
    assert response.status_code == 200, response.content[:300]
    return response.content.decode()


def test_the_list_shows_what_is_to_be_done_with_its_due_time(client_of, cast, add, lead_of):
    lead = lead_of(cast.owner)
    add("Send the study", due_at=now() - HOUR, lead=lead, priority="urgent")
    page = opened(client_of(cast.owner))
    assert "Send the study" in page
    assert lead.name in page
    assert "late" in page
    assert "Urgent" in page
    assert client_of(cast.owner).get("/tasks/")["Location"].startswith("/tasks/?f=state.is.open")


@pytest.mark.req("UI-02")
def test_three_tasks_ask_no_more_than_one(client_of, cast, add, lead_of):
    client, counts = client_of(cast.owner), []
    for many in (1, 3):
        Task.objects.all().delete()
        for place in range(many):
            lead = lead_of(cast.owner, name=f"Lead {place}", email="")
            Task.objects.filter(lead=lead).delete()
            add(f"Task {place}", lead=lead, due_at=now() + HOUR)
        for url in ("/tasks/?f=state.is.open&f=owner.is.me", "/"):
            client.get(url)
            with CaptureQueriesContext(connection) as asked:
                opened(client, url)
            counts.append(len(asked))
    assert counts[:2] == counts[2:]


@pytest.mark.parametrize(
    ("view", "shown"),
    [("state.is.open", {"Now", "Late"}), ("state.is.snoozed", {"Off"}), ("state.is.done", {"Done one"}), ("falls.is.overdue", {"Late", "Done one"}),
     ("falls.is.never", {"Now", "Off"}), ("priority.is.low", set())],
)  # fmt: skip
def test_views_narrow(client_of, cast, add, view, shown):
    at, by = now(), cast.owner.actor
    add("Now")
    add("Late", due_at=at - HOUR)
    tasks.snooze(add("Off"), at + HOUR, by=by, at=at)
    tasks.complete(add("Done one", due_at=at - HOUR), by=by, at=at)
    page = opened(client_of(cast.owner), f"/tasks/?f={view}")
    assert {name for name in ("Now", "Late", "Off", "Done one") if f">{name}</a>" in page} == shown


def test_words_find_the_lead_of_a_task(client_of, cast, add, lead_of):
    add("One", lead=lead_of(cast.owner, name="Zelda Quist"))
    add("Two")
    page = opened(client_of(cast.owner), "/tasks/?f=words.has.Quist")
    assert ">One</a>" in page
    assert ">Two</a>" not in page


def test_ticked_off_in_the_list_and_taken_back(client_of, cast, add):
    client, task = client_of(cast.owner), add()
    done = client.post(f"/tasks/{task.id}/completion/", HTTP_HX_REQUEST="true", HTTP_HX_TARGET=f"task-{task.id}",
                       HTTP_HX_CURRENT_URL="http://testserver/tasks/?f=state.is.open")  # fmt: skip
    assert "Undo" in done.content.decode()
    task.refresh_from_db()
    assert task.done_at
    back = client.post(f"/tasks/{task.id}/reopening/?next=/tasks/", HTTP_HX_REQUEST="true")
    assert back["HX-Redirect"] == "/tasks/"
    task.refresh_from_db()
    assert task.is_open


def test_put_off_and_back(client_of, cast, add):
    client, task = client_of(cast.owner), add(due_at=now() + HOUR)
    due = task.due_at
    client.post(f"/tasks/{task.id}/snoozing/", {"span": "1"})
    task.refresh_from_db()
    assert task.snoozed_until > now()
    client.post(f"/tasks/{task.id}/waking/")
    task.refresh_from_db()
    assert (task.snoozed_until, task.due_at) == (None, due)
    assert client.post(f"/tasks/{task.id}/snoozing/", {"span": "99"}).status_code == 422


def test_nobody_is_sent_to_another_house_by_an_undo(client_of, cast, add):
    client, task = client_of(cast.owner), add()
    response = client.post(f"/tasks/{task.id}/completion/?next=//evil.example/")
    assert response["Location"] == "/tasks/"


@pytest.mark.parametrize(
    ("code", "said", "changed"),
    [
        ("task.complete", {"outcome": "All reached"}, lambda task: task.done_at is not None),
        ("task.snooze", {"span": "0"}, lambda task: task.snoozed_until is not None),
        ("task.drop", {"why": "Duplicate"}, lambda task: task.dropped_at is not None),
    ],
)
def test_many_are_changed_at_once_and_all_of_it_is_undone(client_of, cast, add, code, said, changed):
    client, both = client_of(cast.owner), [add("A", due_at=now() + HOUR), add("B", due_at=now() + HOUR)]
    ids = [str(task.id) for task in both]
    assert client.post(f"/lists/task/changes/{code}/", {"ids": ids}).status_code == 200
    done = client.post(f"/lists/task/changes/{code}/doing/", {"ids": ids, **said})
    assert done.status_code == 302
    assert all(changed(task) for task in Task.objects.all())
    client.post(f"{done['Location']}undoing/")
    assert not any(changed(task) for task in Task.objects.all())
    assert Batch.objects.get().undone_at


def test_a_manager_gives_many_and_a_rep_is_not_offered_to(client_of, cast, add):
    ids = [str(add("A").id), str(add("B").id)]
    said = {"ids": ids, "owner": str(cast.senior_ae.id)}
    assert client_of(cast.owner).post("/lists/task/changes/task.give/doing/", said).status_code == 403
    client_of(cast.manager).post("/lists/task/changes/task.give/doing/", said)
    assert {task.owner for task in Task.objects.all()} == {cast.senior_ae}


def test_a_new_task_is_ones_own_unless_one_gives_to_others(client_of, cast, lead_of):
    lead = lead_of(cast.owner)
    Task.objects.all().delete()
    client = client_of(cast.owner)
    page = client.get(f"/tasks/new/?lead={lead.id}")
    assert lead.name in page.content.decode()
    client.post("/tasks/new/", {"title": "Send the study", "kind": "other", "lead": str(lead.id), "due": "2030-01-05T10:00"})
    task = Task.objects.get()
    assert (task.owner, task.lead) == (cast.owner, lead)
    refused = client.post("/tasks/new/", {"title": "x", "owner": str(cast.senior_ae.id)})
    assert refused.status_code == 403
    assert client.post("/tasks/new/", {"title": " "}).status_code == 422


def test_a_colleague_elsewhere_finds_no_task(client_of, cast, add):
    task = add()
    assert client_of(cast.colleague).get(f"/tasks/{task.id}/").status_code == 404
    assert client_of(cast.colleague).post(f"/tasks/{task.id}/completion/").status_code == 404


def test_an_executive_does_her_own_and_no_other(client_of, cast, add):
    hers, other = add("Introduce us", owner=cast.executive), add("Call")
    client = client_of(cast.executive)
    assert client.post(f"/tasks/{hers.id}/completion/").status_code == 302
    assert client.post(f"/tasks/{other.id}/completion/").status_code == 403


def test_the_pages_of_a_task_and_of_its_lead(client_of, cast, add, lead_of):
    lead = lead_of(cast.owner)
    task = add("Send the study", lead=lead, note="The one from May")
    client = client_of(cast.owner)
    for url in (f"/tasks/{task.id}/", f"/tasks/{task.id}/preview/", f"/leads/{lead.id}/"):
        assert "Send the study" in opened(client, url)
    assert "Not answered yet" in opened(client, f"/leads/{lead.id}/")


def test_a_call_back_stops_the_clocks(client_of, cast, lead_of):
    lead = lead_of(cast.owner)
    client = client_of(cast.owner)
    client.post(f"/leads/{lead.id}/clocks/pause/", {"until": "2031-01-06T10:00", "why": "After the board"})
    assert Task.objects.filter(lead=lead, resumes_at__year=2031).exists()
    assert client.post(f"/leads/{lead.id}/clocks/pause/", {"until": ""}).status_code == 422


@pytest.mark.req("PLUS-32")
def test_a_visit_is_three_taps(client_of, cast, lead_of):
    lead, client = lead_of(cast.owner), client_of(cast.owner)
    assert f'href="/log/?lead={lead.id}"' in opened(client, f"/leads/{lead.id}/")  # the first tap, at the foot of the page
    page = opened(client, f"/log/?lead={lead.id}")
    assert 'value="visit"' in page  # the second
    done = client.post("/log/", {"lead": str(lead.id), "kind": "visit", "outcome": "Follow up", "once": "a"})  # the third
    client.post("/log/", {"lead": str(lead.id), "kind": "visit", "outcome": "Follow up", "once": "a"})
    assert done["Location"] == f"/leads/{lead.id}/"
    act = LeadActivity.objects.get()
    assert (act.kind, act.direction, act.subject) == ("visit", "out", "Visit: follow up")
    assert Task.objects.filter(key=f"visit:{act.id}").count() == 1
    assert "Undo" in opened(client, f"/leads/{lead.id}/")
    client.post(f"/leads/{lead.id}/visits/{act.id}/undoing/")
    act.refresh_from_db()
    assert act.withdrawn_at
    assert not Task.objects.get(key=f"visit:{act.id}").is_open


@pytest.mark.req("PLUS-32")
def test_nobody_there_answers_nothing_but_was_tried(client_of, cast, lead_of):
    lead, client = lead_of(cast.owner), client_of(cast.owner)
    client.post("/log/", {"lead": str(lead.id), "kind": "call", "outcome": "Nobody there"})
    assert LeadActivity.objects.get().kind == "call_attempt"
    assert client.post("/log/", {"lead": str(lead.id), "kind": "dance", "outcome": "Went well"}).status_code == 422
    assert client_of(cast.colleague).get(f"/log/?lead={lead.id}").status_code == 404
    client.get(f"/leads/{lead.id}/")
    assert lead.name in opened(client, "/log/")


@pytest.mark.req("ROUTE-15")
def test_today_says_what_is_late_who_is_behind_and_how_fast_we_answer(client_of, cast, add, lead_of):
    add("Send the study", due_at=now() - 2 * HOUR)
    page = opened(client_of(cast.owner), "/")
    assert "1 task is late by 2 hours" in page
    assert "Send the study" in page
    assert cast.owner.name in opened(client_of(cast.manager), "/")
