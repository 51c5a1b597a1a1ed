"""Deals as rows: who has them, what they bring, when they were opened and how they ended."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from rounds.models import Account, Opportunity, StageEntry
from rounds.models.base import signature


@pytest.fixture
def deals(cast):
    """`deals(owner, ["won", "lost", "open"], closed=…)`: one deal each, with its entries; 100 000 dollars unless said."""
    return sold(cast.admin.actor)


def sold(by):
    """What `deals` is, as rows signed by `by`."""

    def make(owner, outcomes, *, closed: datetime, cents: int | None = 100_000_00, known: datetime | None = None, **said):
        found = []
        for number, outcome in enumerate(outcomes):
            place = {"owner": owner, "team": owner.team, "territory": (owner.territories or [""])[0]}
            opened = closed - timedelta(days=100)
            account = Account.objects.create(name=f"House {owner.name} {number}", is_unit=True, created_at=opened, updated_at=opened, **place)
            Account.objects.filter(pk=account.pk).update(buying_unit=account)
            stage = {"won": "O9", "lost": "O10"}.get(outcome, "O3")
            deal = Opportunity.objects.create(name=f"Deal {number}", account=account, buying_unit=account, stage=stage, amount_cents=cents, amount_company_cents=cents,
                                              opened_at=opened, closed_at=None if outcome == "open" else closed, updated_at=closed, **place, **signature(by, opened), **said)  # fmt: skip
            for code, when in (("O1", opened), ("O3", closed - timedelta(days=50)), *(((stage, closed),) if outcome != "open" else ())):
                StageEntry.objects.create(opportunity=deal, now=code, process_now="P1", way="forward", entered_at=when, **signature(by, known or when))
            found.append(deal)
        return found

    return make
