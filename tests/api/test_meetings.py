"""Meetings over the API: the times, booked once, moved, held, within the caller's sight."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rounds.kit.clock import frozen_at, now
from rounds.models import Meeting

pytestmark = pytest.mark.req("AUTO-13", "INTEG-14", "INTEG-18")


def test_a_meeting_from_its_time_to_its_outcome(caller, cast, lead_of, see_all):
    call, lead = caller(cast.owner), lead_of(cast.owner, email="rosa@newfound.example")
    status, said = call("GET", "/meetings/times?kind=intro")
    assert status == 200
    starts = said["times"][0]["starts_at"]
    status, row = call("POST", "/meetings", {"kind": "intro", "starts_at": starts, "lead": str(lead.id)})
    assert (status, row["state"], row["host"]["id"], row["lead"]) == (201, "planned", str(cast.owner.id), str(lead.id))
    status, refused = call("POST", "/meetings", {"kind": "intro", "starts_at": starts, "lead": str(lead.id)})
    assert status == 409
    assert "Free are" in refused["detail"]
    assert call("GET", "/meetings?f=state.is.planned")[1]["data"][0]["id"] == row["id"]
    elsewhere = caller(cast.colleague)
    assert elsewhere("GET", f"/meetings/{row['id']}")[0] == 404
    assert elsewhere("PUT", f"/meetings/{row['id']}/cancelling", {"why": "Not mine"})[0] == 404
    assert call("PUT", f"/meetings/{row['id']}/moving", {"starts_at": said["times"][-1]["starts_at"]})[1]["moved"] == 1
    assert call("PUT", f"/meetings/{row['id']}/no-show", {})[0] == 409
    see_all()
    meeting = Meeting.objects.get()
    with frozen_at(meeting.starts_at + timedelta(minutes=30)):
        assert call("PUT", f"/meetings/{row['id']}/holding", {"outcome": "Went well"})[1]["state"] == "held"


def test_what_is_wrong_is_named(caller, cast, lead_of):
    call, lead = caller(cast.owner), lead_of(cast.owner)
    starts = (now() + timedelta(days=3)).isoformat()
    assert call("POST", "/meetings", {"kind": "party", "starts_at": starts, "lead": str(lead.id)})[0] == 422
    assert call("POST", "/meetings", {"kind": "intro", "starts_at": starts})[0] == 422
    assert call("GET", "/meetings/times?kind=party")[0] == 422
    assert call("POST", "/meetings", {"kind": "intro", "starts_at": starts, "lead": str(lead.id), "guest_email": "x@y.example"})[0] == 422
