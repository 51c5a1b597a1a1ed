"""Quotas: what somebody is to win in a time."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from rounds.models.base import Seen, Signed


class Quota(Seen, Signed):
    """`cents` a year's worth (ARR) to be won from `starts_on` to `ends_on`, both inclusive, by its owner. One that is said
    anew ends the one before (`ended_at`); what was asked then can still be told. Whoever reads deals sees those within reach."""

    retention = "business"
    noun = "opportunity"

    buying_unit = models.ForeignKey(
        "rounds.Account", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    starts_on = models.DateField()
    ends_on = models.DateField()
    cents = models.BigIntegerField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="quota_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(cents__gte=0), name="quota_is_no_debt"),
            models.UniqueConstraint(fields=["owner", "starts_on", "ends_on"], name="quota_once", condition=Q(ended_at=None)),
        ]
        indexes = [models.Index(fields=["starts_on", "ends_on"], name="quota_time")]

    def __str__(self) -> str:
        return f"{self.starts_on:%-d %b %Y} to {self.ends_on:%-d %b %Y}"
