"""The statuses of a lead and the moves between them, as leads/statuses.yaml says: every door comes through here."""

from __future__ import annotations

from datetime import datetime

from rounds.access.allowed import need
from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.leads import clocks, gate
from rounds.actions.trust import audit, phi
from rounds.actions.trust.free_text import unworded
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Lead, LeadStatusChange, User
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.models.leads.leads import CLOSED
from rounds.playbook.shapes.life import Move

CONVERTED = "Converted"


class StatusNotNext(Refusal):
    """A lead cannot go from its status to that one."""


class ReasonMissing(Refusal):
    """Say why: the reason is kept with the change."""

    status = 422
    field = "reason"


@phi.texts("reason", needed=("reason",))
def set_status(
    lead: Lead, status: str, *, by: Actor, at: datetime, reason: str = "", code: str = "", quiet: bool = False
) -> Lead:
    """Move a lead to `status` where the playbook has such a move. `code` is a reason of its list; words alone count as
    another reason.

    Effects: the status, a LeadStatusChange, lead.status_changed, an audit entry; into Qualified a QualificationPass and
    lead.qualified. Raises StatusNotNext, ReasonMissing, NotQualified (what the sheet lacks), NotAllowed.
    """
    with deed(by):
        lead = Lead.objects.select_for_update(of=("self",)).select_related("account__buying_unit").get(pk=lead.pk)
        move = move_to(lead, status)
        if move.through == "conversion":
            raise StatusNotNext(f"A lead becomes {status} by converting it, which makes its account, contact and deal.")
        sheet = gate.need_open(lead, at=at) if move.through == "qualification" else None
        reach(lead, move, by=by, at=at, reason=reason, code=code, quiet=quiet)
        if sheet is not None:
            gate.keep_pass(lead, sheet, way="gate", by=by, at=at)
            said = {"way": "gate", "unmet": []}
            events.record("lead.qualified", said, by=by, at=at, lead=lead.id, account=lead.account_id, quiet=quiet)
    return lead


def move_to(lead: Lead, status: str) -> Move:
    """The move from the lead's status to `status`. Raises StatusNotNext, naming what is possible."""
    moves = active().playbook.statuses.moves_from(lead.status)
    if status not in moves:
        known = ", ".join(moves) or "nothing: it is final"
        raise StatusNotNext(f"A lead that is {lead.status} cannot become {status}. It can become {known}.")
    return moves[status]


def reach(
    lead: Lead, move: Move, *, by: Actor, at: datetime, reason: str = "", code: str = "", quiet: bool = False
) -> None:
    """Make a move whose gate was looked at. The row is locked by the caller, whose deed this runs in.

    Effects: the status, a LeadStatusChange, lead.status_changed, an audit entry; a closed lead is promised nothing any
    more. Raises ReasonMissing, NotAllowed.
    """
    if move.may and by.is_human:
        need(User.objects.get(pk=by.id), move.may)
    code, reason = reasoned(move, code, reason)
    was, lead.status, lead.updated_at = lead.status, move.to, at
    lead.save(update_fields=["status", "updated_at"])
    LeadStatusChange.objects.create(lead=lead, was=was, now=move.to, code=code, reason=reason, **signature(by, at))
    said = {"before": was, "after": move.to, "reason": reason, "code": code}
    events.record("lead.status_changed", said, by=by, at=at, lead=lead.id, account=lead.account_id, quiet=quiet)
    if move.to in CLOSED:
        clocks.closed(lead, by=by, at=at)
    audit.note("lead.set_status", by=by, at=at, kind="lead", subject=lead.id, detail=unworded(said))


def reasoned(move: Move, code: str, reason: str) -> tuple[str, str]:
    """(listed reason, words) as the move asks for them. Raises ReasonMissing."""
    listed = {one.reason: one for one in active().playbook.statuses.reasons.listed}
    reason = reason.strip()
    if move.reason == "listed":
        code = code or (next((one.reason for one in listed.values() if one.needs_words), "") if reason else "")
        if code not in listed:
            known = ", ".join(one.title for one in listed.values())
            raise ReasonMissing(f"Say why, with a reason of the list: {known}.", field="code" if code else "reason")
        if listed[code].needs_words and not reason:
            raise ReasonMissing(f"“{listed[code].title}” needs a few words of your own.")
        return code, reason
    if move.reason == "said" and not reason:
        raise ReasonMissing
    return "", reason
