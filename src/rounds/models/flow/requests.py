"""Idempotent requests: the answer given to a POST, kept so that a repeat gets the same one."""

from __future__ import annotations

from django.db import models

from rounds.models.base import Row
from rounds.models.sealed import SealedText


class IdempotentRequest(Row):
    """An Idempotency-Key of one caller, the digest of the body it came with, and the answer."""

    retention = "working"
    sight = "closed"

    caller = models.TextField()
    key = models.TextField()
    digest = models.TextField()
    status = models.SmallIntegerField()
    answer = SealedText()
    """JSON; sealed, because it repeats what was sent: telephone numbers among it."""
    shown = models.JSONField(default=dict)
    """With what sight it was answered: {"hidden": fields, "unread": nouns, "seen": whether the record was seen}."""
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="request_once")]
