"""Batches and runs: many rows written as one piece of work that can be watched, stopped and resumed."""

from __future__ import annotations

from django.db import models

from rounds.models.base import Row, Signed


class Batch(Row, Signed):
    """A set of chunks written together. Its events stay quiet until `released_at`.

    `detail` of a bulk change: {act, said, ids or query, done, refused: [[id, name, sentence]]}.
    """

    retention = "business"

    kind = models.TextField()
    label = models.TextField(blank=True, default="")
    rows = models.IntegerField(default=0)
    chunks_done = models.IntegerField(default=0)
    detail = models.JSONField(default=dict, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    stop_asked_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)


class UniverseRun(Row, Signed):
    """One load of the public hospital files: where it stands, what it found, what it wrote.

    `phases` is a list of {code, says, done, total, state, note}; `report` the answer of `--json`.
    """

    retention = "business"

    folder = models.TextField(blank=True, default="")
    as_of = models.DateField(null=True, blank=True)
    state = models.TextField(default="waiting")
    phases = models.JSONField(default=list)
    survey = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    checkpoint = models.JSONField(default=dict)
    refusal = models.TextField(blank=True, default="")
    stop_asked_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
