"""Answers: the level of one criterion, said by somebody, for an account or a lead."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from rounds.models.base import Row, Signed


class Answer(Row, Signed):
    """Criterion → level, with who said it, why, and until when it holds. Withdrawn, never deleted."""

    retention = "business"
    sight = "subject"

    account = models.ForeignKey(
        "rounds.Account", null=True, blank=True, on_delete=models.CASCADE, related_name="answers"
    )
    lead = models.ForeignKey(
        "rounds.Lead", null=True, blank=True, on_delete=models.CASCADE, related_name="answers"
    )
    model = models.TextField(default="lead_fit")
    criterion = models.TextField()
    level = models.TextField()
    heard_from = models.ForeignKey(
        "rounds.Contact", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.TextField(blank=True, default="")
    expires_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(account__isnull=False, lead__isnull=True)
                | Q(account__isnull=True, lead__isnull=False),
                name="answer_of_one_subject",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "criterion", "-at"], name="answer_account"),
            models.Index(fields=["lead", "criterion", "-at"], name="answer_lead"),
        ]
