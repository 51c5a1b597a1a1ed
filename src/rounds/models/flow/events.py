"""Events say what happened; deliveries (deliveries.py) carry it outside."""

from __future__ import annotations

from django.db import models

from rounds.models.base import Row, Signed


class Event(Row, Signed):
    """What happened, never changed. Partitioned by month of `at`; its payload has the shape of its kind.

    `quiet` events start no automation until a person releases their batch.
    """

    retention = "evidence"
    append_only = True
    sight = "event"

    kind = models.TextField()
    account_id = models.UUIDField(null=True, blank=True)
    lead_id = models.UUIDField(null=True, blank=True)
    opportunity_id = models.UUIDField(null=True, blank=True)
    subject_id = models.UUIDField(null=True, blank=True)
    payload = models.JSONField(default=dict)
    batch_id = models.UUIDField(null=True, blank=True)
    quiet = models.BooleanField(default=False)

    class Meta:
        managed = False
        db_table = "rounds_event"
