"""Mailboxes and calendars: whose they are, how they are reached, how far they were read."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from rounds.models.base import Row, Signed
from rounds.models.sealed import SealedText

KINDS = ("imap", "graph", "gmail", "bcc")
CALENDARS = ("caldav", "graph", "google")
STATES = ("working", "stopped", "broken", "ended")


class Mailbox(Row, Signed):
    """A mailbox somebody of ours connected. It is theirs alone: nobody else sees it, nor what of it was not kept.

    `settings`: host, port, folders, by kind; never a secret. `secret`: password or tokens, sealed. `cursor`: how far each
    folder was read (UIDVALIDITY and UID, a delta link, a history id), so that reading goes on after any stop. `keep`: whose
    mail is kept ("known": of people we know; "business": of organisations we know); `never`: addresses and domains whose
    mail is never kept. `seen` and `kept` count mails; of one that was not kept nothing remains but the number.
    """

    retention = "security"
    sight = "viewer"
    personal = True

    user = models.ForeignKey("rounds.User", on_delete=models.CASCADE, related_name="mailboxes", db_index=False)
    kind = models.TextField()
    address = models.TextField()
    settings = models.JSONField(default=dict)
    secret = SealedText(blank=True, default="")
    secret_until = models.DateTimeField(null=True, blank=True)
    cursor = models.JSONField(default=dict)
    keep = models.TextField(default="known")
    never = ArrayField(models.TextField(), default=list, blank=True)
    since = models.DateField(null=True, blank=True)
    """Older mail is not looked at."""
    state = models.TextField(default="working")
    said = models.TextField(blank=True, default="")
    """Why it does not work, in words."""
    seen = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    """When it is read next; None: as soon as somebody comes to it."""
    failed = models.PositiveSmallIntegerField(default=0)
    """How often reading it failed, one after the other."""
    sends = models.BooleanField(default=True)
    sends_since = models.DateField(null=True, blank=True)
    """Since when this address sends for us: a new one sends little (warm-up)."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "address"], condition=~Q(state="ended"), name="mailbox_once"),
        ]
        indexes = [models.Index(fields=["state", "next_at"], name="mailbox_due")]


class Calendar(Row, Signed):
    """A calendar of somebody of ours, read for when they are free and written with what is booked."""

    retention = "security"
    sight = "viewer"
    personal = True

    user = models.ForeignKey("rounds.User", on_delete=models.CASCADE, related_name="calendars")
    kind = models.TextField()
    address = models.TextField()
    settings = models.JSONField(default=dict)
    secret = SealedText(blank=True, default="")
    secret_until = models.DateTimeField(null=True, blank=True)
    cursor = models.JSONField(default=dict)
    state = models.TextField(default="working")
    said = models.TextField(blank=True, default="")
    read_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    """When it is tried again after it failed; of a broken one None: not before its owner does something."""
    failed = models.PositiveSmallIntegerField(default=0)


class Busy(Row):
    """A stretch in which somebody is not free; of what nothing is kept."""

    retention = "working"
    sight = "open"

    user = models.ForeignKey("rounds.User", on_delete=models.CASCADE, related_name="busy", db_index=False)
    calendar = models.ForeignKey("rounds.Calendar", null=True, blank=True, on_delete=models.CASCADE, related_name="busy", db_index=False)
    uid = models.TextField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["calendar", "uid", "starts_at"], name="busy_once")]
        indexes = [models.Index(fields=["user", "starts_at"], name="busy_user")]
