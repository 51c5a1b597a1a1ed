"""Words and addresses of the numbers' pages: amounts with their sign, to the cent, as a field holds them; this page with one word changed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template

from rounds.web.templatetags.look import cents

register = template.Library()
MINUS = "−"


@register.filter
def cents_moved(value: int) -> str:
    """What changed, short: +$0.2M, −$380k."""
    return f"+{cents(value)}" if value > 0 else cents(value)


@register.filter
def cents_exact(value: int) -> str:
    """What changed, to the cent: +$1,250.50."""
    return f"{'+' if value > 0 else MINUS if value < 0 else ''}${abs(value) // 100:,}.{abs(value) % 100:02d}"


@register.filter
def cents_of(value: float) -> str:
    """Cents that are no whole number, as a mean is."""
    return cents(round(value))


@register.filter
def dollars_plain(value: int) -> str:
    """Cents as a field holds them: 1250050 → 12500.50."""
    return f"{value // 100}" if value % 100 == 0 else f"{value / 100:.2f}"


@register.simple_tag(takes_context=True)
def numbers_url(context: template.Context, **changes: Any) -> str:
    """The address of this page with some words changed; an empty one is left out."""
    query = context["request"].GET
    held = {key: query.getlist(key) for key in query} | {key: [str(value)] for key, value in changes.items()}
    return "?" + urlencode([(key, value) for key, values in held.items() for value in values if value])
