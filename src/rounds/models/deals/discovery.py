"""Discovery: the call in six timed sections, and what is written down of the customer (PIPE-23, PIPE-24)."""

from __future__ import annotations

import pghistory
from django.db import models

from rounds.models.base import Row, Signed


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old), exclude=["updated_at"],
    model_name="DiscoveryCallHistory",
)
class DiscoveryCall(Row, Signed):
    """A discovery call. `agenda` is the playbook's when it was planned, [{section, title, minutes, ask}]; `notes` what was
    heard, section → text; `people` the contacts who were there, as ids. Held with who and when, or called off."""

    retention = "business"
    sight = "opportunity"

    opportunity = models.ForeignKey("rounds.Opportunity", on_delete=models.CASCADE, related_name="discovery_calls", db_index=False)
    starts_at = models.DateTimeField()
    agenda = models.JSONField(default=list)
    notes = models.JSONField(default=dict, blank=True)
    people = models.JSONField(default=list, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    held_by_name = models.TextField(blank=True, default="")
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_why = models.TextField(blank=True, default="")
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["opportunity", "-starts_at"], name="discovery_call_deal")]


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old), exclude=["updated_at"],
    model_name="DiscoveryRecordHistory",
)
class DiscoveryRecord(Row, Signed):
    """One thing found out: `kind` of deals/discovery.yaml, or "interview" with its `group`. `contact` said it, in `call`
    where it was in one. A success criterion has a measure, what it is now and what is wanted. A wrong one is withdrawn."""

    retention = "business"
    sight = "opportunity"

    opportunity = models.ForeignKey("rounds.Opportunity", on_delete=models.CASCADE, related_name="discoveries", db_index=False)
    kind = models.TextField()
    group = models.TextField(blank=True, default="")
    text = models.TextField()
    measure = models.TextField(blank=True, default="")
    baseline = models.TextField(blank=True, default="")
    target = models.TextField(blank=True, default="")
    contact = models.ForeignKey("rounds.Contact", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    call = models.ForeignKey("rounds.DiscoveryCall", null=True, blank=True, on_delete=models.SET_NULL, related_name="records")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["opportunity", "kind", "at"], name="discovery_record_deal")]
