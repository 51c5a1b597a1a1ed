"""Tasks: what somebody is to do, until when, and which promise stands behind it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from rounds.models.base import Seen, Signed


class Task(Seen, Signed):
    """One thing to do. `kind`, `priority` and `clock` are codes of the playbook (tasks.yaml, routing/sla.yaml).

    `rank` is the place of the priority, 0 for the most pressing. `clock` ("" = none) is the promised act it is, `started_at` when that clock began; one that is paused stands still
    until `resumes_at`, and its due time is put off already. `key` is unique among open tasks: who adds a task of the
    same key is answered the one that is there. `step` counts reminders, `escalated_at` remembers that its manager was
    told, `activity` is the logged act that fulfilled it. Territory and buying unit are those of what it is about.
    """

    retention = "business"
    personal = True

    title = models.TextField()
    kind = models.TextField(default="other")
    note = models.TextField(blank=True, default="")
    priority = models.TextField(default="normal")
    rank = models.SmallIntegerField(default=2)
    lead = models.ForeignKey(
        "rounds.Lead", null=True, blank=True, on_delete=models.CASCADE, related_name="tasks", db_index=False
    )
    account = models.ForeignKey(
        "rounds.Account", null=True, blank=True, on_delete=models.CASCADE, related_name="tasks", db_index=False
    )
    opportunity = models.ForeignKey(
        "rounds.Opportunity", null=True, blank=True, on_delete=models.CASCADE, related_name="tasks", db_index=False
    )
    contact = models.ForeignKey(
        "rounds.Contact", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    buying_unit = models.ForeignKey(
        "rounds.Account", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    clock = models.TextField(blank=True, default="")
    started_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    resumes_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    outcome = models.TextField(blank=True, default="")
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_why = models.TextField(blank=True, default="")
    escalated_at = models.DateTimeField(null=True, blank=True)
    key = models.TextField(null=True, blank=True)
    step = models.SmallIntegerField(default=0)
    automation = models.TextField(blank=True, default="")
    activity = models.ForeignKey(
        "rounds.LeadActivity", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(key__isnull=False, done_at=None, dropped_at=None), name="task_open_key"
            ),
        ]
        indexes = [
            models.Index(
                fields=["owner", "due_at", "id"], name="task_owner_open", condition=Q(done_at=None, dropped_at=None)
            ),
            models.Index(fields=["due_at", "id"], name="task_due_open", condition=Q(done_at=None, dropped_at=None)),
            models.Index(fields=["owner", "-done_at"], name="task_done", condition=Q(done_at__isnull=False)),
            models.Index(fields=["lead", "clock"], name="task_lead"),
            models.Index(fields=["account", "due_at"], name="task_account"),
            models.Index(fields=["opportunity", "due_at"], name="task_opportunity", condition=Q(opportunity__isnull=False)),
            models.Index(fields=["activity"], name="task_activity", condition=Q(activity__isnull=False)),
            models.Index(fields=["contact"], name="task_contact", condition=Q(contact__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.dropped_at is None


OPEN = Q(done_at=None, dropped_at=None)
"""Tasks that are neither done nor dropped."""
