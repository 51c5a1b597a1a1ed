"""People, links and tokens from the command line."""

from __future__ import annotations

import json
import os
import subprocess

import psycopg
import pytest

from tests.serving import ROUNDS


@pytest.fixture(scope="module")
def environment(clone):
    name = clone(f"user_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}")
    return {**os.environ, "ROUNDS_DATABASE_NAME": name, "ROUNDS_PUBLIC_URL": "https://rounds.example"}


def rounds(environment, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*ROUNDS, *command], env=environment, capture_output=True, text=True, check=False)


@pytest.mark.req("X-1", "X-2")
def test_a_person_from_the_first_link_to_the_last_day(environment):
    added = json.loads(rounds(environment, "user", "add", "Mia@Vendor.example", "Mia Berg", "--role", "admin", "--json").stdout)
    assert added["email"] == "mia@vendor.example"
    assert added["link"].startswith("https://rounds.example/login/link/")
    link = rounds(environment, "user", "link", "mia@vendor.example")
    assert link.stdout.strip() != added["link"]
    token = json.loads(
        rounds(environment, "user", "token", "mia@vendor.example", "--name", "t", "--scope", "leads:read", "--json").stdout
    )
    assert token["token"].startswith("rounds_")
    last = rounds(environment, "user", "leave", "mia@vendor.example", "--reason", "Left the company")
    assert last.returncode == 2
    assert "The last admin stays" in last.stderr
    rounds(environment, "user", "add", "ben@vendor.example", "Ben Ahl", "--role", "admin")
    gone = rounds(environment, "user", "deactivate", "mia@vendor.example", "--reason", "Left the company")
    assert gone.returncode == 0
    again = rounds(environment, "user", "link", "mia@vendor.example")
    assert again.returncode == 2
    assert "No active person" in again.stderr


@pytest.mark.req("SEC-02")
def test_people_come_change_and_go_by_command(environment):
    rounds(environment, "user", "add", "una@vendor.example", "Una Roth", "--role", "admin")
    said = rounds(environment, "user", "invite", "nora@vendor.example", "Nora Fields", "--territory", "West", "--json")
    assert json.loads(said.stdout)["link"].startswith("https://rounds.example/login/link/")
    json.loads(rounds(environment, "user", "role", "nora@vendor.example", "senior_ae", "--json").stdout)
    assert "stands in no team now" in rounds(environment, "user", "team", "nora@vendor.example").stdout
    there = {one["email"]: one for one in json.loads(rounds(environment, "user", "list", "--json").stdout)}
    assert there["nora@vendor.example"]["role"] == "senior_ae"
    gone = rounds(environment, "user", "leave", "nora@vendor.example", "--heir", "una@vendor.example", "--reason", "x", "--json")
    assert json.loads(gone.stdout)["handed_over"] == {"account": 0, "lead": 0, "contact": 0}
    assert "nora@" not in rounds(environment, "user", "list").stdout
    assert "(left)" in rounds(environment, "user", "list", "--all").stdout
    assert "/login/link/" in rounds(environment, "user", "reinstate", "nora@vendor.example").stdout
    assert "0 records" in rounds(environment, "user", "give-back", "nora@vendor.example").stdout
    own = rounds(environment, "user", "role", "una@vendor.example", "ae", "--by", "una@vendor.example")
    assert own.returncode == 2
    assert "Nobody changes their own role" in own.stderr


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("user", "add", "not-an-address", "X"), "is not an e-mail address"),
        (("user", "add", "x@vendor.example", "X", "--team", "Nowhere"), "There is no team named Nowhere"),
        (("user", "token", "who@vendor.example", "--name", "t", "--scope", "leads:read"), "No active person"),
    ],
)
def test_a_refusal_is_a_sentence_and_status_2(environment, command, says):
    done = rounds(environment, *command)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.req("X-2")
def test_an_entry_that_was_changed_breaks_the_chain(environment, server):
    rounds(environment, "user", "add", "kai@vendor.example", "Kai Holm")
    assert rounds(environment, "audit", "verify").returncode == 0
    with psycopg.connect(server.dsn("rounds_owner", environment["ROUNDS_DATABASE_NAME"]), autocommit=True) as owner:
        owner.execute("UPDATE rounds_auditentry SET verb = 'user.nothing' WHERE verb = 'user.add'")
    broken = rounds(environment, "audit", "verify")
    assert broken.returncode == 1
    assert "BROKEN" in broken.stdout
