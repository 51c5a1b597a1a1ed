"""Competitors: who else sells to hospitals, what we know of them, and where we meet them."""

from __future__ import annotations

import pghistory
from django.db import models

from rounds.models.base import Row, Signed


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old), exclude=["updated_at"],
    model_name="CompetitorHistory",
)
class Competitor(Row, Signed):
    """A company we compete with (COMPETE-01). `kind`: established or entrant. Lists are plain names; `segments` are codes
    of the playbook. It is retired, not deleted: deals point at it."""

    retention = "business"

    name = models.TextField()
    kind = models.TextField(default="established")
    website = models.TextField(blank=True, default="")
    products = models.JSONField(default=list, blank=True)
    segments = models.JSONField(default=list, blank=True)
    ehr_partners = models.JSONField(default=list, blank=True)
    pricing = models.TextField(blank=True, default="")
    strengths = models.TextField(blank=True, default="")
    weaknesses = models.TextField(blank=True, default="")
    retired_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(models.functions.Lower("name"), name="competitor_name")]

    def __str__(self) -> str:
        return self.name


class CompetitorSource(Row, Signed):
    """Where something about a competitor was read or heard: the source, its date, how sure it is (0–100)."""

    retention = "business"
    append_only = True

    competitor = models.ForeignKey("rounds.Competitor", on_delete=models.CASCADE, related_name="sources")
    source = models.TextField()
    link = models.TextField(blank=True, default="")
    as_of = models.DateField()
    confidence = models.SmallIntegerField()
    says = models.TextField(blank=True, default="")


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old), exclude=["updated_at"],
    model_name="OpportunityCompetitorHistory",
)
class OpportunityCompetitor(Row, Signed):
    """A competitor met in a deal (COMPETE-05): present, incumbent, shortlisted or eliminated; `won` when it took the deal."""

    retention = "business"
    sight = "opportunity"

    opportunity = models.ForeignKey("rounds.Opportunity", on_delete=models.CASCADE, related_name="competitors", db_index=False)
    competitor = models.ForeignKey("rounds.Competitor", on_delete=models.PROTECT, related_name="met_in")
    status = models.TextField(default="present")
    note = models.TextField(blank=True, default="")
    won = models.BooleanField(default=False)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["opportunity", "competitor"], name="opportunity_competitor_once")]
