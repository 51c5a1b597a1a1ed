"""Words some of which lead somewhere: each piece is a text, or a text and its address."""

from __future__ import annotations

from typing import Any


def text(words: Any) -> str:
    """A sentence without its links."""
    return "".join(cell(one) for one in words)


def cell(word: Any) -> str:
    """A piece of a sentence, or a cell of a table, without its link."""
    return word if isinstance(word, str) else word[0]
