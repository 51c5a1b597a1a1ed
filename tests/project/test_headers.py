"""What every kind of answer says in its headers, through the real stack in production mode: headers.yaml, word for word.

After a change that is meant: ROUNDS_GOLDEN=write .venv/bin/python -m pytest tests/project/test_headers.py, then read the
difference before it is kept.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import psycopg
import pytest
import yaml
from django.http import HttpResponse

from rounds.web.middleware.headers import DATA, PAPER, POLICY, policy_of
from tests.project.production import Answer, Place, command

FILE = Path(__file__).with_name("headers.yaml")
GOLDEN = yaml.safe_load(FILE.read_text()) if FILE.exists() else {}
CHANGING = {"date", "content-length", "last-modified", "etag", "allow", "expires", "transfer-encoding"}
POLICIES = {"page": POLICY, "data": DATA, "paper": PAPER}
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def owner(production: Place):
    with psycopg.connect(production.environment["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("SELECT set_config('rounds.sight', 'system', false)")
        yield connection


@pytest.fixture(scope="module")
def answers(production: Place, owner, server) -> dict[str, Answer]:
    """One answer of each kind. The last two are made by breaking what stands below."""
    ask = production.ask
    style = re.search(r'href="(/static/build/app[^"]+)', ask("/login/", signed_in=False).body.decode())[1]
    token = ask("/login/", signed_in=False).all("Set-Cookie")[0].split(";")[0]
    found = {
        "log-in page": ask("/login/", signed_in=False),
        "page": ask("/search/?q=a"),
        "fragment": ask("/palette/?q=a", HX_Request="true"),
        "to the log-in": ask("/accounts/", signed_in=False),
        "fragment to the log-in": ask("/palette/?q=a", signed_in=False, HX_Request="true"),
        "static file": ask(style, signed_in=False),
        "no static file": ask("/static/build/nothing.css", signed_in=False),
        "no page": ask("/nowhere/", signed_in=False),
        "no slash": ask("/login", signed_in=False),
        "wrong method": ask("/logout/"),
        "forged form": ask("/self/theme/", "POST", "theme=dark", Content_Type=FORM, Origin="https://evil.example"),
        "form without token": ask("/login/", "POST", "email=a", Content_Type=FORM, signed_in=False, Cookie=token),
        "foreign host": ask("/login/", host="evil.example", signed_in=False),
        "to TLS": ask("/login/", proxied=False, signed_in=False),
        "health": ask("/health/ready/", signed_in=False),
        "API without token": ask("/api/v1/accounts", signed_in=False),
        "API contract": ask("/api/v1/openapi.json", signed_in=False),
        "API": ask("/api/v1/accounts", signed_in=False, Authorization=f"Bearer {api_token(production)}"),
        "no API": ask("/api/v1/nowhere", signed_in=False),
        "API fault of the caller": ask("/api/v1/accounts", "POST", "{", Content_Type="application/json", signed_in=False),
        "public form, none": ask("/f/nothing/", signed_in=False),
    }
    owner.execute("ALTER TABLE rounds_leadform RENAME TO rounds_leadform_away")
    found["our fault"] = ask("/f/nothing/", signed_in=False)
    owner.execute("ALTER TABLE rounds_leadform_away RENAME TO rounds_leadform")
    name = owner.info.dbname
    with psycopg.connect(server.dsn("postgres", "postgres"), autocommit=True) as above:
        above.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        above.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = 'rounds_web'", [name])
        try:
            found["database away"] = ask("/login/", signed_in=False)
            found["database away, API"] = ask("/api/v1/accounts", signed_in=False, Authorization="Bearer rounds_x")
        finally:
            above.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
    return found


def api_token(production: Place) -> str:
    made = command(production.environment, "user", "token", "ada@house.example", "--name", "t", "--scope", "accounts:read", "--json")
    assert made.returncode == 0, made.stderr
    return json.loads(made.stdout)["token"]


def shown(answers: dict[str, Answer]) -> dict:
    """The answers as the file keeps them: what all say once, and under each kind the rest, its policy by name."""
    said = {kind: _shown(answer) for kind, answer in answers.items()}
    first = next(iter(said.values()))
    everywhere = {name: value for name, value in first.items() if all(one.get(name) == value for one in said.values())}
    names = {policy: name for name, policy in POLICIES.items()}
    for kind, one in said.items():
        said[kind] = {name: names.get(value, value) if isinstance(value, str) else value
                      for name, value in one.items() if name not in everywhere}  # fmt: skip
    return {"policies": POLICIES, "everywhere": everywhere, "kinds": said}


def _shown(answer: Answer) -> dict:
    headers = {}
    for name, value in sorted(answer.headers):
        low = name.lower()
        if low in CHANGING:
            continue
        if low == "set-cookie":
            value = re.sub(r"=[^;]*", "=…", value, count=1)
            value = re.sub(r"expires=[^;]*; ", "", value)
        headers.setdefault(low, []).append(value)
    return {"status": answer.status} | {name: said[0] if len(said) == 1 else said for name, said in headers.items()}


@pytest.mark.req("SEC-05")
def test_every_kind_of_answer_says_what_the_file_says(answers):
    said = shown(answers)
    if os.environ.get("ROUNDS_GOLDEN") == "write":
        FILE.write_text("# Written by test_headers.py (see there).\n" + yaml.safe_dump(said, sort_keys=False, width=200, allow_unicode=True))
    assert said == (GOLDEN or said)


@pytest.mark.parametrize("name", ["Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy",
                                  "Permissions-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy",
                                  "Strict-Transport-Security"])  # fmt: skip
def test_no_answer_lacks_it(answers, name):
    plain = {"to TLS", "foreign host"} if name == "Strict-Transport-Security" else set()
    assert [kind for kind, answer in answers.items() if not answer.one(name) and kind not in plain] == []


def test_nothing_says_what_serves_it(answers):
    for kind, answer in answers.items():
        assert answer.one("Server") == "Rounds", kind
        said = " ".join(f"{name}: {value}" for name, value in answer.headers).lower()
        assert not re.search("granian|django|python|whitenoise|x-powered", said), kind


def test_only_static_files_are_kept_by_caches(answers):
    kept = [kind for kind, answer in answers.items() if "no-store" not in answer.one("Cache-Control")]
    assert kept == ["static file"]


def test_no_policy_allows_inline_script_or_another_site(answers):
    for kind, answer in answers.items():
        policy = answer.one("Content-Security-Policy")
        assert "unsafe" not in policy, kind
        assert "*" not in policy, kind
        assert "http" not in policy, kind
        assert policy.startswith("default-src 'none'"), kind


@pytest.mark.parametrize(("kind", "policy"), [
    ("text/html; charset=utf-8", POLICY), ("TEXT/HTML", POLICY), ("application/pdf", PAPER), ("text/csv; charset=utf-8", DATA),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", DATA), ("image/svg+xml", DATA),
    ("application/octet-stream", DATA), ("text/plain", DATA),
])  # fmt: skip
def test_a_file_opened_by_itself_can_do_nothing(kind, policy):
    assert policy_of(HttpResponse("", content_type=kind)) == policy


def test_no_answer_shows_a_trace(answers):
    for kind, answer in answers.items():
        for word in (b"Traceback", b"psycopg", b"rounds_leadform", b"site-packages"):
            assert word not in answer.body, kind


def test_a_head_that_floods_is_cut_off(production: Place):
    assert production.ask("/login/", signed_in=False, X_Flood="x" * 40_000).status == 200
    answer = production.ask("/login/", signed_in=False, X_Flood="x" * 200_000)
    assert answer.status in (400, 431)
