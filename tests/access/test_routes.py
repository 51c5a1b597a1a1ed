"""Every address × every role × what it answers: the table in routes.yaml. An address that is not in it fails.

`in` is any answer to somebody who may be there (2xx, a redirect elsewhere than to the log-in, 409, 410, 422); `login`
sends to the log-in page. A web address is tried with GET and POST, one of the API with the methods of its contract;
what it does not take answers 405. After a change: python -m tests.access.test_routes prints the table as it is now,
to be read before it is kept.
"""

from __future__ import annotations

import copy
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

TABLE = Path(__file__).with_name("routes.yaml")
KEPT = yaml.safe_load(TABLE.read_text()) or {}
ROWS: dict[str, str] = KEPT.get("routes") or {}
SAID: dict[str, dict] = KEPT.get("said") or {}


def addresses() -> Iterator[tuple[str, str]]:
    """Every (method, pattern) there is."""
    from django.urls import get_resolver

    from rounds.api.root import api

    paths = api.get_openapi_schema()["paths"]
    for pattern in _patterns(get_resolver().url_patterns, ""):
        if pattern.startswith("^"):
            continue  # whatever else begins with api/: nothing there, tested in tests/api
        if not pattern.startswith("api/"):
            yield from (("GET", pattern), ("POST", pattern))
            continue
        known = paths.get("/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", pattern), {"get": {}})
        yield from ((method.upper(), pattern) for method in known)


def _patterns(patterns: list, before: str) -> Iterator[str]:
    for pattern in patterns:
        whole = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from _patterns(pattern.url_patterns, whole)
        else:
            yield whole


def outcome(world, role: str, method: str, pattern: str) -> str:
    """What `role` is answered, in the words of the table. Nothing it does is kept."""
    from django.db import transaction

    key = f"{method} {pattern}"
    said = world.said(SAID.get(key, {}))
    path, client, headers = world.fill(pattern), world.clients[role], {}
    cookies = copy.deepcopy(client.cookies)
    path += said.pop("?", "")
    with transaction.atomic():
        if pattern.startswith("api/"):
            if role in world.tokens:
                headers["Authorization"] = f"Bearer {world.tokens[role]}"
            body = json.dumps(said, default=str) if method != "GET" else ""
            answer = client.generic(method, path, body, content_type="application/json", headers=headers)
        else:
            answer = client.post(path, said) if method == "POST" else client.get(path)
        transaction.set_rollback(True)
    client.cookies = cookies
    if answer.status_code == 302 and answer["Location"].startswith("/login/") and pattern != "logout/":
        return "login"
    return "in" if answer.status_code < 400 or answer.status_code in (409, 410, 422) else str(answer.status_code)


@pytest.fixture(scope="module")
def world(clone, django_db_setup, django_db_blocker):
    """The world in a database of this module."""
    from django.db import connections

    from tests.access.world import build

    connection = connections["default"]
    before = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        connections.close_all()
        connection.settings_dict["NAME"] = clone("routes")
        yield build()
        connections.close_all()
        connection.settings_dict["NAME"] = before


def test_every_address_is_in_the_table_and_no_other():
    there = {f"{method} {pattern}" for method, pattern in addresses()}
    assert len(there) > 200
    assert there - ROWS.keys() == set(), "add them to routes.yaml, with what each role is answered"
    assert ROWS.keys() - there == set(), "gone: take them out of routes.yaml"


@pytest.mark.req("X-1", "SEC-01")
@pytest.mark.parametrize("key", ROWS)
def test_each_role_is_answered_as_the_table_says(world, key):
    from tests.access.world import ROLES

    method, _, pattern = key.partition(" ")
    assert " ".join(outcome(world, role, method, pattern) for role in ROLES) == ROWS[key]


@pytest.mark.parametrize("key", [k for k, v in ROWS.items() if v.endswith("in") and k.startswith("POST ") and "api/" not in k])
def test_a_form_of_another_site_does_nothing(world, key):
    """Cross-site request forgery: without the token of the page a POST is refused, whoever is logged in."""
    from django.test import Client

    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    strict.cookies = world.clients["admin"].cookies
    if key in (KEPT.get("no_csrf") or {}):
        pytest.skip(KEPT["no_csrf"][key])
    assert strict.post(world.fill(key.partition(" ")[2]), {}).status_code == 403


def show() -> None:
    """Print the table as the code answers now (in a scratch database)."""
    import os
    import subprocess

    os.environ.update(ROUNDS_MODE="test", ROUNDS_PROCESS="web", DJANGO_SETTINGS_MODULE="rounds.project.settings",
                      ROUNDS_DATABASE_NAME=f"rounds_routes_{os.getpid()}")  # fmt: skip
    from rounds.kit import postgres

    server = postgres.ensure(Path(__file__).resolve().parents[2] / "var" / "postgres")
    postgres.create_database(server, os.environ["ROUNDS_DATABASE_NAME"])
    try:
        subprocess.run([sys.executable, "-c", "from rounds.cli.main import main; main()", "migrate"], check=True,
                       env={**os.environ, "ROUNDS_PROCESS": "owner"}, stdout=subprocess.DEVNULL)  # fmt: skip
        import django

        django.setup()
        from django.conf import settings
        from django.db import connections

        from tests.access.world import ROLES, build

        settings.ALLOWED_HOSTS = ["*"]
        world = build()
        for method, pattern in dict.fromkeys(addresses()):
            row = " ".join(outcome(world, role, method, pattern) for role in ROLES)
            print(f"  {method} {pattern}: {row}")
        connections.close_all()
    finally:
        postgres.drop_database(server, os.environ["ROUNDS_DATABASE_NAME"])


if __name__ == "__main__":
    show()
