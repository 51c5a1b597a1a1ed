"""Words of contracts in templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from rounds.web.deals.contract_table import kind_word

register = template.Library()


@register.filter
def contract_kind(code: str) -> str:
    """The title of a kind of contract."""
    return kind_word(code)


@register.filter
def of_row(counts: Mapping[Any, int], key: Any) -> int:
    """The count of a row, 0 where there is none."""
    return counts.get(key, 0)
