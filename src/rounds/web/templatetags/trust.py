"""The marks of trust on a record's page: a legal hold, who saw it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import template

from rounds.access.allowed import may
from rounds.actions.trust import holds
from rounds.analytics.trust import disclosures
from rounds.kit.clock import now

register = template.Library()


@register.inclusion_tag("trust/on_hold.html", takes_context=True)
def on_hold(context: template.Context, kind: str, row: Any) -> dict[str, Any]:
    """A line that says since when `row` is on legal hold, for those who read compliance; nothing for others."""
    user = context["request"].user
    reads = user.is_authenticated and may(user, "compliance.read")
    return {"hold": holds.over(kind, row) if reads else None, "own": row.pk}


@register.inclusion_tag("trust/who_saw.html", takes_context=True)
def who_saw(context: template.Context, account: Any) -> dict[str, Any]:
    """How many people looked at the account in thirty days, for those who may ask who; nothing for others."""
    user = context["request"].user
    asks = user.is_authenticated and may(user, "disclosures.read")
    return {"account": account, "viewers": disclosures.how_many(account, since=now() - timedelta(days=30)) if asks else None}
