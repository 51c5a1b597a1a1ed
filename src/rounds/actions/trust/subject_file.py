"""Everything kept of a person, as data: what they are given when they ask to see it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Model

from rounds.access.sight import EVERYTHING, sight
from rounds.actions.trust import audit
from rounds.actions.trust.subject_find import Person, tell_of
from rounds.actions.trust.subjects import law, person_of
from rounds.kit.actor import Actor
from rounds.models import SubjectRequest
from rounds.models.flow.days import house_day
from rounds.models.sealed import BlindIndex

OURS = {"lines", "gates", "hops", "playbook_hash", "scope_hash", "by_id", "pgh_context", "pgh_label", "batch_id", "owner", "team"}
"""Columns that tell of our working and not of the person."""
MOST = 5000
"""Rows of one kind in a file; a person with more is told so in it."""


def made(request: SubjectRequest, *, by: Actor, at: datetime) -> dict[str, Any]:
    """{"about", "kinds": [{"title", "count", "rows": [{column: value}]}]} of the person of `request`.

    Effects: an audit entry with the accounts disclosed (a file left). The values themselves are noted nowhere.
    """
    with sight(EVERYTHING):
        person = person_of(request)
        kinds = [_kind(name, rows) for name, rows in tell_of(person).items()]
        audit.note_file("subject.access", by=by, at=at, kind="subject request", subject=request.id, form="zip",
                        ids=[*person.contact_ids, *person.lead_ids], accounts=_accounts(person))  # fmt: skip
    _, said = law(request.state_law)
    return {
        "about": {"made_at": at.isoformat(), "request": str(request.id), "asked_on": house_day(request.at).isoformat(),
                  "due_on": request.due_on.isoformat(), "law": said.title},
        "colleagues": [{"name": user.name, "role": user.role} for user in person.users],
        "kinds": [kind for kind in kinds if kind["count"]],
    }  # fmt: skip


def _accounts(person: Person) -> set[Any]:
    return {row.account_id for row in [*person.contacts, *person.leads] if row.account_id}


def _kind(name: str, rows: Any) -> dict[str, Any]:
    """The rows of one kind, each as what its columns say; empty ones left out."""
    count = rows.count()
    order = "at" if any(f.name == "at" for f in rows.model._meta.concrete_fields) else rows.model._meta.pk.name
    return {"title": name.capitalize(), "count": count, "rows": [_said(row) for row in rows.order_by(order)[:MOST]]}


def _said(row: Model) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for column in row._meta.concrete_fields:
        if isinstance(column, BlindIndex) or column.name in OURS:
            continue
        value = getattr(row, column.attname)
        if value not in (None, "", {}, []):
            found[column.name] = value.isoformat() if isinstance(value, datetime) else value
    return found
