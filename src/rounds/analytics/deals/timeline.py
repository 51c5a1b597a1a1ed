"""The timeline of a deal: what was done with it and what was said with its people, one line of time, page by page (PIPE-25).

Events and activities are read each in its own order and merged; a page begins where the last one ended, so that a deal
of a thousand entries costs what one of twenty costs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from rounds.access.fields import payload
from rounds.analytics.deals.standing import counted
from rounds.kit.scope import Scope
from rounds.models import DealContact, DealNote, Event, LeadActivity, Opportunity
from rounds.models.flow.kinds import KINDS

PAGE = 30
FILTERS: dict[str, tuple[str, ...]] = {
    "all": (), "stages": ("opportunity",), "talks": (), "notes": ("note",), "people": ("committee", "approval", "buying", "challenge"),
    "work": ("discovery", "demo", "poc", "path"), "money": ("quote", "proposal", "pricing", "price", "contract", "baa", "concession"),
}  # fmt: skip
"""Filter → the nouns of its events; "talks" are activities, "all" everything."""
TITLES = {"all": "All", "stages": "Stages", "talks": "Talks", "notes": "Notes", "people": "People", "work": "Work", "money": "Money and paper"}


@dataclass(frozen=True)
class Entry:
    """One thing that happened: an event with what it says, or an activity; `note` the words of a note that stands."""

    when: datetime
    id: UUID
    by: str
    machine: bool
    event: Event | None = None
    said: dict[str, Any] | None = None
    activity: LeadActivity | None = None
    note: DealNote | None = None


@dataclass(frozen=True)
class Timeline:
    """A page; `next` is what the following one begins after, "" on the last."""

    entries: list[Entry]
    next: str


def timeline(deal: Opportunity, scope: Scope, *, only: str = "all", after: str = "", most: int = PAGE) -> Timeline:
    """At most `most` entries of a deal that happened before `after`, the latest first. Four queries."""
    cut = _cut(after)
    found: list[Entry] = []
    if only != "talks":
        events = _before(_events(deal, only), cut, "at")[: most + 1]
        found += [Entry(event.at, event.id, event.by_name, event.by_kind in ("system", "automation"), event=event,
                        said=payload(event.kind, event.payload, scope.hidden)) for event in events]  # fmt: skip
    if only in ("all", "talks"):
        acts = _before(_activities(deal), cut, "happened_at").select_related("contact")[: most + 1]
        found += [Entry(act.happened_at, act.id, act.by_name, act.by_kind in ("system", "automation"), activity=act) for act in acts]
    found.sort(key=lambda one: (one.when, one.id), reverse=True)
    page, more = found[:most], len(found) > most
    return Timeline(_with_notes(page, deal), f"{page[-1].when.isoformat()}~{page[-1].id}" if more and page else "")


def total(deal: Opportunity) -> int:
    """How many entries there are. Two queries."""
    return counted(deal).events + _activities(deal).count()


def _events(deal: Opportunity, only: str) -> QuerySet[Event]:
    rows = Event.objects.filter(opportunity_id=deal.id)
    nouns = FILTERS.get(only, ())
    return rows.filter(kind__in=[kind for kind in KINDS if kind.partition(".")[0] in nouns]) if nouns else rows


def _activities(deal: Opportunity) -> QuerySet[LeadActivity]:
    """What was said with the people of the deal: of the lead it came from, of whoever is on its committee, and with its
    account while it ran."""
    people = DealContact.objects.filter(opportunity_id=deal.id).values("contact_id")
    here = Q(account_id=deal.account_id, contact=None, lead=None, happened_at__gte=deal.opened_at) | Q(contact_id__in=people)
    if deal.contact_id:
        here |= Q(contact_id=deal.contact_id)
    if deal.lead_id:
        here |= Q(lead_id=deal.lead_id)
    # The act a mailbox brought is the mail itself, which is an event of the deal.
    return LeadActivity.objects.filter(here, withdrawn_at=None, machine="").exclude(external_id__startswith="mail:")


def _before(rows: QuerySet[Any], cut: tuple[datetime, UUID] | None, column: str) -> QuerySet[Any]:
    rows = rows.order_by(f"-{column}", "-id")
    if cut is None:
        return rows
    when, key = cut
    return rows.filter(Q(**{f"{column}__lt": when}) | Q(**{column: when, "id__lt": key}), **{f"{column}__lte": when})


def _cut(after: str) -> tuple[datetime, UUID] | None:
    """What an address says a page begins after; None for the first page, and for an address nobody made."""
    when, _, key = after.partition("~")
    try:
        moment = datetime.fromisoformat(when.replace(" ", "+"))
        return (moment, UUID(key)) if moment.tzinfo else None
    except ValueError:
        return None


def _with_notes(page: Sequence[Entry], deal: Opportunity) -> list[Entry]:
    """Notes with their words, read together; one that was taken back says so. One query."""
    keys = [one.event.subject_id for one in page if one.event is not None and one.event.kind == "note.added"]
    notes = {note.id: note for note in DealNote.objects.filter(opportunity_id=deal.id, pk__in=keys)} if keys else {}
    return [one if one.event is None or one.event.subject_id not in notes else
            Entry(one.when, one.id, one.by, one.machine, one.event, one.said, None, notes[one.event.subject_id]) for one in page]  # fmt: skip
