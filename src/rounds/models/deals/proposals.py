"""Proposals: a document of a deal as it was written then, and what became of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from rounds.models.base import Row, Signed

OUT = ("sent", "viewed")
"""A proposal in one of these waits for the customer's answer."""


class Proposal(Row, Signed):
    """One version of a proposal on a quote. `body` is what it says, frozen once it is sent; `written` what people wrote in
    place of what the records gave, by item. `content_hash` is of what was sent: the same words, the same hash.

    `state`: draft, sent, viewed, accepted, declined, changes (they want it otherwise), expired, withdrawn; it changes with
    a ProposalMark and never alone.
    """

    retention = "business"
    sight = "opportunity"
    noun = "opportunity"

    opportunity = models.ForeignKey("rounds.Opportunity", on_delete=models.CASCADE, related_name="proposals", db_index=False)
    quote = models.ForeignKey("rounds.Quote", on_delete=models.PROTECT, related_name="proposals", db_index=False)
    contact = models.ForeignKey("rounds.Contact", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    version = models.SmallIntegerField()
    title = models.TextField()
    state = models.TextField(default="draft")
    body = models.JSONField(default=dict)
    written = models.JSONField(default=dict, blank=True)
    content_hash = models.TextField(blank=True, default="")
    expires_on = models.DateField()
    sent_at = models.DateTimeField(null=True, blank=True)
    viewed_at = models.DateTimeField(null=True, blank=True)
    answer_due_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    timeline_agreed = models.BooleanField(null=True, blank=True)
    edits = models.IntegerField(default=0)
    playbook_hash = models.TextField(default="")
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["opportunity", "version"], name="proposal_version")]
        indexes = [
            models.Index(fields=["quote"], name="proposal_quote"),
            models.Index(fields=["contact"], name="proposal_contact", condition=Q(contact__isnull=False)),
            models.Index(fields=["answer_due_at"], name="proposal_out", condition=Q(state__in=OUT)),
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.version}"

    @property
    def is_out(self) -> bool:
        return self.state in OUT


class ProposalMark(Row, Signed):
    """What happened to a proposal: sent, viewed, accepted, declined, changes, expired, withdrawn, followed up; `how` it is
    known: by the link we sent, in the portal, or because somebody says so."""

    retention = "business"
    append_only = True
    sight = "opportunity"
    noun = "opportunity"

    proposal = models.ForeignKey("rounds.Proposal", on_delete=models.CASCADE, related_name="marks", db_index=False)
    opportunity = models.ForeignKey("rounds.Opportunity", on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.TextField()
    how = models.TextField(default="said")
    words = models.TextField(blank=True, default="")
    content_hash = models.TextField(blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["proposal", "at"], name="proposal_mark"), models.Index(fields=["opportunity"], name="proposal_mark_deal")]


class ProposalLink(Row, Signed):
    """A link by which the customer opens a proposal. Only the digest of its token is kept."""

    retention = "security"
    sight = "closed"

    digest = models.BinaryField(max_length=32, unique=True)
    proposal = models.ForeignKey("rounds.Proposal", on_delete=models.CASCADE, related_name="links")
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
