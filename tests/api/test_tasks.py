"""Tasks over the API: listed, added once, ticked off, put off, given on, within the caller's sight."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rounds.actions.desk import tasks
from rounds.kit.clock import now
from rounds.models import Task

pytestmark = pytest.mark.req("AUTO-16", "INTEG-18")


@pytest.fixture
def task(cast):
    return tasks.add("Call back", kind="call", owner=cast.owner, due_at=now() - timedelta(hours=1), by=cast.owner.actor, at=now())


def test_what_is_open_is_listed(caller, cast, task):
    _, said = caller(cast.owner)("GET", "/tasks?f=state.is.open&f=falls.is.overdue")
    assert [row["title"] for row in said["data"]] == ["Call back"]
    elsewhere = caller(cast.colleague)
    assert elsewhere("GET", "/tasks")[1]["data"] == []
    assert elsewhere("GET", f"/tasks/{task.id}")[0] == 404
    assert elsewhere("PUT", f"/tasks/{task.id}/completion", {})[0] == 404


def test_added_with_a_key_it_is_there_once(caller, cast, lead_of):
    call, lead = caller(cast.owner), lead_of(cast.owner)
    said = {"title": "Send the study", "lead": str(lead.id), "key": "study", "due_at": "2030-01-05T10:00:00Z"}
    status, first = call("POST", "/tasks", said)
    assert (status, first["owner"]["id"], first["lead"]) == (201, str(cast.owner.id), str(lead.id))
    assert call("POST", "/tasks", said)[1]["id"] == first["id"]
    status, wrong = call("POST", "/tasks", {"title": "x", "kind": "dance"})
    assert status == 422
    assert "kind of task" in wrong["detail"]
    assert call("POST", "/tasks", {"title": "x", "owner": cast.senior_ae.email})[0] == 403
    assert call("POST", "/tasks", {"title": "x", "due_at": "2030-01-05T10:00:00"})[0] == 422


def test_ticked_off_taken_up_put_off_dropped(caller, cast, task):
    call, one = caller(cast.owner), f"/tasks/{task.id}"
    assert call("PUT", f"{one}/completion", {"outcome": "Reached"})[1]["outcome"] == "Reached"
    assert call("DELETE", f"{one}/completion")[1]["done_at"] is None
    assert call("PUT", f"{one}/snoozing", {"until": "2031-01-05T10:00:00Z"})[1]["snoozed_until"].startswith("2031")
    assert call("PUT", f"{one}/snoozing", {"until": "2001-01-05T10:00:00Z"})[0] == 422
    assert call("PUT", f"{one}/dropping", {"why": "Left"})[1]["dropped_why"] == "Left"
    assert call("PUT", f"{one}/completion", {})[0] == 409


def test_given_on_by_a_manager_and_taken_by_a_rep(caller, cast, task):
    one = f"/tasks/{task.id}/owner"
    assert caller(cast.owner)("PUT", one, {"owner": cast.senior_ae.email})[0] == 403
    assert caller(cast.manager)("PUT", one, {"owner": cast.senior_ae.email})[1]["owner"]["name"] == cast.senior_ae.name
    Task.objects.update(owner=None, team=cast.owner.team)
    Task.objects.update(territory="Northeast")
    assert caller(cast.owner)("PUT", one, {"owner": cast.owner.email})[0] == 200


@pytest.mark.req("INTEG-18")
def test_a_token_without_the_scope_is_refused(caller, cast, task):
    assert caller(cast.owner, "tasks:read")("PUT", f"/tasks/{task.id}/completion", {})[0] == 403
    assert caller(cast.owner, "leads:read")("GET", "/tasks")[0] == 403


@pytest.mark.req("INTEG-18")
@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00", "6053-01-01T00:00:00Z"])
def test_a_moment_nobody_can_mean_is_refused_before_it_can_spoil_a_list(caller, cast, moment):
    api = caller(cast.admin)
    status, said = api("POST", "/tasks", {"title": "Call", "due_at": moment})
    assert (status, "1970" in said["detail"]) == (422, True)
    status, task = api("POST", "/tasks", {"title": "Call"})
    assert status == 201
    assert api("GET", "/tasks")[0] == 200
