"""Account intelligence: what is known of a hospital beyond its figures (ACCT-18)."""

from __future__ import annotations

from django.db import models

from rounds.models.base import Row, Signed


class Intelligence(Row, Signed):
    """One entry: area (business, operational, technology, stakeholder), topic, text, source, date, confidence."""

    retention = "business"
    sight = "account"

    account = models.ForeignKey("rounds.Account", on_delete=models.CASCADE, related_name="intelligence")
    area = models.TextField()
    topic = models.TextField()
    text = models.TextField()
    source = models.TextField()
    as_of = models.DateField()
    confidence = models.FloatField(default=0.5)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["account", "area", "-as_of"], name="intelligence_account")]
