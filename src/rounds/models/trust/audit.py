"""The audit trail: who read, changed or exported what, chained so that a change shows."""

from __future__ import annotations

from django.db import models

from rounds.models.base import Row, Signed


class AuditEntry(Row, Signed):
    """One deed. Partitioned by month. Writes are sealed in the transaction that makes them, reads within 5 s."""

    retention = "evidence"
    append_only = True
    sight = "closed"

    chain = models.TextField(default="write")
    verb = models.TextField()
    subject_kind = models.TextField(blank=True, default="")
    subject_id = models.UUIDField(null=True, blank=True)
    scope_hash = models.TextField(blank=True, default="")
    detail = models.JSONField(default=dict)

    class Meta:
        managed = False
        db_table = "rounds_auditentry"


class AuditSeal(models.Model):
    """A link of the chain: sha256 over the previous digest and the entry. Written by the database alone."""

    retention = "evidence"
    append_only = True
    sight = "sealed"

    id = models.UUIDField(primary_key=True)
    chain = models.TextField()
    seq = models.BigIntegerField()
    entry_at = models.DateTimeField()
    previous = models.BinaryField()
    digest = models.BinaryField()
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "seq"], name="seal_once")]
