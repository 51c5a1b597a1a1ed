"""What enrolments can be listed, filtered and sorted by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q

from rounds.kit.clock import now
from rounds.models.flow.active import active
from rounds.models.listing.fields import Field, Listing, listing
from rounds.models.market.listing import YES_NO, people, territories
from rounds.models.reach.sequences import Enrolment, EnrolmentStep
from rounds.models.search import ids_of_words

STATES = [("active", "Under way"), ("paused", "Paused"), ("ended", "Ended")]
ENDED = [
    ("finished", "Finished"), ("reply", "They answered"), ("meeting", "Meeting arranged"), ("unsubscribe", "Unsubscribed"),
    ("bounce", "Came back"), ("stage", "The deal moved on"), ("disqualified", "Disqualified"), ("colleague", "A colleague's deal"),
    ("system", "Somebody there answered"), ("left", "They left"), ("by_hand", "Stopped by hand"),
]  # fmt: skip
HELD = [
    ("approval", "Somebody's word"), ("window", "Their hours"), ("cap_contact", "The limit for one person"), ("cap_unit", "The limit for one health system"),
    ("collision", "A colleague's letter"), ("missing", "A gap in the text"), ("away", "Their absence"), ("held", "Outbound is held"),
    ("sender_stopped", "The sender"), ("sender_day", "The address's day"), ("sender_hour", "The address's hour"), ("phi", "Patient data"),
]  # fmt: skip
FALLS = [("now", "Now"), ("week", "In seven days"), ("later", "Later")]
WEEK = timedelta(days=7)


def _steps(**said: Any) -> Exists:
    return Exists(EnrolmentStep.objects.filter(enrolment=OuterRef("pk"), state="planned", **said))


def held_q(op: str, values: Sequence[str], context: Any) -> Q:
    """Enrolments of which a step was looked at and put off, with its reason."""
    held = Q(_steps(decided_at__isnull=False)) & ~Q(state="ended")
    return held if values[0] == "yes" else ~held


def held_for_q(op: str, values: Sequence[str], context: Any) -> Q:
    """Enrolments whose next letter was put off for one of the reasons `values`."""
    held = Q(_steps(code__in=[value for value in values if value in dict(HELD)])) & ~Q(state="ended")
    return ~held if op == "not" else held


def falls_q(op: str, values: Sequence[str], context: Any) -> Q:
    """Enrolments that are looked at next in one of the stretches `values`."""
    at, found = now(), Q(pk__in=[])
    stretches = {
        "now": Q(_steps(next_at__lte=at)),
        "week": Q(_steps(next_at__lte=at + WEEK)) & ~Q(_steps(next_at__lte=at)),
        "later": Q(_steps()) & ~Q(_steps(next_at__lte=at + WEEK)),
    }
    for value in values:
        found |= stretches.get(value, Q(pk__in=[]))
    return ~found if op == "not" else found


def words_q(op: str, values: Sequence[str], context: Any) -> Q:
    """Enrolments of people and organisations with these words, or whose name begins with them."""
    about = {noun: ids_of_words(values[0], noun, most=2000) for noun in ("lead", "account", "contact")}
    return Q(lead_id__in=about["lead"]) | Q(account_id__in=about["account"]) | Q(contact_id__in=about["contact"]) | Q(name__istartswith=values[0])


def sequences() -> list[tuple[str, str]]:
    """Every sequence of the playbook in force: its code and title."""
    return [(code, one.title) for code, one in active().playbook.sequences.items()]


ENROLMENTS: Listing = listing(
    "enrolment", Enrolment,
    (
        Field("name", "Person", "text", sortable=True),
        Field("words", "Words", "words", custom=words_q),
        Field("sequence", "Sequence", "choice", choices=sequences, sortable=True),
        Field("state", "State", "choice", choices=lambda: STATES, sortable=True),
        Field("ended_for", "Ended for", "choice", choices=lambda: ENDED),
        Field("held", "Held back", "bool", choices=YES_NO, custom=held_q),
        Field("held_for", "Held back for", "choice", choices=lambda: HELD, custom=held_for_q),
        Field("falls", "Next step", "choice", choices=lambda: FALLS, custom=falls_q),
        Field("account", "Account", "text", "account__name", sortable=True),
        Field("territory", "Territory", "choice", "account__territory", choices=territories),
        Field("sender", "Sent by", "person", choices=people),
        Field("begins", "Begins", "date", "begins_on", sortable=True),
        Field("enrolled", "Enrolled", "when", "at", sortable=True),
        Field("ended", "Ended", "when", "ended_at", sortable=True),
    ),
    opens_with=("-enrolled",), fetch=("account", "lead", "contact", "opportunity", "sender"),
    defaults=("account", "sequence", "next", "due", "state", "held", "sender"),
)  # fmt: skip
