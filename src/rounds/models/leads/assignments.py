"""Assignments: who got a lead, or where it waits, with everything that led to it (ROUTE-01, 09, 16)."""

from __future__ import annotations

from django.db import models

from rounds.models.base import Row, Signed


class Assignment(Row, Signed):
    """A lead given to `owner`, or laid into `queue` (a code: manager, territory, nurture or a programme).

    `cause`: captured, own (it came with its owner), declined, timed_out, waited, given, claimed, reassigned, handover, undone. `steps` are the seven of
    routing with their results, `pool` everybody who was looked at with load, capacity and why they were passed over, both
    as they stood then under `playbook_hash`. `ended_at`: the lead went elsewhere since.
    """

    retention = "business"
    sight = "lead"

    lead = models.ForeignKey("rounds.Lead", on_delete=models.CASCADE, related_name="assignments", db_index=False)  # found by assignment_lead
    owner = models.ForeignKey(
        "rounds.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    before = models.ForeignKey(
        "rounds.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    queue = models.TextField(blank=True, default="")
    cause = models.TextField()
    reason = models.TextField(blank=True, default="")
    steps = models.JSONField(default=list)
    pool = models.JSONField(default=list)
    weight = models.SmallIntegerField(default=0)
    playbook_hash = models.TextField(blank=True, default="")
    responds_by = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    decline_reason = models.TextField(blank=True, default="")
    told_at = models.DateTimeField(null=True, blank=True)
    alerted_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    batch_id = models.UUIDField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["lead", "-at"], name="assignment_lead"),
            models.Index(fields=["owner", "-at"], name="assignment_owner"),
            models.Index(fields=["batch_id"], name="assignment_batch", condition=models.Q(batch_id__isnull=False)),
            models.Index(fields=["responds_by"], name="assignment_answer",
                         condition=models.Q(responds_by__isnull=False, accepted_at=None, ended_at=None)),
            models.Index(fields=["at"], name="assignment_waits",
                         condition=models.Q(owner=None, ended_at=None, alerted_at=None)),
        ]  # fmt: skip


class PortalInvitation(Row, Signed):
    """An invitation into the customer portal, prepared for the person behind a lead and held (ROUTE-11, C-17).

    Nothing sends it by itself: a person lets it go (`released_at`) or drops it.
    """

    retention = "contact"
    sight = "lead"

    lead = models.OneToOneField("rounds.Lead", on_delete=models.CASCADE, related_name="portal_invitation")
    user = models.ForeignKey("rounds.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    released_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)
