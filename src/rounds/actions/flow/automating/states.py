"""Time in a state: records that entered it so long ago and are in it still, each entry once (AUTO-01).

Found by when the entry was, over indexed columns, between the last look and this one: what stood in the state before
the automation was there starts nothing, and what passed while nobody looked is caught up.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from rounds.actions.flow.automating import planning
from rounds.actions.flow.automating.planning import Cause
from rounds.actions.flow.automating.schedules import name_of
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.models import Account, Batch, Event, Lead, LeadStatusChange, ScheduleTick
from rounds.models.flow.active import active
from rounds.playbook.shapes.automation import When

SEEN = "seen"
"""The period under which a state's last look is kept."""
OVERLAP = timedelta(minutes=5)
"""A look begins a little before the last one ended: a transaction may have been slow to commit."""
Entry = tuple[UUID | None, UUID | None, datetime]
"""(lead, account, when it entered)."""


def look(*, at: datetime) -> list[UUID]:
    """Plan what time in a state starts at `at`; the runs. Effects: those of `planning.plan`, the time of the look."""
    now = active()
    most = now.playbook.automation.each_at_most.value
    runs: list[UUID] = []
    for code, automation in planning.switched_on(now).items():
        if automation.when.time_in is None:
            continue
        mark, new = ScheduleTick.objects.get_or_create(job=code, period=SEEN, defaults={"at": at, "started": False})
        mark = ScheduleTick.objects.select_for_update().get(pk=mark.pk)
        if new:
            continue
        span = automation.when.for_.span
        entries = found(automation.when, mark.at - span - OVERLAP, at - span)[:most]
        for lead, account, entered in entries:
            if not held_back(lead):
                cause = Cause(name_of(code, lead or account, entered.isoformat()), f"state {automation.when.time_in}", at, SYSTEM_ACTOR,
                              lead=lead, account=account, payload={"entered": entered.isoformat()})  # fmt: skip
                runs += planning.plan(cause, at=at, only=[code])
        # Where there were more than one look may take, the next one goes on behind the last of them.
        mark.at = entries[-1][2] + span if len(entries) == most else at
        mark.save(update_fields=["at"])
    return runs


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


def held_back(lead: UUID | None) -> bool:
    """Whether a lead came with a quiet batch that nobody released: a load of data starts nothing (PLUS-04)."""
    if lead is None:
        return False
    taken = Event.objects.filter(lead_id=lead, kind="lead.captured").values_list("quiet", "batch_id").first()
    if taken is None or not taken[0]:
        return False
    return not Batch.objects.filter(pk=taken[1], released_at__isnull=False).exists()
