"""Whatever is typed into an address, a filter, a search or a form is answered: never a fault of ours, never SQL, never a
column that is no field of the list."""

from __future__ import annotations

import os
import string
from urllib.parse import quote, urlencode

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rounds.models.listing import ListRefused, parse
from rounds.models.market.listing import ACCOUNTS

DEEP = int(os.environ.get("ROUNDS_FUZZ", "1"))
"""How many times deeper than in the suite."""
FUZZ = settings(max_examples=15 * DEEP, deadline=None, suppress_health_check=list(HealthCheck))
INJECTIONS = [
    "'; DROP TABLE rounds_account; --", "\" OR \"\"=\"", "1) UNION SELECT password FROM rounds_user --", "name'||pg_sleep(5)||'",
    "owner__password", "owner__password__startswith", "password", "pk__in", "_connector", "name__regex", "*", "%", "%00", "\\", "{}", "{{7*7}}",
    "__class__", "../../etc/passwd", "\u0000", "\u202e", "NaN", "inf", "1e400", "9" * 400, "-1", "2026-02-30", "0000-00-00", "America/../etc",
    "é" * 300, "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "a" * 5000, "~", "~~~", ".", "..", ",,,", "id.is.1", "score.gte.1.2",
]  # fmt: skip
NAMES = ["name", "score", "state", "owner", "owner__password", "password", "id", "pk", "beds", "captured", "tier", "_state", "territory",
         "name__regex", "email", "playbook_hash", "status", "f", "owner__email"]  # fmt: skip
OPS = ["is", "not", "gte", "lte", "within", "before", "starts", "has", "known", "unknown", "regex", "exact", "in", "contains", ""]
TEXT = st.sampled_from(INJECTIONS) | st.text(max_size=25) | st.text(string.printable, max_size=25)
CONDITION = st.builds(lambda f, o, v: f"{f}.{o}.{v}", st.sampled_from(NAMES) | TEXT, st.sampled_from(OPS) | TEXT, TEXT) | TEXT
ASKED = st.lists(st.tuples(st.sampled_from(["f", "or", "sort", "size", "after", "cols", "view", "q", "tab", "ask", "page"]), CONDITION | st.sampled_from(NAMES)), max_size=4)
PLACES = ["/accounts/", "/leads/", "/contacts/", "/search/", "/palette/", "/market/", "/accounts/tree/", "/lists/lead/counts/", "/lists/account/counts/",
          "/market/map.json", "/audit/", "/people/", "/trust/", "/playbook/what-if/", "/"]  # fmt: skip


def encoded(asked: list[tuple[str, str]]) -> str:
    return "&".join(f"{name}={quote(value, errors='surrogatepass')}" for name, value in asked)


@pytest.fixture
def places(cast, lead_of, door):
    lead_of(cast.owner)
    return door(cast.admin)


@pytest.mark.req("SEC-01")
@pytest.mark.parametrize("path", PLACES)
def test_no_query_makes_a_fault(places, path):
    places.raise_request_exception = False

    @FUZZ
    @given(ASKED)
    def never_500(asked):
        with transaction.atomic():
            answer = places.get(f"{path}?{encoded(asked)}")
            transaction.set_rollback(True)
        assert answer.status_code < 500, (path, asked)

    never_500()


@FUZZ
@given(ASKED)
def test_a_list_knows_its_own_fields_only(asked):
    """What the grammar lets through names a field of the list and one of its operators, or is refused with a sentence."""
    said: dict[str, list[str]] = {}
    for name, value in asked:
        said.setdefault(name, []).append(value)
    try:
        query = parse(ACCOUNTS, said)
    except ListRefused:
        return
    for group in query.groups:
        for condition in group:
            assert ACCOUNTS.fields[condition.field.name] is condition.field
    assert all(key.lstrip("-") in ACCOUNTS.fields for key in query.sort)


