"""What else stands in the room of a deal: its way to signature, its challenges, its notes."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q

from rounds.models.base import Row, Signed


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old), exclude=["updated_at"],
    model_name="SigningStepHistory",
)
class SigningStep(Row, Signed):
    """What a deal says otherwise than deals/path.yaml of a step to its signature (PLUS-28), or a step of its own (`own`).
    Empty columns leave what the playbook says; `left_out` takes the step off this deal's path."""

    retention = "business"
    sight = "opportunity"

    opportunity = models.ForeignKey("rounds.Opportunity", on_delete=models.CASCADE, related_name="signing_steps", db_index=False)
    code = models.TextField()
    own = models.BooleanField(default=False)
    title = models.TextField(blank=True, default="")
    whose = models.TextField(blank=True, default="")
    days = models.SmallIntegerField(null=True, blank=True)
    begins_on = models.DateField(null=True, blank=True)
    meets_on = models.DateField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    left_out = models.BooleanField(default=False)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["opportunity", "code"], name="signing_step_once"),
            models.CheckConstraint(condition=Q(days=None) | Q(days__gte=1, days__lte=730), name="signing_step_days"),
        ]


class OpportunityChallenge(Row, Signed):
    """A challenge tag of a deal (ACCT-21), a code of deals/challenges.yaml; taken off, not deleted."""

    retention = "business"
    sight = "opportunity"

    opportunity = models.ForeignKey("rounds.Opportunity", on_delete=models.CASCADE, related_name="challenges", db_index=False)
    tag = models.TextField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["opportunity", "tag"], name="opportunity_challenge_once")]


class AccountChallenge(Row, Signed):
    """A challenge tag of an account: every deal with it has it as well; taken off, not deleted."""

    retention = "business"
    sight = "account"

    account = models.ForeignKey("rounds.Account", on_delete=models.CASCADE, related_name="challenges", db_index=False)
    tag = models.TextField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "tag"], name="account_challenge_once")]


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old), exclude=["updated_at"],
    model_name="DealNoteHistory",
)
class DealNote(Row, Signed):
    """A note on a deal, in the words of whoever wrote it. A wrong one is withdrawn."""

    retention = "business"
    sight = "opportunity"

    opportunity = models.ForeignKey("rounds.Opportunity", on_delete=models.CASCADE, related_name="notes", db_index=False)
    text = models.TextField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["opportunity", "-at", "-id"], name="deal_note_deal")]
