"""Leads of the cast, and a browser without a window for each person."""

from __future__ import annotations

import pytest
from django.test import Client

from rounds.access.sight import look_as
from rounds.actions.leads import leads
from rounds.kit.clock import now
from rounds.kit.scope import Scope

KNOWN = {"market_leadership": "leader", "geographic_market": "major_metro", "it_infrastructure": "hybrid",
         "innovation": "moderate", "project_timeline": "near_term", "competitive_pressure": "medium"}  # fmt: skip


@pytest.fixture
def lead_of(cast):
    """`lead_of(user, name=…, …)`: a captured lead that belongs to `user`, by default well known and near the band."""

    def make(owner, **said):
        given = {"name": "Rosa Meridian", "state": "NY", "organization": "Meridian Health", "source": "Web form",
                 "facts": {"beds": 612, "ehr": "Epic"}, "answers": dict(KNOWN), **said}  # fmt: skip
        return leads.capture(given, by=(owner or cast.admin).actor, at=now(), owner=owner)

    return make


@pytest.fixture
def door(db):
    """`door(user)`: a client logged in as `user`; htmx=True sends what htmx sends."""

    def make(user, *, htmx: bool = False) -> Client:
        client = Client(headers={"hx-request": "true"} if htmx else None)
        if user is not None:
            client.force_login(user)
        return client

    return make


@pytest.fixture
def see_all(db):
    """`see_all()`: the test's own eyes see everything again; a request leaves them as its visitor's."""
    return lambda: look_as(Scope(everything=True))