@pytest.mark.req("SEC-08")
@pytest.mark.parametrize("noun", ["lead", "account", "contact"])
def test_no_query_of_an_export_makes_a_fault(places, noun):
    places.raise_request_exception = False

    @settings(FUZZ, max_examples=10 * DEEP)
    @given(ASKED, st.sampled_from(["csv", "xlsx", "exe", ""]) | TEXT)
    def never_500(asked, kind):
        body = urlencode({"query": encoded(asked), "as": kind.replace("\0", ""), "reason": "x"}, errors="replace")
        with transaction.atomic():
            answer = places.post(f"/lists/{noun}/exports/", body, content_type="application/x-www-form-urlencoded")
            transaction.set_rollback(True)
        assert answer.status_code < 500, asked
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert b"argon2" not in content
        assert "\n" not in answer.headers.get("Content-Disposition", "")

    never_500()


BODIES = [b"{", b"", b"[]", b"null", b"\xff\xfe", b'{"a":NaN}', b"a=%ff%00", b"%", b"=" * 50, b"{" * 50_000, b"csrfmiddlewaretoken=x",
          b'--b\r\nContent-Disposition: form-data; name="name"; filename="../x"\r\n\r\nx\r\n--b--\r\n']  # fmt: skip
KINDS = ["application/x-www-form-urlencoded", "application/json", "text/plain", "multipart/form-data; boundary=b", "multipart/form-data",
         "application/xml", "", "text/html; charset=utf-7", "application/x-www-form-urlencoded; charset=nope"]  # fmt: skip
FORMS = ["/leads/new/", "/accounts/new/", "/contacts/new/", "/self/theme/", "/self/favourites/", "/login/", "/lists/lead/views/", "/lists/lead/exports/",
         "/lists/lead/changes/lead.assign/", "/playbook/draft/", "/leads/forms/", "/universe/runs/", "/people/new/", "/teams/", "/me/", "/f/nothing/"]  # fmt: skip


@pytest.mark.parametrize("path", FORMS)
def test_no_body_of_any_kind_makes_a_fault(places, path):
    places.raise_request_exception = False
    for kind in KINDS:
        for body in BODIES:
            for method in ("POST", "PUT", "PATCH", "DELETE") if body == BODIES[0] else ("POST",):
                with transaction.atomic():
                    answer = places.generic(method, path, body, content_type=kind)
                    transaction.set_rollback(True)
                assert answer.status_code < 500, (method, kind, body[:40])


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "PATCH", "FOO", "get"])
@pytest.mark.parametrize("path", ["/", "/accounts/", "/leads/", "/login/", "/search/", "/health/live/"])
def test_no_method_makes_a_fault_or_reads_a_page(places, method, path):
    places.raise_request_exception = False
    answer = places.generic(method, path)
    assert answer.status_code < 500
    if method in ("TRACE", "FOO"):
        assert answer.status_code in (403, 405), answer.status_code


FIELDS = ["name", "email", "state", "organization", "title", "source", "owner", "level", "parent", "beds", "domain", "note", "reason", "query", "noun", "theme"]


@pytest.mark.parametrize("path", ["/leads/new/", "/accounts/new/", "/contacts/new/", "/lists/lead/views/", "/self/theme/", "/self/favourites/", "/login/", "/people/new/"])
def test_no_value_of_a_form_makes_a_fault(places, path):
    places.raise_request_exception = False

    @settings(FUZZ, max_examples=10 * DEEP)
    @given(st.dictionaries(st.sampled_from(FIELDS), TEXT, max_size=6))
    def never_500(said):
        with transaction.atomic():
            answer = places.post(path, urlencode(said, errors="replace"), content_type="application/x-www-form-urlencoded")
            transaction.set_rollback(True)
        assert answer.status_code < 500, said

    never_500()


def test_more_fields_than_a_form_has_are_refused(places):
    places.raise_request_exception = False
    body = "&".join(f"a{n}=1" for n in range(6000))
    answer = places.post("/self/theme/", body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400
    answer = places.post("/self/theme/", "a=" + "x" * 11_000_000, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in (400, 413)
