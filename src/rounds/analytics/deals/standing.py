"""How often the close of a deal was put off."""

from __future__ import annotations

from rounds.models import Event, Opportunity


def times_moved(deal: Opportunity) -> int:
    """How often the wanted close was changed after it was said first. One query."""
    said = Event.objects.filter(opportunity_id=deal.id, kind="opportunity.changed").values_list("payload__changed", flat=True)
    return sum(1 for changed in said if (changed or {}).get("close_on", [None])[0] is not None)
