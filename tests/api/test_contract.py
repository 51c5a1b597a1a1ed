"""The contract against the code: whatever its schemas allow, and what they do not, is answered, never a fault of ours."""

from __future__ import annotations

import os
import string
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.access import world
from tests.api.conftest import Caller

ODD = st.sampled_from(["", " ", "\u202e", "é" * 50, "x" * 5000, "'; --", "=1+1", "<b>", "\x7f", "0", "-1", "NaN", "1e400", "𝔘", "me"])
TEXT = ODD | st.text(max_size=30).filter(lambda s: "\x00" not in s and not any(0xD800 <= ord(c) < 0xE000 for c in s))
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=6,
)  # fmt: skip


def value_of(schema: dict[str, Any], whole: dict[str, Any]) -> st.SearchStrategy:
    """Values that fit a JSON schema, and now and then one that does not."""
    if "$ref" in schema:
        schema = whole["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        fits = st.one_of([value_of(one, whole) for one in schema["anyOf"]])
    elif "enum" in schema:
        fits = st.sampled_from(schema["enum"])
    elif schema.get("type") == "object" and "properties" in schema:
        needed = schema.get("required", [])
        parts = {name: value_of(part, whole) for name, part in schema["properties"].items()}
        fits = st.fixed_dictionaries({n: parts[n] for n in needed}, optional={n: p for n, p in parts.items() if n not in needed})
    else:
        fits = {
            "string": _text(schema), "integer": st.integers(0, 30) | st.integers(-5, 10**6) | st.sampled_from([2**31, 2**63, 10**20, -(2**63) - 1]),
            "number": st.floats(-2, 2), "boolean": st.booleans(), "null": st.none(), "array": st.lists(TEXT, max_size=3),
            "object": st.dictionaries(st.sampled_from(["beds", "ehr", "state", "funding", "events", "nope"]), ANYTHING, max_size=3),
        }.get(schema.get("type"), ANYTHING)  # fmt: skip
    return st.integers(0, 40).flatmap(lambda dice: ANYTHING if dice == 0 else fits)


def _text(schema: dict[str, Any]) -> st.SearchStrategy:
    if schema.get("format") == "uuid":
        return st.uuids().map(str)
    if schema.get("format") in ("date", "date-time"):
        return st.datetimes().map(lambda at: at.isoformat() + "Z" if schema["format"] == "date-time" else at.date().isoformat())
    return TEXT | st.sampled_from(["NY", "Web form", "hospital", "Epic", "call", "innovation", "leader", "Ann Lee", "ann@a.example"])


@pytest.fixture(scope="module")
def there(clone, django_db_setup, django_db_blocker) -> Iterator[world.World]:
    """The world of the access table, built once in a database of this module: it has what every address asks for."""
    connection = connections["default"]
    before = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        connections.close_all()
        connection.settings_dict["NAME"] = clone(f"contract_world_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}")
        yield world.build()
        connections.close_all()
        connection.settings_dict["NAME"] = before


def operations() -> list[tuple[str, str]]:
    from rounds.api.root import api

    return [(method, path) for path, methods in api.get_openapi_schema()["paths"].items() for method in methods]


@pytest.mark.req("INTEG-18")
@pytest.mark.parametrize(("method", "path"), operations(), ids=lambda part: part)
def test_no_input_makes_a_fault_of_ours(there, method, path):
    from rounds.api.root import api

    asks, place = Caller(there.tokens["admin"]), there.fill(path)
    whole = api.get_openapi_schema()
    operation = whole["paths"][path][method]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    bodies = value_of(body, whole) if body else st.none()
    names = [p["name"] for p in operation.get("parameters", []) if p["in"] == "query"]
    queries = st.lists(st.tuples(st.sampled_from(names), _query()), max_size=3) if names else st.just([])

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(said=bodies, query=queries)
    def never_500(said, query):
        address = place
        if query:
            address += "?" + "&".join(f"{name}={quote(value)}" for name, value in query)
        with transaction.atomic():
            status, answer = asks(method.upper(), address, said)
            transaction.set_rollback(True)
        assert status < 500, (address, said, answer)
        if status >= 400:
            assert answer["detail"]

    never_500()


def _query() -> st.SearchStrategy[str]:
    field = st.sampled_from(["score", "name", "state", "beds", "captured", "owner", "window", "words", "potential", "margin", "touch",
                             "disagree", "whitespace", "ehr_sure", "hand_raise", "id", "tier"])  # fmt: skip
    op = st.sampled_from(["is", "not", "gte", "lte", "within", "before", "starts", "has", "known", "unknown", "nope"])
    value = TEXT | st.integers(-(10**25), 10**25).map(str) | st.sampled_from(["yes", "open", "1,2,3", "NY", "2026-02-30", "inf", "nan"])
    condition = st.builds(lambda f, o, v: f"{f}.{o}.{v}", field, op, value)
    cursor = st.text(string.ascii_letters + string.digits + "-_", max_size=40)
    return condition | st.builds(lambda a, b: f"{a}~{b}", condition, condition) | field | field.map("-{}".format) | TEXT | cursor
