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


class BaaReading(Row, Signed):
    """Somebody read a version through: which required elements (playbook codes) it has, which it lacks, and within how
    many hours it wants a breach told (None: it says nothing). The last reading holds (PLUS-27)."""

    retention = "evidence"
    append_only = True
    sight = "closed"

    baa = models.ForeignKey("rounds.Baa", on_delete=models.PROTECT, related_name="readings")
    present = ArrayField(models.TextField(), default=list, blank=True)
    missing = ArrayField(models.TextField(), default=list, blank=True)
    breach_hours = models.PositiveIntegerField(null=True, blank=True)
    note = models.TextField(blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["baa", "-at"], name="baa_reading")]


class PhiReturn(Row, Signed):
    """Patient data held under a version was returned or destroyed after its end, with the certificate's words and the
    digest of the file it stands in. `how`: returned, destroyed, or infeasible (it stays protected, 164.504(e)(2)(ii)(J))."""

    retention = "evidence"
    append_only = True
    sight = "closed"

    baa = models.OneToOneField("rounds.Baa", on_delete=models.PROTECT, related_name="phi_return")
    how = models.TextField()
    on = models.DateField()
    certificate = models.TextField()
    digest = models.TextField(blank=True, default="")


class EndNotice(Row):
    """The end `ends_on` of a contract or BAA was told `days` before it. Two workers tell it once."""

    retention = "working"
    sight = "closed"

    kind = models.TextField()
    subject_id = models.UUIDField()
    ends_on = models.DateField()
    days = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "subject_id", "ends_on", "days"], name="end_told_once")]
