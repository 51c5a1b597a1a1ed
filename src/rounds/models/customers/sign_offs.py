"""Sign-offs: what a customer accepted in the portal, with the name they gave, kept as evidence."""

from __future__ import annotations

from django.db import models

from rounds.models.base import Row, Signed


class SignOff(Row, Signed):
    """A customer's word on something of theirs: `kind` (poc, go_live, proposal) and the row it is about.

    `accepted` False: they said what is missing (`remark`), and may sign later.
    `statement` is the sentence they signed, `shown` what stood above it then; `name` and `title` are as they typed them,
    the actor is the portal user who was logged in.
    """

    retention = "evidence"
    append_only = True
    sight = "account"
    noun = "opportunity"

    account = models.ForeignKey("rounds.Account", on_delete=models.PROTECT, related_name="sign_offs", db_index=False)
    opportunity_key = models.UUIDField(null=True, blank=True)
    kind = models.TextField()
    subject_id = models.UUIDField()
    accepted = models.BooleanField(default=True)
    about = models.TextField()
    statement = models.TextField()
    shown = models.JSONField(default=dict)
    name = models.TextField()
    title = models.TextField(blank=True, default="")
    remark = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject_id"], name="signed_once", condition=models.Q(accepted=True)),
        ]
        indexes = [models.Index(fields=["account", "-at"], name="sign_off_account")]
