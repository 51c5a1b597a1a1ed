"""The audit chain with its anchors in a folder of the test's own."""

from __future__ import annotations

import psycopg
import pytest
from django.db import transaction

from rounds.actions.trust import audit
from rounds.kit import keys
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now


@pytest.fixture
def as_owner(server, committed):
    """A connection to this test's database as the owner of its tables, who could change everything."""
    with psycopg.connect(server.dsn("rounds_owner", committed), autocommit=True) as link:
        link.execute("TRUNCATE rounds_auditentry, rounds_auditseal")
        yield link


@pytest.fixture
def write():
    """`write(verb, …)`: one entry of the write chain, committed."""

    def deed(verb: str = "test.deed", **more):
        with transaction.atomic():
            return audit.note(verb, by=SYSTEM_ACTOR, at=more.pop("at", None) or now(), **more)

    return deed


@pytest.fixture
def read():
    """`read(verb, …)`: one entry of the read chain, committed and not yet sealed."""

    def deed(verb: str = "test.read", **more):
        with transaction.atomic():
            return audit.note_read(verb, by=SYSTEM_ACTOR, at=more.pop("at", None) or now(), **more)

    return deed


@pytest.fixture
def anchored(tmp_path, settings):
    """A folder for anchors, and a key ring of the test's own beside which the signing key is made."""
    before = keys.where()
    keys.use(tmp_path / "keys" / "ring.json", make=True)
    settings.ANCHOR_DIR = tmp_path / "anchors"
    yield settings.ANCHOR_DIR
    keys.use(before)
