"""How the words of a report are drawn."""

from __future__ import annotations

from typing import Any

from django import template

register = template.Library()


@register.filter
def pair(word: Any) -> bool:
    """Whether a piece of a sentence, or a cell, leads somewhere: (text, address)."""
    return not isinstance(word, str)
