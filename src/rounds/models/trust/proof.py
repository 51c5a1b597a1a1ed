"""What proves things: runs of the compliance checks, anchors of the audit chain, what a file disclosed, key rotations."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from rounds.models.base import Row, Signed


class CheckRun(Row, Signed):
    """One run of all compliance checks; `results`: [{"check", "outcome", "severity", "says", "evidence"}]."""

    retention = "evidence"
    append_only = True
    sight = "closed"

    results = models.JSONField(default=list)
    passed = models.IntegerField(default=0)
    failed = models.IntegerField(default=0)
    unknown = models.IntegerField(default=0)
    compliant = models.BooleanField(default=False)


class AuditAnchor(Row):
    """The head of a chain as it was signed and written to a file outside the database.

    `before`: the digest of the line before it in that file; `key`: which key signed, never the key itself.
    """

    retention = "evidence"
    append_only = True
    sight = "closed"

    chain = models.TextField()
    seq = models.BigIntegerField()
    digest = models.BinaryField()
    before = models.TextField(default="")
    signature = models.BinaryField()
    key = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["chain", "-at"], name="anchor_newest")]


class Disclosure(Row):
    """That a file (audit entry `entry_id`) held rows of these accounts: what “who saw us” reads."""

    retention = "evidence"
    append_only = True
    sight = "closed"

    entry_id = models.UUIDField()
    at = models.DateTimeField()
    accounts = ArrayField(models.UUIDField())

    class Meta:
        indexes = [
            models.Index(fields=["-at"], name="disclosure_at"),
            GinIndex(fields=["accounts"], name="disclosure_accounts"),
        ]


class KeyRotation(Row, Signed):
    """Sealing every sealed column again under a new key: may be killed and goes on. `place`: [table, last id]."""

    retention = "evidence"
    sight = "closed"

    key = models.TextField()
    place = models.JSONField(default=list)
    rows = models.BigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
