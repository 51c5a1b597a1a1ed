"""Quotes: what is offered for how much, who said yes to it, and what was given and received on the way."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q

from rounds.models.base import Row, Signed

OPEN_STATES = ("draft", "asked", "approved")
"""A quote in one of these may still become something; the others are over: accepted, refused, void, expired."""


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old),
    pghistory.DeleteEvent(row=pghistory.Old),
    exclude=["updated_at"],
    model_name="QuoteHistory",
)
class Quote(Row, Signed):
    """One version of an offer on a deal. Money is in cents of `currency`; discounts are basis points.

    `total_bp` is taken off what the lines come to after their own discounts. `state` changes with a QuoteState and never
    alone. `fingerprint` is of everything a discount is judged by: an approval holds for one fingerprint and no other.
    `edits` counts changes, so that two who type at once find out. The sums are those of rules/pricing/quote.py.
    """

    retention = "business"
    sight = "opportunity"
    noun = "opportunity"

    opportunity = models.ForeignKey("rounds.Opportunity", on_delete=models.CASCADE, related_name="quotes", db_index=False)
    follows = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    version = models.SmallIntegerField()
    name = models.TextField()
    state = models.TextField(default="draft")
    model = models.TextField(default="subscription")
    payment = models.TextField(default="annual")
    term_months = models.SmallIntegerField()
    currency = models.TextField(default="USD")
    expires_on = models.DateField()
    total_bp = models.IntegerField(default=0)
    free_months = models.SmallIntegerField(default=0)
    credit_cents = models.BigIntegerField(default=0)
    services_cents = models.BigIntegerField(default=0)
    poc_weeks = models.SmallIntegerField(default=0)
    volume_commitment = models.BooleanField(default=False)
    strategic = models.BooleanField(default=False)
    scores = models.JSONField(default=dict, blank=True)
    list_cents = models.BigIntegerField(default=0)
    paid_cents = models.BigIntegerField(default=0)
    annual_cents = models.BigIntegerField(default=0)
    once_cents = models.BigIntegerField(default=0)
    stated_bp = models.IntegerField(default=0)
    effective_bp = models.IntegerField(default=0)
    fingerprint = models.TextField(default="")
    approved_print = models.TextField(blank=True, default="")
    approved_until = models.DateTimeField(null=True, blank=True)
    edits = models.IntegerField(default=0)
    playbook_hash = models.TextField(default="")
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["opportunity", "version"], name="quote_version")]
        indexes = [models.Index(fields=["expires_on"], name="quote_expires", condition=Q(state__in=OPEN_STATES))]

    def __str__(self) -> str:
        return f"{self.name}, version {self.version}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


class QuoteLine(Row, Signed):
    """A product on a quote. `unit_cents` is the list price of one unit (a year's where it recurs); `start_month` the month
    of the term it begins in. Floor and cost are the playbook's at the time the line was written."""

    retention = "business"
    sight = "opportunity"
    noun = "opportunity"

    quote = models.ForeignKey("rounds.Quote", on_delete=models.CASCADE, related_name="lines", db_index=False)
    opportunity = models.ForeignKey("rounds.Opportunity", on_delete=models.CASCADE, related_name="+", db_index=False)
    position = models.SmallIntegerField()
    product = models.TextField()
    title = models.TextField()
    unit = models.TextField()
    kind = models.TextField()
    units = models.IntegerField(default=1)
    unit_cents = models.BigIntegerField()
    discount_bp = models.IntegerField(default=0)
    start_month = models.SmallIntegerField(default=0)
    least_cents = models.BigIntegerField(default=0)
    cost_cents = models.BigIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["quote", "position"], name="quote_line"),
            models.Index(fields=["opportunity"], name="quote_line_deal"),
        ]


class QuoteState(Row, Signed):
    """A quote became this, then, by whom, why."""

    retention = "business"
    append_only = True
    sight = "opportunity"
    noun = "opportunity"

    quote = models.ForeignKey("rounds.Quote", on_delete=models.CASCADE, related_name="states", db_index=False)
    opportunity = models.ForeignKey("rounds.Opportunity", on_delete=models.CASCADE, related_name="+", db_index=False)
    state = models.TextField()
    reason = models.TextField(blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["quote", "at"], name="quote_state"), models.Index(fields=["opportunity"], name="quote_state_deal")]


class QuoteApproval(Row, Signed):
    """One step of a round of approval: `level` is asked from `opened_at` on, when every step before it said yes.

    `asked` is whom it lies with, `handed_by_name` who handed it on; `decision` "" until somebody decided. A step of a quote
    that was changed is voided with its reason and decides nothing any more. The row is signed by who asked for it.
    """

    retention = "business"
    sight = "opportunity"
    noun = "opportunity"

    quote = models.ForeignKey("rounds.Quote", on_delete=models.CASCADE, related_name="approvals", db_index=False)
    opportunity = models.ForeignKey("rounds.Opportunity", on_delete=models.CASCADE, related_name="quote_approvals", db_index=False)
    round = models.SmallIntegerField()
    position = models.SmallIntegerField()
    level = models.TextField()
    fingerprint = models.TextField()
    effective_bp = models.IntegerField()
    asked = models.ForeignKey("rounds.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    opened_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    handed_by_name = models.TextField(blank=True, default="")
    handed_why = models.TextField(blank=True, default="")
    decision = models.TextField(blank=True, default="")
    decided_by = models.ForeignKey("rounds.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True, blank=True)
    words = models.TextField(blank=True, default="")
    voided_at = models.DateTimeField(null=True, blank=True)
    void_why = models.TextField(blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["quote", "round", "position"], name="quote_approval_step")]
        indexes = [
            models.Index(fields=["asked", "due_at"], name="quote_approval_open", condition=Q(decision="", voided_at=None, opened_at__isnull=False)),
            models.Index(fields=["opportunity"], name="quote_approval_deal"),
        ]

    def __str__(self) -> str:
        return f"{self.effective_bp / 100:g} % off {self.quote}"


WAITING = Q(decision="", voided_at=None, opened_at__isnull=False)
"""Approval steps that wait for somebody's word."""


class Concession(Row, Signed):
    """Something given to, or received from, the other side of a negotiation (PRICE-09). A wrong one is withdrawn."""

    retention = "business"
    sight = "opportunity"
    noun = "opportunity"

    opportunity = models.ForeignKey("rounds.Opportunity", on_delete=models.CASCADE, related_name="concessions", db_index=False)
    quote = models.ForeignKey("rounds.Quote", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    side = models.TextField()
    kind = models.TextField()
    worth_cents = models.BigIntegerField(null=True, blank=True)
    words = models.TextField(blank=True, default="")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["opportunity", "-at"], name="concession_deal")]
