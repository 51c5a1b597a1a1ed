"""A deal of the owner's to act on, with people who may sit on its committee."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from rounds.access.sight import sight
from rounds.actions.deals import opportunities
from rounds.actions.market import accounts, contacts
from rounds.jobs.demo.cast import Cast, build_cast
from rounds.kit.scope import Scope
from rounds.models import Account, Contact, Opportunity

AT = datetime(2026, 11, 16, 15, tzinfo=UTC)


@dataclass
class Room:
    """A deal with a hospital in New York, and three people of it."""

    cast: Cast
    account: Account
    deal: Opportunity
    cfo: Contact
    nurse: Contact
    it: Contact

    @property
    def by(self):
        return self.cast.owner.actor


@pytest.fixture
def room(db) -> Room:
    with sight(Scope(everything=True)):
        cast = build_cast(AT)
        account = accounts.add(name="Harbour Health", level="system", state="NY", beds=700, by=cast.admin.actor, at=AT)
        accounts.assign(account, cast.owner, by=cast.admin.actor, at=AT)
        people = [contacts.add(account, name=name, title=title, by=cast.admin.actor, at=AT) for name, title in
                  (("Dana March", "Chief Financial Officer"), ("Ana Reyes", "Nurse Manager"), ("Oskar Lund", "Director of IT"))]  # fmt: skip
        deal = opportunities.open_deal(account, "Harbour Health: early warning", owner=cast.owner, by=cast.owner.actor, at=AT)
        yield Room(cast, account, deal, *people)
