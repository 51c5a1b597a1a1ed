"""The corner of the world that is written to: somebody of the rep's who is in a sequence."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rounds.actions.leads import leads
from rounds.actions.reach import enrolling, people
from rounds.models import Account


def reach_of(system: Account, cast: Any, at: datetime) -> dict[str, Any]:
    """What stands there, by the names the addresses ask for."""
    by = cast.owner.actor
    lead = leads.capture({"name": "Rosa Brook", "state": "NY", "email": "rosa@harbour.example"}, by=by, at=at, account=system, owner=cast.owner)
    row = enrolling.enrol("initial_outreach", people.of_lead(lead), sender=cast.owner, by=by, at=at)
    return {"sequences code": "initial_outreach", "enrolments key": row.id, "enrolments name": "pausing", "enrolment": row.id, "sequence": "initial_outreach", "templates code": "outreach_introduction", "template": "outreach_introduction", "reached": lead.id}
