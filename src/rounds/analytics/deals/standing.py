"""How much happened with a deal, and how often its close was put off."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, F, Func, Q, TextField, Value

from rounds.kit.once import once
from rounds.models import Event, Opportunity


@dataclass(frozen=True)
class Counted:
    """`events` in all; `moved`: how often the wanted close was changed after it was said first."""

    events: int
    moved: int


@once
def counted(deal: Opportunity) -> Counted:
    """The events of a deal, counted where they lie. One query."""
    before = Func(F("payload"), Value("changed"), Value("close_on"), Value("0"), function="jsonb_extract_path_text", output_field=TextField())
    rows = Event.objects.filter(opportunity_id=deal.id).annotate(close_before=before)
    found = rows.aggregate(n=Count("pk"), moved=Count("pk", filter=Q(kind="opportunity.changed", close_before__isnull=False)))
    return Counted(found["n"], found["moved"])
