"""Tier history: which programme tier an account had, since when, and why (ABM-14)."""

from __future__ import annotations

from django.db import models

from rounds.models.base import Row, Signed


class TierRecord(Row, Signed):
    """A tier verdict or a manual override. `tier` 0 = not in the programme. `gates` are those of `explain`."""

    retention = "business"
    sight = "account"
    append_only = True

    account = models.ForeignKey("rounds.Account", on_delete=models.CASCADE, related_name="tiers")
    tier = models.SmallIntegerField()
    stage = models.TextField(default="provisional")
    gates = models.JSONField(default=dict)
    lines = models.JSONField(default=list)
    override = models.BooleanField(default=False)
    reason = models.TextField(blank=True, default="")
    approver = models.ForeignKey(
        "rounds.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    expires_at = models.DateTimeField(null=True, blank=True)
    playbook_hash = models.TextField(blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["account", "-at"], name="tier_account")]
