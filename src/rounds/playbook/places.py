"""Places in a text, {{contact.first_name}}: which there are, and which a playbook does not allow."""

from __future__ import annotations

import re
from collections.abc import Iterable

PLACE = re.compile(r"\{\{([^{}]{0,80})\}\}")
_NAME = re.compile(r"[a-z_]+\.[a-z0-9_]+")


def places(text: str) -> tuple[str, ...]:
    """The names of all places of a text, in order, each once; also those that no playbook allows."""
    return tuple(dict.fromkeys(found.strip() for found in PLACE.findall(text)))


def unknown(text: str, allowed: Iterable[str]) -> tuple[str, ...]:
    """Places that cannot be filled: not of the allow-list, or written in another way (`{{ user.password }}`, `{{x|safe}}`)."""
    known = set(allowed)
    return tuple(name for name in places(text) if name not in known or not _NAME.fullmatch(name))
