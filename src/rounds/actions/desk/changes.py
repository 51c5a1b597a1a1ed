"""Changes of many rows at once: begun as a batch, done in chunks, refused row by row, undone whole (UI-02)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from rounds.actions.desk.acts import ACTS, Act
from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Batch, Event
from rounds.models.base import signature

CHUNK = 500
"""Rows one transaction writes; a change of no more than this is done while the person waits."""
TASK = "desk.change_many"
"""The worker's task, deferred by its name: actions never import jobs."""
MOST_TOLD = 200
"""Refused rows kept by name; the others are counted."""


class NothingChosen(Refusal):
    """No row is selected. Select some, or all that match."""

    status = 422


class ChangeGone(Refusal):
    """This change was undone already."""


def act_of(code: str) -> Act:
    """The act of a code. Raises Refusal for one nobody declared."""
    if code not in ACTS:
        raise NothingChosen(f"There is no change “{code[:40]}”; it can be one of: {', '.join(ACTS)}.")
    return ACTS[code]


@phi.texts("said", hold=False)
def begin(code: str, ids: Sequence[UUID], said: dict[str, Any], *, by: Actor, at: datetime) -> Batch:
    """Keep the change `code` of the rows `ids` as a batch; nothing is done to them yet.

    Effects: Batch, an audit entry. Raises NothingChosen and whatever the act's own check refuses (422).
    """
    if not ids:
        raise NothingChosen
    act = act_of(code)
    said = act.checked(said)
    with deed(by):
        batch = Batch.objects.create(
            kind=f"change:{code}", label=act.says(said), rows=len(ids), **signature(by, at),
            detail={"act": code, "said": said, "ids": [str(i) for i in ids], "done": 0, "same": 0, "refused": [],
                    "refused_count": 0},
        )  # fmt: skip
        audit.note("records.change_many", by=by, at=at, kind="batch", subject=batch.id,
                   detail={"act": code, "rows": len(ids), "label": batch.label})  # fmt: skip
    return batch


def carry_on(batch: Batch, *, by: Actor, at: datetime) -> Batch:
    """Do the next chunk of a batch; a refused row stops nobody else.

    Every row goes through its own action and savepoint. Runs under the sight of the person who began it: a row that
    went out of sight is left alone. Effects: those of the act, the batch's counts.
    """
    with deed(by):
        batch = Batch.objects.select_for_update().get(pk=batch.pk)
        if batch.finished_at:
            return batch
        detail, act = batch.detail, act_of(batch.detail["act"])
        start = batch.chunks_done * CHUNK
        ids = detail["ids"][start : start + CHUNK]
        if batch.stop_asked_at:
            ids = []
        with events.in_batch(batch.id):
            rows = act.model.objects.filter(pk__in=ids)
            if act.many is not None:
                _together(act, list(rows.select_related(*act.fetch).order_by("pk")), detail, by, at)
            else:
                for row in rows:
                    _one(act, row, detail, by, at)
        batch.chunks_done += 1
        if not ids or start + CHUNK >= len(detail["ids"]):
            batch.finished_at = at
        batch.save(update_fields=["detail", "chunks_done", "finished_at"])
    return batch


def _together(act: Act, rows: list[Any], detail: dict[str, Any], by: Actor, at: datetime) -> None:
    for row, found in zip(rows, act.many(rows, detail["said"], by=by, at=at), strict=True):
        _count(row, found, detail)


def _one(act: Act, row: Any, detail: dict[str, Any], by: Actor, at: datetime) -> None:
    try:
        with transaction.atomic():
            found: bool | Refusal = act.do(row, detail["said"], by=by, at=at)
    except Refusal as refusal:
        found = refusal
    _count(row, found, detail)


def _count(row: Any, found: bool | Refusal, detail: dict[str, Any]) -> None:
    if not isinstance(found, Refusal):
        detail["done" if found else "same"] += 1
        return
    detail["refused_count"] += 1
    if len(detail["refused"]) < MOST_TOLD:
        detail["refused"].append([str(row.pk), str(row), str(found)])


def defer(batch: Batch) -> None:
    """Hand the batch to the worker, in the running transaction: a rollback leaves no job."""
    from procrastinate.contrib.django import app

    app.configure_task(TASK, lock=f"batch:{batch.id}").defer(batch=str(batch.id))


def stop(batch: Batch, *, at: datetime) -> Batch:
    """Ask a running change to stop after its chunk. What was done stays done and can be undone."""
    Batch.objects.filter(pk=batch.pk, stop_asked_at=None).update(stop_asked_at=at)
    batch.refresh_from_db()
    return batch


def abandon(batch: Batch, *, why: str, at: datetime) -> Batch:
    """End a change before its time; `why` is shown where its progress was. Effects: finished_at, detail.stopped."""
    with transaction.atomic():
        batch = Batch.objects.select_for_update().get(pk=batch.pk)
        if batch.finished_at is None:
            batch.detail["stopped"], batch.finished_at = why, at
            batch.save(update_fields=["detail", "finished_at"])
    return batch


def undo(batch: Batch, *, by: Actor, at: datetime) -> tuple[int, int]:
    """Give every changed row its value back; (given back, left). A row somebody changed since then is left as it is.

    Effects: the reverse acts, undone_at, an audit entry. Raises ChangeGone.
    """
    with deed(by):
        batch = Batch.objects.select_for_update().get(pk=batch.pk)
        if batch.undone_at:
            raise ChangeGone
        act = act_of(batch.detail["act"])
        done = Event.objects.filter(kind=act.event, batch_id=batch.id, at__gte=batch.at)
        back = left = 0
        rows = {row.pk: row for row in act.model.objects.filter(pk__in=[act.subject(e) for e in done])}
        for event in done:
            row = rows.get(act.subject(event))
            if row is not None and act.undo(row, event.payload, by=by, at=at):
                back += 1
            else:
                left += 1
        batch.undone_at = at
        batch.save(update_fields=["undone_at"])
        said = {"back": back, "left": left}
        audit.note("records.change_undo", by=by, at=at, kind="batch", subject=batch.id, detail=said)
    return back, left
