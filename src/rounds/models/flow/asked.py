"""What a condition is answered about one record and its cause. Read only when asked; unknown is None."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from rounds.models import Account, AutomationRun, Event, Lead, Opportunity
from rounds.models.facts import facts_of_account, facts_of_lead, window_days
from rounds.playbook import Playbook
from rounds.playbook.happenings import ASKS


class Values:
    """`values("lead.status")`: the record as it stands now, its facts, or the payload of the cause."""

    def __init__(self, book: Playbook, *, lead: Lead | None, account: Account | None, payload: Callable[[], Mapping[str, Any]],
                 at: datetime, deal: Opportunity | None = None) -> None:  # fmt: skip
        self.book, self.lead, self.account, self.payload, self.at, self.deal = book, lead, account, payload, at, deal
        self._facts: dict[str, Any] | None = None

    def __call__(self, ask: str) -> Any:
        noun, _, name = ask.partition(".")
        if noun == "event":
            return self.payload().get(name)
        if ask in ASKS:
            row = {"lead": self.lead, "opportunity": self.deal}.get(noun, self.account)
            value = getattr(row, ASKS[ask].column) if row is not None else None
            return str(value) if isinstance(value, UUID) else value
        return self.facts.get(ask)

    @property
    def facts(self) -> dict[str, Any]:
        if self._facts is None:
            if self.lead is not None:
                self._facts = facts_of_lead(self.lead, at=self.at, window_days=window_days(self.book))
            else:
                self._facts = facts_of_account(self.account) if self.account is not None else {}
        return self._facts


def deal_of(opportunity_id: UUID | None) -> Opportunity | None:
    """The deal a cause is about, as it stands; None where there is none (any more)."""
    if opportunity_id is None:
        return None
    return Opportunity.objects.select_related("account__buying_unit", "account__owner", "owner", "lead").filter(pk=opportunity_id).first()


def record_of(lead_id: UUID | None, account_id: UUID | None) -> tuple[Lead | None, Account | None]:
    """The lead and the account a cause is about, as they stand; None where there is none (any more). Their unit and
    owner are read where a deed asks for them: a statement over four wide tables costs more than all of them."""
    lead = Lead.objects.filter(pk=lead_id).first() if lead_id else None
    if lead is not None:
        return lead, lead.account
    account = Account.objects.filter(pk=account_id).first() if account_id else None
    return None, account


def payload_of(run: AutomationRun) -> Mapping[str, Any]:
    """What the cause of a run said."""
    said = Event.objects.filter(pk=run.cause, at=run.cause_at).values_list("payload", flat=True).first()
    return run.payload if said is None else said
