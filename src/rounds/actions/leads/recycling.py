"""Leads that went nowhere: recycled after the playbook's months, followed up every quarter until then (LEAD-25, C-46)."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from rounds.actions.desk import tasks
from rounds.actions.flow.deeds import deed
from rounds.actions.leads import statuses
from rounds.actions.leads.scoring import rescore
from rounds.kit.actor import Actor
from rounds.models import Lead, LeadStatusChange, ScoreRecord
from rounds.models.flow.active import active
from rounds.models.leads.leads import CLOSED
from rounds.rules.routing.recycle import months_after, recycle

CHUNK = 500
REASON = "{months} months {band} without a change"


def recycle_due(*, by: Actor, at: datetime) -> int:
    """Recycle every lead whose months in its band are over; how many. A second call finds none of them.

    Effects of each: the status Recycled with its reason, a new score, those of statuses.reach; one deed a lead.
    """
    done = 0
    for lead, entered in _since(active().playbook.recycle.recycle.bands, at):
        again, _ = recycle(active().playbook, lead.driving_band or lead.band, entered)
        if again is not None and again <= at and lead.status not in (*CLOSED, active().playbook.recycle.recycle.status):
            done += _one(lead, by=by, at=at)
    return done


def _one(lead: Lead, *, by: Actor, at: datetime) -> int:
    book = active().playbook.recycle.recycle
    with deed(by):
        row = Lead.objects.select_for_update(of=("self",)).get(pk=lead.pk)
        move = active().playbook.statuses.moves_from(row.status).get(book.status)
        if move is None or move.through or (row.status, row.driving_band) != (lead.status, lead.driving_band):
            return 0  # somebody else moved it meanwhile
        reason = REASON.format(months=book.after_months, band=row.driving_band or row.band)
        statuses.reach(row, move, by=by, at=at, reason=reason)
        rescore(row, by=by, at=at, cause="recycled")
    return 1


def follow_up_due(*, by: Actor, at: datetime) -> int:
    """Open the quarterly follow-up of every lead whose quarter is over; how many are open that were not.

    One task a lead and quarter (its key says which), for the lead's owner. Effects: those of tasks.add.
    """
    book, made = active().playbook, 0
    for lead, entered in _since(book.recycle.follow_up.bands, at):
        quarter = _quarter(entered, book.recycle.follow_up.every_months, at)
        if quarter < 1 or lead.owner is None:
            continue
        key = f"follow-up:{lead.id}:{quarter}"
        if lead.tasks.filter(key=key).exists():
            continue
        tasks.add(f"Quarterly follow-up with {lead.name}", kind="follow_up", owner=lead.owner, lead=lead, account=lead.account,
                  priority="low", due_at=at, key=key, automation="quarterly_follow_up", by=by, at=at)  # fmt: skip
        made += 1
    return made


def _quarter(entered: datetime, every: int, at: datetime) -> int:
    """How many quarters have passed since a lead entered its band."""
    passed = 0
    while months_after(entered, every * (passed + 1)) <= at:
        passed += 1
    return passed


def _since(bands: tuple[str, ...], at: datetime) -> list[tuple[Lead, datetime]]:
    """Open leads in `bands` that came at least the shortest of both spans ago, each with the moment it entered its band
    (or was taken up anew since). Three queries a chunk."""
    book = active().playbook.recycle
    least = min(book.recycle.after_months, book.follow_up.every_months)
    rows = Lead.objects.filter(driving_band__in=bands, merged_into=None).exclude(status__in=CLOSED).select_related("owner", "account")
    leads = [lead for lead in rows.order_by("captured_at", "id").iterator(CHUNK) if months_after(lead.captured_at, least) <= at]
    found: list[tuple[Lead, datetime]] = []
    for start in range(0, len(leads), CHUNK):
        chunk = leads[start : start + CHUNK]
        entered = _entered([lead.id for lead in chunk])
        found += [(lead, max([lead.captured_at, *entered[lead.id]])) for lead in chunk]
    return found


def _entered(ids: list[UUID]) -> dict[UUID, list[datetime]]:
    """Lead → when it last changed band, and when its status last changed."""
    last: dict[UUID, tuple[str, datetime]] = {}
    for lead, band, at in ScoreRecord.objects.filter(lead_id__in=ids, model="lead_fit").order_by("at", "id").values_list("lead_id", "band", "at"):
        if lead not in last or last[lead][0] != band:
            last[lead] = (band, at)
    found: dict[UUID, list[datetime]] = defaultdict(list)
    for lead, (_, at) in last.items():
        found[lead].append(at)
    for lead, at in LeadStatusChange.objects.filter(lead_id__in=ids).exclude(was="").values_list("lead_id", "at"):
        found[lead].append(at)
    return found
