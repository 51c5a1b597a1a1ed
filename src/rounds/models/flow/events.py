"""Events say what happened; deliveries carry it outside."""

from __future__ import annotations

from django.db import models

from rounds.kit.ids import new_id
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
    subject_id = models.UUIDField(null=True, blank=True)
    payload = models.JSONField(default=dict)
    batch_id = models.UUIDField(null=True, blank=True)
    quiet = models.BooleanField(default=False)

    class Meta:
        managed = False
        db_table = "rounds_event"


class Delivery(models.Model):
    """An outside effect that points at an event: due → sending → sent / unknown / refused / failed."""

    retention = "business"
    append_only = False
    sight = "closed"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event_id = models.UUIDField()
    event_at = models.DateTimeField()
    channel = models.TextField()
    target = models.TextField()
    idempotency_key = models.TextField(unique=True)
    state = models.TextField(default="due")
    attempts = models.SmallIntegerField(default=0)
    due_at = models.DateTimeField()
    detail = models.TextField(blank=True, default="")
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["state", "due_at"], name="delivery_due")]
