"""Retention: what is kept too long is let go of, rule by rule, in chunks, each with its certificate (COMPL-04)."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit, due
from rounds.kit.actor import Actor
from rounds.kit.ids import new_id
from rounds.kit.refusal import Refusal
from rounds.models import Batch, Purge
from rounds.models.base import signature
from rounds.models.flow.active import active

KIND = "retention"
TASK = "trust.retain"
"""The worker's task, deferred by its name: actions never import jobs."""
CHAINED = "AuditEntry"
"""Of these each chunk has its certificate: a gap of the chain without one is a fault."""
LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('rounds.retention'))"


class RunGoesOn(Refusal):
    """Another process is carrying this run on; it will finish it."""


def plan(at: datetime) -> list[due.Due]:
    """What a run at `at` would do: rows due and held back for each rule. Writes nothing."""
    said = active().playbook.retention
    return [due.due(code, kind, said.rules[code], at) for code, kind in due.kinds(said)]


def begin(*, by: Actor, at: datetime) -> Batch:
    """Begin a run by the rules in force at `at`, or answer the one that is not finished. Nothing is let go of yet.

    Effects: Batch, an audit entry.
    """
    with deed(by):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('rounds.retention.begin'))")
        if open_run := Batch.objects.filter(kind=KIND, finished_at=None).order_by("at").first():
            return open_run
        said = active().playbook.retention
        steps = [_step(code, kind, due.due(code, kind, said.rules[code], at)) for code, kind in due.kinds(said)]
        batch = Batch.objects.create(
            kind=KIND, label="Retention", rows=sum(step["due"] for step in steps), **signature(by, at),
            detail={"playbook": active().hash, "steps": steps, "place": 0, "gone": 0},
        )  # fmt: skip
        audit.note("retention.begin", by=by, at=at, kind="batch", subject=batch.id, detail={"due": batch.rows})
    return batch


def _step(code: str, kind: str, found: due.Due) -> dict[str, Any]:
    return {"rule": code, "kind": kind, "before": found.before.isoformat(), "due": found.due, "held": found.held,
            "certificate": str(new_id()), "gone": 0, "digest": "", "first": "", "last": ""}  # fmt: skip


def carry_on(batch: Batch, *, by: Actor, at: datetime) -> Batch:
    """Do the next chunk of a run: at most retention.yaml's `chunk` rows of one kind of record, in one transaction.

    Killed anywhere, it goes on where it was. Effects: the rows are gone; when a kind is done, its certificate (Purge),
    an event and an audit entry; the batch's place. Raises RunGoesOn while another process works on it.
    """
    with deed(by):
        with connection.cursor() as cursor:
            cursor.execute(LOCK)
            if not cursor.fetchone()[0]:
                raise RunGoesOn
        batch = Batch.objects.select_for_update().get(pk=batch.pk)
        if batch.finished_at:
            return batch
        detail, said = batch.detail, active().playbook.retention
        step = detail["steps"][detail["place"]] if detail["place"] < len(detail["steps"]) else None
        rule = said.rules.get(step["rule"]) if step else None
        done, before = True, step["gone"] if step else 0
        if step and rule and rule.happens != "keep" and not batch.stop_asked_at:
            done = _chunk(step, rule, said.chunk.rows)
        if step and (done or step["kind"] == CHAINED):
            _certify(step, rule.title if rule else "", by=by, at=at)
        detail["gone"] += step["gone"] - before if step else 0
        if step and done:
            detail["place"] += 1
        elif step and step["kind"] == CHAINED:
            _renew(step)
        batch.chunks_done += 1
        if batch.stop_asked_at or detail["place"] >= len(detail["steps"]):
            _finish(batch, by=by, at=at)
        batch.save(update_fields=["detail", "chunks_done", "finished_at"])
    return batch


def _renew(step: dict[str, Any]) -> None:
    """The next chunk has a certificate of its own."""
    step.update(certificate=str(new_id()), gone=0, digest="", first="", last="")


def _chunk(step: dict[str, Any], rule: Any, most: int) -> bool:
    """Take one chunk; whether the kind is done with it."""
    gone = due.take(step["kind"], rule, datetime.fromisoformat(step["before"]), most, UUID(step["certificate"]))
    if gone:
        told = "\n".join(f"{key} {since.isoformat()}" for key, since in sorted(gone))
        step["digest"] = hashlib.sha256(f"{step['digest']}\n{told}".encode()).hexdigest()
        moments = [since for _, since in gone]
        step["first"] = step["first"] or min(moments).isoformat()
        step["last"] = max(moments).isoformat()
        step["gone"] += len(gone)
    return len(gone) < most


def _certify(step: dict[str, Any], title: str, *, by: Actor, at: datetime) -> None:
    if not step["gone"]:
        return
    stone = {"table": due.model_of(step["kind"])._meta.db_table, "rows": step["gone"], "digest": step["digest"],
             "first": step["first"], "last": step["last"]}  # fmt: skip
    Purge.objects.create(
        id=UUID(step["certificate"]), kind=step["kind"], rule=step["rule"], before=datetime.fromisoformat(step["before"]),
        rows=step["gone"], held=step["held"], reason=title, tombstones=[stone], **signature(by, at),
    )  # fmt: skip
    told = {"rule": step["rule"], "kind": step["kind"], "rows": step["gone"], "held": step["held"]}
    events.record("retention.purged", told, by=by, at=at, subject=UUID(step["certificate"]))
    audit.note("retention.purge", by=by, at=at, kind="purge", subject=UUID(step["certificate"]),
               detail=told | {"digest": step["digest"], "before": step["before"]})  # fmt: skip


def _finish(batch: Batch, *, by: Actor, at: datetime) -> None:
    batch.finished_at = at
    said = {"gone": batch.detail["gone"], "stopped": batch.stop_asked_at is not None}
    audit.note("retention.end", by=by, at=at, kind="batch", subject=batch.id, detail=said)


def stop(batch: Batch, *, by: Actor, at: datetime) -> Batch:
    """Ask a run to stop after its chunk. What is gone is certified; the rest waits for the next run.

    Effects: stop_asked_at, an audit entry.
    """
    with deed(by):
        if Batch.objects.filter(pk=batch.pk, stop_asked_at=None, finished_at=None).update(stop_asked_at=at):
            audit.note("retention.stop", by=by, at=at, kind="batch", subject=batch.id)
    batch.refresh_from_db()
    return batch


def defer(batch: Batch) -> bool:
    """Hand a run to the worker, in the running transaction; False when it waits in the queue already."""
    try:
        with transaction.atomic():
            app.configure_task(TASK, lock=TASK, queueing_lock=TASK).defer(batch=str(batch.id))
    except AlreadyEnqueued:
        return False
    return True


def actor_of(batch: Batch) -> Actor:
    """Who began the run: the chunks are that actor's deeds."""
    return Actor(batch.by_kind, batch.by_id, batch.by_name)
