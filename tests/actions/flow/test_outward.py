"""A copy of the database is silent until somebody lets it speak; the original never is."""

from __future__ import annotations

import contextlib
import os
from uuid import uuid4

import psycopg
import pytest
from django.db import connection

from rounds.access.allowed import NotAllowed
from rounds.actions.flow import outward
from rounds.kit import postgres
from rounds.kit.clock import now
from rounds.models import AuditEntry

pytestmark = pytest.mark.req("COMPL-09")


def test_this_one_may_speak(cast):
    assert outward.may_speak()
    outward.need_to_speak()
    assert outward.standing().last.reason == "A test"


@pytest.mark.parametrize("what", ["system", "timeline"])
def test_a_release_of_another_server_or_line_does_not_fit(cast, copied, what):
    stands = outward.standing()
    other = {"system": stands.system, "timeline": stands.timeline, **({"system": "1/1"} if what == "system" else {"timeline": 99})}
    copied(**other)
    assert not outward.may_speak()
    with pytest.raises(outward.Held, match="restored copy"):
        outward.need_to_speak()


def test_an_admin_releases_it_with_a_reason_and_nobody_else_does(cast, copied):
    copied()
    with pytest.raises(NotAllowed):
        outward.release(reason="please", by=cast.owner.actor, at=now(), user=cast.owner)
    with pytest.raises(outward.ReasonMissing):
        outward.release(reason="  ", by=cast.admin.actor, at=now(), user=cast.admin)
    assert not outward.may_speak()
    outward.release(reason="The old server is gone", by=cast.admin.actor, at=now(), user=cast.admin)
    assert outward.may_speak()
    assert AuditEntry.objects.filter(verb="outward.release", detail__reason="The old server is gone").exists()
    assert outward.first_release(by=cast.admin.actor, at=now()) is None


def test_a_clone_inside_the_server_is_held_too(committed, server):
    connection.close()
    name = f"rounds_test_{os.getpid()}_clone"
    postgres.create_database(server, name, template=committed)
    try:
        with psycopg.connect(server.dsn("rounds_web", name)) as web:
            assert web.execute("SELECT rounds_may_speak()").fetchone() == (False,)
            assert web.execute("SELECT count(*) FROM rounds_release").fetchone()[0] >= 1
        with psycopg.connect(server.dsn("rounds_web", committed)) as web:
            assert web.execute("SELECT rounds_may_speak()").fetchone() == (True,)
    finally:
        postgres.drop_database(server, name)


GIVEN = """INSERT INTO rounds_release (id, system, timeline, reason, by_kind, by_name, at)
SELECT %(id)s, system, timeline + %(line)s, 'mine', 'system', '', now() + %(ahead)s::interval FROM rounds_here()"""
NOTED = """INSERT INTO rounds_auditentry (id, at, by_kind, by_name, chain, verb, subject_kind, subject_id)
VALUES (gen_random_uuid(), now(), 'system', %(by)s, 'write', 'outward.release', 'release', %(id)s)"""


@pytest.mark.parametrize("role", ["web", "worker"])
def test_no_release_is_dated_ahead_given_for_another_place_or_left_unnoted(committed, server, role):
    with psycopg.connect(server.dsn(f"rounds_{role}", committed), autocommit=True) as link:

        def give(*, noted: str | None = "", before: bool = False, line: int = 0, ahead: str = "0") -> None:
            key = uuid4()
            with contextlib.ExitStack() as stack:
                if not before:
                    stack.enter_context(link.transaction())
                for sql in (NOTED, GIVEN) if before else (GIVEN, NOTED):
                    if sql is GIVEN or noted is not None:
                        link.execute(sql, {"id": key, "line": line, "ahead": ahead, "by": noted})

        for refused, said in (({"ahead": "1 day"}, "dated ahead"), ({"line": 1}, "the database it stands in"), ({"noted": None}, "entry in the audit trail"),
                              ({"noted": "Somebody else"}, "entry in the audit trail"), ({"before": True}, "entry in the audit trail")):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match=said):
                give(**refused)
        assert link.execute("SELECT count(*) FROM rounds_release WHERE reason = 'mine'").fetchone() == (0,)
        give()
        assert link.execute("SELECT count(*) FROM rounds_release WHERE reason = 'mine'").fetchone() == (1,)


def test_releases_are_evidence(committed, server):
    with psycopg.connect(server.dsn("rounds_worker", committed), autocommit=True) as worker:
        for statement in ("DELETE FROM rounds_release", "UPDATE rounds_release SET timeline = 1"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                worker.execute(statement)
