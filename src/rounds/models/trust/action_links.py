"""Action links: one deed, by one person, once, from a message."""

from __future__ import annotations

from django.db import models

from rounds.models.base import Row, Signed


class ActionLink(Row, Signed):
    """A link that lets `user` do `purpose` to its subject once. Only the digest of its token is kept."""

    retention = "security"
    sight = "closed"

    digest = models.BinaryField(max_length=32, unique=True)
    purpose = models.TextField()
    subject_id = models.UUIDField()
    user = models.ForeignKey("rounds.User", on_delete=models.CASCADE, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    outcome = models.TextField(blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["purpose", "subject_id"], name="action_link_subject")]
