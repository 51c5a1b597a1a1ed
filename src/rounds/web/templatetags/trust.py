"""The mark of a legal hold on a record's page."""

from __future__ import annotations

from typing import Any

from django import template

from rounds.access.allowed import may
from rounds.actions.trust import holds

register = template.Library()


@register.inclusion_tag("trust/on_hold.html", takes_context=True)
def on_hold(context: template.Context, kind: str, row: Any) -> dict[str, Any]:
    """A line that says since when `row` is on legal hold, for those who read compliance; nothing for others."""
    user = context["request"].user
    reads = user.is_authenticated and may(user, "compliance.read")
    return {"hold": holds.over(kind, row) if reads else None, "own": row.pk}
