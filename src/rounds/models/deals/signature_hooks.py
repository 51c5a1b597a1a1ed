"""Where signature services tell us who signed, and what they told."""

from __future__ import annotations

from django.db import models

from rounds.models.base import Row, Signed
from rounds.models.sealed import SealedText


class SignatureHook(Row, Signed):
    """Where a signature service tells us who signed: its secret signs each message."""

    retention = "business"
    sight = "closed"

    key = models.SlugField(unique=True)
    name = models.TextField()
    secret = SealedText()
    ended_at = models.DateTimeField(null=True, blank=True)
    last_at = models.DateTimeField(null=True, blank=True)
    last_said = models.TextField(blank=True, default="")
    unsigned = models.PositiveIntegerField(default=0)
    unsigned_at = models.DateTimeField(null=True, blank=True)


class SignatureMessage(Row, Signed):
    """One message a signature service sent, signed with its secret, and what it did: taken (a signature was written), known
    (it was there already), refused (`says` why). What is not signed is nobody's message: it is only counted on the hook.
    """

    retention = "business"
    append_only = True
    sight = "closed"

    hook = models.ForeignKey("rounds.SignatureHook", on_delete=models.CASCADE, related_name="messages", db_index=False)
    event_id = models.TextField(blank=True, default="")
    contract = models.ForeignKey("rounds.Contract", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    side = models.TextField(blank=True, default="")
    outcome = models.TextField()
    says = models.TextField(blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["hook", "-at"], name="signature_message")]
