"""API tokens: hashed at rest, scoped, revocable."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from rounds.models.base import Row, Signed


class ApiToken(Row, Signed):
    """A token of one user. Only its sha256 is kept; `prefix` lets people recognise it."""

    retention = "security"

    name = models.TextField()
    user = models.ForeignKey("rounds.User", on_delete=models.CASCADE, related_name="tokens")
    prefix = models.TextField()
    digest = models.BinaryField(max_length=32, unique=True)
    scopes = ArrayField(models.TextField(), default=list)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
