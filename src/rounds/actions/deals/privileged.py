"""Privileged notes: what counsel thinks of a contract, for legal alone.

No event, no timeline, no search, no export: who may read them is the object privileged_note of access/roles.yaml and row
security behind it. The audit says that one was written or read, never what.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rounds.actions.deals.contract_given import said_text
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.models import Contract, PrivilegedNote
from rounds.models.base import signature


@phi.texts("text", needed=("text",), hold=False)
def note(contract: Contract, text: str, *, by: Actor, at: datetime) -> PrivilegedNote:
    """Write a privileged note. Effects: PrivilegedNote, sealed; an audit entry without its words. Raises
    ContractRefused (422)."""
    text = said_text(text, 10_000, "text", "Write the note.")
    with deed(by):
        row = PrivilegedNote.objects.create(contract=contract, text=text, **signature(by, at))
        audit.note("privileged_note.add", by=by, at=at, kind="contract", subject=contract.id)
    return row


def notes(contract: Contract, *, by: Actor, at: datetime) -> Sequence[PrivilegedNote]:
    """The notes the viewer's sight reaches, the newest first; that they were read is on the record."""
    rows = list(PrivilegedNote.objects.filter(contract=contract).order_by("-at", "-id"))
    if rows:
        audit.note_read("privileged_note.read", by=by, at=at, kind="contract", subject=contract.id, detail={"rows": len(rows)})
    return rows
