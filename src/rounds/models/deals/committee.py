"""The committee of a deal: who plays which part in it, who listens to whom, and how the customer approves and pays."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import F, Q

from rounds.models.base import Row, Signed
from rounds.models.sealed import SealedText


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old), exclude=["updated_at"],
    model_name="DealContactHistory",
)
class DealContact(Row, Signed):
    """A contact on the committee of a deal (ACCT-13), with any number of `roles` of the playbook's list. `level` and
    `preference` are of deals/committee.yaml; `motivation` is sealed; `reports_to` draws the decision hierarchy. Stance,
    influence and motivation are shown to whoever is shown those of a contact. Somebody who left it has `ended_at`."""

    retention = "business"
    sight = "opportunity"
    noun = "contact"

    opportunity = models.ForeignKey("rounds.Opportunity", on_delete=models.CASCADE, related_name="committee", db_index=False)
    contact = models.ForeignKey("rounds.Contact", on_delete=models.CASCADE, related_name="deal_seats")
    roles = models.JSONField(default=list, blank=True)
    influence = models.SmallIntegerField(default=0)
    stance = models.TextField(default="neutral")
    level = models.TextField(blank=True, default="")
    preference = models.TextField(blank=True, default="")
    motivation = SealedText(blank=True, default="")
    reports_to = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="reports", db_index=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["opportunity", "contact"], name="deal_contact_once"),
            models.CheckConstraint(condition=Q(influence__gte=0, influence__lte=5), name="deal_contact_influence_0_5"),
            models.CheckConstraint(condition=~Q(reports_to=F("id")), name="deal_contact_not_own_chief"),
        ]


class DealInfluence(Row, Signed):
    """`who` influences `whom` on the committee of a deal: a line of its map. Drawn, or not there."""

    retention = "business"
    sight = "opportunity"
    noun = "contact"

    opportunity = models.ForeignKey("rounds.Opportunity", on_delete=models.CASCADE, related_name="influences")
    who = models.ForeignKey("rounds.DealContact", on_delete=models.CASCADE, related_name="moves")
    whom = models.ForeignKey("rounds.DealContact", on_delete=models.CASCADE, related_name="moved_by", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["who", "whom"], name="deal_influence_once"),
            models.CheckConstraint(condition=~Q(who=F("whom")), name="deal_influence_of_two"),
        ]


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old), exclude=["updated_at"],
    model_name="ApprovalStepHistory",
)
class ApprovalStep(Row, Signed):
    """One approval the customer has to give (ACCT-15, LEGAL-06). `state`: waiting, in_review, approved, refused,
    not_needed; `owner` is who carries it on their side, as a name or as a contact; decided ones keep who said it, when."""

    retention = "business"
    sight = "opportunity"

    opportunity = models.ForeignKey("rounds.Opportunity", on_delete=models.CASCADE, related_name="approval_steps", db_index=False)
    place = models.SmallIntegerField(default=0)
    code = models.TextField(blank=True, default="")
    title = models.TextField()
    whose = models.TextField(blank=True, default="")
    contact = models.ForeignKey("rounds.Contact", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    state = models.TextField(default="waiting")
    due_on = models.DateField(null=True, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    decided_by_name = models.TextField(blank=True, default="")
    note = models.TextField(blank=True, default="")
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["opportunity", "place", "id"], name="approval_step_deal")]


STATES = {"waiting": "Not begun", "in_review": "In review", "approved": "Approved", "refused": "Refused", "not_needed": "Not needed"}
"""States of an approval step, in the order they come."""


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old), exclude=["updated_at"],
    model_name="BuyingProcessHistory",
)
class BuyingProcess(Row, Signed):
    """How the customer decides and pays (ACCT-15): whether a committee has to, whether the money comes with the annual
    budget; each yes, no, or not known (empty). `fye_month` where it is another than the account's."""

    retention = "business"
    sight = "opportunity"

    opportunity = models.OneToOneField("rounds.Opportunity", on_delete=models.CASCADE, related_name="buying")
    committee_required = models.TextField(blank=True, default="")
    annual_budget = models.TextField(blank=True, default="")
    fye_month = models.SmallIntegerField(null=True, blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(fye_month=None) | Q(fye_month__gte=1, fye_month__lte=12), name="buying_month")]
