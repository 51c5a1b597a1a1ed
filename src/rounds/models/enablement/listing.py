"""What hand-offs can be listed, filtered and sorted by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from rounds.kit.clock import now
from rounds.models.enablement.handoffs import HandOff
from rounds.models.flow.active import active
from rounds.models.listing.fields import Field, Listing, listing
from rounds.models.market.listing import YES_NO, people

STATES = [("waiting", "Waiting"), ("accepted", "Accepted"), ("returned", "Sent back"), ("done", "Done")]
OPEN = Q(done_at=None, returned_at=None)


def _departments() -> list[tuple[str, str]]:
    return [(code, said.title) for code, said in active().playbook.handoffs.departments.items()]


def _kinds() -> list[tuple[str, str]]:
    return [(code, said.title) for code, said in active().playbook.handoffs.kinds.items()]


def state_q(op: str, values: Sequence[str], context: Any) -> Q:
    """Hand-offs that wait, are accepted, were sent back, are done."""
    known = {"waiting": OPEN & Q(accepted_at=None), "accepted": OPEN & Q(accepted_at__isnull=False), "returned": Q(returned_at__isnull=False),
             "done": Q(done_at__isnull=False)}  # fmt: skip
    found = Q(pk__in=())
    for value in values:
        found |= known.get(value, Q(pk__in=()))
    return ~found if op == "not" else found


def late_q(op: str, values: Sequence[str], context: Any) -> Q:
    """Hand-offs nobody accepted in time."""
    late = OPEN & Q(accepted_at=None, accept_by__lt=now())
    return late if values[0] == "yes" else ~late


HANDOFFS: Listing = listing(
    "handoff", HandOff,
    (
        Field("state", "State", "choice", choices=lambda: STATES, custom=state_q),
        Field("late", "Late", "bool", choices=YES_NO, custom=late_q),
        Field("kind", "Kind", "choice", choices=_kinds),
        Field("from", "From", "choice", "from_department", choices=_departments),
        Field("to", "To", "choice", "to_department", choices=_departments),
        Field("owner", "Owner", "person", choices=people),
        Field("accept", "Accept by", "when", "accept_by", sortable=True),
        Field("given", "Given", "when", "at", sortable=True),
    ),
    opens_with=("accept",), fetch=("owner", "account", "opportunity"),
)  # fmt: skip
