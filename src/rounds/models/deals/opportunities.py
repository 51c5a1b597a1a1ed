"""Opportunities: a deal with an account, from its first stage on."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q

from rounds.models.base import Row, Seen, Signed


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old),
    pghistory.DeleteEvent(row=pghistory.Old),
    exclude=["updated_at", "touched_at"],
    model_name="OpportunityHistory",
)
class Opportunity(Seen, Signed):
    """A deal. `stage` is a code of the ten pipeline stages (003), `process` of the seven of the sales process (001) that
    it stands in by the playbook's mapping; `stage_since` and `process_since` when it entered them. They change with a
    StageEntry and never alone.

    `amount_cents` is what it brings in a year (ARR), in its own `currency`; None = not quoted yet. `amount_company_cents`
    is the same in the company's currency by `rate` (a decimal number as text) of `rate_on`, and what sums are made of.
    `moved_back`, `skipped`, `reopened` count what happened to its stages. A `parent` deal takes in the amounts of those
    below it. `score_snapshot` is what the lead's score and sheet said when it was converted: never counted again.
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
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="children", db_index=False
    )
    kind = models.TextField(default="new")
    stage = models.TextField(default="O1")
    process = models.TextField(default="P1")
    stage_since = models.DateTimeField(null=True, blank=True)
    process_since = models.DateTimeField(null=True, blank=True)
    closed_from = models.TextField(blank=True, default="")
    moved_back = models.SmallIntegerField(default=0)
    skipped = models.SmallIntegerField(default=0)
    reopened = models.SmallIntegerField(default=0)
    amount_cents = models.BigIntegerField(null=True, blank=True)
    currency = models.TextField(default="USD")
    rate = models.TextField(blank=True, default="")
    rate_on = models.DateField(null=True, blank=True)
    amount_company_cents = models.BigIntegerField(null=True, blank=True)
    amount_from = models.TextField(blank=True, default="")
    """What the amount rests on: hand, quote, estimate."""
    term_months = models.SmallIntegerField(null=True, blank=True)
    close_on = models.DateField(null=True, blank=True)
    forecast_category = models.TextField(default="pipeline")
    forecast_by_hand = models.BooleanField(default=False)
    next_step = models.TextField(blank=True, default="")
    next_step_due = models.DateField(null=True, blank=True)
    phi_involved = models.BooleanField(default=True)
    source = models.TextField(blank=True, default="")
    lost_reason = models.TextField(blank=True, default="")
    lost_note = models.TextField(blank=True, default="")
    recycle_on = models.DateField(null=True, blank=True)
    score_snapshot = models.JSONField(default=dict, blank=True)
    custom = models.JSONField(default=dict, blank=True)
    external_id = models.TextField(null=True, blank=True, unique=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    touched_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["-opened_at", "id"], name="opportunity_opened"),
            models.Index(fields=["owner", "-opened_at"], name="opportunity_owner"),
            models.Index(fields=["territory", "-opened_at"], name="opportunity_territory"),
            models.Index(fields=["buying_unit", "-opened_at"], name="opportunity_unit"),
            models.Index(fields=["stage", "-opened_at"], name="opportunity_stage"),
            models.Index(fields=["stage", "id"], name="opportunity_by_stage"),
            models.Index(fields=["process", "id"], name="opportunity_by_process"),
            models.Index(fields=["close_on", "id"], name="opportunity_close", condition=Q(closed_at=None)),
            models.Index(fields=["parent"], name="opportunity_parent", condition=Q(parent__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class OpportunitySite(Row, Signed):
    """A further account of the hierarchy that a deal is about: a hospital, a department, a service line (PIPE-29)."""

    retention = "business"
    sight = "opportunity"

    opportunity = models.ForeignKey("rounds.Opportunity", on_delete=models.CASCADE, related_name="sites")
    account = models.ForeignKey("rounds.Account", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["opportunity", "account"], name="opportunity_site_once")]
