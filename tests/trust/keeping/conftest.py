"""Retention and holds in a database of the test's own, as the worker; the owner may make things old."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from types import SimpleNamespace

import psycopg
import pytest
from django.db import connection, transaction

from rounds.access.sight import system_sight
from rounds.actions.flow import events
from rounds.actions.leads import leads
from rounds.actions.trust import audit
from rounds.jobs.demo.cast import build_cast
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import Lead

YEAR = timedelta(days=365.25)


@pytest.fixture
def world(committed, server) -> Iterator[SimpleNamespace]:
    """`cast`; `owner` (a connection that could change everything); `lead(name, age)`, `age(lead id, age)`; `entry(age)`; `event(age)`."""
    connection.close()
    user = connection.settings_dict["USER"]
    connection.settings_dict["USER"] = "rounds_worker"
    with psycopg.connect(server.dsn("rounds_owner", committed), autocommit=True) as owner:
        with system_sight():
            cast = build_cast(now())
        owner.execute("TRUNCATE rounds_auditentry, rounds_auditseal")  # what is made old below stands before what is young
        yield SimpleNamespace(
            cast=cast, owner=owner, name=committed, lead=_leads(cast, owner), age=partial(age_lead, owner), entry=_entries(owner), event=_events(owner),
            as_web=lambda: psycopg.connect(server.dsn("rounds_web", committed), autocommit=True),
        )  # fmt: skip
    connection.close()
    connection.settings_dict["USER"] = user


def _leads(cast, owner) -> Callable[..., Lead]:
    def make(name: str, age: timedelta, **said) -> Lead:
        with system_sight():
            given = {"name": name, "state": "NY", "organization": "Meridian Health", "source": "Web form", **said}
            row = leads.capture(given, by=cast.admin.actor, at=now())
        age_lead(owner, row.id, age)
        return row

    return make


def age_lead(owner, key, age: timedelta) -> None:
    """Make a lead as it would be had it come in `age` ago and been left alone since: what it says, and when it was written."""
    with owner.transaction():
        owner.execute("SELECT rounds_let_history_go()")
        owner.execute("UPDATE rounds_event SET written_at = now() - %s WHERE lead_id = %s", [age, key])
        owner.execute("UPDATE rounds_lead SET captured_at = now() - %s, written_at = now() - %s, last_touch_at = NULL WHERE id = %s", [age, age, key])
        owner.execute("UPDATE rounds_leadhistory SET written_at = now() - %s WHERE pgh_obj_id = %s", [age, key])


def _entries(owner) -> Callable[..., object]:
    def make(age: timedelta, **said):
        at: datetime = now() - age
        with transaction.atomic():
            entry = audit.note("test.deed", by=SYSTEM_ACTOR, at=at, **said)
        owner.execute("UPDATE rounds_auditseal SET sealed_at = %s WHERE id = %s", [at, entry.id])
        return entry

    return make


def _events(owner) -> Callable[..., object]:
    def make(age: timedelta, **said):
        with system_sight():
            payload = {"before": "New", "after": "Working"}
            event = events.record("lead.status_changed", payload, by=SYSTEM_ACTOR, at=now() - age, **said)
        owner.execute("UPDATE rounds_event SET written_at = at WHERE id = %s", [event.id])
        return event

    return make
