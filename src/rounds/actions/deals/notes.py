"""Notes on a deal."""

from __future__ import annotations

from datetime import datetime

from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import DealNote, Opportunity
from rounds.models.base import signature

LONGEST = 10_000


class NoteRefused(Refusal):
    """Write something down first."""

    status = 422
    field = "text"


@phi.texts("text", needed=("text",))
def add(deal: Opportunity, text: str, *, by: Actor, at: datetime) -> DealNote:
    """Write a note on a deal. Effects: DealNote, note.added, an audit entry. Raises NoteRefused (422)."""
    if not text.strip():
        raise NoteRefused
    if len(text) > LONGEST:
        raise NoteRefused(f"A note has at most {LONGEST:,} characters; this one has {len(text):,}.")
    with deed(by):
        row = DealNote.objects.create(opportunity=deal, text=text.strip(), updated_at=at, **signature(by, at))
        events.record("note.added", {"note": str(row.id)}, by=by, at=at, account=deal.account_id, opportunity=deal.id, subject=row.id)
        audit.note("note.add", by=by, at=at, kind="opportunity", subject=deal.id)
    return row


def withdraw(note: DealNote, *, by: Actor, at: datetime) -> DealNote:
    """Take a note back; one that is stays so. Effects: withdrawn_at, note.withdrawn, an audit entry."""
    with deed(by):
        row = DealNote.objects.select_for_update(of=("self",)).select_related("opportunity").get(pk=note.pk)
        if row.withdrawn_at is None:
            row.withdrawn_at, row.updated_at, deal = at, at, row.opportunity
            row.save(update_fields=["withdrawn_at", "updated_at"])
            events.record("note.withdrawn", {"note": str(row.id)}, by=by, at=at, account=deal.account_id, opportunity=deal.id, subject=row.id)
            audit.note("note.withdraw", by=by, at=at, kind="opportunity", subject=deal.id)
    return row
