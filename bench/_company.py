"""What a company of many deals has beside them: leads, how each deal stood on past days, quotas, customers and their terms."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from bench._ground import copy

STOOD = 6
"""Rows of a deal's past: a simulated company keeps as many (`rounds simulate --load`)."""
BACK = 760
"""Days for which snapshots were taken."""


def past(rows: list[Any], owners: list[Any], now: datetime) -> None:
    """Fill it all in for the deals `rows`, which are stored."""
    from rounds.models import Customer, DealSnapshot, Lead, Opportunity, Quota, SnapshotDay, Term

    leads = list(_leads(rows[::2], now))
    copy(Lead, leads)
    Opportunity.objects.bulk_update(rows[::2], ["lead"], batch_size=2000)
    copy(DealSnapshot, _snapshots(rows, now))
    copy(SnapshotDay, ({"day": (now - timedelta(days=BACK - n)).date(), "deals": len(rows), "changed": 1, "at": now} for n in range(BACK)))
    quarters = [(date(year, month, 1), date(year, month + 2, 30)) for year in (now.year - 1, now.year) for month in (1, 4, 7, 10)]
    copy(Quota, ({"owner_id": owner.pk, "starts_on": begins, "ends_on": ends, "cents": 900_000_000_00, "at": now} for owner in owners for begins, ends in quarters))
    won = {row.account_id: row for row in rows if row.stage == "O9"}
    customers = [{"id": row.pk, "account_id": row.account_id, "buying_unit_id": row.buying_unit_id, "owner_id": row.owner_id, "territory": row.territory, "since": row.closed_at.date(),
                  "arr_cents": row.amount_cents, "health": 60, "health_band": "green", "updated_at": now, "at": now} for row in won.values()]  # fmt: skip
    copy(Customer, customers)
    copy(Term, ({"customer_id": one["id"], "starts_on": one["since"], "ends_on": one["since"] + timedelta(days=1095), "arr_cents": one["arr_cents"], "at": now} for one in customers))


def _leads(rows: list[Any], now: datetime) -> Iterator[dict[str, Any]]:
    from rounds.kit.ids import new_id

    for n, deal in enumerate(rows):
        deal.lead_id = new_id()
        captured = deal.opened_at - timedelta(days=n % 60)
        yield {"id": deal.lead_id, "name": f"Person {n}", "email": f"p{n}@bench.example", "organization": "Bench", "account_id": deal.account_id, "buying_unit_id": deal.buying_unit_id,
               "owner_id": deal.owner_id, "territory": deal.territory, "status": "Converted", "source": "Web form", "band": "hot", "driving_band": "hot", "captured_at": captured,
               "scored_at": now, "updated_at": captured}  # fmt: skip


def _snapshots(rows: list[Any], now: datetime) -> Iterator[dict[str, Any]]:
    """A deal's rows: opened, some stages on, and as it stands."""
    chance = random.Random(13)
    for deal in rows:
        ends = deal.closed_at or now - timedelta(days=1)
        span = max(STOOD, (ends - deal.opened_at).days)
        days = sorted({(deal.opened_at + timedelta(days=chance.randrange(span))).date() for _ in range(STOOD - 2)} | {deal.opened_at.date(), ends.date()})
        for place, day in enumerate(days):
            last = place == len(days) - 1
            yield {"opportunity_id": deal.pk, "day": day, "owner_id": deal.owner_id, "territory": deal.territory, "buying_unit_id": deal.buying_unit_id, "segment": "enterprise",
                   "account_id": deal.account_id, "lead_id": deal.lead_id, "stage": deal.stage if last else f"O{min(8, place + 1)}", "process": deal.process,
                   "outcome": ("won" if deal.stage == "O9" else "lost") if last and deal.closed_at else "open", "amount_cents": deal.amount_cents, "counted_cents": deal.amount_cents,
                   "chance_bp": 3000, "close_on": deal.close_on + timedelta(days=30 * place), "opened_at": deal.opened_at, "closed_at": deal.closed_at if last else None}  # fmt: skip
