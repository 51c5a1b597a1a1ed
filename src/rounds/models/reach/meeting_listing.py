"""What meetings can be listed, filtered and sorted by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from rounds.kit.clock import now
from rounds.models.flow.active import active
from rounds.models.listing.fields import Field, Listing, listing
from rounds.models.market.listing import people
from rounds.models.reach.meetings import Meeting

STATES = [("planned", "Planned"), ("held", "Held"), ("no_show", "Nobody came"), ("cancelled", "Called off")]
DUE = [("coming", "To come"), ("record", "To be recorded"), ("over", "Over")]


def _kinds() -> list[tuple[str, str]]:
    return [(code, kind.title) for code, kind in active().playbook.meetings.kinds.items()]


def due_q(op: str, values: Sequence[str], context: Any) -> Q:
    """Meetings to come, those whose time is over and that nobody recorded, and those that were."""
    at, is_planned = now(), Q(state="planned")
    known = {"coming": is_planned & Q(starts_at__gte=at), "record": is_planned & Q(starts_at__lt=at), "over": ~is_planned}
    held = Q(pk__in=())
    for value in values:
        held |= known.get(value, Q(pk__in=()))
    return ~held if op == "not" else held


MEETINGS: Listing = listing(
    "meeting", Meeting,
    (
        Field("kind", "Kind", "choice", choices=_kinds, sortable=True),
        Field("title", "Meeting", "text", sortable=True),
        Field("state", "State", "choice", choices=lambda: STATES, sortable=True),
        Field("due", "When", "choice", choices=lambda: DUE, custom=due_q),
        Field("starts", "Starts", "when", "starts_at", sortable=True),
        Field("host", "Host", "person", choices=people),
        Field("guest", "With", "text", "guest_name", sortable=True),
        Field("moved", "Times moved", "int", sortable=True),
        Field("booked", "Booked", "when", "at", sortable=True),
    ),
    opens_with=("-starts",), fetch=("host", "account", "lead", "opportunity"),
    defaults=("guest", "account", "state", "starts", "host"),
)  # fmt: skip
