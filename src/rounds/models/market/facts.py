"""Account facts: what each source claims, so that every figure can name where it came from."""

from __future__ import annotations

from django.db import models

from rounds.models.base import Row, Signed


class AccountFact(Row, Signed):
    """One source's claim of one fact. A human's claim outranks every file (ACCT-19).

    `value` is JSON in the unit of the playbook's vocabulary; `source_ref` points into the source (file and row);
    `as_of` is the date the value speaks of; `confidence` is 0–1.
    """

    retention = "business"
    sight = "account"

    account = models.ForeignKey("rounds.Account", on_delete=models.CASCADE, related_name="facts")
    key = models.TextField()
    value = models.JSONField(null=True)
    source = models.TextField()
    source_ref = models.TextField(blank=True, default="")
    as_of = models.DateField(null=True, blank=True)
    confidence = models.FloatField(default=1.0)
    human = models.BooleanField(default=False)
    estimated = models.BooleanField(default=False)
    note = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "key", "source"], name="fact_once_per_source"),
        ]
