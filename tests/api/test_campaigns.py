"""One-off sends over the API: begun by enrolling under a name, told in parts, stopped by whoever may."""

from __future__ import annotations

import pytest

from tests.actions.reach.conftest import person, postal

__all__ = ["person", "postal"]
pytestmark = pytest.mark.req("COMM-16", "INTEG-18")


def test_a_send_is_begun_told_and_stopped(caller, cast, person):
    leads = [str(person(email=f"p{n}@newfound.example", name=f"Rosa Number{n}").lead.id) for n in range(2)]
    given = {"sequence": "resource_distribution", "leads": leads, "campaign": "Autumn pages"}
    assert caller(cast.owner)("POST", "/enrolments", given)[0] == 403
    call = caller(cast.manager)
    assert call("POST", "/enrolments", given)[1]["enrolled"] == 2
    (one,) = call("GET", "/campaigns")[1]["data"]
    assert (one["name"], one["numbers"]["enrolled"], one["state"]) == ("Autumn pages", 2, "running")
    _, whole = call("GET", f"/campaigns/{one['id']}")
    assert sum(line["enrolled"] for line in whole["tiers"].values()) == 2
    assert caller(cast.owner)("PUT", f"/campaigns/{one['id']}/stopping", {"why": "x"})[0] == 403
    assert call("PUT", f"/campaigns/{one['id']}/stopping", {"why": "The date was wrong"})[1]["numbers"]["active"] == 0
    assert call("POST", "/enrolments", given)[1]["refused"] == 2, "who was in it is not sent to again so soon"
    assert call("POST", "/enrolments", given | {"sequence": "newsletter"})[0] == 422
