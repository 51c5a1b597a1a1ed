"""Business associate agreements: with whom, which version, from when until when, for what."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from rounds.models.base import Row, Signed


class Counterparty(Row, Signed):
    """Somebody we share, or might share, protected health information with. `kind`: customer (an account) or vendor."""

    retention = "evidence"
    sight = "closed"

    name = models.TextField()
    kind = models.TextField()
    account = models.OneToOneField(
        "rounds.Account", null=True, blank=True, on_delete=models.PROTECT, related_name="counterparty"
    )
    touches_phi = models.BooleanField(default=False)
    why = models.TextField(blank=True, default="")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(kind="customer") | Q(account__isnull=False), name="customer_has_account"),
        ]


class Baa(Row, Signed):
    """One version of a business associate agreement (LEGAL-03). Effective when signed, begun, unexpired, unended."""

    retention = "evidence"
    sight = "closed"

    counterparty = models.ForeignKey("rounds.Counterparty", on_delete=models.PROTECT, related_name="baas")
    version = models.TextField()
    signed_on = models.DateField(null=True, blank=True)
    effective_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    scope = models.TextField(blank=True, default="")
    subcontractors = ArrayField(models.TextField(), default=list, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    ended_why = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["counterparty", "version"], name="baa_version_once"),
            models.CheckConstraint(condition=Q(expires_on__isnull=True) | Q(expires_on__gte=F("effective_on")),
                                   name="baa_ends_after_it_begins"),
        ]  # fmt: skip
