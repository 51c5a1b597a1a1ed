"""A POST that is sent twice happens once: repeated, changed, at the same time, after a failure."""

from __future__ import annotations

import json
from threading import Thread

import pytest

from rounds.access.sight import EVERYTHING, sight
from rounds.models import AuditEntry, CommitteeSeat, Event, IdempotentRequest, Lead
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


def give(lead, owner) -> None:
    with sight(EVERYTHING):
        Lead.objects.filter(pk=lead).update(owner=owner, team=None, territory="", account=None, buying_unit=None)


class TestWhoMaySeeLessNow:
    """A kept answer is not given to who may see less than when it was made."""

    SEAT = {"role": "CIO", "stance": "champion", "motivation": "Wants her own mortgage"}

    @pytest.fixture
    def seated(self, admin, caller, cast):
        """An admin's own account with a seat, told with a key; `again` sends it once more."""
        account = admin("POST", "/accounts", {"name": "Bay", "level": "hospital", "state": "NY"})[1]["id"]
        contact = admin("POST", "/contacts", {"account": account, "name": "Ann"})[1]["id"]
        path, said = f"/accounts/{account}/committee", {"contact": contact, **self.SEAT}
        assert admin("POST", path, said, **KEY)[1]["motivation"] == self.SEAT["motivation"]
        return lambda: admin("POST", path, said, **KEY)

    def test_the_same_sight_gets_the_same_answer(self, seated, admin):
        assert seated()[1]["motivation"] == self.SEAT["motivation"]
        assert admin.last["Idempotency-Replayed"] == "true"

    @pytest.mark.parametrize("role", ["inside", "marketing", "engineer", "security"])
    def test_a_role_that_lost_the_field_is_not_shown_it(self, seated, admin, cast, role):
        type(cast.admin).objects.filter(pk=cast.admin.pk).update(role=role)
        before = (Event.objects.count(), CommitteeSeat.objects.count())
        status, said = seated()
        assert status in (401, 403, 409)
        assert "mortgage" not in json.dumps(said)
        assert (Event.objects.count(), CommitteeSeat.objects.count()) == before

    def test_it_is_said_why_and_what_to_do(self, caller, cast):
        rep = caller(cast.inside)
        rep("POST", "/leads", {"name": "Ann", "state": "NY"}, **KEY)
        kept = IdempotentRequest.objects.get()
        assert "account.it_budget" in kept.shown["hidden"]
        assert rep("POST", "/leads", {"name": "Ann", "state": "NY"}, **KEY)[0] == 201
        IdempotentRequest.objects.update(shown=kept.shown | {"hidden": []})
        status, said = rep("POST", "/leads", {"name": "Ann", "state": "NY"}, **KEY)
        assert (status, "not shown again" in said["detail"], "at its own address" in said["detail"].replace("\n", " ")) == (409, True, True)

    def test_a_record_given_away_meanwhile_is_not_shown(self, caller, cast):
        owner = caller(cast.owner)
        lead = owner("POST", "/leads", {"name": "Ann", "message": "Call me at noon", "state": "NY"}, **KEY)[1]["id"]
        give(lead, cast.owner)
        again = lambda: owner("POST", "/leads", {"name": "Ann", "message": "Call me at noon", "state": "NY"}, **KEY)  # noqa: E731
        IdempotentRequest.objects.update(shown={**IdempotentRequest.objects.get().shown, "seen": True})
        assert again()[0] == 201
        give(lead, cast.colleague)
        status, said = again()
        assert (status, "not shown again" in said["detail"]) == (409, True)
        assert "noon" not in json.dumps(said)


@pytest.mark.req("INTEG-18")
def test_every_address_that_takes_a_key_knows_what_it_makes(caller, cast):
    """A kept answer is narrowed by its noun: an address whose noun nobody knows would break at its first key."""
    from rounds.api.doors import NOUNS
    from rounds.api.root import api

    taking = {
        path.removeprefix("/api/v1/").split("/")[0]
        for path, methods in api.get_openapi_schema()["paths"].items() for said in methods.values()
        if any(one["name"] == "Idempotency-Key" for one in said.get("parameters", []))
    }  # fmt: skip
    assert taking - NOUNS.keys() == set()
    call = caller(cast.admin)
    first = call("POST", "/tasks", {"title": "Send the study"}, **{"Idempotency-Key": "once"})
    assert first[0] == 201
    assert call("POST", "/tasks", {"title": "Send the study"}, **{"Idempotency-Key": "once"}) == first
