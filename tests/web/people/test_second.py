"""The second factor: asked of everybody who has one or needs one, skipped by nobody, each code good once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from rounds.access.sight import look_as
from rounds.actions.people import devices, factors, logins, otp
from rounds.kit.clock import frozen_at, now
from rounds.kit.scope import Scope
from rounds.models import AuditEntry, Factor, Session
from tests.web.people.conftest import PASSWORD, SoftKey, asks, is_in, log_in

pytestmark = pytest.mark.req("SEC-03")
PAGES = ("/", "/accounts/", "/leads/", "/contacts/", "/market/", "/search/?q=a", "/palette/?q=a", "/playbook/", "/universe/",
         "/audit/", "/me/security/", "/me/security/app/", "/login/again/", "/login/enrol/")  # fmt: skip


def everything():
    look_as(Scope(everything=True))


def test_password_and_code_log_in_and_the_session_says_how(cast, with_app):
    person, client = with_app(cast.owner), Client(REMOTE_ADDR="203.0.113.9")
    answer = log_in(client, cast.owner, next="/leads/")
    assert (answer.status_code, answer["Location"]) == (302, "/login/second/")
    answer = client.post("/login/second/", {"code": person.code()})
    assert (answer.status_code, answer["Location"]) == (302, "/leads/")
    everything()
    row = Session.objects.get(user=cast.owner)
    assert (row.factors, row.ip) == (["password", "totp"], "203.0.113.9")
    said = AuditEntry.objects.get(verb="login")
    assert (said.chain, said.subject_id, said.detail["factors"]) == ("read", cast.owner.id, ["password", "totp"])


def ways_in(person) -> dict:
    """Every way to give a first factor, none of them the second."""

    def by_link(client, **how):
        client.post(f"/login/link/{logins.make_link(person.user, by=person.user.actor, at=now(), **how)}/")

    def by_weak_passkey(client):
        key = SoftKey(verifies=True)
        other = Client()
        other.force_login(person.user)
        other.post("/me/security/key/", {"credential": key.create(asks(other, "/login/key/new/")), "name": "k"})
        key.verifies = False
        client.post("/login/", {"credential": key.get(asks(client, **{"for": "passkey"}))})

    def recognised(client):
        from django.core.signing import get_cookie_signer

        _, cookie = devices.recognise(person.user, agent="x", at=now())
        client.cookies["rounds_device"] = get_cookie_signer(salt="rounds_devicerounds_device").sign(cookie)
        log_in(client, person.user)

    def stale(client):
        with frozen_at(now() - timedelta(minutes=16)):
            log_in(client, person.user)
        client.post("/login/second/", {"code": person.code()})

    return {
        "password": lambda client: log_in(client, person.user),
        "link": by_link,
        "invitation": lambda client: by_link(client, purpose="invitation"),
        "passkey without its own proof": by_weak_passkey,
        "recognised browser": recognised,
        "a wrong code": lambda client: (log_in(client, person.user), client.post("/login/second/", {"code": "000000"})),
        "the page that asks again": lambda client: (log_in(client, person.user), client.post("/login/again/", {"password": PASSWORD})),
        "adding another factor": lambda client: (log_in(client, person.user), client.post("/login/enrol/app/"), client.post("/login/enrol/key/", {"credential": SoftKey().create({**asks(Client(), **{"for": "passkey"}), "rp": {"id": "testserver"}, "user": {"id": ""}})})),
        "a factor shown too late": stale,
    }


@pytest.mark.parametrize("way", ["password", "link", "invitation", "passkey without its own proof", "recognised browser",
                                 "a wrong code", "the page that asks again", "adding another factor", "a factor shown too late"])  # fmt: skip
def test_no_way_in_skips_the_second_factor(cast, with_app, way):
    person, client = with_app(cast.admin), Client()
    ways_in(person)[way](client)
    for path in PAGES:
        answer = client.get(path)
        assert answer.status_code == 302, (path, answer.status_code)
        assert answer["Location"].startswith("/login/"), path
    assert client.get("/api/v1/accounts").status_code == 401
    assert "_auth_user_id" not in client.session
    everything()
    assert factors.held(cast.admin)[0].kind == "totp"


def test_who_must_have_one_and_has_none_can_do_nothing_else(cast, with_password, asked):
    with_password(cast.owner)
    for first in ("password", "link"):
        client = Client()
        if first == "password":
            answer = log_in(client, cast.owner)
        else:
            everything()
            answer = client.post(f"/login/link/{logins.make_link(cast.owner, by=cast.owner.actor, at=now())}/")
        assert answer["Location"] == "/login/enrol/"
        for path in PAGES[:-1]:
            assert client.get(path)["Location"].startswith("/login/"), path
        page = client.get("/login/enrol/")
        assert b"authenticator app" in page.content
        assert b"/login/enrol/message/" not in page.content, "text messages are not offered"


@pytest.mark.req("SEC-03")
def test_a_seed_is_shown_to_the_session_that_began_it_alone(cast, with_password, asked):
    """Who knows the password stands at the same page: they must not read the seed of the one who adds the app."""
    import pyotp

    with_password(cast.owner)
    hers, other = Client(), Client()
    for client in (hers, other):
        log_in(client, cast.owner)
    hers.post("/login/enrol/app/")
    everything()
    seed = Factor.objects.get(user=cast.owner).secret
    assert seed[:4].encode() in hers.get("/login/enrol/app/").content
    peeked = other.get("/login/enrol/app/")
    assert peeked["Location"] == "/login/enrol/"
    assert other.post("/login/enrol/app/", {"code": pyotp.TOTP(seed).now()})["Location"] == "/login/enrol/"
    assert not is_in(other)
    hers.post("/login/enrol/app/", {"code": pyotp.TOTP(seed).now()})
    assert is_in(hers)


def test_enrolling_an_app_lets_in_and_shows_recovery_codes_once(cast, with_password, asked):
    import pyotp

    with_password(cast.owner)
    client = Client()
    log_in(client, cast.owner, next="/leads/")
    assert client.post("/login/enrol/app/")["Location"] == "/login/enrol/app/"
    page = client.get("/login/enrol/app/")
    assert b"<svg" in page.content
    everything()
    seed = Factor.objects.get(user=cast.owner).secret
    assert " ".join(seed[i : i + 4] for i in range(0, 32, 4)).encode() in page.content
    assert b"not right" in client.post("/login/enrol/app/", {"code": "123"}).content
    done = client.post("/login/enrol/app/", {"code": pyotp.TOTP(seed).now()})
    assert done.status_code == 200
    assert done.content.count(b'<li class="select-all') == 10
    assert b'href="/leads/"' in done.content
    assert is_in(client)
    everything()
    assert Session.objects.get(user=cast.owner).factors == ["password", "totp"]
    assert not is_in(Client())


def test_portal_users_may_and_services_never_come_this_way(cast, with_password, asked):
    with_password(cast.integration)
    client = Client()
    assert b"do not go together" in log_in(client, cast.integration).content


def test_a_code_works_once(cast, with_app):
    person = with_app(cast.owner)
    code = person.code()
    first, again = Client(), Client()
    log_in(first, cast.owner)
    log_in(again, cast.owner)
    assert first.post("/login/second/", {"code": code}).status_code == 302
    assert b"Not logged in yet" in again.post("/login/second/", {"code": code}).content
    assert not is_in(again)


def test_codes_of_a_clock_that_is_off_by_half_a_minute_are_taken_and_no_more(cast, with_app):
    person, at = with_app(cast.owner), now()
    row = factors.held(cast.owner)[0]
    assert not otp.spend(row, person.code(at - timedelta(seconds=61)), at=at)
    assert not otp.spend(row, person.code(at + timedelta(seconds=61)), at=at)
    assert otp.spend(row, person.code(at - timedelta(seconds=30)), at=at)
    assert otp.spend(row, person.code(at + timedelta(seconds=30)), at=at)
    assert not otp.spend(row, person.code(at), at=at), "a later one was used already"


def test_a_recovery_code_works_once_for_its_own_person(cast, with_app):
    person, other = with_app(cast.owner), with_app(cast.colleague)
    client = Client()
    log_in(client, cast.owner)
    assert b"Not logged in yet" in client.post("/login/second/", {"code": other.codes[0]}).content
    assert client.post("/login/second/", {"code": person.codes[0].lower().replace("-", " ")}).status_code == 302
    again = Client()
    log_in(again, cast.owner)
    assert b"Not logged in yet" in again.post("/login/second/", {"code": person.codes[0]}).content
    everything()
    assert otp.codes_left(cast.owner) == 9
    assert all(code not in str(entry.detail) for entry in AuditEntry.objects.all() for code in person.codes)


def test_the_seed_lies_sealed_in_the_database(cast, with_app):
    from django.db import connection

    person = with_app(cast.owner)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM rounds_factor WHERE user_id = %s", [cast.owner.id])
        stored = cursor.fetchone()[0]
    assert stored.startswith("sealed:")
    assert person.seed not in stored


def test_wrong_codes_are_slowed_down(cast, with_app):
    person, client = with_app(cast.owner), Client()
    log_in(client, cast.owner)
    for _ in range(5):
        client.post("/login/second/", {"code": "000000"})
    assert b"Not logged in yet" in client.post("/login/second/", {"code": person.code()}).content, "right, but too soon"
    with frozen_at(now() + timedelta(minutes=2)):
        assert client.post("/login/second/", {"code": person.code()}).status_code == 302
