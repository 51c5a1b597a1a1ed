"""Every address × every role × what it answers: the table in routes.yaml. An address that is not in it fails.

A line holds one sign for each role of `world.ROLES`: + may be there (2xx, a redirect elsewhere than to the log-in, 409,
410, 422) · L sent to log in · 1 3 4 for 401, 403, 404. A web address is tried with GET and POST, one of the API with the
methods of its contract; a method that is not in the table answers 405. Whoever is turned away leaves no trace: not one
row was written on the way, not even to be undone.
After a change: python -m tests.access.test_routes [ADDRESS …] prints the table (of the addresses that begin so) as it
is now, to be read before it is kept.
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
ASKS_NOBODY = {pattern for key, row in ROWS.items() for pattern in [key.partition(" ")[2]] if (row[0] == "+" if pattern.startswith("api/") else row[0] != "L")}
"""The addresses at which nobody is asked who they are, as the table says: what the first sign of a line is not sent to log in."""
ENTRY = ("login/", "logout/")
"""The way in and out, also where it goes on by what was shown before."""
SENT_TO_LOG_IN = ("/login/?", "/login/again/")
SIGNS = {401: "1", 403: "3", 404: "4", 405: "5"}
MAY_WRITE = {"rounds_apitoken", "rounds_session", "rounds_signaturehook"}
"""What a refused request may touch: when its token, its session was last used; how many messages came to a signature hook
unsigned, which is how somebody sees that a secret is wrong. That somebody was
refused (403) is besides a note of the audit trail."""


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
        before = _written()
        if pattern.startswith("api/"):
            if role in world.tokens:
                headers["Authorization"] = f"Bearer {world.tokens[role]}"
            body = json.dumps(said, default=str) if method != "GET" else ""
            answer = client.generic(method, path, body, content_type="application/json", headers=headers)
        else:
            answer = client.post(path, said) if method == "POST" else client.get(path)
        wrote = {table for table, rows in _written().items() if rows != before.get(table, 0)}
        transaction.set_rollback(True)
    client.cookies = cookies
    sign = _sign(answer, pattern)
    told = {table for table in wrote if table.startswith("rounds_auditentry")} if sign == "3" else set()
    assert sign in "+5" or wrote - told <= MAY_WRITE, f"{role} is refused {key} ({sign}) and wrote into {sorted(wrote)}"
    return sign


def _sign(answer, pattern: str) -> str:
    status = answer.status_code
    if status == 302 and (answer["Location"] == "/login/" or answer["Location"].startswith(SENT_TO_LOG_IN)) and pattern != "logout/":
        return "L"
    if status < 400 or status in (409, 410, 422):
        return "+"
    return SIGNS.get(status, f"<{status}>")


def line(world, method: str, pattern: str) -> str:
    """What every role is answered, in the groups of the table."""
    from tests.access.world import GROUPS

    world.awake()
    return " ".join("".join(outcome(world, role, method, pattern) for role in group) for group in GROUPS)


def _written() -> dict[str, int]:
    """Rows written to each table in the running transaction, whether they stand or were undone."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables")
        return dict(cursor.fetchall())


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
    told = {key.partition(" ")[2] for key in ROWS}
    assert len(there) > 200
    assert {key.partition(" ")[2] for key in there} - told == set(), "add them to routes.yaml, with what each role is answered"
    assert {key for key in there if key.split(" ")[1].startswith("api/")} - ROWS.keys() == set(), "a method of the API is missing"
    assert ROWS.keys() - there == set(), "gone: take them out of routes.yaml"


@pytest.mark.req("X-1", "SEC-01", "SEC-12")
@pytest.mark.parametrize("key", ROWS)
def test_each_role_is_answered_as_the_table_says(world, key):
    method, _, pattern = key.partition(" ")
    assert line(world, method, pattern) == ROWS[key]


def test_what_is_not_in_the_table_takes_no_such_method(world):
    answered = {}
    for method, pattern in addresses():
        if f"{method} {pattern}" not in ROWS:
            answered[f"{method} {pattern}"] = outcome(world, "portal" if pattern.startswith("portal/") else "admin", method, pattern)
    assert {key: sign for key, sign in answered.items() if sign != "5"} == {}


@pytest.mark.req("SEC-12")
def test_customers_reach_nothing_but_their_portal_and_themselves():
    """Column by column: the table itself says what the audience of the portal is answered."""
    theirs = (*ENTRY, "self/theme/", "me/", "portal/")
    for key, row in ROWS.items():
        pattern = key.partition(" ")[2]
        if pattern not in ASKS_NOBODY and not pattern.startswith(theirs):
            assert row[1] in "14", f"a customer is answered {row[1]} at {key}"
        if pattern.startswith("portal/"):
            assert set(row.replace(" ", "")[2:]) == {"4"}, "nobody else is let into the portal"


@pytest.mark.req("SEC-12", "X-1")
def test_the_doors_that_ask_nobody_are_those_the_product_names():
    """The table says it by what is answered, the product by OPEN: a door of one that is not in the other was forgotten."""
    from rounds.web.middleware.audience import OPEN

    there = {f"/{pattern}" for pattern in ASKS_NOBODY if not pattern.startswith("api/")}
    assert {one for one in there if not one.startswith(OPEN)} == set(), "add its beginning to OPEN of web/middleware/audience.py, if nobody is to log in for it"
    assert {one for one in OPEN if not any(path.startswith(one) for path in there)} == {"/static/"}, "no door begins so any more: take it out of OPEN"


@pytest.mark.req("SEC-01")
def test_every_role_of_the_playbook_asks():
    from rounds.playbook.loader import default
    from tests.access.world import ROLES

    assert len(ROLES) > len(default().access.roles), "the anonymous, and every role"


@pytest.mark.parametrize("key", [k for k, v in ROWS.items() if v.split(" ")[2][:1] == "+" and k.startswith("POST ") and "api/" not in k])
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

        from tests.access.world import build

        settings.ALLOWED_HOSTS = ["*"]
        world = build()
        for method, pattern in dict.fromkeys(addresses()):
            if sys.argv[1:] and not pattern.startswith(tuple(sys.argv[1:])):
                continue
            try:
                row = line(world, method, pattern)
            except (KeyError, AssertionError) as error:
                row = f"?? {error}"
            if set(row) - set("54 "):
                print(f'  {method} {pattern}: "{row}"')
        connections.close_all()
    finally:
        postgres.drop_database(server, os.environ["ROUNDS_DATABASE_NAME"])


if __name__ == "__main__":
    show()
