"""What a proof of concept is measured by: criteria by version, and the readings of each week."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q

from rounds.models.deals.pocs import Below


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old),
    pghistory.DeleteEvent(row=pghistory.Old),
    model_name="PocCriterionHistory",
)
class PocCriterion(Below):
    """One criterion of one version. `code` stays the same over versions. A share is kept as a share (0 to 1).

    `kind` share, mean or figure; `direction` at_least or at_most; `unit` is shown behind figures ("min", "%"). From the
    kickoff on the database refuses to change or remove it (ground/pocs.sql).
    """

    poc = models.ForeignKey("rounds.Poc", on_delete=models.CASCADE, related_name="criteria")
    version = models.SmallIntegerField(default=1)
    code = models.TextField()
    place = models.SmallIntegerField(default=0)
    name = models.TextField()
    category = models.TextField()
    kind = models.TextField()
    unit = models.TextField(blank=True, default="")
    direction = models.TextField()
    baseline = models.FloatField(null=True, blank=True)
    target = models.FloatField()
    weight = models.SmallIntegerField(default=1)
    mandatory = models.BooleanField(default=False)
    planned_n = models.IntegerField(null=True, blank=True)
    deviation = models.FloatField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["poc", "version", "code"], name="poc_criterion_once"),
            models.CheckConstraint(condition=Q(weight__gte=0), name="poc_weight"),
        ]


class PocReading(Below):
    """What was measured of a criterion in one week: the figure, of how many, its interval and how that was made. A later
    reading of the same week stands in its place."""

    append_only = True

    poc = models.ForeignKey("rounds.Poc", on_delete=models.CASCADE, related_name="readings")
    code = models.TextField()
    week = models.SmallIntegerField()
    read_on = models.DateField()
    value = models.FloatField()
    n = models.IntegerField(null=True, blank=True)
    hits = models.IntegerField(null=True, blank=True)
    deviation = models.FloatField(null=True, blank=True)
    low = models.FloatField(null=True, blank=True)
    high = models.FloatField(null=True, blank=True)
    method = models.TextField()
    word = models.TextField()
    source = models.TextField(blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["poc", "code", "week", "at"], name="poc_reading")]
