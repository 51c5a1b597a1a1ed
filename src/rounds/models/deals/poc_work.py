"""The work of a proof of concept: its milestones, weekly reviews, issues, and what it is worth."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from rounds.models.deals.pocs import Below


class PocMilestone(Below):
    """One step of the plan, due at the end of a day; `door` says what it opens (data, readout)."""

    poc = models.ForeignKey("rounds.Poc", on_delete=models.CASCADE, related_name="milestones")
    code = models.TextField()
    title = models.TextField()
    phase = models.TextField()
    due_on = models.DateField()
    door = models.TextField(blank=True, default="")
    done_at = models.DateTimeField(null=True, blank=True)
    done_name = models.TextField(blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["poc", "code"], name="poc_milestone_once")]
        indexes = [models.Index(fields=["due_on"], name="poc_milestone_open", condition=Q(done_at=None))]


class PocReview(Below):
    """A weekly review that was held, and what was said."""

    append_only = True

    poc = models.ForeignKey("rounds.Poc", on_delete=models.CASCADE, related_name="reviews")
    week = models.SmallIntegerField()
    held_on = models.DateField()
    note = models.TextField()


class PocIssue(Below):
    """Something that stands in the way. `severity` is a code of poc/terms.yaml; `escalated_at` when it went further up."""

    poc = models.ForeignKey("rounds.Poc", on_delete=models.CASCADE, related_name="issues")
    title = models.TextField()
    note = models.TextField(blank=True, default="")
    severity = models.TextField()
    owner = models.ForeignKey("rounds.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    due_at = models.DateTimeField()
    escalated_at = models.DateTimeField(null=True, blank=True)
    escalated_to = models.TextField(blank=True, default="")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_name = models.TextField(blank=True, default="")
    solution = models.TextField(blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["poc", "-at"], name="poc_issue"),
            models.Index(fields=["due_at"], name="poc_issue_open", condition=Q(closed_at=None)),
        ]


class PocRoi(Below):
    """One calculation of what it is worth: the inputs in cents a year, each with its source, and the answer. The last
    one holds."""

    append_only = True

    poc = models.ForeignKey("rounds.Poc", on_delete=models.CASCADE, related_name="rois")
    number = models.SmallIntegerField(default=1)
    savings_cents = models.BigIntegerField(default=0)
    revenue_cents = models.BigIntegerField(default=0)
    cost_cents = models.BigIntegerField(default=0)
    one_time_cents = models.BigIntegerField(default=0)
    sources = models.JSONField(default=dict, blank=True)
    percent = models.TextField(blank=True, default="")
    payback = models.TextField(blank=True, default="")
    net_cents = models.BigIntegerField()
    term_months = models.SmallIntegerField()
