"""Sessions: who is logged in where, since when, and on which recognised device."""

from __future__ import annotations

from django.db import models

from rounds.models.base import Row


class Device(Row):
    """A browser one person logged in with before and asked to be recognised; its cookie is kept as a digest."""

    retention = "security"
    sight = "closed"

    user = models.ForeignKey("rounds.User", on_delete=models.CASCADE, related_name="devices")
    digest = models.BinaryField(max_length=32, unique=True)
    agent = models.TextField(blank=True, default="")
    first_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    forgotten_at = models.DateTimeField(null=True, blank=True)


class Session(Row):
    """One browser's session, found by the digest of its cookie. Anonymous until somebody logs in.

    `seen_at` moves with what a person does, not with what a page polls. `proved_at`: when they last showed a
    password, key or code (a step-up moves it). `factors`: how they logged in, such as ["password", "totp"].
    """

    retention = "security"
    sight = "closed"

    cookie_digest = models.TextField(unique=True)
    """sha256 of the cookie as hex: a copy of this table logs nobody in."""
    session_data = models.TextField()
    expire_date = models.DateTimeField(db_index=True)
    user = models.ForeignKey("rounds.User", null=True, on_delete=models.CASCADE, related_name="sessions")
    device = models.ForeignKey("rounds.Device", null=True, on_delete=models.SET_NULL, related_name="+")
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    proved_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.TextField(blank=True, default="")
    factors = models.JSONField(default=list)
    ip = models.TextField(blank=True, default="")
    agent = models.TextField(blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["user", "-seen_at"], name="session_user")]
