"""Leads: captured, changed, assigned, given a status. Each verb is one transaction."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any
from uuid import UUID

from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.leads.given import LeadGiven, LeadRefused, given
from rounds.actions.leads.matching import matching_account
from rounds.actions.leads.scoring import rescore
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Account, Answer, Lead, LeadStatusChange, User
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.rules import titles
from rounds.rules.given import checked_facts, checked_level


class StatusNotNext(Refusal):
    """A lead cannot go from its status to that one."""


class ReasonMissing(Refusal):
    """Say why: the reason is kept with the change."""

    status = 422
    field = "reason"


class OwnerAway(Refusal):
    """That person no longer works here; choose somebody active."""

    status = 422
    field = "owner"


def capture(
    said: LeadGiven | dict[str, Any],
    *,
    by: Actor,
    at: datetime,
    account: Account | None = None,
    owner: User | None = None,
    quiet: bool = False,
    batch: UUID | None = None,
) -> Lead:
    """Take a lead in: row, role, account, score, territory, segment, event and audit in one transaction.

    The same `external_id` twice answers the lead that is there already and writes nothing. Effects: Lead, Answer,
    two ScoreRecords, LeadStatusChange, the events lead.captured and lead.scored, one audit entry.
    Raises LeadRefused (422) naming the field.
    """
    lead_given = said if isinstance(said, LeadGiven) else given(**said)
    book = active().playbook
    facts, answers = _checked(book, lead_given)
    hops = _Hops()
    with deed(by):
        if lead_given.external_id:
            there = Lead.objects.filter(external_id=lead_given.external_id).first()
            if there:
                return there
        account = account or matching_account(lead_given)
        hops.done("match", account.name if account else "no account found")
        role = titles.role_of(book, lead_given.title)
        lead = Lead(
            name=lead_given.name, email=lead_given.email, phone=lead_given.phone, title=lead_given.title,
            role=role.role or "", seniority=role.seniority or "", organization=lead_given.organization,
            state=lead_given.state or (account.state if account else ""), source=lead_given.source,
            message=lead_given.message, hand_raise=lead_given.hand_raise, external_id=lead_given.external_id,
            facts=facts, account=account, buying_unit_id=account.buying_unit_id if account else None,
            owner=owner, team_id=owner.team_id if owner else None, captured_at=at, updated_at=at,
        )  # fmt: skip
        lead.save(force_insert=True)
        Answer.objects.bulk_create(
            [Answer(lead=lead, criterion=criterion, level=level, reason="given with the lead", **signature(by, at))
             for criterion, level in answers.items()]
        )
        LeadStatusChange.objects.create(lead=lead, now=lead.status, **signature(by, at))
        rescore(lead, by=by, at=at, cause="captured", quiet=True)
        hops.done("score", f"{lead.score_total}, {lead.band}")
        hops.done("territory", lead.territory or "queue")
        hops.done("segment", lead.segment or "none")
        hops.done("role", lead.owner_role or "no human owner")
        payload = {
            "name": lead.name, "organization": lead.organization, "source": lead.source, "score": lead.score_total,
            "band": lead.band, "territory": lead.territory, "segment": lead.segment, "hops": hops.list,
        }  # fmt: skip
        events.record("lead.captured", payload, by=by, at=at, lead=lead.id, account=lead.account_id,
                      quiet=quiet, batch=batch)  # fmt: skip
        audit.note("lead.capture", by=by, at=at, kind="lead", subject=lead.id, detail={"source": lead.source})
    return lead


def _checked(book, lead_given: LeadGiven) -> tuple[dict[str, Any], dict[str, str]]:
    """The given facts and answers, checked against the vocabulary. Raises LeadRefused."""
    try:
        facts = checked_facts(book, lead_given.facts)
        answers = {c: checked_level(book, "lead_fit", c, level) for c, level in lead_given.answers.items()}
    except Refusal as refusal:
        raise LeadRefused(str(refusal), field=refusal.field) from refusal
    if lead_given.source and lead_given.source not in book.picklists.lead_source.values:
        known = ", ".join(book.picklists.lead_source.values)
        raise LeadRefused(f"source “{lead_given.source}” is not on the list; use one of: {known}.", field="source")
    return facts, answers


class _Hops:
    """The journey of a capture: each step with its outcome and the milliseconds it took."""

    def __init__(self) -> None:
        self.list: list[dict[str, Any]] = []
        self._last = time.perf_counter()

    def done(self, step: str, outcome: str) -> None:
        now = time.perf_counter()
        self.list.append({"step": step, "outcome": outcome, "ms": round((now - self._last) * 1000, 1)})
        self._last = now


def change(lead: Lead, *, by: Actor, at: datetime, **fields: Any) -> Lead:
    """Change plain fields of a lead (name, email, phone, title, organization, state, source, message, facts).

    Effects: the row, the event lead.changed, an audit entry, a new score when a fact changed.
    """
    merged = {name: getattr(lead, name) for name in LeadGiven.model_fields if hasattr(lead, name) and name != "answers"}
    lead_given = given(**{**merged, **fields})
    facts, _ = _checked(active().playbook, lead_given)
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


def assign(lead: Lead, owner: User | None, *, by: Actor, at: datetime, reason: str = "") -> Lead:
    """Give a lead to `owner` (None: back to the queue). Effects: owner and team, lead.assigned, an audit entry."""
    if owner is not None and not owner.is_active:
        raise OwnerAway
    with deed(by):
        lead = Lead.objects.select_for_update().get(pk=lead.pk)
        before = lead.owner_id
        if before == (owner.id if owner else None):
            return lead
        lead.owner, lead.team_id = owner, owner.team_id if owner else None
        lead.updated_at = at
        lead.save(update_fields=["owner", "team", "updated_at"])
        payload = {
            "owner_before": str(before) if before else None, "owner_after": str(owner.id) if owner else None,
            "owner_name": owner.name if owner else "", "reason": reason,
        }  # fmt: skip
        events.record("lead.assigned", payload, by=by, at=at, lead=lead.id, account=lead.account_id)
        audit.note("lead.assign", by=by, at=at, kind="lead", subject=lead.id, detail=payload)
    return lead


def set_status(lead: Lead, status: str, *, by: Actor, at: datetime, reason: str = "") -> Lead:
    """Move a lead to `status` where the playbook allows it; a disqualification needs a reason.

    Effects: the status, a LeadStatusChange, lead.status_changed, an audit entry. Raises StatusNotNext, ReasonMissing.
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
        audit.note("lead.set_status", by=by, at=at, kind="lead", subject=lead.id, detail=payload)
    return lead
