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


class RunGoesOn(Refusal):
    """Another load of the hospital files is running."""


def begin(folder: str, *, as_of: date | None, phases: list[dict[str, Any]], by: Actor, at: datetime) -> UniverseRun:
    """A run with a batch of the same id: the one that was stopped or broke off in this folder goes on, else a new
    one begins. Raises RunGoesOn while another lives; one that fell silent is marked broken.

    Effects: the run, its batch, an audit entry.
    """
    with deed(by):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('rounds.universe'))")
        for other in UniverseRun.objects.select_for_update().filter(state__in=OPEN):
            if other.heartbeat_at and at - other.heartbeat_at < SILENT_AFTER:
                raise RunGoesOn(
                    f"Another load of the hospital files has been running since {other.at:%H:%M} UTC. Wait until it "
                    "ends, or stop it."
                )
            other.state, other.finished_at, other.refusal = "broken", at, "It ended without a word."
            other.save(update_fields=["state", "finished_at", "refusal"])
        last = UniverseRun.objects.order_by("-at", "-id").first()
        if last is not None and last.state in ("stopped", "broken") and (last.folder, last.as_of) == (folder, as_of):
            last.state, last.phases, last.stop_asked_at, last.finished_at = "running", phases, None, None
            last.heartbeat_at, last.refusal = at, ""
            last.save()
            audit.note("universe.resume", by=by, at=at, kind="universe_run", subject=last.id)
            return last
        run = UniverseRun.objects.create(
            folder=folder, as_of=as_of, state="running", phases=phases, heartbeat_at=at, **signature(by, at)
        )
        Batch.objects.create(id=run.id, kind="universe", label="Hospital files", **signature(by, at))
        audit.note("universe.load", by=by, at=at, kind="universe_run", subject=run.id, detail={"folder": folder})
    return run


def note_progress(run: UniverseRun, *, at: datetime, **said: Any) -> bool:
    """Write where the run stands (its heart beats); False when somebody asked it to stop."""
    for name, value in {**said, "heartbeat_at": at}.items():
        setattr(run, name, value)
    run.save(update_fields=[*said, "heartbeat_at"])
    run.refresh_from_db(fields=["stop_asked_at"])
    return run.stop_asked_at is None


def stop(run: UniverseRun, *, by: Actor, at: datetime) -> UniverseRun:
    """Ask a running load to stop after its chunk; what is written stays, a later load goes on from there."""
    with deed(by):
        run.stop_asked_at = at
        run.save(update_fields=["stop_asked_at"])
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
