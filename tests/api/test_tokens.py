"""Tokens: shown once, kept as a digest, good for what they were made for and no longer than their person."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rounds.actions.people import leaving
from rounds.actions.trust import tokens
from rounds.kit.clock import frozen_at, now
from rounds.models import ApiToken, AuditEntry

pytestmark = pytest.mark.req("INTEG-18")


def test_only_the_digest_is_kept(cast):
    row, token = tokens.make(cast.owner, name="crm", scopes=["leads:read"], by=cast.owner.actor, at=now())
    assert token.startswith("rounds_")
    assert len(token) >= 43 + len("rounds_"), "256 bits"
    row.refresh_from_db()
    assert bytes(row.digest) == tokens.digest(token)
    kept = "".join(str(value) for value in ApiToken.objects.values().get().values())
    said = "".join(str(entry) for entry in AuditEntry.objects.values_list("detail", flat=True))
    assert token not in kept + said
    assert token[len(row.prefix) :] not in kept + said


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"), ({"scopes": []}, "scopes"), ({"scopes": ["leads:all"]}, "scopes"),
        ({"expires_at": now() - timedelta(days=1)}, "expires_at"),
    ],
)  # fmt: skip
def test_a_token_that_makes_no_sense_is_refused(cast, changes, field):
    with pytest.raises(tokens.TokenRefused) as caught:
        tokens.make(cast.owner, **{"name": "x", "scopes": ["leads:read"], **changes}, by=cast.owner.actor, at=now())
    assert caught.value.field == field


def test_without_a_token_or_with_a_wrong_one_the_door_stays_shut(caller, cast):
    nobody = caller()
    status, said = nobody("GET", "/leads")
    assert (status, said["status"]) == (401, 401)
    assert nobody.last["WWW-Authenticate"].startswith("Bearer")
    assert nobody.last["Content-Type"] == "application/problem+json"
    for header in ("Bearer rounds_wrong", "Bearer ", "Basic YTpi", "rounds_x", "Bearer " + "x" * 5000):
        assert nobody("GET", "/leads", Authorization=header)[0] == 401, header


def test_a_logged_in_browser_is_nobody_to_the_api(caller, cast):
    browser = caller()
    browser.client.force_login(cast.admin)
    assert browser("GET", "/leads")[0] == 401
    assert browser("POST", "/leads", {"name": "Ann"})[0] == 401


def test_a_scope_is_asked_for_each_address(caller, cast):
    reader = caller(cast.admin, "leads:read")
    assert reader("GET", "/leads")[0] == 200
    status, said = reader("POST", "/leads", {"name": "Ann"})
    assert status == 403
    assert "leads:write" in said["detail"]
    assert reader("GET", "/accounts")[0] == 403
    assert reader("GET", "/self")[1]["scopes"] == ["leads:read"]


def test_an_expired_or_revoked_token_says_so(caller, cast):
    at = now()
    row, token = tokens.make(cast.owner, name="crm", scopes=["leads:read"], by=cast.owner.actor, at=at,
                             expires_at=at + timedelta(hours=1))  # fmt: skip
    asks = caller()
    asks.token = token
    assert asks("GET", "/leads")[0] == 200
    with frozen_at(at + timedelta(hours=2)):
        assert "expired" in asks("GET", "/leads")[1]["detail"]
    tokens.revoke(row, by=cast.owner.actor, at=now())
    status, said = asks("GET", "/leads")
    assert status == 401
    assert "revoked" in said["detail"]
    assert AuditEntry.objects.filter(verb="token.revoke", subject_id=row.id).count() == 1


@pytest.mark.req("SEC-01")
def test_who_was_sent_away_is_out_at_once(caller, cast):
    """Five seconds are allowed; the next request is already refused, also where only `is_active` was changed."""
    asks = caller(cast.owner)
    assert asks("GET", "/self")[0] == 200
    leaving.send_away(cast.owner, heir=None, by=cast.admin.actor, at=now(), reason="left")
    assert asks("GET", "/self")[0] == 401
    other = caller(cast.colleague)
    assert other("GET", "/self")[0] == 200
    cast.colleague.is_active = False
    cast.colleague.save(update_fields=["is_active"])
    assert other("GET", "/self")[0] == 401


def test_a_narrower_sight_holds_from_the_next_request(caller, cast):
    asks = caller(cast.owner)
    caller(cast.admin)("POST", "/leads", {"name": "Ann", "state": "NY"})
    assert len(asks("GET", "/leads")[1]["data"]) == 1
    cast.owner.territories = []
    cast.owner.save(update_fields=["territories"])
    assert asks("GET", "/leads")[1]["data"] == []


def test_when_it_was_last_used_is_written_once_a_minute(caller, cast):
    at = now()
    asks = caller(cast.owner)
    seen = []
    for seconds in (1, 20, 59, 62):
        with frozen_at(at + timedelta(seconds=seconds)):
            asks("GET", "/self")
        seen.append(ApiToken.objects.get().last_used_at)
    assert seen[0] == seen[1] == seen[2] < seen[3]
