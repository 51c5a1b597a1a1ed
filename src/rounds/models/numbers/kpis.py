"""What people say of the scorecard: figures entered by hand with their evidence, baselines that are frozen, comments (KPI, Unsaid)."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q

from rounds.models.base import Row, Signed

WHOLE = 10**6
"""Millionths of one."""


class KpiEntry(Row, Signed):
    """One thing said of a KPI. `kind`: figure (of a period, with its evidence), baseline (frozen, of a period, what later
    periods are held against), comment. The last said of a KPI, kind and period holds; what was said before stays readable.
    `millionths` of the KPI's unit. Company figures: whoever reads deals sees them."""

    retention = "business"
    append_only = True
    noun = "opportunity"

    kpi = models.TextField()
    kind = models.TextField()
    period = models.TextField(blank=True, default="")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    millionths = models.BigIntegerField(null=True, blank=True)
    n = models.IntegerField(null=True, blank=True)
    text = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=("figure", "baseline", "comment")), name="kpi_entry_kind"),
            models.CheckConstraint(condition=Q(kind="comment") | Q(millionths__isnull=False), name="kpi_figure_has_value"),
            models.CheckConstraint(condition=Q(kind="baseline") | ~Q(text=""), name="kpi_figure_has_evidence"),
        ]
        indexes = [models.Index(fields=["kpi", "kind", "-at"], name="kpi_entry_said")]

    @property
    def value(self) -> Decimal | None:
        """The figure in the KPI's unit, exact."""
        return None if self.millionths is None else Decimal(self.millionths) / WHOLE
