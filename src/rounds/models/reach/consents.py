"""What a person agreed to, and what they do not want: by address, so that it holds for whoever writes from wherever."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from rounds.models.base import Row, Signed


class Consent(Row, Signed):
    """One word of a person on mail of one purpose: given or withdrawn, where and when. The newest counts; all are kept.

    The address stands here as its blind index alone, so that a word outlives the contact, a merge and an import.
    `channel`: email, call, linkedin, or "" for all. `source`: form, one_click, reply, by_hand, import, api, complaint.
    """

    retention = "evidence"
    append_only = True
    sight = "open"

    person_index = models.TextField()
    channel = models.TextField(blank=True, default="")
    purpose = models.TextField(default="commercial")
    state = models.TextField()
    source = models.TextField()
    said = models.TextField(blank=True, default="")
    happened_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person_index", "purpose", "-happened_at"], name="consent_person")]


class AddressFault(Row, Signed):
    """An address mail came back from, or whose owner is away or left. `until`: away till then; none: for good."""

    retention = "contact"
    sight = "open"

    person_index = models.TextField()
    kind = models.TextField()
    """bounce, soft_bounce, away, left."""
    why = models.TextField(blank=True, default="")
    until = models.DateTimeField(null=True, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["person_index", "kind"], name="fault_person", condition=Q(lifted_at=None))]
