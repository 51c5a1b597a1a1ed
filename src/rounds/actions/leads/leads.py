"""Leads: captured, changed, assigned; their statuses stand in statuses.py. Each verb is one transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.leads import gate
from rounds.actions.leads.capturing import ExternalIdTaken, capture, checked
from rounds.actions.leads.given import LeadGiven, given
from rounds.actions.leads.routing import OwnerAway
from rounds.actions.leads.routing import give as assign
from rounds.actions.leads.scoring import rescore
from rounds.actions.leads.statuses import ReasonMissing, StatusNotNext, set_status
from rounds.actions.market import signals
from rounds.actions.trust import audit, phi, suppressions
from rounds.kit.actor import Actor
from rounds.models import Lead
from rounds.models.flow.active import active
from rounds.rules import titles

__all__ = ["ExternalIdTaken", "OwnerAway", "ReasonMissing", "StatusNotNext", "assign", "capture", "change", "set_status"]


@phi.texts("**", skip=("email", "phone", "external_id"))
def change(lead: Lead, *, by: Actor, at: datetime, **fields: Any) -> Lead:
    """Change plain fields of a lead (name, email, phone, title, organization, state, source, message, facts).

    Effects: the row, the event lead.changed, what is new of size, technology or budget as a signal
    in the log, an audit entry, a new score when a fact changed.
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
        lead.save(update_fields=[*changed, *(["phone_index"] if "phone" in changed else []), "role", "seniority", "updated_at"])
        events.record("lead.changed", {"changed": changed}, by=by, at=at, lead=lead.id, account=lead.account_id)
        if "facts" in changed:
            stood, stands = changed["facts"]
            signals.changed({name: (stood.get(name), stands.get(name)) for name in {*stood, *stands}}, lead=lead, by=by, at=at)
        audit.note("lead.change", by=by, at=at, kind="lead", subject=lead.id, detail={"fields": sorted(changed)})
        if {"facts", "state", "source"} & changed.keys():
            rescore(lead, by=by, at=at, cause="changed " + ", ".join(sorted(changed)))
            gate.judge(lead, at=at)
    return lead
