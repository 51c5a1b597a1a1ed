"""What an import did: counts, what reconciles with the file, and the end of its batch."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection

from rounds.actions.flow import automations, batches
from rounds.actions.flow.imports import reconciling
from rounds.actions.flow.imports.work import Work
from rounds.models import Batch, Import, ImportChunk

OUTCOMES = ("new", "update", "same", "duplicate", "refused")


def report(work: Work, *, seconds: float) -> dict[str, Any]:
    """Counts over the whole file, and the file's own sums beside what stands here now."""
    counts = dict.fromkeys(OUTCOMES, 0)
    for chunk in ImportChunk.objects.filter(of=work.of):
        for name, n in chunk.counts.items():
            counts[name] = counts.get(name, 0) + n
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FILTER (WHERE verdict = 'error'), count(*) FILTER (WHERE verdict = 'skipped') FROM rounds_importrow"
                       " WHERE of_id = %s", [work.of.id])  # fmt: skip
        counts["error"], counts["skipped"] = cursor.fetchone()
    tally = {**work.of.report.get("tally", {}), **work.tally()}
    return {"counts": counts, "tally": dict(tally), "seconds": round(seconds, 2), "rows": work.of.rows,
            "reconciled": reconciling.beside(work, work.of.report.get("file", {}))}  # fmt: skip


def finish(work: Work, said: dict[str, Any], *, at: datetime) -> None:
    """Close the run. Effects: the import's report and state, its batch's end; its release where that was asked."""
    batch = Batch.objects.get(pk=work.of.pk)
    written = said["counts"]["new"] + said["counts"]["update"]
    batches.finish(batch, rows=written, detail={"counts": said["counts"], "held": said["tally"].get("held", 0)}, at=at)
    Import.objects.filter(pk=work.of.pk).update(state="done", report=said, finished_at=at, step_at=at, done=work.of.rows)
    if work.of.plan.get("release") and batch.released_at is None:
        automations.release(batch, by=work.by, at=at)
