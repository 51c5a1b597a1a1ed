"""Between the factors one is nobody: every address there is, asked by who has shown one factor only."""

from __future__ import annotations

import re
import threading
from uuid import uuid4

import pytest
from django.test import Client

from rounds.access.sight import look_as, sight
from rounds.actions.people import entering, factors, otp
from rounds.kit.clock import now
from rounds.kit.scope import Scope
from rounds.models import Throttle
from tests.access.test_routes import ASKS_NOBODY, ENTRY, addresses
from tests.web.people.conftest import is_in, log_in

FILLS = {"uuid": lambda: str(uuid4()), "int": lambda: "1", "slug": lambda: "x", "path": lambda: "x", "str": lambda: "x"}


def filled(pattern: str) -> str:
    return "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda match: FILLS[match[1] or "str"](), pattern)


@pytest.mark.req("SEC-03")
@pytest.mark.parametrize("first", ["password", "link"])
def test_between_the_factors_no_address_opens(cast, with_app, first):
    from rounds.actions.people import logins

    with_app(cast.admin)
    client = Client(raise_request_exception=False)
    if first == "password":
        log_in(client, cast.admin)
    else:
        client.post(f"/login/link/{logins.make_link(cast.admin, by=cast.admin.actor, at=now())}/")
    assert "pending" in client.session
    asked, opened = 0, []
    for method, pattern in addresses():
        if pattern in ASKS_NOBODY or pattern.startswith(ENTRY):
            continue
        answer = client.generic(method, filled(pattern))
        asked += 1
        shut = answer.status_code in (401, 404, 405) or (answer.status_code == 302 and answer["Location"].startswith("/login/"))
        if not shut:
            opened.append(f"{method} {pattern}: {answer.status_code}")
    assert opened == []
    assert asked > 200
    assert "_auth_user_id" not in client.session


@pytest.fixture
def own_ground(committed):
    """The owner with an app, in a database where commits are commits."""
    from rounds.jobs.demo.cast import build_cast

    with sight(Scope(everything=True)):
        cast = build_cast(now())
        row = factors.begin(cast.owner, "totp", at=now())
        row.confirmed_at = now()
        row.save(update_fields=["confirmed_at"])
    return cast, row


def at_once(do, times: int) -> list:
    """What `do` answers to as many threads that begin together."""
    from django.db import connection, transaction

    gate, said = threading.Barrier(times), []

    def run():
        gate.wait()
        try:
            with transaction.atomic():
                look_as(Scope(everything=True))
                said.append(do())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


@pytest.mark.req("SEC-03")
def test_one_code_sent_eight_times_at_once_works_once(own_ground):
    import pyotp

    _, row = own_ground
    at = now()
    code = pyotp.TOTP(row.secret).at(int(at.timestamp()))
    assert sorted(at_once(lambda: otp.spend(row, code, at=at), 8)) == [False] * 7 + [True]


@pytest.mark.req("SEC-04")
def test_guesses_at_once_count_one_by_one(own_ground):
    cast, _ = own_ground
    said = at_once(lambda: entering.by_password(cast.owner.email, "wrong, and long enough", device=None, ip="198.51.100.7", at=now()), 8)
    assert said == [None] * 8
    assert sorted(Throttle.objects.values_list("count", flat=True)) == [8, 8]


@pytest.mark.req("SEC-03")
def test_a_first_factor_alone_is_forgotten_after_a_quarter_of_an_hour(cast, with_app):
    from datetime import timedelta

    from rounds.kit.clock import frozen_at

    person, client = with_app(cast.owner), Client()
    log_in(client, cast.owner, next="/leads/")
    with frozen_at(now() + timedelta(minutes=15, seconds=1)):
        answer = client.post("/login/second/", {"code": person.code()})
        assert answer["Location"] == "/login/?next=%2Fleads%2F"
        assert not is_in(client)
