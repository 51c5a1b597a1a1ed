"""How full each tier is, and whom to look at when it is over (ABM-12): a proposal, never a demotion."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rounds.playbook import Playbook


def capacity(playbook: Playbook, accounts: Iterable[tuple[Any, int | None, float | None]]) -> list[dict[str, Any]]:
    """Per tier: count, range, `state` (under, within, over), and the lowest-scored beyond the range.

    `accounts` are (id, tier, score).
    """
    rows = [row for row in accounts if row[1]]
    found = []
    for entry in playbook.tiers.tiers:
        mine = sorted(
            (row for row in rows if row[1] == entry.tier), key=lambda row: (row[2] is not None, row[2] or 0.0)
        )
        over = max(0, len(mine) - entry.capacity.high)
        state = "over" if over else "under" if len(mine) < entry.capacity.low else "within"
        found.append(
            {
                "tier": entry.tier,
                "name": entry.name,
                "count": len(mine),
                "low": entry.capacity.low,
                "high": entry.capacity.high,
                "state": state,
                "review": [row[0] for row in mine[:over]],
            }
        )
    return found
