"""Customers: accounts that bought, and the terms they are ours for."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import F, Q

from rounds.models.base import Row, Seen, Signed


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old),
    pghistory.DeleteEvent(row=pghistory.Old),
    exclude=["updated_at", "health", "health_band", "health_known", "health_at", "nps"],
    model_name="CustomerHistory",
)
class Customer(Seen, Signed):
    """An account from its first won deal on. `owner` looks after it now; `phase` is implementing, live or churned.

    Health and NPS are those of the last check, kept here so that lists can sort by them; their reasons stand in
    HealthCheck. `arr_cents` is what its running terms are worth a year, `renews_on` when the first of them ends.
    """

    retention = "business"

    account = models.ForeignKey("rounds.Account", on_delete=models.PROTECT, related_name="customers", db_index=False)
    buying_unit = models.ForeignKey(
        "rounds.Account", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    since = models.DateField()
    phase = models.TextField(default="implementing")
    currency = models.TextField(default="USD")
    arr_cents = models.BigIntegerField(null=True, blank=True)
    renews_on = models.DateField(null=True, blank=True)
    licensed_users = models.IntegerField(null=True, blank=True)
    health = models.SmallIntegerField(null=True, blank=True)
    health_band = models.TextField(default="unknown")
    health_known = models.SmallIntegerField(null=True, blank=True)
    health_at = models.DateTimeField(null=True, blank=True)
    nps = models.FloatField(null=True, blank=True)
    churned_on = models.DateField(null=True, blank=True)
    churn_reason = models.TextField(blank=True, default="")
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account"], name="customer_once")]
        indexes = [
            models.Index(fields=["health", "id"], name="customer_health"),
            models.Index(fields=["renews_on", "id"], name="customer_renews"),
            models.Index(fields=["owner", "health"], name="customer_owner"),
            models.Index(fields=["territory", "health"], name="customer_territory"),
            models.Index(fields=["buying_unit", "health"], name="customer_unit"),
            models.Index(fields=["-since", "id"], name="customer_since"),
        ]

    def __str__(self) -> str:
        return self.account.name


class Term(Row, Signed):
    """A time for which a customer has bought: of a deal, or renewed (`follows` the one before).

    `outcome`: "" while it runs, then renewed, churned or ended (the deal was reopened).
    """

    retention = "business"
    sight = "customer"
    noun = "customer"

    customer = models.ForeignKey("rounds.Customer", on_delete=models.CASCADE, related_name="terms", db_index=False)
    opportunity = models.ForeignKey(
        "rounds.Opportunity", null=True, blank=True, on_delete=models.SET_NULL, related_name="terms"
    )
    follows = models.OneToOneField("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="followed_by")
    starts_on = models.DateField()
    ends_on = models.DateField()
    currency = models.TextField(default="USD")
    arr_cents = models.BigIntegerField(null=True, blank=True)
    outcome = models.TextField(blank=True, default="")
    decided_on = models.DateField(null=True, blank=True)
    decided_by = models.TextField(blank=True, default="")
    reason = models.TextField(blank=True, default="")
    asked_days = models.SmallIntegerField(null=True, blank=True)
    """The last reminder given, in days before the end."""

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="term_ends_after_it_begins")]
        indexes = [
            models.Index(fields=["customer", "-starts_on"], name="term_customer"),
            models.Index(fields=["ends_on"], name="term_running", condition=Q(outcome="")),
        ]
