"""The word a letter waits for, where the company reads letters before they go (`approval` of reach/rules.yaml, COMM-07)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Enrolment, EnrolmentStep
from rounds.models.flow.active import active

CODE = "approval"
SAID = {"first": "The first letter {sender} sends of this sequence is read by a colleague before it goes.", "each": "Each letter is read by a colleague before it goes."}


class NothingWaits(Refusal):
    """No letter of this enrolment waits for a word; it went, was let go already, or something else holds it back."""

    status = 409


def waits_for(row: Enrolment, step: EnrolmentStep) -> str:
    """Why this letter waits for a word; "" where it needs none, or has it."""
    mode = active().playbook.reach.approval
    if mode == "none" or step.approved_at is not None or (mode == "first" and _known(row)):
        return ""
    return SAID[mode].format(sender=row.sender.name if row.sender else "somebody")


def _known(row: Enrolment) -> bool:
    """Whether a letter of this sequence by this sender went before, or was let go."""
    letters = EnrolmentStep.objects.filter(enrolment__sender=row.sender_id, enrolment__sequence=row.sequence, do="email")
    return letters.filter(Q(state="sent") | Q(approved_at__isnull=False)).exists()


def release(row: Enrolment, *, by: Actor, at: datetime) -> Enrolment:
    """Let the waiting letter go. Where only the first is read, what waited for it is looked at now as well.

    Effects: approved, looked at again at once, the event sequence.released, an audit entry. Raises NothingWaits (409).
    """
    with deed(by):
        step = EnrolmentStep.objects.select_for_update().filter(enrolment=row, state="planned", code=CODE, approved_at=None).order_by("position").first()
        if step is None or row.state == "ended":
            raise NothingWaits
        EnrolmentStep.objects.filter(pk=step.pk).update(approved_at=at, approved_by=by.name, next_at=at)
        if active().playbook.reach.approval == "first":
            others = EnrolmentStep.objects.filter(enrolment__sender=row.sender_id, enrolment__sequence=row.sequence, state="planned", code=CODE)
            others.update(next_at=at)
        events.record("sequence.released", {"enrolment": str(row.id), "sequence": row.sequence, "step": step.step}, by=by, at=at, account=row.account_id,
                      lead=row.lead_id, opportunity=row.opportunity_id)  # fmt: skip
        audit.note("sequence.release", by=by, at=at, kind="enrolment", subject=row.id, detail={"step": step.step})
    return row
