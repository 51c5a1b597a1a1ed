"""What came of each one-off send, as a whole, by segment and by tier (COMM-16, COMM-15).

A send is over for somebody when its one letter went, so what they did afterwards is looked for since they were enrolled: an
answer to the letter, a meeting that was arranged and not called off, a way out they took. As many queries for a hundred sends as for one.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q

from rounds.access.scope import visible
from rounds.analytics.reach.sequences import Line, joined, letters_seen, segment_of
from rounds.kit.scope import Scope
from rounds.models import Consent, Enrolment, Meeting, Message

SINCE = {"at__gt": OuterRef("at")}
MET = Exists(Meeting.objects.filter(contact__isnull=False, contact=OuterRef("contact"), **SINCE).exclude(state="cancelled")) | Exists(
    Meeting.objects.filter(lead__isnull=False, lead=OuterRef("lead"), **SINCE).exclude(state="cancelled"))  # fmt: skip
LEFT = Exists(Consent.objects.filter(person_index=OuterRef("person_index"), purpose=OuterRef("purpose"), state="withdrawn", happened_at__gt=OuterRef("at")))
OUT = Message.objects.filter(enrolment=OuterRef("pk"), direction="out")
OUTCOMES: dict[str, Any] = {
    "enrolled": Count("id"), "active": Count("id", filter=Q(state="active")), "paused": Count("id", filter=Q(state="paused")),
    "answered": Count("id", filter=Exists(OUT.filter(answered_at__isnull=False))), "meetings": Count("id", filter=MET),
    "unsubscribed": Count("id", filter=LEFT), "bounced": Count("id", filter=Exists(OUT.filter(state="bounced"))),
}  # fmt: skip


def lines(scope: Scope) -> dict[str, Line]:
    """Send (its id as text) → its numbers, of the people `scope` sees. Two queries."""
    rows = visible(Enrolment, scope).filter(campaign__isnull=False)
    return joined(rows, letters_seen(scope).filter(enrolment__campaign__isnull=False), "campaign", "enrolment__campaign", OUTCOMES)


def line(key: UUID, scope: Scope) -> Line:
    """The numbers of one. Two queries."""
    found = joined(visible(Enrolment, scope).filter(campaign=key), letters_seen(scope).filter(enrolment__campaign=key), "campaign", "enrolment__campaign", OUTCOMES)
    return found.get(str(key), Line())


def by_part(key: UUID, scope: Scope, part: str) -> dict[str, Line]:
    """One by `segment` or by `tier` of the account: part → numbers; "" where it is not known. Two queries."""
    rows, sent = visible(Enrolment, scope).filter(campaign=key), letters_seen(scope).filter(enrolment__campaign=key)
    if part == "tier":
        return joined(rows, sent, "account__tier", "enrolment__account__tier", OUTCOMES)
    return joined(rows.annotate(part=segment_of("")), sent.annotate(part=segment_of("enrolment__")), "part", "part", OUTCOMES)
