"""Who entered a state when, and is in it still: found over indexed columns by the time of the entry."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from rounds.models import Account, Event, Lead, LeadStatusChange
from rounds.playbook.shapes.automation import When

Entry = tuple[UUID | None, UUID | None, datetime]
"""(lead, account, when it entered)."""


def found(when: When, after: datetime, until: datetime) -> list[Entry]:
    """Who entered the state after `after` and up to `until`, and is in it still; the first first."""
    search = {"lead.status": _status, "lead.band": _band, "account.untouched": _untouched}[when.time_in or ""]
    return search(when.is_, after, until)


def _status(words: tuple[str, ...], after: datetime, until: datetime) -> list[Entry]:
    changes = LeadStatusChange.objects.filter(now__in=words, at__gt=after, at__lte=until, lead__status__in=words).order_by("at", "id")
    rows = list(changes.values_list("lead_id", "lead__account_id", "at"))
    last: dict[UUID, datetime] = {}
    for lead, moment in LeadStatusChange.objects.filter(lead_id__in=[row[0] for row in rows]).order_by("at").values_list("lead_id", "at"):
        last[lead] = moment
    return [row for row in rows if last[row[0]] == row[2]]


def _band(words: tuple[str, ...], after: datetime, until: datetime) -> list[Entry]:
    moves = Event.objects.filter(kind__in=("lead.captured", "lead.scored"), at__gt=after, at__lte=until).order_by("at", "id")
    entered: dict[UUID, Entry] = {}
    for lead, account, moment, kind, said in moves.values_list("lead_id", "account_id", "at", "kind", "payload").iterator():
        before, band = (None, said["band"]) if kind == "lead.captured" else (said["band_before"], said["band_after"])
        if band in words and before != band and (kind == "lead.captured" or said["cause"] != "captured"):
            entered[lead] = (lead, account, moment)
        elif band not in words:
            entered.pop(lead, None)
    still = set(Lead.objects.filter(pk__in=entered, band__in=words).values_list("id", flat=True))
    for lead in _left_since(set(entered) & still, words, until):
        still.discard(lead)
    return sorted((entry for lead, entry in entered.items() if lead in still), key=lambda entry: entry[2])


def _left_since(leads: set[UUID], words: tuple[str, ...], since: datetime) -> set[UUID]:
    """Those of `leads` that left the band after `since`, though they came back: their entry is a later one."""
    moves = Event.objects.filter(kind="lead.scored", lead_id__in=leads, at__gt=since).values_list("lead_id", "payload")
    return {lead for lead, said in moves if said["band_after"] not in words}


def _untouched(words: tuple[str, ...], after: datetime, until: datetime) -> list[Entry]:
    rows = Account.objects.filter(last_touch_at__gt=after, last_touch_at__lte=until, status="open").order_by("last_touch_at", "id")
    return [(None, key, moment) for key, moment in rows.values_list("id", "last_touch_at")]
