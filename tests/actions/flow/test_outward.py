"""A copy of the database is silent until somebody lets it speak; the original never is."""

from __future__ import annotations

import os

import psycopg
import pytest
from django.db import connection

from rounds.access.allowed import NotAllowed
from rounds.actions.flow import outward
from rounds.kit import postgres
from rounds.kit.clock import now
from rounds.models import AuditEntry, Release

pytestmark = pytest.mark.req("COMPL-09")


def test_this_one_may_speak(cast):
    assert outward.may_speak()
    outward.need_to_speak()
    assert outward.standing().last.reason == "A test"


@pytest.mark.parametrize("what", ["system", "timeline"])
def test_a_release_of_another_server_or_line_does_not_fit(cast, what):
    stands = outward.standing()
    other = {"system": stands.system, "timeline": stands.timeline, **({"system": "1/1"} if what == "system" else {"timeline": 99})}
    Release.objects.create(**other, reason="elsewhere", by_kind="system", at=now())
    assert not outward.may_speak()
    with pytest.raises(outward.Held, match="restored copy"):
        outward.need_to_speak()


def test_an_admin_releases_it_with_a_reason_and_nobody_else_does(cast):
    Release.objects.create(system="1/1", timeline=1, by_kind="system", at=now())
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


def test_releases_are_evidence(committed, server):
    with psycopg.connect(server.dsn("rounds_worker", committed), autocommit=True) as worker:
        for statement in ("DELETE FROM rounds_release", "UPDATE rounds_release SET timeline = 1"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                worker.execute(statement)
