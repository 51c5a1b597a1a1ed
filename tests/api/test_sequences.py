"""Sequences and enrolments over the API: tried before they are made, made for many, paused, stopped, within the caller's sight."""

from __future__ import annotations

import pytest

from rounds.models import Enrolment
from tests.actions.reach.conftest import person, postal

__all__ = ["person", "postal"]
pytestmark = pytest.mark.req("COMM-01", "COMM-15", "INTEG-18")


@pytest.fixture
def leads(person):
    return [person(email=f"p{n}@newfound.example" if n else "", name=f"Rosa Number{n}").lead for n in range(3)]


def test_a_dry_run_says_who_gets_what_when_and_writes_nothing(caller, cast, leads):
    call = caller(cast.owner)
    said = {"sequence": "initial_outreach", "leads": [str(lead.id) for lead in leads], "dry_run": True}
    status, tried = call("POST", "/enrolments", said)
    assert (status, tried["enrolled"], tried["refused"]) == (200, 2, 1)
    assert "no e-mail address" in tried["data"][0]["refused"]
    assert [step["step"] for step in tried["data"][1]["steps"]] == ["introduction", "trends", "case_study", "compliance", "meeting"]
    assert all(step["at"] for step in tried["data"][1]["steps"])
    assert not Enrolment.objects.exists()
    assert caller(cast.colleague)("POST", "/enrolments", said)[0] == 404
    assert call("POST", "/enrolments", said | {"sequence": "welcome"})[0] == 422
    assert call("POST", "/enrolments", said | {"leads": []})[0] == 422
    for day in ("9999-12-31", "0001-01-01"):
        assert call("POST", "/enrolments", said | {"begins_on": day})[0] == 422, "no step can be planned from there"


def test_enrolled_twice_they_are_in_it_once_and_are_paused_and_stopped(caller, cast, leads):
    call = caller(cast.owner)
    said = {"sequence": "initial_outreach", "leads": [str(leads[1].id)], "why": "The spring list"}
    _, first = call("POST", "/enrolments", said)
    key = first["data"][0]["enrolment"]
    assert call("POST", "/enrolments", said)[1]["data"][0]["enrolment"] == key
    _, listed = call("GET", "/enrolments?f=state.is.active")
    assert [row["id"] for row in listed["data"]] == [key]
    _, whole = call("GET", f"/enrolments/{key}")
    assert (whole["enrolment"]["why"], len(whole["steps"])) == ("The spring list", 5)
    assert call("PUT", f"/enrolments/{key}/pausing", {"why": "Budget first", "until": "2030-01-05T10:00:00Z"})[1]["state"] == "paused"
    assert call("DELETE", f"/enrolments/{key}/pausing")[1]["state"] == "active"
    assert call("PUT", f"/enrolments/{key}/releasing")[0] == 403, "a rep lets no letter go"
    assert caller(cast.manager)("PUT", f"/enrolments/{key}/releasing")[0] == 409, "none waits for a word"
    assert call("PUT", f"/enrolments/{key}/stopping", {"why": "By phone"})[1]["ended_for"] == "by_hand"
    assert call("PUT", f"/enrolments/{key}/pausing", {"why": "x"})[0] == 409
    elsewhere = caller(cast.colleague)
    assert elsewhere("GET", f"/enrolments/{key}")[0] == 404
    assert elsewhere("PUT", f"/enrolments/{key}/stopping", {"why": "x"})[0] == 404
    assert elsewhere("GET", "/enrolments")[1]["data"] == []


def test_a_sequence_says_its_steps_and_numbers_of_what_one_sees(caller, cast, leads):
    caller(cast.owner)("POST", "/enrolments", {"sequence": "initial_outreach", "leads": [str(leads[1].id)]})
    for who, n in ((cast.owner, 1), (cast.colleague, 0)):
        _, listed = caller(who)("GET", "/sequences")
        assert {row["code"]: row["numbers"]["enrolled"] for row in listed["data"]}["initial_outreach"] == n
    _, one = caller(cast.owner)("GET", "/sequences/initial_outreach")
    assert (one["steps"][0]["step"], one["steps"][0]["waiting"]) == ("introduction", 1)
    assert caller(cast.owner)("GET", "/sequences/none")[0] == 404
