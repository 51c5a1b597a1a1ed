"""The demo's deals: of every kind, told twice they are told once."""

from __future__ import annotations

import pytest

from rounds.access.sight import EVERYTHING, sight
from rounds.actions.market import accounts, contacts
from rounds.jobs.demo.deals import STORIES, tell_deals
from rounds.kit.clock import now
from rounds.models import Contract, Event, HandOff, Implementation, Opportunity, StageEntry


@pytest.mark.req("PIPE-04", "PIPE-26")
def test_deals_are_walked_through_the_real_actions_and_start_no_automation(cast):
    at = now()
    with sight(EVERYTHING):
        units = []
        for n, place in enumerate(("NY", "NJ", "OH", "IL")):
            unit = accounts.add(name=f"Meridian {place}", level="system", state=place, owner=cast.owner, by=cast.admin.actor, at=at)
            for who in ("Nora North", "Bo West", "Ann East"):
                contacts.add(unit, name=f"{who} {n}", title="CIO", by=cast.admin.actor, at=at)
            units.append(unit)
        count = tell_deals(units, cast, at=at)
        assert count >= len(STORIES)
        assert tell_deals(units, cast, at=at) == 0
        stages = set(Opportunity.objects.values_list("stage", flat=True))
        assert {"O1", "O2", "O3", "O5", "O7", "O10"} <= stages
        for deal in Opportunity.objects.all():
            entries = list(StageEntry.objects.filter(opportunity=deal).order_by("at", "id"))
            assert entries[-1].now == deal.stage
            assert all(entry.entered_at <= at for entry in entries)
        won = list(Opportunity.objects.filter(stage="O9"))
        assert won, "at least one is won"
        for deal in won:
            assert StageEntry.objects.get(opportunity=deal, now="O9").cause == "trigger", "its executed contract won it, nobody by hand"
            assert Contract.objects.get(opportunity=deal, kind="subscription").state == "executed"
            assert Implementation.objects.get(deals__opportunity=deal).customer.account_id == deal.account_id
            assert HandOff.objects.get(opportunity=deal, kind="onboarding").accepted_at is not None
        loud = Event.objects.filter(kind="opportunity.stage_changed", quiet=False)
        assert not loud.exists(), "a story starts nothing"
