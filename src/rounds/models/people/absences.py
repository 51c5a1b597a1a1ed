"""Absences: when somebody is away, and gets no leads. Why is nobody's business."""

from __future__ import annotations

from django.db import models

from rounds.models.base import Row, Signed


class Absence(Row, Signed):
    """Days on which `user` is away, first and last included, by their own calendar. Taken back: `withdrawn_at`."""

    retention = "business"

    user = models.ForeignKey("rounds.User", on_delete=models.CASCADE, related_name="absences")
    first_day = models.DateField()
    last_day = models.DateField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["first_day"]
        indexes = [models.Index(fields=["user", "last_day"], name="absence_user")]
