"""Meetings, and the pages on which somebody books one."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from rounds.models.base import Row, Signed


class BookingPage(Row, Signed):
    """Where people choose a time with one of ours, or with whoever the router gives them (`user` empty).

    The link holds a random token, kept as its digest alone.
    """

    retention = "business"
    sight = "open"

    user = models.ForeignKey("rounds.User", null=True, blank=True, on_delete=models.CASCADE, related_name="booking_pages", db_index=False)
    kind = models.TextField()
    title = models.TextField(blank=True, default="")
    digest = models.TextField(unique=True)
    off_at = models.DateTimeField(null=True, blank=True)


class Meeting(Row, Signed):
    """One meeting: planned, held, no_show, cancelled; `moved` counts. `uid` and `sequence` are those of its invitation."""

    retention = "business"
    sight = "about"
    noun = "task"
    """Who works with tasks works with meetings."""

    kind = models.TextField()
    title = models.TextField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    zone = models.TextField()
    host = models.ForeignKey("rounds.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="meetings", db_index=False)
    account = models.ForeignKey("rounds.Account", null=True, blank=True, on_delete=models.CASCADE, related_name="meetings", db_index=False)
    lead = models.ForeignKey("rounds.Lead", null=True, blank=True, on_delete=models.CASCADE, related_name="meetings", db_index=False)
    opportunity = models.ForeignKey("rounds.Opportunity", null=True, blank=True, on_delete=models.CASCADE, related_name="meetings", db_index=False)
    contact = models.ForeignKey("rounds.Contact", null=True, blank=True, on_delete=models.SET_NULL, related_name="meetings", db_index=False)
    page = models.ForeignKey("rounds.BookingPage", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    guest_name = models.TextField(blank=True, default="")
    guest_email = models.TextField(blank=True, default="")
    platform = models.TextField(blank=True, default="")
    place = models.TextField(blank=True, default="")
    note = models.TextField(blank=True, default="")
    uid = models.TextField(unique=True)
    sequence = models.SmallIntegerField(default=0)
    state = models.TextField(default="planned")
    moved = models.SmallIntegerField(default=0)
    state_at = models.DateTimeField(null=True, blank=True)
    state_why = models.TextField(blank=True, default="")
    digest = models.TextField(blank=True, default="")
    """Of the link with which the guest moves or cancels it."""

    class Meta:
        indexes = [
            models.Index(fields=["host", "starts_at"], name="meeting_host"),
            models.Index(fields=["lead", "-starts_at"], name="meeting_lead", condition=Q(lead__isnull=False)),
            models.Index(fields=["opportunity", "-starts_at"], name="meeting_deal", condition=Q(opportunity__isnull=False)),
            models.Index(fields=["account", "-starts_at"], name="meeting_account", condition=Q(account__isnull=False)),
            models.Index(fields=["state", "starts_at"], name="meeting_state"),
            models.Index(fields=["digest"], name="meeting_token", condition=~Q(digest="")),
        ]
