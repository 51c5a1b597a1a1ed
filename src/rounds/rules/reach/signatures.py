"""The job title in a mail's signature: the line beside or below the writer's own name, near the end. Doubt is no title."""

from __future__ import annotations

import re

_NO_TITLE = re.compile(r"@|https?:|www\.|\d{3,}|^(?:sent|get|best|kind|thank|regards|cheers|on|from|to)\b|[?!]", re.I)
_BREAK = re.compile(r"\s*[,|–—·•]\s*")
LAST = 12
"""Lines in which a signature stands."""
SHORTEST = 3
LONGEST_TITLE = 80


def title_of(text: str, name: str) -> str:
    """The title somebody called `name` signs with; "" where none can be told."""
    words = [word for word in re.split(r"\W+", name.lower()) if word]
    lines = [line.strip(" *_") for line in text.strip().splitlines() if line.strip(" *_-")][-LAST:]
    for number, line in enumerate(lines):
        low = line.lower()
        if not words or words[-1] not in low or words[0] not in low or len(line) > LONGEST_TITLE:
            continue
        beside = [part for part in _BREAK.split(line) if part and words[-1] not in part.lower()]
        below = _BREAK.split(lines[number + 1])[:1] if number + 1 < len(lines) else []
        for said in (*beside, *below):
            if SHORTEST <= len(said) <= LONGEST_TITLE and not _NO_TITLE.search(said):
                return said
    return ""
