"""Score history: every verdict ever given, with the lines that explain it (LEAD-21)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from rounds.models.base import Row, Signed


class ScoreRecord(Row, Signed):
    """One verdict of one model on one account or lead. Append-only.

    `points` is {criterion: points or null}; `levels` {criterion: level or null}; `lines` are those of `explain`;
    `facts` what the rule was given, so that the verdict can be computed again under another playbook.
    """

    retention = "business"
    sight = "subject"
    append_only = True

    account = models.ForeignKey(
        "rounds.Account", null=True, blank=True, on_delete=models.CASCADE, related_name="scores"
    )
    lead = models.ForeignKey(
        "rounds.Lead", null=True, blank=True, on_delete=models.CASCADE, related_name="scores"
    )
    model = models.TextField()
    total = models.IntegerField()
    band = models.TextField(blank=True, default="")
    provisional = models.BooleanField(default=False)
    fit_grade = models.TextField(blank=True, default="")
    fit_rate = models.FloatField(null=True, blank=True)
    completeness = models.FloatField(null=True, blank=True)
    low = models.IntegerField(null=True, blank=True)
    high = models.IntegerField(null=True, blank=True)
    intent = models.IntegerField(null=True, blank=True)
    categories = models.JSONField(default=dict)
    points = models.JSONField(default=dict)
    levels = models.JSONField(default=dict)
    lines = models.JSONField(default=list)
    missing = models.JSONField(default=list)
    facts = models.JSONField(default=dict)
    cause = models.TextField(blank=True, default="")
    cause_event = models.UUIDField(null=True, blank=True)
    playbook_hash = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(account__isnull=False, lead__isnull=True)
                | Q(account__isnull=True, lead__isnull=False),
                name="score_of_one_subject",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "model", "-at"], name="score_account"),
            models.Index(fields=["lead", "model", "-at"], name="score_lead"),
        ]
