"""Lead activities: what a buyer or a seller did; the raw material of engagement and heat."""

from __future__ import annotations

from django.db import models

from rounds.models.base import Row, Signed


class LeadActivity(Row, Signed):
    """One act. `kind` is a code of the playbook's activity kinds; `seniority` of whom one met.

    `external_id` makes a delivery that arrives twice count once. A wrong activity is withdrawn, which takes its
    points back. `mail` says of which mail an opening or a click was (message, link, links, delivered_at); `machine`, why it
    was no person: then it counts for nothing.
    """

    retention = "business"
    sight = "subject"

    lead = models.ForeignKey(
        "rounds.Lead", null=True, blank=True, on_delete=models.CASCADE, related_name="activities"
    )
    account = models.ForeignKey(
        "rounds.Account", null=True, blank=True, on_delete=models.CASCADE, related_name="activities"
    )
    contact = models.ForeignKey(
        "rounds.Contact", null=True, blank=True, on_delete=models.SET_NULL, related_name="activities"
    )
    kind = models.TextField()
    direction = models.TextField(default="in")
    seniority = models.TextField(blank=True, default="")
    subject = models.TextField(blank=True, default="")
    body = models.TextField(blank=True, default="")
    happened_at = models.DateTimeField()
    mail = models.JSONField(default=dict, blank=True)
    machine = models.TextField(blank=True, default="")
    external_id = models.TextField(null=True, blank=True, unique=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["lead", "-happened_at"], name="activity_lead"),
            models.Index(fields=["account", "-happened_at"], name="activity_account"),
        ]
