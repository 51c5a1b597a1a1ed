"""What an automation is tried on: a lead, an account or a deal somebody names."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest

from rounds.access.scope import visible
from rounds.kit.refusal import Refusal
from rounds.models import Account, Lead, Opportunity


class NoRecord(Refusal):
    """No lead, account or deal you see has that name or address; choose one of the list."""

    status = 422
    field = "on"


TRIED = {
    "lead": (Lead, ("account__buying_unit", "owner")), "account": (Account, ("buying_unit", "owner")),
    "deal": (Opportunity, ("account__buying_unit", "account__owner", "owner", "lead")),
}  # fmt: skip
"""What an automation is tried on, and what is read with it."""


def record_named(request: HttpRequest, said: str) -> tuple[str, Lead | Account | Opportunity]:
    """The lead, account or deal whose name or address was typed, and which of them it is. Raises NoRecord."""
    key = next((part for part in reversed(said.strip("/").split("/")) if len(part) == 36), "")
    for noun, (model, fetch) in TRIED.items():
        rows = visible(model, request.scope).select_related(*fetch)
        try:
            row = rows.filter(pk=UUID(key)).first() if key else rows.filter(name=said).order_by("-id").first()
        except ValueError:
            row = None
        if said and row is not None:
            return noun, row
    raise NoRecord


def tried_lately(request: HttpRequest) -> list[tuple[str, str]]:
    """Records one could try it on: the latest leads and deals one sees, by name with whose they are."""
    leads = visible(Lead, request.scope).order_by("-captured_at").values_list("name", "organization")[:12]
    deals = visible(Opportunity, request.scope).order_by("-opened_at").values_list("name", "account__name")[:12]
    return [*leads, *deals]
