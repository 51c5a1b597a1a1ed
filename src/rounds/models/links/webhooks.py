"""Webhooks: channels of Slack and Teams, and addresses of anybody else, that are told what happens."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from rounds.models.base import Row, Signed
from rounds.models.sealed import SealedText

KINDS = ("slack", "teams", "webhook")


class Webhook(Row, Signed):
    """One address that is told of some kinds of notification. Whoever knows the address may write there: it is sealed.

    `secret` signs what is sent to an address of kind "webhook"; Slack and Teams know nothing of signatures.
    """

    retention = "business"
    sight = "closed"

    name = models.TextField()
    kind = models.TextField()
    url = SealedText()
    host = models.TextField()
    """The host of the address: what a page may show."""
    secret = SealedText(blank=True, default="")
    gets = ArrayField(models.TextField(), blank=True, default=list)
    off_at = models.DateTimeField(null=True, blank=True)
    off_by = models.TextField(blank=True, default="")
    ended_at = models.DateTimeField(null=True, blank=True)
    last_at = models.DateTimeField(null=True, blank=True)
    last_ok = models.BooleanField(null=True, blank=True)
    last_said = models.TextField(blank=True, default="")
