"""Taking back what was done to a lead by mistake: to the state before, legal next step or not."""

from __future__ import annotations

from datetime import datetime

from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.leads import clocks
from rounds.actions.trust import audit, phi
from rounds.actions.trust.free_text import unworded
from rounds.kit.actor import Actor
from rounds.models import Lead, LeadStatusChange
from rounds.models.base import signature
from rounds.models.leads.leads import CLOSED


@phi.texts("reason")
def restore_status(lead: Lead, status: str, *, by: Actor, at: datetime, reason: str) -> Lead:
    """Put a lead back to the `status` it had. An undo is no transition: the playbook's next steps do not bind it.

    Effects: the status, a LeadStatusChange with the reason, lead.status_changed, an audit entry.
    """
    with deed(by):
        lead = Lead.objects.select_for_update().get(pk=lead.pk)
        was, lead.status, lead.updated_at = lead.status, status, at
        lead.save(update_fields=["status", "updated_at"])
        LeadStatusChange.objects.create(lead=lead, was=was, now=status, reason=reason, **signature(by, at))
        said = {"before": was, "after": status, "reason": reason}
        events.record("lead.status_changed", said, by=by, at=at, lead=lead.id, account=lead.account_id)
        if was in CLOSED and status not in CLOSED:
            clocks.taken_up(lead, by=by, at=at)
        audit.note("lead.restore_status", by=by, at=at, kind="lead", subject=lead.id, detail=unworded(said))
    return lead
