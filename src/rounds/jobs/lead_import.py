"""`rounds lead import`: a simple file of leads, its headers the names of fields, through the engine of every import."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rounds.jobs import import_here
from rounds.jobs.import_here import Report
from rounds.jobs.imports import SentAway
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.kit.scope import Scope

__all__ = ["Refusal", "Report", "SentAway", "run"]

TAKEN_ONCE = {"prints": True, "rule": "never"}
"""A line without an external_id is known by what it says; a lead that is there already is left as it is."""


def run(path: Path, *, scope: Scope, by: Actor, dry_run: bool = False, progress: Callable[[int], None] = lambda done: None) -> Report:
    """Take in the leads of `path` under `scope`. Safe to run again: a line whose external_id is there already (or, where
    the file has none, whose text is) is counted as there."""
    report = import_here.run(path, scope=scope, by=by, noun="lead", strict=True, match=["external_id"], plan=TAKEN_ONCE, dry_run=dry_run,
                             progress=progress)  # fmt: skip
    report.there += report.duplicates
    return report
