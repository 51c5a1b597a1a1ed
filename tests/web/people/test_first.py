"""The first factor: nobody learns who works here, and nobody is kept out by a stranger's tries."""

from __future__ import annotations

import re
import statistics
import time
from datetime import timedelta

import pytest
from django.test import Client

from rounds.access.sight import look_as
from rounds.actions.people import logins, throttling
from rounds.kit import addresses
from rounds.kit.clock import frozen_at, now
from rounds.kit.scope import Scope
from rounds.models import AuditEntry, Throttle
from tests.web.people.conftest import PASSWORD, is_in, log_in

WRONG = "not the password, though long"


def everything():
    look_as(Scope(everything=True))


def bare(answer, email: str) -> str:
    """An answer without what is the visitor's own: the address typed and the form's token."""
    body = answer.content.decode().replace(email, "")
    return re.sub(r'(name="csrfmiddlewaretoken" value|name="csrf-token" content)="[^"]+"', "", body)


@pytest.fixture
def tried(cast, with_password):
    """Every kind of failure: name → (address, password)."""
    for user in (cast.owner, cast.colleague, cast.inside, cast.integration):
        with_password(user)
    cast.colleague.is_active = False
    cast.colleague.save(update_fields=["is_active"])
    for _ in range(6):
        throttling.failed(throttling.key("password", cast.inside.email, "unrecognised"))
    return {
        "unknown": ("nobody@northwind-rounds.example", WRONG), "wrong": (cast.owner.email, WRONG),
        "left": (cast.colleague.email, PASSWORD), "service": (cast.integration.email, PASSWORD),
        "waiting, wrong": (cast.inside.email, WRONG), "waiting, right": (cast.inside.email, PASSWORD),
        "no password": (cast.manager.email, WRONG), "too long": (cast.owner.email, PASSWORD + "x" * 5000),
    }  # fmt: skip


@pytest.mark.req("SEC-04")
def test_every_failure_has_the_same_answer(tried):
    said = {}
    for name, (email, password) in tried.items():
        answer = Client().post("/login/", {"email": email, "password": password})
        said[name] = (answer.status_code, bare(answer, email), sorted(set(answer.headers) - {"Content-Length"}), sorted(answer.cookies))
    for name, answer in said.items():
        assert answer == said["unknown"], name
    assert said["unknown"][0] == 200


@pytest.mark.req("SEC-04")
def test_every_failure_takes_the_same_time(tried):
    """Each kind is tried once a round, in another order, and compared within the round: a busy machine meets all alike."""
    names, shares = list(tried), {name: [] for name in tried}
    for turn in range(11):
        took = {}
        for name in (*names[turn % len(names):], *names[: turn % len(names)]):
            email, password = tried[name]
            client = Client(REMOTE_ADDR=f"203.0.113.{turn}")
            start = time.perf_counter()
            client.post("/login/", {"email": email, "password": password})
            took[name] = time.perf_counter() - start
            everything()
            Throttle.objects.exclude(count=6).delete()
        middle = statistics.median(took.values())
        for name, seconds in took.items():
            shares[name].append(seconds / middle)
    found = {name: statistics.median(of) for name, of in shares.items()}
    assert all(0.75 < share < 1.25 for share in found.values()), found


@pytest.mark.req("SEC-04")
def test_back_off_grows_and_is_forgotten(cast, with_password):
    with_password(cast.owner)
    at, client = now(), Client()
    for _ in range(5):
        log_in(client, cast.owner, WRONG)
    assert not is_in(client)
    assert log_in(client, cast.owner).status_code == 200, "right, but it has to wait"
    with frozen_at(at + timedelta(seconds=40)):
        log_in(client, cast.owner, WRONG)  # the sixth failure: a minute
    with frozen_at(at + timedelta(seconds=80)):
        assert log_in(client, cast.owner).status_code == 200
    with frozen_at(at + timedelta(seconds=110)):
        assert log_in(client, cast.owner).status_code == 302
    everything()
    assert list(Throttle.objects.values_list("count", flat=True)) == [6], "who came in is forgotten; the network is not"


def test_the_longest_wait_is_a_quarter_of_an_hour_and_a_day_forgets_all(cast):
    at = now()
    for _ in range(60):
        throttling.failed("k", at=at)
    assert throttling.blocked("k", at=at + timedelta(minutes=14))
    assert not throttling.blocked("k", at=at + timedelta(minutes=15, seconds=1))
    assert throttling.failed("k", at=at + timedelta(hours=25)) == 1
    assert throttling.forget(at=at + timedelta(hours=50)) == 1


