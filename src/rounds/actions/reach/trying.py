"""When what failed is tried again: a mailbox, a calendar (PLUS-31)."""

from __future__ import annotations

from datetime import datetime, timedelta

from rounds.models.flow.active import active


def breaks(failed: int, *, lasting: bool) -> bool:
    """Whether something that failed `failed` times running counts as broken: its fault is `lasting`, or it failed too often."""
    return lasting or failed > len(active().playbook.capture.again.seconds)


def next_look(failed: int, *, broken: bool, lasting: bool, at: datetime) -> datetime | None:
    """When something that failed `failed` times running is looked at again, later and later; `broken`: its owner was told before.
    None where the fault is `lasting`: not before somebody does something about it."""
    if lasting:
        return None
    book = active().playbook.capture
    waits = book.broken.seconds if broken or breaks(failed, lasting=lasting) else book.again.seconds
    turn = max(failed - len(book.again.seconds), 1) if waits is book.broken.seconds else failed
    return at + timedelta(seconds=waits[min(turn, len(waits)) - 1])
