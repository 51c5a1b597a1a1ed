"""A clock that was wrong and is set right keeps nobody in for longer, nobody out for longer, and revives nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from rounds.actions.people import logins, throttling
from rounds.actions.trust import tokens
from rounds.kit.clock import frozen_at
from rounds.models import Session

AT = datetime(2026, 3, 8, 6, 30, tzinfo=UTC)
LATER = timedelta(days=400)


def logged_in(user, at: datetime) -> Client:
    client = Client(raise_request_exception=False)
    with frozen_at(at):
        client.force_login(user)
    return client


def gets_in(client: Client, at: datetime) -> bool:
    with frozen_at(at):
        return client.get("/search/?q=a").status_code == 200


@pytest.mark.req("SEC-05", "PLUS-35")
def test_a_session_made_by_a_clock_that_ran_ahead_ends_when_it_is_set_right(cast, see_all):
    client = logged_in(cast.owner, AT + LATER)
    assert gets_in(client, AT + LATER)
    assert not gets_in(client, AT)
    see_all()
    assert Session.objects.get(user=cast.owner).ended_why == "clock"
    assert not gets_in(client, AT + LATER), "and is not revived by another step"


@pytest.mark.parametrize("step", [timedelta(minutes=-4), timedelta(seconds=-1), timedelta(minutes=20)])
def test_a_small_step_throws_nobody_out(cast, step):
    client = logged_in(cast.owner, AT)
    assert gets_in(client, AT)
    assert gets_in(client, AT + step)


def test_a_step_ahead_ends_what_it_would_end(cast):
    client = logged_in(cast.owner, AT)
    assert not gets_in(client, AT + timedelta(hours=13))
    assert not gets_in(client, AT), "what has ended does not come back with the clock"


def test_a_wait_written_by_a_wrong_clock_keeps_nobody_out(cast):
    key = throttling.key("login", "ann@house.example")
    for _ in range(12):
        throttling.failed(key, at=AT + LATER)
    assert throttling.blocked(key, at=AT + LATER)
    assert not throttling.blocked(key, at=AT)
    assert throttling.failed(key, at=AT) == 1, "and counting begins anew"


def test_a_spent_link_stays_spent_whatever_the_clock_says(cast):
    link = logins.make_link(cast.owner, by=cast.admin.actor, at=AT)
    token = link.rstrip("/").rsplit("/", 1)[-1]
    logins.use_link(token, at=AT)
    for at in (AT - LATER, AT + timedelta(minutes=1)):
        with pytest.raises(logins.LinkSpent):
            logins.use_link(token, at=at)


def test_a_revoked_token_stays_dead_whatever_the_clock_says(cast):
    row, token = tokens.make(cast.owner, name="t", scopes=("accounts:read",), by=cast.owner.actor, at=AT)
    tokens.revoke(row, by=cast.owner.actor, at=AT)
    for at in (AT - LATER, AT + LATER):
        with pytest.raises(tokens.TokenDead):
            tokens.use(token, at=at)
