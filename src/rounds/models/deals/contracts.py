"""Contracts: what is agreed with a customer, how it came to be, its versions, and what legal alone reads."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q

from rounds.models.base import Row, Signed
from rounds.models.sealed import SealedText

STATES = ("draft", "in_review", "signed", "executed", "ended", "abandoned")


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old), model_name="ContractHistory"
)
class Contract(Row, Signed):
    """A contract with an account, mostly about a deal; an account and a deal may have several. `kind` is a code of
    legal/contracts.yaml. `state`: draft, in_review (since `review_at`), signed (by both, waiting for what blocks it),
    executed (on `executed_on`), ended, abandoned; changed by the actions of this noun with an event, never alone.
    `renews`: at its end it goes on unless cancelled `notice_days` before. It is seen with its deal, or its account."""

    retention = "business"
    sight = "paper"
    noun = "contract"

    name = models.TextField()
    kind = models.TextField()
    account = models.ForeignKey("rounds.Account", on_delete=models.PROTECT, related_name="contracts")
    opportunity = models.ForeignKey(
        "rounds.Opportunity", null=True, blank=True, on_delete=models.PROTECT, related_name="contracts"
    )
    owner = models.ForeignKey("rounds.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    state = models.TextField(default="draft")
    phi_involved = models.BooleanField(default=True)
    amount_cents = models.BigIntegerField(null=True, blank=True)
    currency = models.TextField(default="USD")
    review_at = models.DateTimeField(null=True, blank=True)
    effective_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    renews = models.BooleanField(default=False)
    notice_days = models.SmallIntegerField(null=True, blank=True)
    executed_on = models.DateField(null=True, blank=True)
    executed_at = models.DateTimeField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    ended_why = models.TextField(blank=True, default="")
    renewal_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="renewals")
    playbook_hash = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(effective_on__isnull=True) | Q(expires_on__gte=models.F("effective_on")),
                name="contract_ends_after_it_begins",
            ),
            models.CheckConstraint(condition=Q(state__in=STATES), name="contract_state_known"),
        ]
        indexes = [
            models.Index(fields=["state", "expires_on"], name="contract_ends"),
            models.Index(fields=["-at", "id"], name="contract_at"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.state in ("draft", "in_review", "signed")


class ContractMark(Row, Signed):
    """What somebody said of one item: of the checklist (`part` checklist: not_started, in_review, agreed, waived, na) or
    of a step of the review (`part` the step: done or open). The last one holds; none is ever changed."""

    retention = "business"
    append_only = True
    sight = "contract"

    contract = models.ForeignKey("rounds.Contract", on_delete=models.CASCADE, related_name="marks", db_index=False)
    part = models.TextField()
    item = models.TextField()
    state = models.TextField()
    reason = models.TextField(blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["contract", "part", "item", "-at"], name="contract_mark")]


class ContractStep(Row, Signed):
    """A step of the review: whose, due when, when it was done."""

    retention = "business"
    sight = "contract"

    contract = models.ForeignKey("rounds.Contract", on_delete=models.CASCADE, related_name="steps", db_index=False)
    step = models.TextField()
    owner = models.ForeignKey("rounds.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    theirs = models.TextField(blank=True, default="")
    """Who does it on the customer's side."""
    due_on = models.DateField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contract", "step"], name="contract_step_once")]


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old), model_name="ContractIssueHistory"
)
class ContractIssue(Row, Signed):
    """A redline: the clause, what they want, what we want, what we fall back to. `state`: open, proposed, settled,
    dropped; `outcome`: ours, theirs, fallback, middle, with the words of how."""

    retention = "business"
    sight = "contract"

    contract = models.ForeignKey("rounds.Contract", on_delete=models.CASCADE, related_name="issues")
    clause = models.TextField()
    item = models.TextField(blank=True, default="")
    theirs = models.TextField(blank=True, default="")
    ours = models.TextField(blank=True, default="")
    fallback = models.TextField(blank=True, default="")
    red_flag = models.BooleanField(default=False)
    owner = models.ForeignKey("rounds.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    due_on = models.DateField(null=True, blank=True)
    state = models.TextField(default="open")
    outcome = models.TextField(blank=True, default="")
    settled_how = models.TextField(blank=True, default="")
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["contract", "state"], name="contract_issue_open")]

    @property
    def is_open(self) -> bool:
        return self.state in ("open", "proposed")


class ContractVersion(Row, Signed):
    """A version of the paper, as text or as the file itself, with the digest of its bytes. Nothing of it is changed."""

    retention = "business"
    append_only = True
    sight = "contract"

    contract = models.ForeignKey("rounds.Contract", on_delete=models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    label = models.TextField(blank=True, default="")
    file_name = models.TextField(blank=True, default="")
    media = models.TextField(default="text/plain")
    text = models.TextField(blank=True, default="")
    body = models.BinaryField(null=True, blank=True)
    size = models.PositiveIntegerField()
    sha256 = models.TextField()
    from_whom = models.TextField(default="ours")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contract", "number"], name="contract_version_once")]


class ContractApproval(Row, Signed):
    """An executive said yes to a version: who, whose (`side` customer or ours), on which day, by what evidence."""

    retention = "business"
    append_only = True
    sight = "contract"

    contract = models.ForeignKey("rounds.Contract", on_delete=models.CASCADE, related_name="approvals", db_index=False)
    version = models.ForeignKey("rounds.ContractVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    side = models.TextField(default="customer")
    name = models.TextField()
    title = models.TextField(blank=True, default="")
    on = models.DateField()
    evidence = models.TextField()
    link = models.TextField(blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["contract", "-at"], name="contract_approval")]


class ContractSignature(Row, Signed):
    """One side signed: by whom, on which day; `source` hand or the name of the signature service, whose `event_id` comes
    once however often it is sent. `sha256` is the digest of what was signed, where the service says it."""

    retention = "business"
    append_only = True
    sight = "contract"

    contract = models.ForeignKey("rounds.Contract", on_delete=models.CASCADE, related_name="signatures", db_index=False)
    side = models.TextField()
    name = models.TextField()
    title = models.TextField(blank=True, default="")
    on = models.DateField()
    source = models.TextField(default="hand")
    event_id = models.TextField(null=True, blank=True, unique=True)
    sha256 = models.TextField(blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contract", "side"], name="contract_signed_once_a_side")]


class PrivilegedNote(Row, Signed):
    """What counsel thinks: read and written by legal alone, whoever sees the contract (roles.yaml, row security). Sealed;
    in no search, export, event or timeline."""

    retention = "business"
    append_only = True
    sight = "contract"
    noun = "privileged_note"

    contract = models.ForeignKey("rounds.Contract", on_delete=models.CASCADE, related_name="privileged_notes", db_index=False)
    text = SealedText()

    class Meta:
        indexes = [models.Index(fields=["contract", "-at"], name="privileged_note")]
