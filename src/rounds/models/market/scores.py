"""Score history: every verdict ever given, with the lines that explain it (LEAD-21)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.db.models import Q

from rounds.models.base import Row, Signed
from rounds.models.whole import Lines, WholeJSON


class ScoreRecord(Row, Signed):
    """One verdict of one model on one account or lead. Append-only.

    `lines` are those of `explain`, and say the points and the level of each criterion; `facts` what the rule was given, so
    that the verdict can be computed again under another playbook.
    """

    retention = "business"
    sight = "subject"
    append_only = True

    account = models.ForeignKey(
        "rounds.Account", null=True, blank=True, on_delete=models.CASCADE, related_name="scores", db_index=False
    )  # found by score_account
    lead = models.ForeignKey(
        "rounds.Lead", null=True, blank=True, on_delete=models.CASCADE, related_name="scores", db_index=False
    )  # found by score_lead
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
    categories = WholeJSON(default=dict)
    lines = Lines(default=list)
    missing = WholeJSON(default=list)
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

    @property
    def points(self) -> dict[str, int]:
        """Criterion → its points."""
        return points_in(self.lines)

    @property
    def levels(self) -> dict[str, str | None]:
        """Criterion → its level, None where it has none."""
        return levels_in(self.lines)


def points_in(lines: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Criterion → points, as lines say them."""
    return {line["what"]: line["points"] for line in lines}


def levels_in(lines: Iterable[Mapping[str, Any]]) -> dict[str, str | None]:
    """Criterion → level, as lines say them."""
    return {line["what"]: line["level"] for line in lines}
