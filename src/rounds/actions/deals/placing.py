"""Where a deal stands: below another, and at which accounts of its organisation (PIPE-29)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from rounds.actions.deals.telling import DealRefused, locked, tell
from rounds.actions.flow.deeds import deed
from rounds.kit.actor import Actor
from rounds.models import Account, Opportunity, OpportunitySite
from rounds.models.base import signature


def put_below(deal: Opportunity, parent: Opportunity | None, *, by: Actor, at: datetime) -> Opportunity:
    """Put a deal below another of the same organisation (None: on its own). One level: what is below has nothing below.

    Effects: the parent, opportunity.linked, an audit entry. Raises DealRefused (422).
    """
    with deed(by):
        deal = locked(deal)
        if deal.parent_id == (parent.pk if parent else None):
            return deal
        if parent is not None:
            parent = locked(parent)
            if parent.pk == deal.pk or parent.parent_id is not None:
                raise DealRefused("Choose a deal that stands below no other.", field="parent")
            if deal.children.exists():
                raise DealRefused("Deals stand below this one; it cannot stand below another itself.", field="parent")
            if parent.buying_unit_id != deal.buying_unit_id:
                raise DealRefused("Both deals are with one organisation.", field="parent")
        deal.parent, deal.updated_at = parent, at
        deal.save(update_fields=["parent", "updated_at"])
        return _linked(deal, by=by, at=at)


def place(deal: Opportunity, accounts: Sequence[Account], *, by: Actor, at: datetime) -> Opportunity:
    """Say which further accounts of its organisation a deal is about: all of them at once (PIPE-29).

    Effects: OpportunitySite rows made and taken away, opportunity.linked, an audit entry. Raises DealRefused (422).
    """
    wanted: dict[UUID, Account] = {one.id: one for one in accounts if one.id != deal.account_id}
    for one in wanted.values():
        if (one.buying_unit_id or one.id) != deal.buying_unit_id:
            raise DealRefused(f"{one} belongs to another organisation.", field="sites")
    with deed(by):
        deal = locked(deal)
        there = dict(deal.sites.values_list("account_id", "id"))
        gone = [key for account, key in there.items() if account not in wanted]
        new = [one for key, one in wanted.items() if key not in there]
        if not gone and not new:
            return deal
        OpportunitySite.objects.filter(pk__in=gone).delete()
        OpportunitySite.objects.bulk_create([OpportunitySite(opportunity=deal, account=one, **signature(by, at)) for one in new])
        return _linked(deal, by=by, at=at)


def add_site(deal: Opportunity, account: Account, *, by: Actor, at: datetime) -> Opportunity:
    """Say one further account of its organisation a deal is about; one it is about already writes nothing.

    Effects: those of place. Raises DealRefused (422), and for the account the deal is with, which needs no naming.
    """
    if account.id == deal.account_id:
        raise DealRefused(f"The deal is with {account}; name the further sites.", field="account")
    with deed(by):
        deal = locked(deal)
        return place(deal, [*_sites(deal), account], by=by, at=at)


def take_site(deal: Opportunity, account: Account, *, by: Actor, at: datetime) -> Opportunity:
    """A deal is no longer about one of its further accounts. Effects: those of place."""
    with deed(by):
        deal = locked(deal)
        return place(deal, [one for one in _sites(deal) if one.id != account.id], by=by, at=at)


def _sites(deal: Opportunity) -> list[Account]:
    return [one.account for one in deal.sites.select_related("account")]


def _linked(deal: Opportunity, *, by: Actor, at: datetime) -> Opportunity:
    said = {"parent": str(deal.parent_id) if deal.parent_id else None, "sites": [str(key) for key in deal.sites.values_list("account_id", flat=True)]}
    tell("opportunity.linked", deal, said, by=by, at=at, detail=said)
    return deal
