"""A deal of the owner's with a CFO."""

import pytest

from rounds.actions.deals import opportunities
from rounds.actions.market import accounts, contacts
from rounds.kit.clock import now


@pytest.fixture
def deal(cast):
    at, by = now(), cast.owner.actor
    system = accounts.add(name="Harbour Health", level="system", state="NY", owner=cast.owner, by=by, at=at)
    row = opportunities.open_deal(system, "Harbour", owner=cast.owner, by=by, at=at)
    row.contact = contacts.add(system, name="Dana Marsh", title="CFO", by=by, at=at)
    row.save(update_fields=["contact"])
    return row
