"""How every deal stood at the end of each day: kept the same evening, never rewritten (ANALYTICS-52, FORECAST-03)."""

from __future__ import annotations

from django.db import models

from rounds.models.base import Row, Signed


class DealSnapshot(Row):
    """A deal as it stood at the end of `day` in the company's zone. There is a row only where something differs from the
    row before, so that a still pipeline takes no room: how a deal stood on a day is its last row up to that day. The columns
    are those of `deals` (analytics/metrics/tables.py); ids are kept as they were then, and point at nothing."""

    retention = "business"
    append_only = True
    sight = "opportunity"
    noun = "opportunity"

    opportunity = models.ForeignKey("rounds.Opportunity", on_delete=models.CASCADE, related_name="snapshots", db_index=False)
    day = models.DateField()
    owner_id = models.UUIDField(null=True)
    team_id = models.UUIDField(null=True)
    territory = models.TextField(default="")
    buying_unit_id = models.UUIDField(null=True)
    segment = models.TextField(default="")
    tier = models.SmallIntegerField(null=True)
    account_id = models.UUIDField(null=True)
    lead_id = models.UUIDField(null=True)
    parent_id = models.UUIDField(null=True)
    kind = models.TextField(default="")
    source = models.TextField(default="")
    stage = models.TextField()
    process = models.TextField(default="")
    outcome = models.TextField()
    amount_cents = models.BigIntegerField(null=True)
    counted_cents = models.BigIntegerField(null=True)
    chance_bp = models.IntegerField(null=True)
    close_on = models.DateField(null=True)
    forecast_category = models.TextField(default="")
    next_step_due = models.DateField(null=True)
    has_next_step = models.BooleanField(default=False)
    bant = models.TextField(default="")
    term_months = models.SmallIntegerField(null=True)
    lead_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    stage_since = models.DateTimeField(null=True)
    process_since = models.DateTimeField(null=True)
    touched_at = models.DateTimeField(null=True)
    lost_reason = models.TextField(default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["opportunity", "day"], name="deal_snapshot_daily")]
        indexes = [
            models.Index(fields=["day"], name="deal_snapshot_day"),
            models.Index(fields=["close_on", "day"], name="deal_snapshot_closing", condition=models.Q(outcome="open")),
        ]


KEPT = tuple(field.attname for field in DealSnapshot._meta.local_concrete_fields if field.name not in ("id", "opportunity", "day"))
"""The columns that are compared and kept, in order."""


class SnapshotDay(Row, Signed):
    """That the snapshot of `day` was taken: how many deals there were, how many had changed. After it, the day is shut.
    `restated`: not taken that evening but made up for later, from the field history (actions/numbers/snapshots.py `restate`)."""

    retention = "business"
    append_only = True

    day = models.DateField(unique=True)
    deals = models.IntegerField()
    changed = models.IntegerField()
    restated = models.BooleanField(default=False)

    class Meta:
        ordering = ["-day"]
