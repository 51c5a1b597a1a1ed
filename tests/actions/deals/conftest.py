"""Deals to act on: of the owner's, in New York."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rounds.actions.deals import contracts, criteria, opportunities, stages
from rounds.actions.market import accounts
from rounds.kit.clock import now
from rounds.models.flow.active import active


@pytest.fixture
def account(cast):
    by = {"by": cast.owner.actor, "at": now()}
    return accounts.add(name="Harbour Health", level="system", state="NY", beds=700, owner=cast.owner, **by)


@pytest.fixture
def deal_of(cast, account):
    """`deal_of(owner)`: a deal opened so many days ago, walked by its manager as far as `stage`."""

    def make(owner=None, stage="O1", days=10, **said):
        owner, at = owner or cast.owner, now()
        deal = opportunities.open_deal(account, said.pop("name", "Harbour: imaging"), owner=owner, by=owner.actor, at=at - timedelta(days=days), **said)
        for code in active().playbook.stages.way[1:]:
            if deal.stage == stage:
                break
            deal = stages.move(deal, code, passing="as in the old system", by=cast.manager.actor, at=at)
        return deal

    return make


@pytest.fixture
def tick(cast):
    """`tick(deal, "P1")`: every criterion of a process stage that a person may tick, ticked."""

    def make(deal, process, by=None):
        for one in active().playbook.process.by_code[process].criteria:
            if one.by_hand:
                criteria.check(deal, one.key, "met", note="Seen", by=by or cast.owner.actor, at=now())

    return make


@pytest.fixture
def deal(deal_of):
    """A deal of the owner's, in its first stage."""
    return deal_of()


@pytest.fixture
def contract(cast, deal):
    """The paper that would close it."""
    return contracts.add("Osprey subscription", kind="subscription", account=deal.account, deal=deal, by=cast.owner.actor, at=now())
