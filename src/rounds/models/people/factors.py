"""Second factors, recovery codes, old passwords, and the back-off of log-ins."""

from __future__ import annotations

from django.db import models

from rounds.models.base import Row
from rounds.models.sealed import SealedText


class Factor(Row):
    """Something a person has: `kind` totp, webauthn or sms. It counts once it is confirmed.

    `secret`: the TOTP seed; for sms JSON of a seed and the phone number. A security key keeps its credential id, public
    key and counter; sms counts its codes there. `last_step`: the last 30-second step used, so that a code works once; for
    sms the second (Unix) at which the last code ends, 0 once it was used.
    """

    retention = "security"
    sight = "closed"

    user = models.ForeignKey("rounds.User", on_delete=models.CASCADE, related_name="factors")
    kind = models.TextField()
    name = models.TextField()
    secret = SealedText(blank=True, default="")
    credential = models.BinaryField(null=True, blank=True, unique=True)
    public_key = models.BinaryField(null=True, blank=True)
    counter = models.BigIntegerField(default=0)
    last_step = models.BigIntegerField(default=0)
    added_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)


class RecoveryCode(Row):
    """A code that stands in for a lost factor once."""

    retention = "security"
    sight = "closed"

    user = models.ForeignKey("rounds.User", on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.BinaryField(max_length=32)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="recovery_code_once")]


class OldPassword(Row):
    """The hash of a password somebody had, so that it is not taken again."""

    retention = "security"
    sight = "closed"

    user = models.ForeignKey("rounds.User", on_delete=models.CASCADE, related_name="old_passwords")
    password = models.TextField()
    until = models.DateTimeField()


class Throttle(Row):
    """A counter of failures or requests under a key (a digest of who and where), shared by every process."""

    retention = "working"
    sight = "closed"

    key = models.TextField(unique=True)
    count = models.IntegerField(default=0)
    since = models.DateTimeField()
    blocked_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["since"], name="throttle_since")]
