"""Leads: a person at an organisation who may buy."""

from __future__ import annotations

import pghistory
from django.db import models

from rounds.kit.text import digits
from rounds.models.base import Mergeable, Row, Scored, Seen, Signed
from rounds.models.market.accounts import VERDICTS
from rounds.models.sealed import BlindIndex, SealedText

CLOSED = ("Converted", "Disqualified")
"""Statuses in which a lead keeps its last verdict."""


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old),
    pghistory.DeleteEvent(row=pghistory.Old),
    exclude=[*VERDICTS, "quick_total", "quick_band", "driving_band", "lifecycle", "bant", "dimensions", "sheet_due_at",
             "last_touch_at", "updated_at", "phone_index"],
    model_name="LeadHistory",
)
class Lead(Seen, Scored, Mergeable):
    """A lead. `band` is that of the 100-point model, `quick_band` of the additive one; `driving_band` is the one
    that routes (CQS-11). `queue` is where it waits while nobody owns it (models/leads/assignments.py). `facts` are raw
    facts given with the lead, by the names of the playbook's vocabulary. `bant` and `dimensions` keep the verdict on its
    qualification sheet (met, at_risk, not_met, unknown), `sheet_due_at` when its oldest answer is to be said again;
    `lifecycle` is marketing's own word (C-16)."""

    retention = "contact"

    name = models.TextField()
    email = models.TextField(blank=True, default="")
    phone = SealedText(blank=True, default="")
    phone_index = BlindIndex(of="phone", plain=digits)
    title = models.TextField(blank=True, default="")
    role = models.TextField(blank=True, default="")
    seniority = models.TextField(blank=True, default="")
    organization = models.TextField(blank=True, default="")
    state = models.TextField(blank=True, default="")
    account = models.ForeignKey(
        "rounds.Account", null=True, blank=True, on_delete=models.PROTECT, related_name="leads"
    )
    buying_unit = models.ForeignKey(
        "rounds.Account", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    segment = models.TextField(blank=True, default="")
    owner_role = models.TextField(blank=True, default="")
    queue = models.TextField(blank=True, default="")
    source = models.TextField(blank=True, default="")
    hand_raise = models.BooleanField(default=False)
    message = models.TextField(blank=True, default="")
    status = models.TextField(default="New")
    quick_total = models.IntegerField(null=True, blank=True)
    quick_band = models.TextField(blank=True, default="")
    driving_band = models.TextField(blank=True, default="")
    lifecycle = models.TextField(blank=True, default="")
    bant = models.TextField(default="unknown")
    dimensions = models.JSONField(default=dict, blank=True)
    sheet_due_at = models.DateTimeField(null=True, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    custom = models.JSONField(default=dict, blank=True)
    external_id = models.TextField(null=True, blank=True)
    opted_out = models.BooleanField(default=False)
    last_touch_at = models.DateTimeField(null=True, blank=True)
    captured_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        # A constraint and not `unique=True`, which makes a second index for LIKE that nothing asks for.
        constraints = [
            models.UniqueConstraint(fields=["external_id"], name="lead_external_id"),
            # Looked up with "=", as a contact's is. Capitals of ASCII alone: of newer letters the database knows a small
            # form that Python does not.
            models.CheckConstraint(condition=~models.Q(email__regex="[A-Z]"), name="lead_email_small"),
        ]
        indexes = [
            models.Index(fields=["-captured_at", "id"], name="lead_captured"),
            models.Index(fields=["score_total", "id"], name="lead_score"),
            models.Index(fields=["band", "score_total"], name="lead_band"),
            models.Index(fields=["heat", "id"], name="lead_heat"),
            # What the list opens with, in the order of listing/pages.py.
            models.Index(fields=["-heat", "-captured_at", "-id"], name="lead_opens"),
            models.Index(fields=["name", "id"], name="lead_name"),
            models.Index(fields=["owner", "-captured_at"], name="lead_owner"),
            # What one carries, counted by routing without touching the rows (ground/routing.sql).
            models.Index(fields=["owner", "status", "driving_band"], name="lead_load", condition=models.Q(owner__isnull=False)),
            models.Index(fields=["queue", "-captured_at"], name="lead_queue", condition=~models.Q(queue="")),
            models.Index(fields=["territory", "-captured_at"], name="lead_territory"),
            models.Index(fields=["buying_unit", "-captured_at"], name="lead_unit"),
            models.Index(fields=["status", "-captured_at"], name="lead_status"),
            models.Index(fields=["state", "-captured_at"], name="lead_state"),
            models.Index(fields=["bant", "band"], name="lead_bant"),
            models.Index(fields=["sheet_due_at"], name="lead_sheet_due", condition=~models.Q(sheet_due_at=None)),
            models.Index(fields=["email"], name="lead_email"),
            models.Index(fields=["phone_index"], name="lead_phone", condition=~models.Q(phone_index="")),
            models.Index(fields=["merged_into"], name="lead_merged", condition=models.Q(merged_into__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name


class LeadStatusChange(Row, Signed):
    """A status with its who, when and why (law 3); `code` is a reason of the playbook's list."""

    retention = "business"
    sight = "lead"
    append_only = True

    lead = models.ForeignKey("rounds.Lead", on_delete=models.CASCADE, related_name="status_changes")
    was = models.TextField(blank=True, default="")
    now = models.TextField()
    code = models.TextField(blank=True, default="")
    reason = models.TextField(blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["now", "at"], name="status_change_entered")]
