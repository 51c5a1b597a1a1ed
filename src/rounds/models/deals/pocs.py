"""Proofs of concept: what was agreed, who signed what, how far it is, and what came of it."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q

from rounds.models.base import Row, Signed


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old),
    pghistory.DeleteEvent(row=pghistory.Old),
    model_name="PocHistory",
)
class Poc(Row, Signed):
    """A proof of concept of a deal. `state`: draft, agreed, running, readout (results shown, decision due), ended or
    abandoned; each change is a PocStep. `version` is that of the criteria in force, locked from the kickoff on.

    Patient data is involved unless a PhiDetermination says otherwise; it may come in from `data_since` on. `ends_on`
    moves with extensions, `planned_ends_on` stays. `attained` is in hundredths of a percent. `conversion_plan` is the
    draft of the implementation made of it (POC-08).
    """

    retention = "business"
    sight = "opportunity"
    noun = "opportunity"

    opportunity = models.ForeignKey("rounds.Opportunity", on_delete=models.CASCADE, related_name="pocs")
    name = models.TextField()
    use_case = models.TextField(blank=True, default="")
    resources = models.TextField(blank=True, default="")
    site = models.ForeignKey("rounds.Account", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    state = models.TextField(default="draft")
    weeks = models.SmallIntegerField()
    lead = models.ForeignKey("rounds.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    executive = models.ForeignKey("rounds.Contact", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    data_owner = models.ForeignKey("rounds.Contact", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    conversion_terms = models.TextField(blank=True, default="")
    version = models.SmallIntegerField(default=1)
    kickoff_on = models.DateField(null=True, blank=True)
    planned_ends_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    data_since = models.DateTimeField(null=True, blank=True)
    readout_on = models.DateField(null=True, blank=True)
    decision_due_on = models.DateField(null=True, blank=True)
    result = models.TextField(blank=True, default="")
    attained = models.IntegerField(null=True, blank=True)
    decision = models.TextField(blank=True, default="")
    ended_on = models.DateField(null=True, blank=True)
    alarm = models.TextField(blank=True, default="")
    conversion_plan = models.JSONField(default=dict, blank=True)
    playbook_hash = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kickoff_on=None) | ~Q(conversion_terms=""), name="poc_terms_before_kickoff"),
            models.CheckConstraint(condition=~Q(state="running") | Q(kickoff_on__isnull=False), name="poc_runs_from_its_kickoff"),
            models.UniqueConstraint(fields=["opportunity"], name="poc_open_once",
                                    condition=Q(state__in=("draft", "agreed", "running", "readout"))),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["opportunity", "-at"], name="poc_deal"),
            models.Index(fields=["state", "ends_on"], name="poc_state"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def ended_by_win(self) -> bool:
        """Whether it was still without a result when the deal was won, which ended it."""
        return self.state == "ended" and self.result == "" and self.decision == "convert"


OPEN = ("draft", "agreed", "running", "readout")


class Below(Row, Signed):
    """What stands below a proof of concept: seen with its deal."""

    retention = "business"
    sight = "opportunity"
    noun = "opportunity"

    opportunity = models.ForeignKey("rounds.Opportunity", on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        abstract = True


class PocStep(Below):
    """One change of a proof of concept's state, and why."""

    append_only = True

    poc = models.ForeignKey("rounds.Poc", on_delete=models.CASCADE, related_name="steps")
    state = models.TextField()
    why = models.TextField(blank=True, default="")


class PocSigning(Below):
    """What somebody of the customer put their name to: `what` agreement, criteria (of a `version`), plan, roi, result.
    The agreement keeps the terms as they stood."""

    append_only = True

    poc = models.ForeignKey("rounds.Poc", on_delete=models.CASCADE, related_name="signings")
    what = models.TextField()
    version = models.SmallIntegerField(default=1)
    contact = models.ForeignKey("rounds.Contact", on_delete=models.PROTECT, related_name="+", db_index=False)
    signed_on = models.DateField()
    note = models.TextField(blank=True, default="")
    terms = models.JSONField(default=dict, blank=True)

    class Meta:
        indexes = [models.Index(fields=["poc", "what", "-at"], name="poc_signing")]


class PocExtension(Below):
    """More time that was asked for, and what was said to it: `answer` "" (open), granted or refused."""

    poc = models.ForeignKey("rounds.Poc", on_delete=models.CASCADE, related_name="extensions")
    number = models.SmallIntegerField()
    weeks = models.SmallIntegerField()
    why = models.TextField()
    answer = models.TextField(blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey("rounds.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    answer_note = models.TextField(blank=True, default="")
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["poc"], name="poc_extension_open_once", condition=Q(answer=""))]
