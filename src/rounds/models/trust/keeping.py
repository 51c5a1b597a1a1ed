"""How long things are kept: legal holds, purges with their certificates, requests of the people in the data."""

from __future__ import annotations

from django.db import models

from rounds.models.base import Row, Signed
from rounds.models.sealed import SealedText


class LegalHold(Row, Signed):
    """Nothing of its subject is purged or erased while it lasts. `kind`: account, contact, lead, user or everything."""

    retention = "evidence"
    sight = "closed"

    kind = models.TextField()
    subject_id = models.UUIDField(null=True, blank=True)
    label = models.TextField()
    reason = models.TextField()
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.TextField(blank=True, default="")
    lifted_why = models.TextField(blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["kind", "subject_id"], name="hold_subject")]


class Purge(Row, Signed):
    """A deletion certificate: what went, by which rule, how many, and what was held back. `dry` purges nothing.

    `tombstones`: per table what is gone ({"table", "rows", "digest"}), or of the audit trail the links it leaves.
    """

    retention = "evidence"
    append_only = True
    sight = "closed"

    kind = models.TextField()
    rule = models.TextField()
    before = models.DateTimeField(null=True, blank=True)
    rows = models.IntegerField(default=0)
    held = models.IntegerField(default=0)
    reason = models.TextField(blank=True, default="")
    tombstones = models.JSONField(default=list)


class AuditGap(models.Model):
    """A stretch of the audit chain whose entries were purged by right: `verify` steps over it, knowing both ends.
    Written by the database alone."""

    retention = "evidence"
    append_only = True
    sight = "sealed"

    id = models.UUIDField(primary_key=True)
    chain = models.TextField()
    first_seq = models.BigIntegerField()
    last_seq = models.BigIntegerField()
    purge_id = models.UUIDField()
    made_at = models.DateTimeField()


class SubjectRequest(Row, Signed):
    """Somebody in the data asks to see or to be erased. `found`: rows by noun; no copy of their data."""

    retention = "evidence"
    sight = "closed"

    kind = models.TextField()
    who = SealedText()
    who_index = models.TextField(default="")
    state_law = models.TextField(blank=True, default="")
    due_on = models.DateField()
    found = models.JSONField(default=dict)
    done_at = models.DateTimeField(null=True, blank=True)
    outcome = models.TextField(blank=True, default="")


class Suppression(Row, Signed):
    """An address that must not come back: kept as its blind index alone."""

    retention = "evidence"
    sight = "open"

    index = models.TextField(unique=True)
    why = models.TextField()


class Quarantine(Row, Signed):
    """A text that looks like patient data, kept sealed until a reviewer lets it through or discards it.

    `field` of `kind`/`subject_id` is where it would stand; `found`: the kinds of pattern, never the values.
    """

    retention = "evidence"
    sight = "closed"

    door = models.TextField()
    kind = models.TextField(blank=True, default="")
    subject_id = models.UUIDField(null=True, blank=True)
    field = models.TextField(blank=True, default="")
    text = SealedText(blank=True, default="")
    payload = SealedText(blank=True, default="")
    """What the deed needs to be done after all, as JSON."""
    found = models.JSONField(default=list)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.TextField(blank=True, default="")
    decision = models.TextField(blank=True, default="")
    why = models.TextField(blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["decided_at", "at"], name="quarantine_open")]
