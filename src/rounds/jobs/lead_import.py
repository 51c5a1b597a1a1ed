"""Importing a file of leads: in chunks, each its own transaction; a line is taken whole or not at all."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction

from rounds.access.sight import sight
from rounds.actions.flow import batches
from rounds.actions.leads.capturing import capture
from rounds.actions.trust import phi
from rounds.jobs.lead_file import Line, lines_of, text_of
from rounds.kit.actor import Actor
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.kit.scope import Scope
from rounds.models import User
from rounds.models.flow.active import active

CHUNK = 500


class SentAway(Refusal):
    """Whoever began this import was sent away. What was taken in stays."""

    status = 403


@dataclass
class Report:
    """What became of the lines of a file. `refused` names each bad line with its sentence; `held` counts texts that look
    like patient data and wait for a reviewer, while the rest of their line was taken in."""

    file: str
    rows: int = 0
    taken: int = 0
    there: int = 0
    held: int = 0
    refused: list[dict[str, Any]] = field(default_factory=list)
    dry_run: bool = False
    seconds: float = 0.0


def run(path: Path, *, scope: Scope, by: Actor, dry_run: bool = False,
        progress: Callable[[int], None] = lambda done: None) -> Report:  # fmt: skip
    """Take in the leads of `path` under `scope`. Safe to run again: a line whose external_id is there already (or, where
    the file has none, whose text is) is counted as there. With `dry_run` everything is tried and nothing kept.

    Effects: a Batch, and those of `capture` for each line; their events are quiet until the batch is released.
    """
    report, begun = Report(path.name, dry_run=dry_run), time.monotonic()
    text = text_of(path)
    with sight(scope):
        book = active().playbook
        batch = None if dry_run else batches.begin("lead.import", label=path.name, by=by, at=now())
    for lines in _chunks(lines_of(text, path.name, book)):
        with sight(scope), transaction.atomic(), phi.door("import", outside=True) as door:
            if by.is_human and not User.objects.filter(pk=by.id, is_active=True).exists():
                raise SentAway(f"{by.name} was sent away; the import stopped after {report.rows} lines.")
            for line in lines:
                _take(line, report, by, batch.id if batch else None)
            transaction.set_rollback(dry_run)
        report.held += door.held
        progress(report.rows)
    if batch is not None:
        with sight(scope):
            batches.finish(batch, rows=report.taken, detail={"refused": len(report.refused), "held": report.held}, at=now())
    report.seconds = round(time.monotonic() - begun, 2)
    return report


def _take(line: Line, report: Report, by: Actor, batch: Any) -> None:
    report.rows += 1
    if line.said is None:
        report.refused.append({"line": line.number, "field": line.field, "says": f"Line {line.number} {line.fault}"})
        return
    at = now()
    try:
        lead = capture(line.said, by=by, at=at, quiet=True, batch=batch)
    except Refusal as refusal:
        says = f"Line {line.number}: {refusal}"
        report.refused.append({"line": line.number, "field": refusal.field or "", "says": says})
        return
    if lead.captured_at is at:
        report.taken += 1
    else:
        report.there += 1


def _chunks(lines: Iterable[Line]) -> Iterator[list[Line]]:
    waiting = iter(lines)
    while chunk := list(islice(waiting, CHUNK)):
        yield chunk
