"""Why a sequence stops for somebody: read from what happened, each time before something is done (COMM-01)."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

from django.db.models import Q

from rounds.models import (
    Account,
    AddressFault,
    Contact,
    Enrolment,
    Lead,
    LeadActivity,
    Meeting,
    Message,
    Opportunity,
    StageEntry,
    User,
)
from rounds.models.flow.active import active
from rounds.playbook.shapes.sequences import Sequence
from rounds.rules.answers import is_reply

STOPPED = ("Disqualified",)
Acts = Callable[[], list[tuple[str, str]]]
"""(kind, direction) of what happened with somebody since they were enrolled."""
WORDS = {
    "reply": "They answered.", "meeting": "A meeting is arranged.", "unsubscribe": "They do not want mail of this kind.",
    "bounce": "Mail to this address came back.", "stage": "The deal moved on.", "disqualified": "The lead was disqualified.",
    "colleague": "A colleague has an open deal with this health system.", "left": "They do not work there any more.",
    "system": "Somebody else of this health system answered a letter of a sequence.",
}  # fmt: skip


def stopped(row: Enrolment, sequence: Sequence) -> str:
    """The first of the sequence's stop rules that holds, as its code; "" where it goes on."""
    acts = cache(partial(_acts, row))  # read once, and only where a rule asks for them
    asked = {"reply": partial(_replied, acts=acts), "meeting": partial(_met, acts=acts), "bounce": _bounced, "stage": _moved, "disqualified": _disqualified,
             "colleague": _colleague, "left": _left, "system": _answered_there}  # fmt: skip
    return next((code for code in sequence.stops if code in asked and asked[code](row)), "")


def deal_of_a_colleague(unit: Account | None, sender: User | None, own: Opportunity | None = None) -> Opportunity | None:
    """An open deal of somebody else with the same health system."""
    if unit is None:
        return None
    rows = Opportunity.objects.filter(Q(buying_unit=unit) | Q(account=unit), closed_at=None, owner__isnull=False)
    if own is not None:
        rows = rows.exclude(pk=own.pk)
    return rows.exclude(owner=sender).select_related("owner").order_by("opened_at").first()


def _acts(row: Enrolment) -> list[tuple[str, str]]:
    about = Q(lead_id=row.lead_id) if row.lead_id else Q(contact_id=row.contact_id)
    return list(LeadActivity.objects.filter(about, happened_at__gt=row.at, withdrawn_at=None, machine="").values_list("kind", "direction"))


def _replied(row: Enrolment, acts: Acts) -> bool:
    if Message.objects.filter(contact_index=row.person_index, direction="in", kind="answer", at__gt=row.at).exists():
        return True
    return any(is_reply(active().playbook.tasks, kind, direction) for kind, direction in acts())


def _met(row: Enrolment, acts: Acts) -> bool:
    about = Q(lead_id=row.lead_id) if row.lead_id else Q(contact_id=row.contact_id)
    if Meeting.objects.filter(about, at__gt=row.at).exclude(state="cancelled").exists():
        return True
    meetings = active().playbook.measures.acts.meetings
    return any(kind in meetings for kind, _ in acts())


def _bounced(row: Enrolment) -> bool:
    return AddressFault.objects.filter(person_index=row.person_index, kind="bounce", lifted_at=None).exists()


def _moved(row: Enrolment) -> bool:
    if row.opportunity_id is not None:
        return StageEntry.objects.filter(opportunity_id=row.opportunity_id, at__gt=row.at).exists()
    return row.lead_id is not None and Lead.objects.filter(pk=row.lead_id, status="Converted").exists()


def _disqualified(row: Enrolment) -> bool:
    return row.lead_id is not None and Lead.objects.filter(pk=row.lead_id, status__in=STOPPED).exists()


def _colleague(row: Enrolment) -> bool:
    return deal_of_a_colleague(row.buying_unit, row.sender, row.opportunity) is not None


def _answered_there(row: Enrolment) -> bool:
    """Whether somebody else of the health system answered a letter of a sequence since: the system is spoken with by people now."""
    letters = Message.objects.filter(buying_unit=row.buying_unit_id, direction="out", answered_at__gt=row.at, enrolment__isnull=False)
    return row.buying_unit_id is not None and letters.exclude(contact_index=row.person_index).exists()


def _left(row: Enrolment) -> bool:
    gone = AddressFault.objects.filter(person_index=row.person_index, kind="left", lifted_at=None).exists()
    return gone or (row.contact_id is not None and Contact.objects.filter(pk=row.contact_id, left_on__isnull=False).exists())
