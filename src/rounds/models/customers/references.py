"""References: customers who speak for us, and how often they were asked to."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from rounds.models.base import Row, Signed


class Reference(Row, Signed):
    """Whether a customer is willing, for what (`types` of the playbook), and how often at most in the playbook's days."""

    retention = "business"
    sight = "customer"
    noun = "customer"

    customer = models.OneToOneField("rounds.Customer", on_delete=models.CASCADE, related_name="reference")
    willing = models.BooleanField(default=False)
    types = ArrayField(models.TextField(), default=list, blank=True)
    most = models.SmallIntegerField()
    note = models.TextField(blank=True, default="")
    asked_on = models.DateField()
    updated_at = models.DateTimeField()


class ReferenceUse(Row, Signed):
    """A time a customer spoke for us: as what, for whom."""

    retention = "business"
    append_only = True
    sight = "customer"
    noun = "customer"

    customer = models.ForeignKey("rounds.Customer", on_delete=models.CASCADE, related_name="reference_uses", db_index=False)
    kind = models.TextField()
    used_on = models.DateField()
    told_to = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["customer", "-used_on"], name="reference_use")]
