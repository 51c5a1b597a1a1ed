"""A simulated company that is being written: begun once, one day after the other, stopped, finished."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rounds.actions.flow import batches, events
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Account, Batch, Contact, LeadActivity
from rounds.models.base import signature

KIND = "simulation"


class HoldsAnother(Refusal):
    """This database holds another simulated company; one is enough. Give the other a database of its own with ROUNDS_DATA_DIR."""


class BeingWritten(Refusal):
    """Somebody else writes this company right now."""


class NothingRuns(Refusal):
    """No simulated company is being written here."""


class NotSimulated(Refusal):
    """Acts are written in the name of people only for a simulated company, while it is being written."""


@dataclass(frozen=True, slots=True)
class SimulatedAct:
    """What an invented seller did with an organisation."""

    account: Account
    contact: Contact | None
    kind: str
    direction: str
    who: Actor
    at: datetime
    external_id: str


def begin(said: dict[str, Any], *, label: str, by: Actor, at: datetime) -> Batch:
    """The batch of the company that `said` (seed, months, deals) names: the one that is there, or a new one with `said` as
    its detail. Effects of a new one: those of batches.begin. Raises HoldsAnother."""
    there = Batch.objects.filter(kind=KIND).order_by("-at").first()
    if there is not None:
        if any(there.detail.get(name) != said[name] for name in ("seed", "months", "deals")):
            raise HoldsAnother
        return there
    with deed(by):
        batch = batches.begin(KIND, label=label, by=by, at=at)
        batch.detail = said
        batch.save(update_fields=["detail"])
    return batch


def turn(batch: Batch, day: int) -> Batch:
    """The locked batch, if `day` (counted from 0) is what comes next; None of it is written elsewhere meanwhile. Runs inside
    the transaction of that day. Raises BeingWritten."""
    row = Batch.objects.select_for_update().get(pk=batch.pk)
    if row.chunks_done != day or row.finished_at:
        raise BeingWritten
    return row


def log_acts(batch: Batch, acts: Sequence[SimulatedAct], *, by: Actor, at: datetime) -> int:
    """Log what the people of a simulated company did, as one set; how many. What activities.log does beyond this for each
    (heat, relationships) is counted once, when the company is written.

    Effects: LeadActivity rows in the name of who did them, the accounts' last touch, quiet activity.logged events, an
    audit entry. Raises NotSimulated.
    """
    if batch.kind != KIND or batch.finished_at:
        raise NotSimulated
    if not acts:
        return 0
    rows = [LeadActivity(account=one.account, contact=one.contact, kind=one.kind, direction=one.direction, seniority=one.contact.seniority if one.contact else "",
                         happened_at=one.at, external_id=one.external_id, **signature(one.who, one.at)) for one in acts]  # fmt: skip
    with deed(by):
        LeadActivity.objects.bulk_create(rows)
        events.record_all([events.made("activity.logged", {"activity": str(row.id), "kind": row.kind, "subject": "", "seniority": row.seniority,
                                                           "direction": row.direction}, by=one.who, at=one.at, account=one.account.id, subject=row.id,
                                       batch=batch.id, quiet=True) for one, row in zip(acts, rows, strict=True)])  # fmt: skip
        units = {one.account.buying_unit_id or one.account.id: one.at for one in acts}
        Account.objects.filter(pk__in=[*units, *(one.account.pk for one in acts)]).exclude(last_touch_at__gte=at).update(last_touch_at=at)
        audit.note("simulation.log_acts", by=by, at=at, kind="batch", subject=batch.id, detail={"rows": len(rows)})
    return len(rows)


def keep_day(batch: Batch, *, steps: int, refused: dict[str, int]) -> Batch:
    """Say that one more day of a locked batch is written: how many steps, and what was refused. Effects: the batch."""
    batch.chunks_done, batch.rows = batch.chunks_done + 1, batch.rows + steps
    found = batch.detail.setdefault("refused", {})
    for sentence, count in refused.items():
        found[sentence] = found.get(sentence, 0) + count
    batch.save(update_fields=["chunks_done", "rows", "detail"])
    return batch


def stop(*, by: Actor, at: datetime) -> Batch:
    """Ask whoever writes the company to stop after the day they are at. Effects: stop_asked_at, an audit entry. Raises
    NothingRuns."""
    with deed(by):
        row = Batch.objects.select_for_update().filter(kind=KIND, finished_at=None).first()
        if row is None:
            raise NothingRuns
        row.stop_asked_at = at
        row.save(update_fields=["stop_asked_at"])
        audit.note("simulation.stop", by=by, at=at, kind="batch", subject=row.id)
    return row


def go_on(batch: Batch) -> Batch:
    """Forget that somebody asked to stop: it goes on. Effects: stop_asked_at."""
    Batch.objects.filter(pk=batch.pk).update(stop_asked_at=None)
    batch.stop_asked_at = None
    return batch


def finish(batch: Batch, *, by: Actor, at: datetime) -> Batch:
    """The company is written. Effects: finished_at, an audit entry."""
    with deed(by):
        row = Batch.objects.select_for_update().get(pk=batch.pk)
        row = batches.finish(row, rows=row.rows, detail=row.detail, at=at)
        audit.note("simulation.finish", by=by, at=at, kind="batch", subject=row.id, detail={"rows": row.rows})
    return row
