"""The corner of the world that is written to: somebody of the rep's who is in a sequence."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from rounds.actions.leads import leads
from rounds.actions.reach import campaigns, enrolling, letters, people
from rounds.models import Account
from rounds.models.flow.active import active

DAY = timedelta(days=1)


def reach_of(system: Account, cast: Any, at: datetime) -> dict[str, Any]:
    """What stands there, by the names the addresses ask for."""
    by = cast.owner.actor
    lead = leads.capture({"name": "Rosa Brook", "state": "NY", "email": "rosa@harbour.example"}, by=by, at=at, account=system, owner=cast.owner)
    row = enrolling.enrol("initial_outreach", people.of_lead(lead), sender=cast.owner, by=by, at=at)
    letter = letters.write(people.of_lead(lead), "A question", "Hello {{contact.first_name}}.", sender=cast.owner, goes_at=at + DAY, by=by, at=at)
    send = campaigns.opened(active().playbook.sequences["resource_distribution"], "Autumn pages", by=by, at=at)
    return {"campaigns key": send.id, "campaign": send.id, "letters key": letter.id, "letter": letter.id, "sequences code": "initial_outreach", "enrolments key": row.id, "enrolments name": "pausing", "enrolment": row.id, "sequence": "initial_outreach", "templates code": "outreach_introduction", "template": "outreach_introduction", "reached": lead.id}
