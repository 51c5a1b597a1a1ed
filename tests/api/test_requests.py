"""A POST that is sent twice happens once: repeated, changed, at the same time, after a failure."""

from __future__ import annotations

import json
from threading import Thread

import pytest

from rounds.models import AuditEntry, Event, IdempotentRequest, Lead
from tests.api.conftest import Caller

pytestmark = pytest.mark.req("INTEG-18")
KEY = {"Idempotency-Key": "3f2c"}


@pytest.fixture
def admin(caller, cast):
    return caller(cast.admin)


def test_the_same_request_again_gets_the_same_answer_and_does_nothing(admin):
    first = admin("POST", "/leads", {"name": "Ann"}, **KEY)
    before = (Lead.objects.count(), Event.objects.count(), AuditEntry.objects.count())
    again = admin("POST", "/leads", {"name": "Ann"}, **KEY)
    assert again == first
    assert admin.last["Idempotency-Replayed"] == "true"
    assert (Lead.objects.count(), Event.objects.count(), AuditEntry.objects.count()) == before
    assert before[0] == 1


def test_the_key_for_another_body_or_address_is_refused(admin):
    admin("POST", "/leads", {"name": "Ann"}, **KEY)
    for path, body in (("/leads", {"name": "Bo"}), ("/accounts", {"name": "Ann"})):
        status, said = admin("POST", path, body, **KEY)
        assert (status, said["field"]) == (422, "Idempotency-Key")
    assert Lead.objects.count() == 1


def test_each_token_has_keys_of_its_own(admin, caller, cast):
    mine = admin("POST", "/leads", {"name": "Ann"}, **KEY)[1]
    status, other = caller(cast.manager)("POST", "/leads", {"name": "Bo"}, **KEY)
    assert status == 201
    assert other["id"] != mine["id"]


def test_a_request_that_failed_may_be_sent_again(admin):
    assert admin("POST", "/leads", {"name": "Ann", "state": "Narnia"}, **KEY)[0] == 422
    assert IdempotentRequest.objects.count() == 0
    assert admin("POST", "/leads", {"name": "Ann", "state": "NY"}, **KEY)[0] == 201


@pytest.mark.parametrize("key", ["x" * 201, "a\tb"])
def test_a_key_is_a_short_word(admin, key):
    assert admin("POST", "/leads", {"name": "Ann"}, **{"Idempotency-Key": key})[0] == 422


def test_the_answer_is_kept_without_the_token(admin):
    admin("POST", "/leads", {"name": "Ann"}, **KEY)
    assert admin.token not in json.dumps(list(IdempotentRequest.objects.values()), default=str)


def test_the_same_request_eight_times_at_once_has_one_effect(committed):
    from django.db import connections

    from rounds.access.sight import sight
    from rounds.actions.trust import tokens
    from rounds.jobs.demo.cast import build_cast
    from rounds.kit.clock import now
    from rounds.kit.scope import Scope

    with sight(Scope(everything=True)):
        admin = build_cast(now()).admin
        _, token = tokens.make(admin, name="test", scopes=tokens.scopes_for(admin), by=admin.actor, at=now())
    answers = []

    def send():
        answers.append(Caller(token)("POST", "/leads", {"name": "Ann", "external_id": "e1"}, **KEY))
        connections.close_all()

    threads = [Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {status for status, _ in answers} == {201}
    assert len({said["id"] for _, said in answers}) == 1
    with sight(Scope(everything=True)):
        assert Lead.objects.count() == 1
        assert Event.objects.filter(kind="lead.captured").count() == 1


def test_the_same_external_id_at_once_is_one_lead(committed):
    from django.db import connections

    from rounds.access.sight import sight
    from rounds.actions.leads.capturing import capture
    from rounds.kit.actor import SYSTEM_ACTOR
    from rounds.kit.clock import now
    from rounds.kit.scope import Scope

    taken = []

    def send():
        with sight(Scope(everything=True)):
            taken.append(capture({"name": "Ann", "external_id": "e1"}, by=SYSTEM_ACTOR, at=now()).id)
        connections.close_all()

    threads = [Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 6
    assert len(set(taken)) == 1
