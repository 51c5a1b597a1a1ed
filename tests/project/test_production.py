"""Production for real: what is weak does not start and says why, what is sound serves over the proxy's TLS."""

from __future__ import annotations

import os
import re

import pytest

from tests.project.production import HOST, Place, command, sound
from tests.serving import free_port

WEAK = {
    "no key": ({"ROUNDS_SECRET_KEY": ""}, "ROUNDS_SECRET_KEY must be set"),
    "a copied key": ({"ROUNDS_SECRET_KEY": "django-insecure-9fQ0zLw7Yb1nUe5cXr8tVm2aHs4dJg6p8Kz1"}, "copied from an example"),
    "no key ring": ({"ROUNDS_KEYRING": "/nonexistent/ring.json"}, "ROUNDS_KEYRING must name a key ring"),
    "no database": ({"ROUNDS_DATABASE_URL_WEB": ""}, "ROUNDS_DATABASE_URL_WEB must point"),
    "a database in the clear": ({"ROUNDS_DATABASE_URL_WEB": "postgresql://rounds_web@db.example/rounds"}, "sslmode=require"),
    "one role": ({"ROUNDS_DATABASE_URL_WORKER": "{ROUNDS_DATABASE_URL_WEB}"}, "three roles"),
    "plain http": ({"ROUNDS_PUBLIC_URL": f"http://{HOST}"}, "ROUNDS_PUBLIC_URL must begin with https://"),
    "every host": ({"ROUNDS_HOSTS": '["*"]'}, "* names none"),
    "another host": ({"ROUNDS_HOSTS": '["other.example"]'}, "must hold the host of ROUNDS_PUBLIC_URL"),
    "no second factor": ({"ROUNDS_SECOND_FACTOR": "offered"}, "ROUNDS_SECOND_FACTOR must be policy"),
    "no TLS in front": ({"ROUNDS_BEHIND_TLS_PROXY": "false"}, "ROUNDS_BEHIND_TLS_PROXY must be true"),
    "unknown proxies": ({"ROUNDS_PROXIES": "0"}, "ROUNDS_PROXIES must say"),
    "a peer of any port": ({"ROUNDS_OUTBOUND_ALLOW": '["fhir.hospital.lan"]'}, "ROUNDS_OUTBOUND_ALLOW must name"),
}


@pytest.mark.req("SEC-05")
@pytest.mark.parametrize(("said", "sentence"), WEAK.values(), ids=WEAK)
def test_a_weak_production_does_not_start(said, sentence, server, tmp_path):
    environment = sound(tmp_path, server, "rounds_nowhere")
    environment |= {name: value.format(**environment) if "{" in value else value for name, value in said.items()}
    done = command(environment, "serve", "--port", str(free_port()))
    assert done.returncode == 2, done.stdout
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert environment["ROUNDS_SECRET_KEY"] not in done.stderr or not environment["ROUNDS_SECRET_KEY"]


def test_a_server_without_its_assets_does_not_start(server, tmp_path):
    done = command(sound(tmp_path, server, "rounds_nowhere"), "serve", "--port", str(free_port()))
    assert done.returncode == 2
    assert "run `rounds assets collect`" in done.stderr


@pytest.mark.req("SEC-05")
def test_a_sound_production_serves_whole_pages(production: Place):
    page = production.ask("/login/", signed_in=False)
    assert page.status == 200
    linked = re.findall(r'(?:href|src)="(/static/[^"#]+)', page.body.decode())
    assert linked
    for path in linked:
        assert re.search(r"\.[0-9a-f]{12}\.", path), f"{path} has no hash: it would be kept for a year after a change"
        file = production.ask(path, signed_in=False)
        assert file.status == 200
        assert "immutable" in file.one("Cache-Control")
    assert production.ask("/accounts/").status in (200, 302), "302 leads to the second factor"


def test_plain_http_is_sent_to_tls_and_gives_nothing(production: Place):
    answer = production.ask("/accounts/", proxied=False)
    assert (answer.status, answer.one("Location")) == (301, f"https://{HOST}/accounts/")
    assert answer.all("Set-Cookie") == []
    assert production.ask("/accounts/", proxied=False, X_Forwarded_Proto="http").status == 301


def test_a_foreign_host_is_not_answered(production: Place):
    for host in ("evil.example", f"{HOST}.evil.example", f"evil.example#{HOST}", "127.0.0.1", ""):
        answer = production.ask("/login/", host=host, X_Forwarded_Host=HOST)
        assert answer.status == 400, host
        assert b"evil" not in answer.body


def test_cookies_are_bound_to_this_host(production: Place):
    page = production.ask("/login/", signed_in=False)
    said = page.all("Set-Cookie")
    assert said, "the token of the form"
    for cookie in said:
        assert cookie.startswith("__Host-")
        for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
            assert word in cookie, (word, cookie)
        assert "Domain" not in cookie


def test_the_demo_is_refused(server, tmp_path):
    done = command(sound(tmp_path, server, "rounds_nowhere"), "demo", "--data-only", "--small")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_debug_cannot_be_switched_on(production: Place):
    assert not [name for name in os.environ if name == "ROUNDS_DEBUG"]
    answer = production.ask("/nowhere/", signed_in=False)
    assert answer.status == 404
    assert b"urlpatterns" not in answer.body
