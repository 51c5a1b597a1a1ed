"""What tests of pricing begin with: a deal, and people who approve beside the cast."""

from __future__ import annotations

from datetime import timedelta

from rounds.actions.deals import concessions, quotes
from rounds.actions.market import accounts
from rounds.actions.people import users
from rounds.jobs.demo.cast import HOUSE
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import Opportunity, User
from rounds.models.base import signature

TRIAGE = {"product": "imaging_triage", "units": 2, "unit_cents": 20_000_000}
"""Two hospitals at $200,000 a year each; the floor is $96,000."""


def a_deal(cast, *, tier=None, beds=612, owner=None):
    """A deal of the owner's with Harbour Health."""
    account = accounts.add(name="Harbour Health", level="system", state="NY", beds=beds, by=cast.admin.actor, at=now())
    owner = owner or cast.owner
    accounts.assign(account, owner, by=cast.admin.actor, at=now())
    if tier:
        type(account).objects.filter(pk=account.pk).update(tier=tier, tier_stage="provisional")
        account.refresh_from_db()
    return Opportunity.objects.create(name="Harbour triage", account=account, buying_unit=account, owner=owner, team=owner.team, territory="Northeast",
                                      opened_at=now(), updated_at=now(), **signature(cast.admin.actor, now()))  # fmt: skip


def approver(role: str, name: str = "") -> User:
    """Somebody of a role, made where they are missing."""
    address = f"{(name or role).lower()}@{HOUSE}"
    return User.objects.filter(email=address).first() or users.add(address, name or role.title().replace("_", " "), role=role, by=SYSTEM_ACTOR, at=now())


def a_quote(cast, deal, *, percent=0, lines=(TRIAGE,), received=True, **given):
    """A quote of the owner's; where much is given, a reference was received for it."""
    if received:
        concessions.log(deal, "received", "reference", by=cast.owner.actor, at=now())
    return quotes.draft(deal, list(lines), total_bp=int(percent * 100), by=cast.owner.actor, at=now(), **given)


def later(**span):
    return now() + timedelta(**span)
