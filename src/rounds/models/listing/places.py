"""Places: where a page ended, sealed into its next page's address. Whoever forges one is refused."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from rounds.models.listing.fields import ListRefused

LONGEST = 2000
"""Characters of a sealed place: four sort values and an id fit many times over."""


def seal(after: Sequence[Any]) -> str:
    """A page's last place as an opaque word for the URL."""
    return base64.urlsafe_b64encode(json.dumps(list(after), default=str).encode()).decode().rstrip("=")


def unseal(text: str, length: int) -> tuple[Any, ...]:
    """The place in `text`. Raises ListRefused when it is not one of ours, or of another sort."""
    try:
        place = json.loads(base64.urlsafe_b64decode(text[:LONGEST] + "=" * (-len(text) % 4)))
        if isinstance(place, list) and len(place) == length and UUID(str(place[-1])) and all(map(plain, place)):
            return tuple(place)
    except (ValueError, RecursionError):
        pass
    raise ListRefused("This page of the list is gone; start again from its first page.")


def plain(value: Any) -> bool:
    """Whether `value` is what a column may hold and PostgreSQL takes: no NUL, no half character, nothing endless."""
    if isinstance(value, str):
        return not any(c == "\x00" or "\ud800" <= c <= "\udfff" for c in value)
    return value is None or isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value))
