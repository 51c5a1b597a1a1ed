"""How quotes write percentages and what is taken off."""

from __future__ import annotations

from django import template

from rounds.models.deals.proposal_facts import money

register = template.Library()


@register.filter
def bp(value: int | None) -> str:
    """Basis points: 1250 → "12.5 %"."""
    return "" if value is None else f"{value / 100:g} %"


@register.filter
def bp_plain(value: int) -> str:
    """Basis points as an input holds them: 1250 → "12.5"."""
    return f"{value / 100:g}"


@register.filter
def dollars(value: int) -> str:
    """Cents as an input holds them: 1250050 → "12,500.50"."""
    return f"{value // 100:,}" if value % 100 == 0 else f"{value / 100:,.2f}"


@register.filter
def beside(heads: list[str], cells: list[str]) -> list[tuple[str, str]]:
    """Each cell of a row with the heading of its column."""
    return list(zip(heads, cells, strict=False))


@register.filter
def less(value: int, taken: int) -> int:
    """What is left of an amount."""
    return value - taken


@register.filter
def minus_full(value: int) -> str:
    """What is taken off, with a true minus; nothing where nothing is."""
    return money(-value) if value else ""


@register.filter
def exact(value: int | None) -> str:
    """Stored cents to the cent where there are any: 38000050 → "$380,000.50"."""
    return "" if value is None else money(value)
