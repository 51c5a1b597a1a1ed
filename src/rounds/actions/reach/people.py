"""Somebody one may write to: a contact or a lead, known by the address, wherever else the same person stands."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from rounds.kit.keys import ring
from rounds.models import Account, Contact, Lead, Opportunity
from rounds.models.flow.active import active
from rounds.rules.calendar import zone_of

ABOUT = "rounds_message.person_index"


@dataclass(frozen=True, slots=True)
class Person:
    """Who gets a mail, and what it is about. `unit` is the health system the caps count by."""

    address: str
    name: str
    role: str
    state: str
    territory: str
    account: Account | None
    unit: Account | None
    lead: Lead | None
    contact: Contact | None
    opportunity: Opportunity | None

    @property
    def index(self) -> str:
        return index_of(self.address)

    @property
    def zone(self) -> ZoneInfo:
        """The clock where they are."""
        return zone_of(active().playbook.calendar, state=self.state, territory=self.territory)

    @property
    def where(self) -> dict[str, UUID | None]:
        """The columns of what a row is about."""
        return {"account_id": self.account and self.account.pk, "lead_id": self.lead and self.lead.pk,
                "opportunity_id": self.opportunity and self.opportunity.pk}  # fmt: skip


def index_of(address: str) -> str:
    """The blind index of an address, newest key first; "" for none."""
    return next(iter(indexes_of(address)), "")


def indexes_of(address: str) -> list[str]:
    """Every index an address may stand under: a word outlives the key its index was made with."""
    said = address.strip().lower()
    return ring().blinds(said, ABOUT) if said else []


def of_lead(lead: Lead) -> Person:
    """The person of a lead."""
    account = lead.account
    return Person(lead.email.strip(), lead.name, lead.role, lead.state or (account.state if account else ""), lead.territory, account,
                  _unit(account), lead, None, None)  # fmt: skip


def of_contact(contact: Contact, *, opportunity: Opportunity | None = None) -> Person:
    """The person of a contact, perhaps for a deal."""
    account = contact.account
    return Person(contact.email.strip(), contact.name, contact.role, account.state, contact.territory, account, _unit(account), None,
                  contact, opportunity)  # fmt: skip


def _unit(account: Account | None) -> Account | None:
    return None if account is None else account.buying_unit or account
