"""Notifications: what somebody of ours is told, how they wish to be told it, and the mornings they were."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from rounds.models.base import Row


class Notification(Row):
    """One thing a person is told, `count` of a kind in one. Theirs alone; about a lead or an account, it is shown only
    while they see that.

    Written by `rounds_notify` (ground/notices.sql): what is unread of the same kind and group is told together.
    """

    retention = "working"
    sight = "viewer"

    user = models.ForeignKey("rounds.User", on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.TextField()
    title = models.TextField()
    url = models.TextField()
    body = models.TextField(blank=True, default="")
    group = models.TextField(blank=True, default="")
    count = models.IntegerField(default=1)
    lead = models.ForeignKey("rounds.Lead", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey("rounds.Account", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    subject_id = models.UUIDField(null=True, blank=True)
    """What its message offers to act on, where that is neither the lead nor the account."""
    by_name = models.TextField(blank=True, default="")
    how = models.TextField()
    """app, mail or digest: as its person wished when they were told."""
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    mail_at = models.DateTimeField(null=True, blank=True)
    """When it may go by mail; none where it does not."""
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "group"], condition=Q(read_at=None) & ~Q(group=""), name="notification_together"
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-at"], name="notification_user"),
            models.Index(fields=["user"], condition=Q(read_at=None), name="notification_unread"),
            models.Index(fields=["mail_at"], condition=Q(mailed_at=None), name="notification_mail"),
        ]


class NotificationChoice(Row):
    """How a person wishes to be told of one kind, where that differs from the playbook."""

    retention = "working"

    user = models.ForeignKey("rounds.User", on_delete=models.CASCADE, related_name="+")
    kind = models.TextField()
    how = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="notification_one_choice")]


class Digest(Row):
    """The morning of one person's day was looked at: once, whether there was something to tell or not."""

    retention = "working"

    user = models.ForeignKey("rounds.User", on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    """The day where the person lives."""
    told = models.IntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "day"], name="digest_once_a_day")]
