"""Texts that wait for a reviewer: opened one at a time, let through (whole or with the marked places blacked out) or
discarded. Whatever is decided, the text itself is gone from the queue afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Model

from rounds.access.sight import EVERYTHING, sight
from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.leads import leads
from rounds.actions.market import accounts, contacts
from rounds.actions.trust import audit, phi, suppressions
from rounds.actions.trust.free_text import HELD
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Account, Lead, Opportunity, Quarantine
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.models.sealed import SealedText
from rounds.rules import phi as rule

CAME_BACK = "came_back"
"""What is found in a form sent by somebody who was erased."""
DECISIONS = {"let_through": "Let through", "blacked_out": "Let through, places blacked out", "discarded": "Discarded"}


class HeldRefused(Refusal):
    """Say why: the reason is kept instead of the text."""

    status = 422
    field = "why"


class DecidedAlready(Refusal):
    """Somebody decided on this text already; nothing was done twice."""


def read(row: Quarantine, *, by: Actor, at: datetime) -> str:
    """The text of an entry, for a reviewer's eyes. Effects: an audit entry in the chain of reads."""
    audit.note_read("phi.read", by=by, at=at, kind="held text", subject=row.id,
                    detail={"of": row.kind, "field": row.field})  # fmt: skip
    return row.text


def decide(row: Quarantine, decision: str, *, why: str, by: Actor, at: datetime) -> Quarantine:
    """Let a held text through, let it through with the marked places blacked out, or discard it.

    What was held back is done after all, by the reviewer on behalf of whoever wrote it. Effects: those of the action
    that puts the text where it belongs, text.released, an audit entry; the text leaves the queue whatever is decided.
    Raises HeldRefused (422) without a reason, DecidedAlready.
    """
    if decision not in DECISIONS:
        raise HeldRefused(f"A decision is one of: {', '.join(DECISIONS)}.", field="decision")
    if not why.strip():
        raise HeldRefused
    phi.guard(why, field="why", by=by)
    with deed(by):
        row = Quarantine.objects.select_for_update().get(pk=row.pk)
        if row.decided_at:
            raise DecidedAlready
        if decision != "discarded":
            _release(row, blacked=decision == "blacked_out", by=by, at=at)
        row.text = row.payload = ""
        row.decided_at, row.decided_by, row.decision, row.why = at, by.name, decision, why.strip()[:500]
        row.save(update_fields=["text", "payload", "decided_at", "decided_by", "decision", "why"])
        audit.note("phi.decide", by=by, at=at, kind=row.kind, subject=row.subject_id,
                   detail={"decision": decision, "field": row.field, "kinds": row.found, "held": str(row.id)})  # fmt: skip
    return row


def keep_lead(said: dict[str, Any], *, by: Actor, at: datetime) -> Quarantine:
    """Keep a whole lead of somebody who was erased and came back by themselves. The same form twice is kept once.

    Effects: Quarantine, an audit entry.
    """
    for other in Quarantine.objects.filter(kind="", field=said["external_id"]):
        return other
    with deed(by):
        row = Quarantine.objects.create(door="form", field=said["external_id"], payload=json.dumps(said), found=[CAME_BACK],
                                        text=said["message"] or said["name"], **signature(by, at))  # fmt: skip
        audit.note("phi.hold", by=by, at=at, kind="held text", subject=row.id, detail={"kinds": row.found, "door": "form"})
    return row


def _let_in(row: Quarantine, *, by: Actor, at: datetime) -> None:
    """Take in the lead of somebody who came back; they are kept out no longer."""
    said = json.loads(row.payload)
    suppressions.lift([said["email"], said["phone"]])
    with phi.passed(), sight(EVERYTHING):
        lead = leads.capture(said, by=by, at=at)
        told = {"what": "lead", "field": "", "on_behalf_of": row.by_name, "blacked_out": False}
        events.record("text.released", told, by=by, at=at, lead=lead.id, account=lead.account_id, subject=row.id)


def _release(row: Quarantine, *, blacked: bool, by: Actor, at: datetime) -> None:
    if row.payload:
        return _let_in(row, by=by, at=at)
    text = row.text
    if blacked:
        text = rule.blacked_out(text, rule.found(active().playbook.phi, text))
    subject = subject_of(row)
    placed = False
    if subject is not None and (put := PLACES.get(row.kind)) is not None:
        # A compliance officer changes no records; this one is changed for whoever wrote the text.
        with phi.passed(), sight(EVERYTHING):
            placed = put(subject, row.field, text, by=by, at=at)
    said = {"what": row.kind or "text", "field": row.field, "on_behalf_of": row.by_name, "blacked_out": blacked,
            "text": "" if placed else text}  # fmt: skip
    events.record("text.released", said, by=by, at=at, lead=_of(subject, Lead), account=_of(subject, Account),
                  opportunity=_of(subject, Opportunity), subject=row.id)  # fmt: skip


def subject_of(row: Quarantine) -> Any:
    """The record a held text belongs to; None where there is none, or no more."""
    if not row.kind or row.subject_id is None:
        return None
    return apps.get_model("rounds", row.kind).objects.filter(pk=row.subject_id).first()


def _of(subject: Any, model: type[Model]) -> Any:
    """The id of the lead or account a record stands at."""
    if isinstance(subject, model):
        return subject.pk
    return getattr(subject, f"{model._meta.model_name}_id", None)


def _changed(change: Callable[..., Any]) -> Callable[..., bool]:
    """A field of a record that has an action of its own for changes; `facts.x` is one fact among those given."""

    def put(subject: Any, field: str, text: str, *, by: Actor, at: datetime) -> bool:
        head, _, rest = field.partition(".")
        if not hasattr(subject, head):
            return False
        change(subject, by=by, at=at, **{head: {**getattr(subject, head), rest: text} if rest else text})
        return True

    return put


def _written(subject: Any, field: str, text: str, *, by: Actor, at: datetime) -> bool:
    """A text of a row that has no changes of its own, such as the words of an activity: it was empty until now. A sealed
    one that was filled meanwhile, a motive, is added to: no event may say it."""
    if not hasattr(subject, field):
        return False
    standing = getattr(subject, field)
    if standing not in ("", HELD):
        if not isinstance(subject._meta.get_field(field), SealedText):
            return False
        text = f"{standing}\n{text}"
    setattr(subject, field, text)
    subject.save(update_fields=[field])
    return True


PLACES: dict[str, Callable[..., bool]] = {
    "lead": _changed(leads.change), "contact": _changed(contacts.change), "account": _changed(accounts.change),
    "leadactivity": _written, "answer": _written, "intelligence": _written, "committeeseat": _written,
    "dealcontact": _written, "dealnote": _written, "discoveryrecord": _written, "approvalstep": _written,
}  # fmt: skip
"""Kind of record → how a text is put where it belongs. Elsewhere (reasons that may not be rewritten) the event says it."""
