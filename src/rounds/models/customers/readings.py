"""Readings of the success metrics: figures with the day they are of and what shows them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from rounds.models.base import Row, Signed


class SuccessReading(Row, Signed):
    """One reading: the whole numbers it is made of (`parts`), as of when, the evidence. A wrong one is withdrawn."""

    retention = "business"
    sight = "customer"
    noun = "customer"

    customer = models.ForeignKey("rounds.Customer", on_delete=models.CASCADE, related_name="readings", db_index=False)
    implementation = models.ForeignKey(
        "rounds.Implementation", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    metric = models.TextField()
    as_of = models.DateField()
    parts = models.JSONField(default=dict)
    evidence = models.TextField()
    url = models.TextField(blank=True, default="")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_why = models.TextField(blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["customer", "metric", "-as_of", "-at"], name="success_reading", condition=Q(withdrawn_at=None))
        ]
