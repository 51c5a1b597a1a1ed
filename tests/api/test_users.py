"""People over the API: provisioned, changed and sent away by another system."""

from __future__ import annotations

import pytest

from rounds.models import IdempotentRequest, Lead, User

pytestmark = pytest.mark.req("SEC-02")


def test_from_the_first_day_to_the_last(caller, cast, lead_of):
    hr = caller(cast.admin, "people:read", "people:write")
    given = {"email": "Nora@vendor.example", "name": "Nora Fields", "role": "ae", "team": str(cast.enterprise.pk),
             "territories": ["West"], "time_zone": "America/Chicago"}  # fmt: skip
    status, said = hr("POST", "/users", given, **{"Idempotency-Key": "k"})
    assert status == 201
    assert "/login/link/" in said["link"]
    nora = said["person"]["id"]
    assert said["person"]["team"]["name"] == "Enterprise"
    assert (said["person"]["time_zone"], said["person"]["joined_at"]) == ("America/Chicago", None)
    assert hr("POST", "/users", given, **{"Idempotency-Key": "k"})[0] == 422
    assert not IdempotentRequest.objects.exists(), "the link is kept nowhere"
    assert hr("GET", f"/users/{nora}")[1]["email"] == "nora@vendor.example"
    assert hr("GET", "/users?f=state.is.invited")[1]["data"][0]["id"] == nora
    assert hr("PATCH", f"/users/{nora}", {"role": "senior_ae", "team": None})[1]["team"] is None
    lead_of(User.objects.get(pk=nora))
    assert hr("DELETE", f"/users/{nora}?reason=left&heir={cast.security.pk}")[0] == 422
    status, said = hr("DELETE", f"/users/{nora}?reason=left&heir={cast.owner.pk}")
    assert (status, said["leads"]) == (200, 1)
    assert Lead.objects.get().owner == cast.owner
    assert hr("DELETE", f"/users/{nora}?reason=left")[0] == 409
    assert hr("GET", f"/users/{nora}")[1]["active"] is False


def test_the_scope_and_the_permission_are_both_needed(caller, cast):
    for asks, path, status in (
        (caller(cast.owner, "leads:read"), "/users", 403),
        (caller(cast.revops, "people:read"), "/users", 200),
        (caller(cast.admin, "people:read"), f"/users/{cast.owner.pk}", 200),
    ):
        assert asks("GET", path)[0] == status
    reader = caller(cast.admin, "people:read")
    assert reader("PATCH", f"/users/{cast.owner.pk}", {"role": "admin"})[0] == 403
    writer = caller(cast.admin, "people:write")
    User.objects.filter(pk=cast.admin.pk).update(role="revops")
    assert writer("PATCH", f"/users/{cast.owner.pk}", {"role": "admin"})[0] == 403, "demoted since"


def test_nobody_raises_themselves_and_nothing_else_is_taken(caller, cast):
    admin = caller(cast.admin)
    assert admin("PATCH", f"/users/{cast.admin.pk}", {"role": "ae"})[0] == 403
    for stealth in ({"is_active": True}, {"password": "x"}, {"email": "x@y.example"}, {"id": str(cast.owner.pk)}):
        assert admin("PATCH", f"/users/{cast.owner.pk}", stealth)[0] == 422, stealth
    assert admin("DELETE", f"/users/{cast.admin.pk}?reason=x")[0] == 409
    assert admin("DELETE", f"/users/{cast.owner.pk}")[0] == 422, "the reason is asked for"
    assert admin("PATCH", f"/users/{cast.owner.pk}", {"territories": ["Moon"]})[0] == 422
    assert admin("GET", "/users/00000000-0000-7000-8000-000000000000")[0] == 404
