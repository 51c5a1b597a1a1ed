"""How a sending address is doing: an address whose letters come back is soon believed by nobody (COMM-09)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rounds.playbook.shapes.reaching import Sender


@dataclass(frozen=True, slots=True)
class Health:
    """`state`: well, few (too few letters to say), stopped. `share` of the letters came back; `why` is for people."""

    state: Literal["well", "few", "stopped"]
    sent: int
    bounced: int
    share: float | None
    why: str


def health(book: Sender, sent: int, bounced: int) -> Health:
    """What the letters of the last days say of the address they went from."""
    days = book.looked_at.days
    if sent < book.least:
        return Health("few", sent, bounced, None, f"{sent:,} in {days} days; of fewer than {book.least:,} letters nothing is concluded.")
    share = bounced / sent
    if share > book.bounces:
        why = f"{bounced:,} of {sent:,} letters of the last {days} days came back ({share:.1%}); more than {book.bounces:.1%} stop an address."
        return Health("stopped", sent, bounced, share, why)
    return Health("well", sent, bounced, share, f"{bounced:,} of {sent:,} letters of the last {days} days came back.")
