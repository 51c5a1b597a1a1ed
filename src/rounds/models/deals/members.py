"""The committee of a deal as the rules ask of it: who is on it, and when somebody was last in touch with them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo
from uuid import UUID

from django.db.models import Count, Max, Q

from rounds.kit.once import once
from rounds.models.deals.committee import DealContact
from rounds.models.flow.active import active
from rounds.models.flow.days import house_zone
from rounds.models.leads.activities import LeadActivity
from rounds.rules.committee import Member

Touched = dict[UUID, tuple[datetime, int]]
"""Contact → when they were last in touch, and how often within the days of the single thread."""


@once
def seats_of(deal: UUID) -> list[DealContact]:
    """Who is on the committee of a deal, with their contacts, the most influential first. One query."""
    return list(DealContact.objects.filter(opportunity_id=deal, ended_at=None).select_related("contact").order_by("-influence", "contact__name", "id"))


def touched(contacts: Iterable[UUID], at: datetime) -> Touched:
    """When somebody was last in touch with each of `contacts`; who was not is left out. One query, none for nobody."""
    keys = frozenset(contacts)
    return _touched(keys, at) if keys else {}


@once
def _touched(contacts: frozenset[UUID], at: datetime) -> Touched:
    book = active().playbook
    since = at - timedelta(days=book.committee.warnings.single_threaded.days)
    rows = LeadActivity.objects.filter(contact_id__in=list(contacts), kind__in=book.relationships.touches.kinds, withdrawn_at=None, machine="",
                                       happened_at__lte=at)  # fmt: skip
    counted = rows.order_by().values("contact_id").annotate(last=Max("happened_at"), n=Count("pk", filter=Q(happened_at__gt=since)))
    return {row["contact_id"]: (row["last"], row["n"]) for row in counted}


def member(seat: DealContact, known: Touched, zone: tzinfo, *, stance: bool = True, influence: bool = True) -> Member:
    """A seat as the rules know it, last spoken to on a day of `zone`; `stance`, `influence` False: not shown to whoever asks."""
    last, times = known.get(seat.contact_id, (None, 0))
    return Member(seat.contact.name, tuple(seat.roles), seat.influence if influence else None, seat.stance if stance else None, seat.level,
                  last.astimezone(zone).date() if last else None, times)  # fmt: skip


def members_of(deal: UUID, at: datetime) -> list[Member]:
    """The committee of a deal. Two queries."""
    seats = seats_of(deal)
    known = touched([seat.contact_id for seat in seats], at)
    zone = house_zone()
    return [member(seat, known, zone) for seat in seats]
