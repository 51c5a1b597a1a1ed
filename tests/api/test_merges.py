"""Duplicates and merges over the API."""

from __future__ import annotations

import pytest

from rounds.actions.market import accounts, duplicates
from rounds.kit.clock import now
from rounds.models import Account

pytestmark = pytest.mark.req("LEAD-31")


@pytest.fixture
def twins(cast):
    made = [accounts.add(name=name, state="OH", city="Akron", owner=cast.owner, by=cast.admin.actor, at=now(), **said)
            for name, said in (("Mercy Hospital", {}), ("Mercy Hosp", {"phone": "330 555 0100"}))]  # fmt: skip
    duplicates.look_at(made[1], by=cast.admin.actor, at=now())
    return made


def test_one_account_is_taken_into_another_and_back(caller, cast, twins, see_all):
    api = caller(cast.admin)
    one, other = twins
    _, found = api("GET", f"/accounts/{one.id}/duplicates")
    assert [(twin["id"], twin["group"]) for twin in found["data"]] == [(str(other.id), "sure")]
    status, done = api("POST", f"/accounts/{one.id}/merges", {"other": str(other.id)})
    assert (status, done["taken"]) == (201, ["phone"])
    status, gone = api("GET", f"/accounts/{other.id}/facts")
    assert (status, str(one.id) in gone["detail"]) == (410, True)
    status, back = api("DELETE", f"/accounts/{one.id}/merges/{done['id']}")
    assert (status, back["left"]) == (200, 0)
    see_all()
    assert Account.objects.filter(merged_into=None, pk__in=[one.pk, other.pk]).count() == 2


def test_what_cannot_be_one_is_a_sentence_and_a_rep_asks_her_manager(caller, cast, twins):
    one, other = twins
    status, same = caller(cast.admin)("POST", f"/accounts/{one.id}/merges", {"other": str(one.id)})
    assert (status, same["detail"]) == (422, "This is one record already; choose two.")
    assert caller(cast.owner)("POST", f"/accounts/{one.id}/merges", {"other": str(other.id)})[0] == 403
    assert caller(cast.colleague)("GET", f"/accounts/{one.id}/duplicates")[0] == 404
