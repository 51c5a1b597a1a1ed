"""The demo's registers: who touches patient data and by which agreement, one of them about to end, one missing; and a
legal hold, on the one account that is invented even over the real hospital files."""

from __future__ import annotations

from datetime import datetime, timedelta

from rounds.actions.trust import agreements, holds
from rounds.jobs.demo.abc import NAME as ABC
from rounds.jobs.demo.cast import Cast
from rounds.models import Account, Counterparty, LegalHold

YEAR = timedelta(days=365)
VENDORS = (
    ("Harbourline Hosting", "Runs the servers and the encrypted backups", YEAR * 2),
    ("Quillmark Transcripts", "Writes down recorded calls", timedelta(days=20)),
    ("Tessel Analytics", "Reads usage of the pilots", None),
)
"""Name, what for, how long its agreement still runs (None: it has none)."""


def keep_registers(cast: Cast, *, at: datetime) -> None:
    """Write the registers as of `at`, where they are missing. Sight is set by the caller."""
    by = cast.compliance.actor
    if not Counterparty.objects.exists():
        for name, why, left in VENDORS:
            party = agreements.add(name, "vendor", by=by, at=at, touches_phi=True, why=why)
            _sign(party, left, by, at)
        for account in Account.objects.filter(name=ABC, level="system")[:1]:
            _sign(agreements.add("", "customer", account=account, by=by, at=at, why="A pilot with their data is planned"), YEAR, by, at)
        agreements.add("Plainfield Print", "vendor", by=by, at=at, touches_phi=False, why="Prints brochures")
    if not LegalHold.objects.exists():
        for account in Account.objects.filter(name=ABC, level="system")[:1]:
            holds.place("account", account.id, by=by, at=at,
                        reason="Dispute over a reference: counsel asked on the day to keep everything")  # fmt: skip


def _sign(party: Counterparty, left: timedelta | None, by, at: datetime) -> None:
    if left is None:
        return
    today = agreements.day(at)
    ends = today + left
    baa = agreements.draft(party, f"{ends.year}-1", by=by, at=at, effective_on=ends - YEAR * 2, expires_on=ends,
                           scope="Everything in the agreement of services")  # fmt: skip
    agreements.sign(baa, min(today, ends - YEAR * 2), by=by, at=at)
