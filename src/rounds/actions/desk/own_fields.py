"""The company's own fields of a record: set and taken away, with their history (PLUS-22)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.apps import apps

from rounds.access.sight import whole_sight
from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.models import Account, Contact, Lead
from rounds.models.flow.active import active
from rounds.rules import own_fields
from rounds.rules.own_fields import FieldRefused

Record = Account | Contact | Lead


@phi.texts("said")
def set_own(record: Record, said: Mapping[str, Any], *, by: Actor, at: datetime) -> Record:
    """Set own fields of an account, contact or lead; None or "" takes a value away. A value that stands so is no change.

    Effects: `custom` of the row with its field history, the event <noun>.changed, an audit entry. Raises FieldRefused (422)
    naming the field.
    """
    noun, book = record._meta.model_name, active().playbook
    found = own_fields.checked(book, noun, said)
    _point_at_something(noun, found)
    with deed(by), whole_sight(record):  # a lead may be somebody else's by now, whose form said it
        record = type(record).objects.select_for_update(of=("self",)).get(pk=record.pk)
        changed = {code: [record.custom.get(code), value] for code, value in found.items() if record.custom.get(code) != value}
        if not changed:
            return record
        record.custom = own_fields.kept(book, noun, record.custom, {code: pair[1] for code, pair in changed.items()})
        record.updated_at = at
        record.save(update_fields=["custom", "updated_at"])
        told: dict[str, Any] = {"changed": {f"custom.{code}": pair for code, pair in changed.items()}}
        if noun == "contact":
            told["name"] = record.name
        events.record(f"{noun}.changed", told, by=by, at=at, lead=record.id if noun == "lead" else None,
                      account=record.id if noun == "account" else record.account_id, subject=record.id if noun == "contact" else None)  # fmt: skip
        audit.note(f"{noun}.change", by=by, at=at, kind=noun, subject=record.id, detail={"fields": sorted(told["changed"])})
    return record


def _point_at_something(noun: str, found: Mapping[str, Any]) -> None:
    """A lookup points at a record one sees. Raises FieldRefused."""
    for code, one in own_fields.own(active().playbook, noun).items():
        if one.kind == "lookup" and found.get(code) and not apps.get_model("rounds", one.of or "account").objects.filter(pk=found[code]).exists():
            raise FieldRefused(f"{one.title}: there is no such {one.of}.", field=f"custom.{code}")
