"""A captured lead has an owner or a queue, and says why."""

from __future__ import annotations

import pytest

from rounds.actions.leads import leads
from rounds.kit.actor import Actor
from rounds.kit.clock import now
from rounds.models import Event, Lead
from rounds.rules.routing.assignment import STEPS

WEB = Actor("form", None, "Website form")
HOT = {"beds": 612, "ehr": "Epic", "it_budget_usd": 9_000_000, "implementation_timeline": "0-3 months"}


@pytest.fixture
def came(cast):
    """`came(state=…, …)`: a lead that came by itself."""

    def make(**said) -> Lead:
        given = {"name": "Rosa Meridian", "state": "NY", "organization": "Meridian Health", "email": "rosa@meridian.example",
                 "source": "Web form", "facts": {"beds": 612, "ehr": "Epic"}, **said}  # fmt: skip
        return leads.capture(given, by=WEB, at=now())

    return make


@pytest.mark.req("ROUTE-01", "ROUTE-09")
def test_a_lead_that_comes_by_itself_is_given_to_somebody_in_the_same_transaction(cast, came):
    lead = came()
    row = lead.assignments.get()
    assert lead.owner_id in (cast.owner.id, cast.senior_ae.id)
    assert (row.owner_id, row.cause, row.queue) == (lead.owner_id, "captured", "")
    assert [step["step"] for step in row.steps] == list(STEPS)
    assert row.reason.startswith(lead.owner.name)
    assert {seat["name"] for seat in row.pool} <= {"Olivia Grant", "Simon Ekholm"}
    told = Event.objects.get(lead_id=lead.id, kind="lead.assigned")
    assert (told.payload["owner_after"], told.payload["cause"]) == (str(lead.owner_id), "captured")
