"""Pauses: how long something that failed for now is left alone before it is tried again."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from rounds.playbook.shapes.notices import Outbound

FAR = 31
"""Doublings after which every pause is the longest; more would only make the number too large."""


def pause(said: Outbound, tries: int, luck: float, asked: timedelta | None = None) -> timedelta:
    """The pause after the `tries`-th failure: doubled each time up to the longest, longer or shorter by the jitter
    (`luck`: 0 to 1). What the other side asked for is waited at least, within what may be asked."""
    grown = said.first.span * 2 ** min(max(tries - 1, 0), FAR)
    spread = said.jitter.value / 100
    own = min(grown, said.most.span) * (1 - spread + 2 * spread * luck)
    return max(own, min(asked, said.retry_after.span)) if asked else own


def circuit(said: Outbound, failures: int, *, silent: bool) -> timedelta | None:
    """How long a side that failed `failures` times in a row is not tried; None while it may be. One that does not
    answer at all (`silent`) is left alone at once: each further try would cost somebody else the wait."""
    over = failures - (1 if silent else said.circuit.failures.value)
    return min(said.circuit.pause.span * 2 ** min(over, FAR), said.circuit.most.span) if over >= 0 else None


def retry_after(header: str, at: datetime) -> timedelta | None:
    """What a `Retry-After` asks for: seconds or a date (RFC 9110 §10.2.3); None where it says nothing of use."""
    said = header.strip()
    if said.isascii() and said.isdigit() and len(said) <= 9:
        return timedelta(seconds=int(said))
    try:
        until = parsedate_to_datetime(said)
    except (ValueError, TypeError, IndexError):
        return None
    return max(until - at, timedelta()) if until.tzinfo else None
