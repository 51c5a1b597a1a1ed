"""Accounts: health systems, hospitals, departments, service lines, clinic networks."""

from __future__ import annotations

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models

from rounds.models.base import Mergeable, Scored, Seen

LEVELS = [
    ("system", "Health system / IDN"),
    ("hospital", "Hospital"),
    ("clinic_network", "Clinic network"),
    ("department", "Department"),
    ("service_line", "Service line"),
]
PARENT_LEVELS = {
    "system": set(),
    "hospital": {"system"},
    "clinic_network": {"system"},
    "department": {"hospital", "clinic_network"},
    "service_line": {"department"},
}
"""Level → the levels its parent may have (ACCT-07)."""

VERDICTS = [
    "fit_grade",
    "fit_rate",
    "fit_known",
    "completeness",
    "score_total",
    "score_low",
    "score_high",
    "intent",
    "band",
    "band_provisional",
    "heat",
    "scored_at",
    "playbook_hash",
]
"""Columns kept out of field history: scores have a history of their own (ScoreRecord)."""


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old),
    pghistory.DeleteEvent(row=pghistory.Old),
    exclude=[*VERDICTS, "abm_score", "abm_completeness", "tier", "tier_stage", "strength", "strength_was", "last_touch_at",
             "updated_at"],
    model_name="AccountHistory",
)
class Account(Seen, Scored, Mergeable):
    """An organisation, at one of five levels. Figures are the account's own unless the name says `total`.

    Facts with a source stand in AccountFact; the resolved value of those that lists filter and sort by is kept
    here. Money is US cents; rates are 0–1; `total_margin` is a ratio of revenue.
    """

    retention = "business"

    name = models.TextField()
    level = models.TextField(choices=LEVELS, default="hospital")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    buying_unit = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="members", db_index=False
    )
    is_unit = models.BooleanField(default=False)
    status = models.TextField(default="open")
    closed_on = models.DateField(null=True, blank=True)
    ccn = models.TextField(null=True, blank=True, unique=True)
    system_id = models.TextField(null=True, blank=True, unique=True)
    subtype = models.TextField(blank=True, default="")
    org_type = models.TextField(blank=True, default="")
    programme = models.TextField(blank=True, default="core")
    segment = models.TextField(blank=True, default="")
    locations = models.IntegerField(null=True, blank=True)

    address = models.TextField(blank=True, default="")
    city = models.TextField(blank=True, default="")
    state = models.TextField(blank=True, default="")
    zip = models.TextField(blank=True, default="")
    county = models.TextField(blank=True, default="")
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    phone = models.TextField(blank=True, default="")
    website = models.TextField(blank=True, default="")
    plain_name = models.TextField(blank=True, default="")
    domain = models.TextField(blank=True, default="")

    beds = models.IntegerField(null=True, blank=True)
    hospitals = models.IntegerField(null=True, blank=True)
    ehr = models.TextField(blank=True, default="")
    ehr_vendor = models.TextField(blank=True, default="")
    ehr_class = models.TextField(blank=True, default="")
    ehr_confidence = models.FloatField(null=True, blank=True)
    total_margin = models.FloatField(null=True, blank=True)
    margin_trend = models.FloatField(null=True, blank=True)
    net_patient_revenue_cents = models.BigIntegerField(null=True, blank=True)
    deal_potential_cents = models.BigIntegerField(null=True, blank=True)
    it_budget_cents = models.BigIntegerField(null=True, blank=True)
    currency = models.TextField(default="USD")
    population_served = models.IntegerField(null=True, blank=True)
    hipaa_status = models.TextField(blank=True, default="Unknown")
    specialties = ArrayField(models.TextField(), blank=True, default=list)
    implementation_timeline = models.TextField(blank=True, default="")
    fye_month = models.SmallIntegerField(null=True, blank=True)
    fye_day = models.SmallIntegerField(null=True, blank=True)

    abm_score = models.IntegerField(null=True, blank=True)
    abm_completeness = models.FloatField(null=True, blank=True)
    tier = models.SmallIntegerField(null=True, blank=True)
    tier_stage = models.TextField(blank=True, default="")

    strength = models.SmallIntegerField(null=True, blank=True)
    strength_was = models.SmallIntegerField(null=True, blank=True)
    last_touch_at = models.DateTimeField(null=True, blank=True)
    custom = models.JSONField(default=dict, blank=True)
    external_id = models.TextField(null=True, blank=True, unique=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        # The domain of an address is looked up with "=".
        constraints = [models.CheckConstraint(condition=~models.Q(domain__regex="[A-Z]"), name="account_domain_small")]
        indexes = [
            models.Index(fields=["name", "id"], name="account_name"),
            models.Index(fields=["is_unit", "name", "id"], name="account_unit_name"),
            models.Index(fields=["is_unit", "deal_potential_cents", "id"], name="account_unit_potential"),
            models.Index(fields=["is_unit", "beds", "id"], name="account_unit_beds"),
            models.Index(fields=["is_unit", "tier", "deal_potential_cents"], name="account_unit_tier"),
            models.Index(fields=["beds", "id"], name="account_beds"),
            models.Index(fields=["score_total", "id"], name="account_score"),
            models.Index(fields=["fit_rate", "id"], name="account_fit"),
            models.Index(fields=["deal_potential_cents", "id"], name="account_potential"),
            models.Index(fields=["last_touch_at", "id"], name="account_touch"),
            models.Index(fields=["strength", "id"], name="account_strength"),
            models.Index(fields=["owner", "name"], name="account_owner"),
            models.Index(fields=["territory", "name"], name="account_territory"),
            models.Index(fields=["buying_unit", "beds"], name="account_buying_unit"),
            models.Index(fields=["ehr_vendor", "beds"], name="account_ehr"),
            models.Index(fields=["state", "name"], name="account_state"),
            models.Index(fields=["fye_month", "fye_day"], name="account_fye"),
            models.Index(fields=["plain_name", "state"], name="account_plain_name"),
            models.Index(fields=["domain"], name="account_domain", condition=~models.Q(domain="")),
            models.Index(fields=["merged_into"], name="account_merged", condition=models.Q(merged_into__isnull=False)),
            # Counts and sums of all one may see are read from this alone: sight's columns and the summed ones.
            models.Index(
                fields=["territory"], name="account_sight",
                include=["owner", "team", "buying_unit", "merged_into", "is_unit", "status", "programme", "beds",
                         "deal_potential_cents"],
            ),
        ]

    def __str__(self) -> str:
        return self.name
