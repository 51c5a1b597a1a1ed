"""The guard against loops: it ends what would never end and lets honest chains run (AUTO-11)."""

from __future__ import annotations

from collections.abc import Sequence

from rounds.playbook.shapes.automation import Guard

Link = tuple[str, str]
"""An automation and the record it ran for ("" where for none)."""


def refused(guard: Guard, chain: Sequence[Link], mine: Link, *, again: bool, deeds_this_hour: int) -> str | None:
    """Why `mine` may not run after `chain` (what led to it, first cause first), as a sentence; None where it may.

    One cause runs an automation once for a record, unless it says `again`; whatever it says, a chain has an end.
    The next honest event begins a new chain, in which everything may run again.
    """
    said = " → ".join([*(code for code, _ in chain), mine[0]])
    if mine in chain and not again:
        return f"Loop stopped: {mine[0]} ran for this record already because of the same first cause ({said})."
    if len(chain) >= guard.depth:
        return f"Loop stopped: {len(chain)} automations had followed from one another ({said}); the guard ends a chain there."
    if deeds_this_hour >= guard.actions_an_hour:
        return f"Held back: automations did {deeds_this_hour} things to this record within the hour; the guard allows {guard.actions_an_hour}."
    return None
