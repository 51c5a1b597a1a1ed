"""A deal of the owner's with people at the customer, and a browser without a window for each person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from re import sub

import pytest

from rounds.actions.deals import opportunities, stages
from rounds.actions.market import accounts, contacts
from rounds.kit.clock import now
from rounds.models import Account, Contact, Opportunity
from rounds.models.flow.active import active
from tests.actions.deals.conftest import account, deal_of, tick
from tests.api.conftest import caller

__all__ = ["account", "caller", "deal_of", "tick"]


@dataclass
class Sale:
    """A system in New York, four people of it, a deal with it."""

    account: Account
    deal: Opportunity
    cfo: Contact
    nurse: Contact
    it: Contact
    counsel: Contact

    @property
    def url(self) -> str:
        return f"/opportunities/{self.deal.id}/"


@pytest.fixture
def sale(cast) -> Sale:
    by, at = cast.owner.actor, now() - timedelta(days=20)
    account = accounts.add(name="Elmcrest Health", level="system", state="NY", beds=900, by=by, at=at, owner=cast.owner, fye_month=6)
    people = [contacts.add(account, name=name, title=title, by=by, at=at) for name, title in (
        ("Dana March", "Chief Financial Officer"), ("Ana Reyes", "Nurse Manager"), ("Oskar Lund", "Director of IT"), ("Cy Hart", "General Counsel"))]  # fmt: skip
    deal = opportunities.open_deal(account, "Elmcrest, early warning", owner=cast.owner, kind="new", by=by, at=at)
    return Sale(account, deal, *people)


@pytest.fixture
def moved(cast):
    """`moved(deal, "O4")`: the deal, walked to a stage by its manager."""

    def make(deal, stage):
        for code in active().playbook.stages.way[1:]:
            if deal.stage == stage:
                break
            deal = stages.move(deal, code, passing="as in the old system", by=cast.manager.actor, at=now())
        return deal

    return make


@pytest.fixture
def said():
    """`said(response)`: the words of a page, tags and doubled blanks gone."""
    return lambda response: sub(r"\s+", " ", unescape(sub(r"<[^>]+>", " ", response.content.decode()))).strip()
