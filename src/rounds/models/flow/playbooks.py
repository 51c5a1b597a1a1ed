"""Playbook versions and drafts: the method as it was, is, and might become."""

from __future__ import annotations

from django.db import models

from rounds.models.base import Row, Signed


class PlaybookVersion(Row, Signed):
    """A published playbook: its files, their hash, who published it and why. The highest number is active."""

    retention = "evidence"
    append_only = True

    number = models.IntegerField(unique=True)
    hash = models.TextField()
    files = models.JSONField()
    reason = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["hash"], name="playbook_hash")]


class PlaybookDraft(Row, Signed):
    """Changed files over a base version, not yet published."""

    retention = "working"

    title = models.TextField(default="")
    base_hash = models.TextField()
    files = models.JSONField(default=dict)
    updated_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
