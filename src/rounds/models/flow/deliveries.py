"""Deliveries: what leaves the house, from the deed that wants it to the other side's answer."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from rounds.models.base import Row, Signed
from rounds.models.sealed import SealedText

STATES = ("due", "sending", "sent", "unknown", "refused", "failed", "held")


class Delivery(Row, Signed):
    """An outside effect: due → sending → sent / unknown / refused / failed; `held` while nothing may leave.

    `route` is what a slow or broken other side has to itself: "smtp", or one webhook. `unknown`: it may have arrived,
    so nobody sends it again but a person. Address and content are sealed; the content goes once it was sent.
    """

    retention = "business"
    sight = "closed"

    event_id = models.UUIDField(null=True, blank=True)
    event_at = models.DateTimeField(null=True, blank=True)
    lead_id = models.UUIDField(null=True, blank=True)
    user = models.ForeignKey("rounds.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    """Who it is for, where that is one of ours: nothing is sent to somebody who left."""
    channel = models.TextField()
    route = models.TextField()
    about = models.TextField(blank=True, default="")
    """What kind of message it is ("lead.assigned"): all that lists and logs say of it."""
    target = SealedText(blank=True, default="")
    content = SealedText(blank=True, default="")
    idempotency_key = models.TextField(unique=True)
    state = models.TextField(default="due")
    attempts = models.SmallIntegerField(default=0)
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    """After this it is no longer worth sending."""
    sending_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    detail = models.TextField(blank=True, default="")
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["route", "due_at"], condition=Q(state="due"), name="delivery_due"),
            models.Index(fields=["state", "-updated_at"], name="delivery_state"),
        ]


class OutboundRoute(Row):
    """How one other side is doing: after failures in a row nobody tries it before `open_until`."""

    retention = "working"
    sight = "closed"

    name = models.TextField(unique=True)
    failures = models.IntegerField(default=0)
    open_until = models.DateTimeField(null=True, blank=True)
    last_ok_at = models.DateTimeField(null=True, blank=True)
    last_failed_at = models.DateTimeField(null=True, blank=True)
    last_said = models.TextField(blank=True, default="")
