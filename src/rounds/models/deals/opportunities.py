"""Opportunities: a deal with an account, from its first stage on."""

from __future__ import annotations

import pghistory
from django.db import models

from rounds.models.base import Seen, Signed


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old),
    pghistory.DeleteEvent(row=pghistory.Old),
    exclude=["updated_at"],
    model_name="OpportunityHistory",
)
class Opportunity(Seen, Signed):
    """A deal. `stage` is a code of the ten pipeline stages (003); `amount_cents` None = not quoted yet.

    `score_snapshot` is what the lead's score and sheet said when it was converted: never counted again.
    """

    retention = "business"

    name = models.TextField()
    account = models.ForeignKey("rounds.Account", on_delete=models.PROTECT, related_name="opportunities")
    buying_unit = models.ForeignKey(
        "rounds.Account", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    contact = models.ForeignKey(
        "rounds.Contact", null=True, blank=True, on_delete=models.SET_NULL, related_name="opportunities"
    )
    lead = models.OneToOneField(
        "rounds.Lead", null=True, blank=True, on_delete=models.SET_NULL, related_name="opportunity"
    )
    stage = models.TextField(default="O1")
    amount_cents = models.BigIntegerField(null=True, blank=True)
    currency = models.TextField(default="USD")
    source = models.TextField(blank=True, default="")
    score_snapshot = models.JSONField(default=dict, blank=True)
    custom = models.JSONField(default=dict, blank=True)
    external_id = models.TextField(null=True, blank=True, unique=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["-opened_at", "id"], name="opportunity_opened"),
            models.Index(fields=["owner", "-opened_at"], name="opportunity_owner"),
            models.Index(fields=["territory", "-opened_at"], name="opportunity_territory"),
            models.Index(fields=["buying_unit", "-opened_at"], name="opportunity_unit"),
            models.Index(fields=["stage", "-opened_at"], name="opportunity_stage"),
        ]

    def __str__(self) -> str:
        return self.name