@pytest.fixture
def quick(settings):
    """Hundreds of tries: what they cost is proven elsewhere."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.mark.req("SEC-04")
@pytest.mark.usefixtures("quick")
def test_a_stranger_keeps_nobody_out(cast, with_password):
    """Who is on a recognised browser, or comes by link, gets in while somebody else tries the address all day."""
    with_password(cast.owner)
    mine = Client()
    assert log_in(mine, cast.owner, recognise="1").status_code == 302
    mine.post("/logout/")
    stranger = Client(REMOTE_ADDR="198.51.100.7")
    for _ in range(120):
        log_in(stranger, cast.owner, WRONG)
    assert log_in(Client(REMOTE_ADDR="198.51.100.7"), cast.owner).status_code == 200, "an unknown browser waits"
    assert log_in(mine, cast.owner).status_code == 302
    everything()
    by_link = Client(REMOTE_ADDR="198.51.100.7")
    token = logins.make_link(cast.owner, by=cast.admin.actor, at=now())
    assert by_link.post(f"/login/link/{token}/").status_code == 302
    assert is_in(by_link)
    with frozen_at(now() + timedelta(minutes=16)):
        assert log_in(Client(REMOTE_ADDR="203.0.113.5"), cast.owner).status_code == 302, "not for ever"


def test_a_recognised_browser_has_a_count_of_its_own(cast, with_password):
    with_password(cast.owner)
    mine = Client()
    log_in(mine, cast.owner, recognise="1")
    mine.post("/logout/")
    for _ in range(6):
        log_in(mine, cast.owner, WRONG)
    assert log_in(mine, cast.owner).status_code == 200, "who stole the browser tries no further"
    assert log_in(Client(), cast.owner).status_code == 302


@pytest.mark.req("SEC-04")
@pytest.mark.usefixtures("quick")
def test_a_network_that_tries_everybody_waits(cast, with_password):
    with_password(cast.owner)
    spray = Client(REMOTE_ADDR="198.51.100.7")
    for number in range(101):
        spray.post("/login/", {"email": f"guess{number}@northwind-rounds.example", "password": WRONG})
    assert log_in(spray, cast.owner).status_code == 200
    assert log_in(Client(REMOTE_ADDR="198.51.100.8"), cast.owner).status_code == 302


@pytest.mark.req("SEC-04")
@pytest.mark.usefixtures("quick")
def test_a_spoofed_address_does_not_help(cast, with_password, monkeypatch):
    """Whatever the caller writes into X-Forwarded-For, what our own proxy added counts."""
    with_password(cast.owner)

    def spray(proxies: int, forwarded) -> bool:
        """Whether the hundred and first try is stopped."""
        monkeypatch.setattr(addresses._Held, "proxies", proxies)
        everything()
        Throttle.objects.all().delete()
        for number in range(101):
            Client(REMOTE_ADDR="10.0.0.1").post("/login/", {"email": f"g{number}@x.example", "password": WRONG},
                                                headers={"x-forwarded-for": forwarded(number)})  # fmt: skip
        answer = Client(REMOTE_ADDR="10.0.0.1").post("/login/", {"email": cast.owner.email, "password": PASSWORD},
                                                     headers={"x-forwarded-for": forwarded(999)})  # fmt: skip
        return answer.status_code == 200

    assert spray(0, lambda n: f"192.0.2.{n % 250}"), "no proxies: the header is not read"
    assert spray(1, lambda n: f"192.0.2.{n % 250}, 198.51.100.7"), "one proxy: the last address counts"
    assert spray(2, lambda n: f"192.0.2.{n % 250}, 198.51.100.7, 10.9.9.9")
    assert not spray(1, lambda n: f"10.1.{n}.1" if n < 250 else "203.0.113.1"), "really many networks"


@pytest.mark.parametrize(("proxies", "direct", "forwarded", "said"), [
    (0, "203.0.113.4", "1.2.3.4", "203.0.113.4"), (1, "10.0.0.1", "", "10.0.0.1"), (1, "10.0.0.1", "1.1.1.1, 203.0.113.4:4711", "203.0.113.4"),
    (2, "10.0.0.1", "9.9.9.9", "10.0.0.1"), (1, "", "not an address", "unknown"), (0, "", "", "unknown"),
    (1, "10.0.0.1", "[2001:db8::1]:443", "2001:db8::1"), (0, "::ffff:203.0.113.4", "", "203.0.113.4"),
])  # fmt: skip
def test_where_a_request_comes_from(monkeypatch, rf, proxies, direct, forwarded, said):
    monkeypatch.setattr(addresses._Held, "proxies", proxies)
    request = rf.get("/", REMOTE_ADDR=direct, headers={"x-forwarded-for": forwarded})
    assert addresses.client_address(request) == said
    assert addresses.network("2001:db8:0:1:2::9") == "2001:db8:0:1::/64"


@pytest.mark.req("SEC-05")
def test_each_step_takes_a_new_session_key(cast, with_app):
    person, client = with_app(cast.owner), Client()
    session = client.session
    session["planted"] = "1"
    session.save()
    client.cookies["sessionid"] = session.session_key
    keys = [session.session_key]
    log_in(client, cast.owner)
    keys.append(client.cookies["sessionid"].value)
    assert "planted" not in client.session
    client.post("/login/second/", {"code": person.code()})
    keys.append(client.cookies["sessionid"].value)
    assert len(set(keys)) == 3
    for old in keys[:2]:
        thief = Client()
        thief.cookies["sessionid"] = old
        assert not is_in(thief)
    assert is_in(client)


def test_what_failed_is_noted_without_the_address_of_a_stranger(cast, with_password):
    with_password(cast.owner)
    log_in(Client(), cast.owner, WRONG)
    Client().post("/login/", {"email": "Stranger@elsewhere.example", "password": WRONG})
    Client().post("/login/", {"email": "stranger@elsewhere.example ", "password": WRONG})
    everything()
    known, one, other = AuditEntry.objects.filter(verb="login.failed").order_by("at")
    assert known.subject_id == cast.owner.id
    assert one.subject_id is None
    assert one.detail["address"] == other.detail["address"]
    assert "stranger" not in str(one.detail).lower()
    assert not Throttle.objects.filter(key__contains="stranger").exists()


@pytest.mark.req("SEC-05")
def test_cookies_are_kept_from_scripts_and_other_sites(cast, with_password, settings):
    with_password(cast.owner)
    settings.SESSION_COOKIE_SECURE = True
    client = Client()
    log_in(client, cast.owner, recognise="1")
    for name in ("sessionid", "rounds_device"):
        cookie = client.cookies[name]
        assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Lax", True), name
    assert client.cookies["rounds_device"]["max-age"] == 30 * 24 * 3600
