"""The real server against its own contract (schemathesis): no input of any shape makes a fault of ours, and what is answered
is what the contract says. ROUNDS_SCHEMATHESIS=300 looks for that many seconds instead of a few."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.serving import serving

SECONDS = int(os.environ.get("ROUNDS_SCHEMATHESIS", "30"))
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,ignored_auth,unsupported_method"


@pytest.fixture(scope="module")
def served(clone, django_db_setup, django_db_blocker) -> Iterator[tuple[str, str]]:
    """(address, an administrator's token) of a server on a small world of its own."""
    from django.db import connections

    connection = connections["default"]
    before, name = connection.settings_dict["NAME"], clone(f"contract_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}")
    with django_db_blocker.unblock():
        connections.close_all()
        connection.settings_dict["NAME"] = name
        token = _world()
        connections.close_all()
        connection.settings_dict["NAME"] = before
    with serving(name) as address:
        yield address, token


def _world() -> str:
    """An account with a lead and a contact, and a token that may everything."""
    from rounds.access.sight import sight
    from rounds.actions.leads import leads
    from rounds.actions.market import accounts, contacts
    from rounds.actions.trust import tokens
    from rounds.jobs.demo.cast import build_cast
    from rounds.kit.clock import now
    from rounds.kit.scope import Scope

    at = now()
    with sight(Scope(everything=True)):
        admin = build_cast(at).admin
        account = accounts.add(name="Harbour Health", level="system", state="NY", by=admin.actor, at=at)
        leads.capture({"name": "Ann Lee", "state": "NY"}, by=admin.actor, at=at, account=account)
        contacts.add(account, name="Bo Fox", by=admin.actor, at=at)
        return tokens.make(admin, name="contract", scopes=tokens.scopes_for(admin), by=admin.actor, at=at)[1]


@pytest.mark.req("INTEG-18")
@pytest.mark.timeout(SECONDS * 3 + 120)
def test_the_server_keeps_its_contract_whatever_it_is_sent(served, tmp_path):
    address, token = served
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{address}/api/v1/openapi.json", "--url", address, "-H", f"Authorization: Bearer {token}",
               "--checks", CHECKS, "--phases", "examples,coverage,fuzzing", "--max-time", str(SECONDS), "--workers", "1",
               "--suppress-health-check", "all", "--warnings", "off", "--continue-on-failure", "--no-color"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, timeout=SECONDS * 3 + 100)
    said = done.stdout.replace(token, "…")
    # Not the exit status: on Python 3.11 the tool itself may fail while it describes a generator; it says so and goes on.
    assert "= FAILURES =" not in said, said[-8000:]
    tried = re.search(r"(\d+) generated, (\d+) passed", said)
    assert tried, said[-3000:]
    assert tried[1] == tried[2]
    assert int(tried[1]) > 200
    tested = re.search(r"Selected: (\d+)/(\d+)\s+Tested: (\d+)", said)
    assert tested[1] == tested[2] == tested[3]
