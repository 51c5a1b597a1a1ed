"""Hospitals that the newest list no longer names: marked closed, never deleted."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from rounds.actions.flow import staged
from rounds.actions.flow.deeds import deed
from rounds.actions.market.universe.accounts import LOADED
from rounds.actions.market.universe.events import quietly
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Account

REASON = "not in the newest list of hospitals"


class TooManyClosed(Refusal):
    """The list of hospitals would close more of them than can be believed."""

    status = 422


def check_closing(ccns: Collection[str], *, refuse_above: float) -> int:
    """How many hospitals the list would close. Raises TooManyClosed above the share the playbook believes."""
    standing = Account.objects.filter(level="hospital", status="open", ccn__isnull=False).values_list("ccn", flat=True)
    known = set(standing)
    gone = len(known - set(ccns))
    if known and gone > refuse_above * len(known):
        raise TooManyClosed(
            f"The list of hospitals leaves out {gone:,} of the {len(known):,} we have; more than "
            f"{refuse_above:.0%} is not believed, and nothing was changed. Download the list again; if it is right, "
            "raise `closing.refuse_above` in the playbook's universe.yaml."
        )
    return gone


def close_missing(
    ccns: Collection[str], systems: Collection[str], *, on: date, systems_known: bool, batch: UUID, by: Actor,
    at: datetime,
) -> int:  # fmt: skip
    """Mark open accounts of the load closed that the files no longer name; how many.

    Effects: status and closing date, quiet events account.closed, one audit entry.
    """
    with deed(by):
        open_ones = Account.objects.select_for_update().filter(status="open")
        gone = [row for row in open_ones.filter(ccn__isnull=False) if row.ccn not in ccns]
        if systems_known:
            gone += [row for row in open_ones.filter(system_id__isnull=False) if row.system_id not in systems]
        gone = [row for row in gone if LOADED in row.custom]
        for row in gone:
            row.status, row.closed_on, row.updated_at = "closed", on, at
            row.custom = {**row.custom, LOADED: {**row.custom[LOADED], "closed": True}}
        count = staged.update(gone, ["status", "closed_on", "custom", "updated_at"])
        quietly([("account.closed", {"reason": REASON}, row.id) for row in gone], batch=batch, by=by, at=at)
        if gone:
            audit.note("universe.close", by=by, at=at, kind="batch", subject=batch, detail={"closed": count})
    return count
