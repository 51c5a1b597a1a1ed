"""A run of the load as a row: begun, watched, stopped, finished."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Batch, UniverseRun
from rounds.models.base import signature

OPEN = ("waiting", "running")
SILENT_AFTER = timedelta(minutes=2)
"""A run whose heart has not beaten for so long is dead: another may take its place."""


TASK = "universe.load"
"""The worker's task, deferred by its name: actions never import jobs."""


class RunGoesOn(Refusal):
    """Another load of the hospital files is running."""


def ask(folder: str, *, by: Actor, at: datetime) -> UniverseRun:
    """Ask the worker to load `folder`: a run that waits, and its job in the same transaction. The run that was
    stopped or broke off in this folder goes on. Raises RunGoesOn while another waits or lives.

    Effects: the run, its batch, the job, an audit entry.
    """
    from procrastinate.contrib.django import app

    with deed(by):
        _alone()
        for other in UniverseRun.objects.select_for_update().filter(state__in=OPEN):
            if other.state == "waiting":
                raise RunGoesOn("A load of the hospital files waits for the worker already. Stop it to ask anew.")
            _give_up_or_refuse(other, at)
        run = _broken_off(folder, None)
        if run is None:
            run = UniverseRun(folder=folder, **signature(by, at))
            Batch.objects.create(id=run.id, kind="universe", label="Hospital files", **signature(by, at))
        person = str(by.id) if by.kind == "user" else None
        job = app.configure_task(TASK, lock=TASK, queueing_lock=TASK).defer(folder=folder, by=person)
        run.state, run.stop_asked_at, run.finished_at, run.refusal = "waiting", None, None, ""
        run.heartbeat_at, run.checkpoint = at, {**run.checkpoint, "job": job}
        run.save()
        audit.note("universe.ask", by=by, at=at, kind="universe_run", subject=run.id, detail={"folder": folder})
    return run


def begin(folder: str, *, as_of: date | None, phases: list[dict[str, Any]], by: Actor, at: datetime) -> UniverseRun:
    """A run with a batch of the same id: the one that was stopped or broke off in this folder goes on, else a new
    one begins. Raises RunGoesOn while another lives; one that fell silent is marked broken.

    Effects: the run, its batch, an audit entry.
    """
    with deed(by):
        _alone()
        for other in UniverseRun.objects.select_for_update().filter(state__in=OPEN):
            if other.state == "waiting" and (other.folder, other.as_of) == (folder, as_of):
                return _going_on(other, phases, at, "universe.load", by)
            _give_up_or_refuse(other, at)
        last = _broken_off(folder, as_of)
        if last is not None:
            last.stop_asked_at = None
            return _going_on(last, phases, at, "universe.resume", by)
        run = UniverseRun.objects.create(
            folder=folder, as_of=as_of, state="running", phases=phases, heartbeat_at=at, **signature(by, at)
        )
        Batch.objects.create(id=run.id, kind="universe", label="Hospital files", **signature(by, at))
        audit.note("universe.load", by=by, at=at, kind="universe_run", subject=run.id, detail={"folder": folder})
    return run


def _alone() -> None:
    """Nobody else begins or asks for a load until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('rounds.universe'))")


def _broken_off(folder: str, as_of: date | None) -> UniverseRun | None:
    """The newest run, if it was stopped or broke off in this folder: what it wrote stands, so it can go on."""
    last = UniverseRun.objects.order_by("-at", "-id").first()
    if last is not None and last.state in ("stopped", "broken") and (last.folder, last.as_of) == (folder, as_of):
        return last
    return None


def _give_up_or_refuse(other: UniverseRun, at: datetime) -> None:
    """Mark a run that fell silent as broken. Raises RunGoesOn for one that lives."""
    if other.heartbeat_at and at - other.heartbeat_at < SILENT_AFTER:
        raise RunGoesOn(
            f"Another load of the hospital files has been running since {other.at:%H:%M} UTC. Wait until it "
            "ends, or stop it."
        )
    _cancel_job(other)
    other.state, other.finished_at, other.refusal = "broken", at, "It ended without a word."
    other.save(update_fields=["state", "finished_at", "refusal"])


def _going_on(run: UniverseRun, phases: list[dict[str, Any]], at: datetime, verb: str, by: Actor) -> UniverseRun:
    """A run that waited or broke off, running now. A Stop that was asked for meanwhile still holds."""
    run.state, run.phases, run.finished_at, run.heartbeat_at, run.refusal = "running", phases, None, at, ""
    run.save()
    audit.note(verb, by=by, at=at, kind="universe_run", subject=run.id, detail={"folder": run.folder})
    return run


def _cancel_job(run: UniverseRun) -> bool:
    """Take the job of a waiting run out of the queue; False when the worker has it already."""
    from procrastinate.contrib.django import app

    job = run.checkpoint.get("job")
    return run.state == "waiting" and bool(job) and bool(app.job_manager.cancel_job_by_id(job))


def note_progress(run: UniverseRun, *, at: datetime, **said: Any) -> bool:
    """Write where the run stands (its heart beats); False when somebody asked it to stop."""
    for name, value in {**said, "heartbeat_at": at}.items():
        setattr(run, name, value)
    run.save(update_fields=[*said, "heartbeat_at"])
    run.refresh_from_db(fields=["stop_asked_at"])
    return run.stop_asked_at is None


def stop(run: UniverseRun, *, by: Actor, at: datetime) -> UniverseRun:
    """Ask a running load to stop after its chunk; what is written stays, a later load goes on from there. One that
    still waits for the worker ends at once; one that has ended is left as it is."""
    with deed(by):
        run = UniverseRun.objects.select_for_update().get(pk=run.pk)
        if run.state not in OPEN:
            return run
        run.stop_asked_at = at
        if _cancel_job(run):
            run.state, run.finished_at = "stopped", at
        run.save(update_fields=["stop_asked_at", "state", "finished_at"])
        audit.note("universe.stop", by=by, at=at, kind="universe_run", subject=run.id)
    return run


def finish(
    run: UniverseRun, state: str, *, by: Actor, at: datetime, report: dict[str, Any] | None = None, refusal: str = ""
) -> UniverseRun:
    """Close a run: `done`, `stopped`, `refused` or `broken`. Effects: the run, its batch's count, for a done run
    the event universe.loaded, an audit entry."""
    with deed(by):
        run.state, run.finished_at, run.refusal = state, at, refusal
        run.report = report or run.report
        run.save(update_fields=["state", "finished_at", "refusal", "report", "phases"])
        rows = (report or {}).get("rows", {})
        if state == "done":
            Batch.objects.filter(id=run.id).update(rows=rows.get("created", 0) + rows.get("updated", 0))
            said = {name: rows.get(name, 0) for name in ("created", "updated", "unchanged")}
            events.record(
                "universe.loaded", {"run": str(run.id), **said}, by=by, at=at, subject=run.id, batch=run.id, quiet=True
            )
        audit.note(f"universe.{state}", by=by, at=at, kind="universe_run", subject=run.id, detail={"rows": rows})
    return run
