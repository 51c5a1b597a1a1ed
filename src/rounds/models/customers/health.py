"""How a customer is: the checks, and the issues they count."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from rounds.models.base import Row, Signed


class HealthCheck(Row, Signed):
    """The health of a customer at a moment, with its lines, and the score before. `alarmed`: it fell too far."""

    retention = "business"
    append_only = True
    sight = "customer"
    noun = "customer"

    customer = models.ForeignKey("rounds.Customer", on_delete=models.CASCADE, related_name="health_checks", db_index=False)
    score = models.SmallIntegerField(null=True, blank=True)
    band = models.TextField()
    known = models.SmallIntegerField()
    before = models.SmallIntegerField(null=True, blank=True)
    alarmed = models.BooleanField(default=False)
    facts = models.JSONField(default=dict)
    lines = models.JSONField(default=list)
    playbook_hash = models.TextField(blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["customer", "-at"], name="health_check_customer")]


class CustomerIssue(Row, Signed):
    """Something that troubles a customer: critical, major or minor, open until it is resolved with a word."""

    retention = "business"
    sight = "customer"
    noun = "customer"

    customer = models.ForeignKey("rounds.Customer", on_delete=models.CASCADE, related_name="issues", db_index=False)
    implementation = models.ForeignKey(
        "rounds.Implementation", null=True, blank=True, on_delete=models.SET_NULL, related_name="issues"
    )
    title = models.TextField()
    severity = models.TextField(default="minor")
    note = models.TextField(blank=True, default="")
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.TextField(blank=True, default="")
    resolution = models.TextField(blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["customer", "-at"], name="customer_issue", condition=Q(resolved_at=None))]

    def __str__(self) -> str:
        return self.title
