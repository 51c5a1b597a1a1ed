"""Public web forms: the addresses a vendor's site posts leads to."""

from __future__ import annotations

from django.db import models

from rounds.models.base import Row, Signed


class LeadForm(Row, Signed):
    """A form's public key, what it says, and which lead source it means. Closed rather than deleted."""

    retention = "business"

    key = models.TextField(unique=True)
    name = models.TextField()
    heading = models.TextField(default="")
    source = models.TextField(default="Web form")
    asks_for = models.TextField(default="demo_request")
    closed_at = models.DateTimeField(null=True, blank=True)
