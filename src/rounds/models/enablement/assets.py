"""The library of content: assets, their versions, and to whom each went."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from rounds.models.base import Row, Signed


class Asset(Row, Signed):
    """A piece of content. It is for the `stages`, `personas` and `segments` it names (assets.yaml); none: for all."""

    retention = "business"
    sight = "open"

    name = models.TextField()
    kind = models.TextField()
    purpose = models.TextField(blank=True, default="")
    """Of a video: what it is made for (assets.yaml)."""
    stages = ArrayField(models.TextField(), default=list, blank=True)
    personas = ArrayField(models.TextField(), default=list, blank=True)
    segments = ArrayField(models.TextField(), default=list, blank=True)
    note = models.TextField(blank=True, default="")
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name"], condition=Q(retired_at=None), name="asset_named_once")]

    def __str__(self) -> str:
        return self.name


class AssetVersion(Row, Signed):
    """A version of an asset, by its link. It may go out from its approval until it expires. Of a video: the `platform` it lies
    on; of a recording also who watched it to the end, found no patient data in it, and who is `seen` and agreed to that."""

    retention = "business"
    sight = "open"

    asset = models.ForeignKey("rounds.Asset", on_delete=models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    link = models.TextField()
    platform = models.TextField(blank=True, default="")
    seen = models.TextField(blank=True, default="")
    watched_at = models.DateTimeField(null=True, blank=True)
    watched_by = models.TextField(blank=True, default="")
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.TextField(blank=True, default="")
    expires_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["asset", "number"], name="asset_version_once")]


class AssetDelivery(Row, Signed):
    """An asset was chosen for a deal or a lead, by its version, and why; `sent_at` when somebody sent it. `opens` is what
    a link or a mail program reported: it proves nothing alone. `views`: people who went on by our own link; `scans`: machines
    that asked for it. `engaged`: answered, asked, met, by a person's word."""

    retention = "business"
    sight = "about"

    version = models.ForeignKey("rounds.AssetVersion", on_delete=models.PROTECT, related_name="deliveries")
    opportunity = models.ForeignKey("rounds.Opportunity", null=True, blank=True, on_delete=models.CASCADE, related_name="content", db_index=False)
    lead = models.ForeignKey("rounds.Lead", null=True, blank=True, on_delete=models.CASCADE, related_name="content", db_index=False)
    account = models.ForeignKey("rounds.Account", null=True, blank=True, on_delete=models.CASCADE, related_name="content", db_index=False)
    contact = models.ForeignKey("rounds.Contact", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    why = models.TextField(blank=True, default="")
    automation = models.TextField(blank=True, default="")
    sent_at = models.DateTimeField(null=True, blank=True)
    opens = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True, blank=True)
    link_ends_at = models.DateTimeField(null=True, blank=True)
    """Until when a link of ours leads to it; none: there is no link."""
    views = models.PositiveIntegerField(default=0)
    viewed_at = models.DateTimeField(null=True, blank=True)
    scans = models.PositiveIntegerField(default=0)
    engaged = models.TextField(blank=True, default="")
    engaged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["opportunity", "-at"], name="content_deal", condition=Q(opportunity__isnull=False)),
            models.Index(fields=["lead", "-at"], name="content_lead", condition=Q(lead__isnull=False)),
            models.Index(F("at").desc(), name="content_at"),
        ]
