"""Clinical outcomes: figures of groups of patients, never of one (IMPL-12)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from rounds.models.base import Row, Signed


class OutcomeRecord(Row, Signed):
    """One outcome, before and now, of a group of `people`. The figures are decimal texts, exact as they were given.

    `goal` is what was agreed ("" nothing); `attained` whether the current value reaches it, None without one.
    """

    retention = "business"
    sight = "customer"
    noun = "customer"

    customer = models.ForeignKey("rounds.Customer", on_delete=models.CASCADE, related_name="outcomes", db_index=False)
    metric = models.TextField()
    baseline = models.TextField()
    current = models.TextField()
    goal = models.TextField(blank=True, default="")
    attained = models.BooleanField(null=True, blank=True)
    people = models.IntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    source = models.TextField()
    evidence = models.TextField(blank=True, default="")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_why = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="outcome_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(people__gte=2), name="outcome_is_of_a_group"),
        ]
        indexes = [models.Index(fields=["customer", "metric", "-ends_on"], name="outcome_customer", condition=Q(withdrawn_at=None))]
