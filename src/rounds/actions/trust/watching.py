"""The chains watched over: counted whole every night, the finding on the record, and what stands today in one look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from rounds.actions.trust import audit
from rounds.actions.trust.verifying import CHAINS, Verified, verify
from rounds.kit.actor import Actor
from rounds.models import AuditAnchor, AuditEntry

SMALL = 20_000
"""Links up to which a page counts a chain whole."""
NEWEST = 500
"""Links a page counts again of a longer one."""
NIGHTLY = timedelta(hours=23)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of both chains: `faults` in sentences, when each was last counted whole, the newest anchor."""

    chains: list[Verified]
    faults: list[str]
    whole_at: datetime | None
    anchored_at: datetime | None
    links: int
    waiting: int

    @property
    def holds(self) -> bool:
        return not self.faults


def verify_all(*, by: Actor, at: datetime) -> list[Verified]:
    """Count both chains whole and write down what was found. Effects: one audit entry."""
    found = [verify(chain) for chain in CHAINS]
    with transaction.atomic():
        audit.note("audit.verify", by=by, at=at, detail={one.chain: _short(one) for one in found})
    return found


def standing(at: datetime) -> Standing:
    """How the chains stand: small ones counted whole now, long ones their newest links and what the last night found."""
    last = AuditEntry.objects.filter(verb="audit.verify").order_by("-at").first()
    longest = _heads()
    small = max(longest.values(), default=0) <= SMALL
    chains = [verify(chain, last=None if small else NEWEST) for chain in CHAINS]
    faults = [f"The {one.chain} chain does not hold. {one.fault.says}" for one in chains if one.fault]
    if not small and last is not None:
        faults += [f"The {name} chain did not hold when it was counted whole. {said['fault']}" for name, said in last.detail.items()
                   if said.get("fault") and not any(one.chain == name and one.fault for one in chains)]  # fmt: skip
    anchor = AuditAnchor.objects.order_by("-at").first()
    return Standing(chains, faults, at if small else last and last.at, anchor and anchor.at, sum(longest.values()), _waiting(at))


def defer_nightly(at: datetime) -> bool:
    """Ask the queue to count the chains whole unless that was done within the day; whether it was asked."""
    if AuditEntry.objects.filter(verb="audit.verify", at__gt=at - NIGHTLY).exists():
        return False
    try:
        with transaction.atomic():
            app.configure_task("audit.verify", queueing_lock="audit.verify").defer()
    except AlreadyEnqueued:
        return False
    return True


def _short(found: Verified) -> dict[str, Any]:
    return {"links": found.links, "unsealed": found.unsealed, "fault": found.fault.says if found.fault else ""}


def _heads() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT c, (SELECT seq FROM rounds_auditseal WHERE chain = c ORDER BY seq DESC LIMIT 1) FROM unnest(%s::text[]) c",
                       [list(CHAINS)])  # fmt: skip
        return {chain: seq or 0 for chain, seq in cursor.fetchall()}


def _waiting(at: datetime) -> int:
    """Reads of the last minutes that wait for their seal."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM rounds_auditentry e WHERE e.at > %s AND e.chain = 'read'"
            " AND NOT EXISTS (SELECT 1 FROM rounds_auditseal s WHERE s.id = e.id AND s.entry_at = e.at)", [at - timedelta(minutes=10)])  # fmt: skip
        return cursor.fetchone()[0]
