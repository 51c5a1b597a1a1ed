"""`rounds mailbox` as somebody types it: connected after a real log-in, listed, led, ended; one's own alone, no password said."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.imap_peer import imap_peer
from tests.serving import ROUNDS

pytestmark = [pytest.mark.req("PLUS-31"), pytest.mark.timeout(600)]
FILL = """
import json
from rounds.cli.django import start
start("worker")
from rounds.access.sight import system_sight
from rounds.jobs.demo.cast import build_cast
from rounds.kit.clock import now
with system_sight():
    cast = build_cast(now())
    print(json.dumps({"owner": cast.owner.email, "colleague": cast.colleague.email, "legal": cast.legal.email}))
"""
WORD = "a real password"


@pytest.fixture(scope="module")
def world(clone):
    """A database with the cast, and a mail server on loopback: (run a command, the addresses, the peer's port)."""
    environment = {**os.environ, "ROUNDS_DATABASE_NAME": clone(f"cli_mailbox_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}")}
    filled = subprocess.run([sys.executable, "-c", FILL], env=environment, capture_output=True, text=True, check=False)
    assert filled.returncode == 0, filled.stderr
    with imap_peer() as (_, port):
        environment["ROUNDS_OUTBOUND_ALLOW"] = json.dumps([f"127.0.0.1:{port}"])

        def rounds(*words: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run([*ROUNDS, "mailbox", *words], env=environment, capture_output=True, text=True, check=False)

        yield rounds, json.loads(filled.stdout), port


def test_a_mailbox_from_its_log_in_to_its_end(world):
    rounds, ids, port = world
    mine, address = ("--as", ids["owner"]), "olivia@northwind-rounds.example"
    assert "No mailbox is connected" in rounds("list", *mine).stdout
    there = (*mine, address, "--host", "127.0.0.1", "--port", str(port), "--security", "none", "--user", "olivia", "--never", "family.example")
    refused = rounds("connect", *there, "--password", "wrong")
    assert refused.returncode != 0
    assert "does not let olivia in" in refused.stderr
    assert "is connected" in rounds("connect", *there, "--password", WORD).stdout
    assert "already" in rounds("connect", *there, "--password", WORD).stderr
    [row] = json.loads(rounds("list", *mine, "--json").stdout)
    assert (row["address"], row["state"], row["keep"], row["never"]) == (address, "working", "known", ["family.example"])
    assert WORD not in json.dumps(row)
    assert "Kept." in rounds("keep", *mine, address, "--keep", "business", "--never", "school.example").stdout
    assert "stopped" in rounds("stop", *mine, address).stdout
    [row] = json.loads(rounds("list", *mine, "--json").stdout)
    assert (row["state"], row["keep"], row["never"]) == ("stopped", "business", ["school.example"])
    assert "working" in rounds("resume", *mine, address).stdout
    assert "ended" in rounds("end", *mine, address).stdout
    assert json.loads(rounds("list", *mine, "--json").stdout) == []
    again = rounds("stop", *mine, address)
    assert again.returncode != 0
    assert "no such mailbox" in again.stderr


def test_what_cannot_be_is_said_in_a_sentence(world):
    rounds, ids, port = world
    there = ("rep@x.example", "--host", "127.0.0.1", "--port", str(port), "--security", "none", "--user", "olivia", "--password", WORD)
    assert "connects no mailbox" in rounds("connect", "--as", ids["legal"], *there).stderr
    assert "Marketing, RevOps and admins" in rounds("connect", "--as", ids["colleague"], *there, "--copies").stderr
    assert "neither an address nor a domain" in rounds("connect", "--as", ids["colleague"], *there, "--never", "no domain").stderr
    assert "no such mailbox" in rounds("keep", "--as", ids["colleague"], "olivia@northwind-rounds.example").stderr
