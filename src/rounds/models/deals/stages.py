"""What happened to the stage of a deal: every entry for good, and what arrived that moves it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from rounds.models.base import Row, Signed


class StageEntry(Row, Signed):
    """A deal entered a stage: from where, when (`entered_at`, which may be back-dated; `at` is when it was written), by
    whom, by what `cause` (opened, hand, trigger, automation, import) and `event`. `way`: opened, forward, skipped (the
    stages in `over`), backward, won, lost, reopened; imported (where a deal stood when it came in, not how it got there:
    read only where no imported history tells that). `criteria` is what the gate said then, `passed` why somebody went
    through one that was not met. Never changed: the only source of conversion and of time in stage (PIPE-26)."""

    retention = "business"
    append_only = True
    sight = "opportunity"

    opportunity = models.ForeignKey("rounds.Opportunity", on_delete=models.CASCADE, related_name="entries", db_index=False)
    was = models.TextField(blank=True, default="")
    now = models.TextField()
    process_was = models.TextField(blank=True, default="")
    process_now = models.TextField()
    way = models.TextField()
    over = models.JSONField(default=list, blank=True)
    cause = models.TextField(default="hand")
    event = models.UUIDField(null=True, blank=True)
    entered_at = models.DateTimeField()
    reason = models.TextField(blank=True, default="")
    criteria = models.JSONField(default=list, blank=True)
    passed = models.TextField(blank=True, default="")
    amount_cents = models.BigIntegerField(null=True, blank=True)
    playbook_hash = models.TextField(blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["opportunity", "entered_at", "id"], name="stage_entry_deal"),
            models.Index(fields=["now", "-entered_at"], name="stage_entry_now"),
        ]


class StageSignal(Row, Signed):
    """Something arrived that belongs to a stage (a demo was completed, a contract executed): once a day for each kind.

    `outcome`: advanced; proposed (somebody is to say yes); blocked (proposed, and a gate stands before it: `missing`);
    passed (the deal was there or further already). A proposed or blocked one is decided once: accepted, dismissed,
    overtaken (the deal went there by itself) or closed with the deal."""

    retention = "business"
    sight = "opportunity"

    opportunity = models.ForeignKey("rounds.Opportunity", on_delete=models.CASCADE, related_name="signals", db_index=False)
    kind = models.TextField()
    on = models.DateField()
    stage = models.TextField()
    outcome = models.TextField()
    says = models.TextField(blank=True, default="")
    missing = models.JSONField(default=list, blank=True)
    event = models.UUIDField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.TextField(blank=True, default="")
    decided_by_name = models.TextField(blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["opportunity", "kind", "on"], name="stage_signal_daily")]
        indexes = [
            models.Index(fields=["opportunity", "-at"], name="stage_signal_open",
                         condition=Q(outcome__in=("proposed", "blocked"), decided_at=None)),
        ]  # fmt: skip


WAITING = Q(outcome__in=("proposed", "blocked"), decided_at=None)
"""Signals that wait for somebody's word."""


class CriterionCheck(Row, Signed):
    """What somebody said of an exit criterion: met or not met, with a note and a link to the evidence; `withdrawn` takes
    it back. The last one holds; none is ever changed."""

    retention = "business"
    append_only = True
    sight = "opportunity"

    opportunity = models.ForeignKey("rounds.Opportunity", on_delete=models.CASCADE, related_name="checks", db_index=False)
    criterion = models.TextField()
    state = models.TextField()
    note = models.TextField(blank=True, default="")
    link = models.TextField(blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["opportunity", "criterion", "-at"], name="criterion_check")]


class OpportunitySheetAnswer(Row, Signed):
    """What somebody said of one item of the qualification sheet of a deal that came without a lead (PIPE-28): yes, no or
    unknown, with a note. The last one holds; none is ever changed."""

    retention = "business"
    append_only = True
    sight = "opportunity"

    opportunity = models.ForeignKey("rounds.Opportunity", on_delete=models.CASCADE, related_name="sheet_answers", db_index=False)
    item = models.TextField()
    answer = models.TextField()
    note = models.TextField(blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["opportunity", "item", "-at"], name="deal_sheet_answer")]
