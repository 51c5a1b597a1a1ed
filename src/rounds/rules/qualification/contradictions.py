"""What cannot both be true (QUAL-12)."""

from __future__ import annotations

from collections.abc import Collection

from rounds.playbook import Playbook


def against(playbook: Playbook, item: str, true: Collection[str]) -> str | None:
    """The first of the items in `true` that cannot be true together with `item`; None where all can."""
    for one, other in playbook.qualification.contradictions.pairs:
        for mine, theirs in ((one, other), (other, one)):
            if mine == item and theirs in true:
                return theirs
    return None
