"""Hand-offs: what one department gives to another, accepted within a time (AUTO-17)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from rounds.models.base import Seen, Signed


class HandOff(Seen, Signed):
    """One hand-off of a kind of handoffs.yaml. Given, then accepted by somebody of the other department (its `owner` from
    then on) or sent back with a reason; done with what came of it. Territory and buying unit are those of its subject."""

    retention = "business"

    kind = models.TextField()
    from_department = models.TextField()
    to_department = models.TextField()
    title = models.TextField()
    note = models.TextField(blank=True, default="")
    account = models.ForeignKey("rounds.Account", null=True, blank=True, on_delete=models.CASCADE, related_name="handoffs", db_index=False)
    opportunity = models.ForeignKey("rounds.Opportunity", null=True, blank=True, on_delete=models.CASCADE, related_name="handoffs", db_index=False)
    buying_unit = models.ForeignKey("rounds.Account", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    accept_by = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.TextField(blank=True, default="")
    due_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_why = models.TextField(blank=True, default="")
    done_at = models.DateTimeField(null=True, blank=True)
    outcome = models.TextField(blank=True, default="")
    told_late_at = models.DateTimeField(null=True, blank=True)
    key = models.TextField(null=True, blank=True, unique=True)
    automation = models.TextField(blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["to_department", "accept_by"], name="handoff_waiting", condition=Q(accepted_at=None, returned_at=None)),
            models.Index(fields=["owner", "due_at"], name="handoff_owner", condition=Q(done_at=None)),
            models.Index(fields=["opportunity"], name="handoff_deal", condition=Q(opportunity__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def state(self) -> str:
        """waiting, accepted, returned, done."""
        if self.done_at:
            return "done"
        return "returned" if self.returned_at else "accepted" if self.accepted_at else "waiting"
