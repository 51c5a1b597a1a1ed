"""What several jobs are tested in."""

from __future__ import annotations

from types import SimpleNamespace

import pytest


@pytest.fixture
def worker(committed):
    """A database of the test's own, as the worker role; the cast with a lead of the owner's."""
    from django.db import connection

    from rounds.access.sight import system_sight
    from rounds.actions.leads import leads
    from rounds.jobs.demo.cast import build_cast
    from tests.jobs.calendars_looked import AT

    connection.settings_dict["USER"] = "rounds_worker"
    with system_sight():
        cast = build_cast(AT)
        lead = leads.capture({"name": "Rosa Meridian", "email": "rosa@newfound.example", "state": "NY", "organization": "Newfound Hospital", "source": "Web form"},
                             owner=cast.owner, by=cast.owner.actor, at=AT)  # fmt: skip
    try:
        yield SimpleNamespace(owner=cast.owner, lead=lead)
    finally:
        connection.settings_dict["USER"] = "rounds_web"
