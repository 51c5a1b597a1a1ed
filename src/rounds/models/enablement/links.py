"""Links by which customers open what was shared with them, and who or what asked for them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from rounds.models.base import Row, Signed


class AssetLink(Row, Signed):
    """A link to what was delivered, until its version expires or somebody ends it. Only the digest of its token is kept."""

    retention = "contact"
    sight = "closed"

    delivery = models.ForeignKey("rounds.AssetDelivery", on_delete=models.CASCADE, related_name="links")
    digest = models.BinaryField(max_length=32, unique=True)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)


class AssetView(Row):
    """Somebody, or something, asked for a link: its cover, or (`went_on`) pressed the button. `machine`: why it was no person."""

    retention = "contact"
    sight = "closed"

    link = models.ForeignKey("rounds.AssetLink", on_delete=models.CASCADE, related_name="hits")
    went_on = models.BooleanField(default=False)
    at = models.DateTimeField()
    method = models.TextField(default="GET")
    agent = models.TextField(blank=True, default="")
    network = models.TextField(blank=True, default="")
    machine = models.TextField(blank=True, default="")
    counted_at = models.DateTimeField(null=True, blank=True)
    """When it was taken for what it is: not before a scanner would have come again."""

    class Meta:
        indexes = [
            models.Index(fields=["link", "at"], name="asset_view_link"),
            models.Index(fields=["at"], name="asset_view_waiting", condition=Q(counted_at=None)),
        ]
