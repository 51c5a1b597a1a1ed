"""The mark of a record that may be there twice."""

from __future__ import annotations

from typing import Any

from django import template

from rounds.access.pairs import pairs
from rounds.actions.market.duplicates import about

register = template.Library()
MOST = 10


@register.inclusion_tag("market/duplicates/twice.html", takes_context=True)
def may_be_twice(context: template.Context, noun: str, row: Any) -> dict[str, Any]:
    """A line that says what `row` may be the same as, for whoever sees both; nothing where no pair is open. One query."""
    found = list(pairs(context["request"].scope, noun).filter(about(noun, row.pk), state="open").order_by("-points", "id")[:MOST])
    others = [(pair, pair.other if pair.one.pk == row.pk else pair.one) for pair in found]
    return {"surest": others[0] if others else None, "more": len(others) - 1, "noun": noun}
