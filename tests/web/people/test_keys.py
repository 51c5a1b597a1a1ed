"""Security keys and passkeys, with a key in software: nothing but a fresh answer to our own question counts."""

from __future__ import annotations

import pytest
from django.test import Client

from rounds.access.sight import look_as
from rounds.actions.people import factors
from rounds.kit.clock import now
from rounds.kit.scope import Scope
from rounds.models import Factor, Session
from tests.web.people.conftest import SoftKey, asks, is_in, log_in

pytestmark = pytest.mark.req("SEC-03")


@pytest.fixture
def with_key(cast, with_password):
    """The owner with a password and a key that was added on her own page."""
    with_password(cast.owner)
    client, key = Client(), SoftKey()
    log_in(client, cast.owner)
    answer = client.post("/me/security/key/", {"credential": key.create(asks(client, "/login/key/new/")), "name": "  Blue key "})
    assert answer.status_code == 200, "recovery codes, because there were none"
    assert answer.content.count(b'<li class="select-all') == 10
    look_as(Scope(everything=True))
    assert Factor.objects.get(user=cast.owner).name == "Blue key"
    return key


def test_a_key_is_a_second_factor(cast, with_key):
    client = Client()
    assert log_in(client, cast.owner)["Location"] == "/login/second/"
    assert client.post("/login/second/", {"credential": with_key.get(asks(client))})["Location"] == "/"
    look_as(Scope(everything=True))
    assert Session.objects.filter(user=cast.owner).latest("began_at").factors == ["password", "webauthn"]


def test_a_passkey_that_checks_its_person_is_both_factors(cast, with_key):
    client = Client()
    answer = client.post("/login/", {"credential": with_key.get(asks(client, **{"for": "passkey"})), "next": "/leads/"})
    assert (answer.status_code, answer["Location"]) == (302, "/leads/")
    assert is_in(client)


@pytest.mark.parametrize("how", ["no proof of its own", "another site", "an old question", "answered twice", "a copied key", "another person", "no handle", "rubbish"])
def test_what_is_no_answer_lets_nobody_in(cast, with_key, how):
    client = Client()
    question = asks(client, **{"for": "passkey"})
    handle = None
    if how == "no proof of its own":
        with_key.verifies = False
    elif how == "another site":
        with_key.origin = "https://evil.example"
    elif how == "an old question":
        asks(client, **{"for": "passkey"})
    elif how == "answered twice":
        answer = with_key.get(question)
        assert client.post("/login/", {"credential": answer}).status_code == 302
        client = Client()
        asks(client, **{"for": "passkey"})
        assert client.post("/login/", {"credential": answer}).status_code == 200
        return
    elif how == "a copied key":
        with_key.counter = -1
    elif how == "another person":
        handle = "AAAAAAAAAAAAAAAAAAAAAA"
    elif how == "no handle":
        handle = ""
    said = "{" if how == "rubbish" else with_key.get(question, handle=handle)
    answer = client.post("/login/", {"credential": said})
    assert (answer.status_code, b"Log in with your password instead" in answer.content) == (200, True)
    assert not is_in(client)


def test_another_persons_key_is_no_second_factor(cast, with_key, with_app):
    with_app(cast.colleague)
    client = Client()
    log_in(client, cast.colleague)
    question = asks(client)
    assert question["allowCredentials"] == []
    client.post("/login/second/", {"credential": with_key.get(question)})
    assert not is_in(client)


def test_who_was_sent_away_comes_in_by_no_passkey(cast, with_key):
    cast.owner.is_active = False
    cast.owner.save(update_fields=["is_active"])
    client = Client()
    client.post("/login/", {"credential": with_key.get(asks(client, **{"for": "passkey"}))})
    assert not is_in(client)


def test_a_key_may_be_the_first_factor_one_must_add(cast, with_password, asked):
    with_password(cast.colleague)
    client, key = Client(), SoftKey(verifies=False)
    log_in(client, cast.colleague)
    broken = client.post("/login/enrol/key/", {"credential": "{}"})
    assert b"could not be checked" in broken.content
    done = client.post("/login/enrol/key/", {"credential": key.create(asks(client, "/login/key/new/"))})
    assert b"Keep these codes" in done.content
    assert is_in(client)


def test_a_removed_key_opens_nothing(cast, with_key):
    factors.remove(factors.held(cast.owner)[0], by=cast.owner.actor, at=now())
    client = Client()
    client.post("/login/", {"credential": with_key.get(asks(client, **{"for": "passkey"}))})
    assert not is_in(client)
