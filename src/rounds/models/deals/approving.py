"""How the customer of a deal approves and pays, as several parts of a page ask of it."""

from __future__ import annotations

from uuid import UUID

from rounds.kit.once import once
from rounds.models.deals.committee import ApprovalStep, BuyingProcess


@once
def steps_of(deal: UUID) -> list[ApprovalStep]:
    """The customer's steps of approval in their order, with whom they hang on. One query."""
    return list(ApprovalStep.objects.filter(opportunity_id=deal).select_related("contact").order_by("place", "id"))


@once
def buying_of(deal: UUID) -> BuyingProcess | None:
    """How they decide and pay; None while nobody said. One query."""
    return BuyingProcess.objects.filter(opportunity_id=deal).first()
