"""Texts with places: {{contact.first_name}} and nothing else. What is filled in is never read again as a text with places,
no place is computed, and one that has nothing to say is named instead of left empty (COMM-06; trust.md, template injection).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from rounds.playbook.places import PLACE


@dataclass(frozen=True, slots=True)
class Merged:
    """The text as it would be sent, and the places that nothing could be said for (in order, each once)."""

    text: str
    missing: tuple[str, ...]


def merge(text: str, values: Mapping[str, str]) -> Merged:
    """Fill the places in one pass. A place without a value stays as it stands, so that nobody reads a gap as a text."""
    missing: dict[str, None] = {}

    def fill(found: re.Match[str]) -> str:
        name = found[1].strip()
        said = " ".join(values.get(name, "").split())
        if not said:
            missing[name] = None
            return found[0]
        return said

    return Merged(PLACE.sub(fill, text), tuple(missing))
