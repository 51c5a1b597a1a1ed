"""Another site's page cannot make a browser do anything here, whatever method, kind of body or header it chooses."""

from __future__ import annotations

import itertools

import pytest
from django.test import Client

from rounds.models import User

KINDS = {"form": "application/x-www-form-urlencoded", "text that is JSON": "text/plain", "JSON": "application/json",
         "parts": "multipart/form-data; boundary=b", "none": ""}  # fmt: skip
BODIES = {"form": "theme=dark", "text that is JSON": '{"theme":"dark","x":"="}', "JSON": '{"theme":"dark"}',
          "parts": '--b\r\nContent-Disposition: form-data; name="theme"\r\n\r\ndark\r\n--b--\r\n', "none": "theme=dark"}  # fmt: skip
ORIGINS = {"missing": {}, "another": {"origin": "https://evil.example"}, "null": {"origin": "null"}, "a neighbour": {"origin": "https://testserver.evil.example"},
           "by referer": {"referer": "https://evil.example/x"}, "another port": {"origin": "https://testserver:8443"}}  # fmt: skip


@pytest.fixture
def strict(cast):
    """A browser in which the owner is logged in and that is asked for the token."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(cast.owner)
    return client


def theme(cast) -> str:
    return User.objects.get(pk=cast.owner.pk).theme


@pytest.mark.req("SEC-05")
@pytest.mark.parametrize("origin", ORIGINS.values(), ids=ORIGINS)
def test_nothing_is_done_without_the_page(strict, cast, see_all, origin):
    before = theme(cast)
    extras = ({}, {"hx-request": "true"}, {"x-requested-with": "XMLHttpRequest"}, {"x-csrftoken": "x" * 64})
    for kind, method, extra in itertools.product(KINDS, ("POST", "PUT", "PATCH", "DELETE"), extras):
        answer = strict.generic(method, "/self/theme/", BODIES[kind], content_type=KINDS[kind], headers={**origin, **extra}, secure=True)
        assert answer.status_code in (403, 405), (kind, method, extra)
    see_all()
    assert theme(cast) == before


def test_the_token_of_the_page_is_good_for_its_own_origin_only(strict, cast, see_all):
    page = strict.get("/login/again/?next=/", secure=True)
    token = strict.cookies["csrftoken"].value if "csrftoken" in strict.cookies else ""
    page = page if token else strict.get("/accounts/", secure=True)
    token = strict.cookies["csrftoken"].value
    sent = {"theme": "dark", "csrfmiddlewaretoken": token}
    for origin in ("https://evil.example", "null", "http://testserver"):
        assert strict.post("/self/theme/", sent, headers={"origin": origin}, secure=True).status_code == 403, origin
    assert strict.post("/self/theme/", sent, secure=True).status_code == 403, "over TLS some origin or referer must be said"
    assert strict.post("/self/theme/", sent, headers={"origin": "https://testserver"}, secure=True).status_code in (204, 302)
    see_all()
    assert theme(cast) == "dark"


def test_a_method_in_a_form_or_a_header_is_not_believed(strict, cast, see_all):
    before = theme(cast)
    for path, headers in (("/self/theme/?_method=POST&theme=dark", {}), ("/self/theme/?theme=dark", {"x-http-method-override": "POST"})):
        assert strict.get(path, headers=headers).status_code == 405
    see_all()
    assert theme(cast) == before


@pytest.mark.req("SEC-11")
def test_a_cookie_opens_nothing_of_the_api(strict):
    for method in ("GET", "POST", "PUT", "DELETE"):
        answer = strict.generic(method, "/api/v1/accounts", '{"name":"x"}', content_type="text/plain", headers={"origin": "https://evil.example"})
        assert answer.status_code in (401, 405)
        assert "access-control-allow-origin" not in {name.lower() for name in answer.headers}


def test_the_public_form_takes_no_cookie_and_is_bound_by_its_own_token(strict, cast, see_all):
    """It is sent from other sites on purpose: so it reads no session, and a post counts only with a token of this form."""
    from rounds.actions.leads import forms
    from rounds.kit.clock import now
    from rounds.models import Lead

    one = forms.open_form("One", heading="", source="Web form", asks_for="demo_request", by=cast.admin.actor, at=now())
    other = forms.open_form("Two", heading="", source="Web form", asks_for="demo_request", by=cast.admin.actor, at=now())
    said = {"name": "Ann", "email": "ann@a.example"}
    elsewhere = strict.get(f"/f/{other.key}/", headers={"accept": "application/json"}).json()["token"]
    for token in ("", "x", elsewhere):
        answer = strict.post(f"/f/{one.key}/", {**said, "token": token}, headers={"origin": "https://hospital.example"})
        assert answer.status_code == 200
        assert "session" not in "".join(answer.cookies)
    see_all()
    assert Lead.objects.count() == 0
