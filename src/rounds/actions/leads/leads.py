"""Leads: captured, changed, assigned, given a status. Each verb is one transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.leads import clocks
from rounds.actions.leads.capturing import ExternalIdTaken, capture, checked
from rounds.actions.leads.given import LeadGiven, given
from rounds.actions.leads.routing import OwnerAway
from rounds.actions.leads.routing import give as assign
from rounds.actions.leads.scoring import rescore
from rounds.actions.trust import audit, phi, suppressions
from rounds.actions.trust.free_text import unworded
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Lead, LeadStatusChange
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.models.leads.leads import CLOSED
from rounds.rules import titles

__all__ = ["ExternalIdTaken", "OwnerAway", "ReasonMissing", "StatusNotNext", "assign", "capture", "change", "set_status"]


class StatusNotNext(Refusal):
    """A lead cannot go from its status to that one."""


class ReasonMissing(Refusal):
    """Say why: the reason is kept with the change."""

    status = 422
    field = "reason"


@phi.texts("**", skip=("email", "phone", "external_id"))
def change(lead: Lead, *, by: Actor, at: datetime, **fields: Any) -> Lead:
    """Change plain fields of a lead (name, email, phone, title, organization, state, source, message, facts).

    Effects: the row, the event lead.changed, an audit entry, a new score when a fact changed.
    """
    merged = {name: getattr(lead, name) for name in LeadGiven.model_fields if hasattr(lead, name) and name != "answers"}
    lead_given = given(**{**merged, **fields})
    facts, _ = checked(active().playbook, lead_given)
    suppressions.need_welcome(*(getattr(lead_given, name) for name in ("email", "phone") if name in fields))
    with deed(by):
        lead = Lead.objects.select_for_update().get(pk=lead.pk)
        changed: dict[str, list[Any]] = {}
        for name in fields:
            value = facts if name == "facts" else getattr(lead_given, name)
            if getattr(lead, name) != value:
                changed[name] = [getattr(lead, name), value]
                setattr(lead, name, value)
        if not changed:
            return lead
        if "title" in changed:
            role = titles.role_of(active().playbook, lead.title)
            lead.role, lead.seniority = role.role or "", role.seniority or ""
        lead.updated_at = at
        lead.save()
        events.record("lead.changed", {"changed": changed}, by=by, at=at, lead=lead.id, account=lead.account_id)
        audit.note("lead.change", by=by, at=at, kind="lead", subject=lead.id, detail={"fields": sorted(changed)})
        if {"facts", "state", "source"} & changed.keys():
            rescore(lead, by=by, at=at, cause="changed " + ", ".join(sorted(changed)))
    return lead


@phi.texts("reason", needed=("reason",))
def set_status(lead: Lead, status: str, *, by: Actor, at: datetime, reason: str = "") -> Lead:
    """Move a lead to `status` where the playbook allows it; a disqualification needs a reason.

    Effects: the status, a LeadStatusChange, lead.status_changed, an audit entry; a closed
    lead is promised nothing any more. Raises StatusNotNext, ReasonMissing.
    """
    transitions = active().playbook.picklists.lead_status.transitions
    if status == "Disqualified" and not reason.strip():
        raise ReasonMissing
    with deed(by):
        lead = Lead.objects.select_for_update().get(pk=lead.pk)
        allowed = transitions.get(lead.status, [])
        if status not in allowed:
            known = ", ".join(allowed) or "nothing: it is final"
            raise StatusNotNext(f"A lead that is {lead.status} cannot become {status}. It can become {known}.")
        was, lead.status, lead.updated_at = lead.status, status, at
        lead.save(update_fields=["status", "updated_at"])
        LeadStatusChange.objects.create(lead=lead, was=was, now=status, reason=reason, **signature(by, at))
        payload = {"before": was, "after": status, "reason": reason}
        events.record("lead.status_changed", payload, by=by, at=at, lead=lead.id, account=lead.account_id)
        if status in CLOSED:
            clocks.closed(lead, by=by, at=at)
        audit.note("lead.set_status", by=by, at=at, kind="lead", subject=lead.id, detail=unworded(payload))
    return lead
