"""From a qualified lead to an account, a contact and a deal, in one transaction (LEAD-32)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rounds.access.sight import whole_sight
from rounds.actions.deals import committee, opportunities
from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.leads import gate, statuses
from rounds.actions.leads.given import LeadGiven
from rounds.actions.leads.matching import matching_account
from rounds.actions.market import accounts, contacts
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Account, Contact, Lead, Opportunity
from rounds.models.flow.active import active
from rounds.models.leads.sheets import Sheet


class ConversionRefused(Refusal):
    """This lead cannot be converted as it is."""

    status = 422


class Stage1Missing(Refusal):
    """Stage 1 asks for more before a deal is opened."""


@dataclass(frozen=True)
class Parties:
    """Who the deal is with, and which of them were made for it."""

    account: Account
    contact: Contact
    account_made: bool
    contact_made: bool


@phi.texts("name")
def convert(lead: Lead, *, by: Actor, at: datetime, account: Account | None = None, name: str = "") -> Opportunity:
    """Convert a qualified lead: its account (the one it has, the one that matches, or a new one), its contact, and an
    opportunity in the first stage with what score and sheet said. Converted already: the opportunity that is there.

    Effects: Account and Contact where they are missing, Opportunity with its first StageEntry and signal, the contact as
    the first of its committee, the status Converted with its LeadStatusChange, the lead's account, the events
    lead.converted and opportunity.opened, an audit entry. Raises StatusNotNext, ConversionRefused (422), Stage1Missing where the playbook blocks.
    """
    with deed(by):
        lead = Lead.objects.select_for_update(of=("self",)).select_related("account__buying_unit", "owner").get(pk=lead.pk)
        there = Opportunity.objects.filter(lead=lead).first()
        if there is not None:
            return there
        move = statuses.move_to(lead, statuses.CONVERTED)
        sheet = gate.judge(lead, at=at)
        missing = _stage_1(sheet)
        with whole_sight(lead):
            parties = _parties(lead, account, by=by, at=at)
            deal = _opened(lead, parties, sheet, missing, name.strip()[:300], by=by, at=at)
            committee.seat(deal, parties.contact, by=by, at=at)
        statuses.reach(lead, move, by=by, at=at)
        _tell(lead, deal, parties, missing, by=by, at=at)
    return deal


def _stage_1(sheet: Sheet) -> list[str]:
    """What stage 1 asks for and is not there. Raises Stage1Missing where that stops a deal (QUAL-10)."""
    book = active().playbook
    missing = [gap.says for gap in sheet.stage_1(book) if not gap.met]
    if missing and book.qualification.stage_1.mode == "block":
        raise Stage1Missing(f"Before a deal is opened: {'; '.join(missing)}.")
    return missing


def _parties(lead: Lead, account: Account | None, *, by: Actor, at: datetime) -> Parties:
    found = account or lead.account or _matched(lead)
    made = found is None
    if found is None:
        if not lead.organization.strip():
            raise ConversionRefused("Say which organisation the lead belongs to; the deal is with it.", field="organization")
        found = accounts.add(by=by, at=at, owner=lead.owner, name=lead.organization, level="hospital", state=lead.state)
    unit = found.buying_unit_id or found.id
    same = Contact.objects.filter(buying_unit_id=unit, left_on=None)
    contact = same.filter(email__iexact=lead.email).first() if lead.email else same.filter(name__iexact=lead.name, account=found).first()
    if contact is not None:
        return Parties(found, contact, made, False)
    contact = contacts.add(found, name=lead.name, title=lead.title, email=lead.email, phone=lead.phone, by=by, at=at)
    return Parties(found, contact, made, True)


def _matched(lead: Lead) -> Account | None:
    return matching_account(LeadGiven.model_construct(email=lead.email, organization=lead.organization, state=lead.state))


def _opened(
    lead: Lead, parties: Parties, sheet: Sheet, missing: list[str], name: str, *, by: Actor, at: datetime
) -> Opportunity:
    account = parties.account
    if lead.account_id != account.id:
        lead.account, lead.buying_unit_id, lead.updated_at = account, account.buying_unit_id, at
        lead.save(update_fields=["account", "buying_unit", "updated_at"])
    deal = Opportunity(
        name=name or f"{account.name}, {lead.name}", account=account, buying_unit_id=account.buying_unit_id or account.id,
        contact=parties.contact, lead=lead, owner_id=lead.owner_id, team_id=lead.team_id, territory=account.territory or lead.territory,
        source=lead.source, score_snapshot=snapshot(lead, sheet, missing), opened_at=at,
    )  # fmt: skip
    return opportunities.begin(deal, cause="lead", by=by, at=at)


def snapshot(lead: Lead, sheet: Sheet, missing: list[str]) -> dict[str, Any]:
    """What score and sheet of a lead say now, as a deal keeps it."""
    return {
        "total": lead.score_total, "low": lead.score_low, "high": lead.score_high, "band": lead.band,
        "provisional": lead.band_provisional, "fit": lead.fit_grade, "quick": lead.quick_total, "heat": lead.heat,
        "bant": sheet.verdict.bant, "dimensions": {code: one.state for code, one in sheet.verdict.dimensions.items()},
        "reading": sheet.verdict.reading, "stage_1_missing": missing, "playbook_hash": active().hash,
    }  # fmt: skip


def _tell(lead: Lead, deal: Opportunity, parties: Parties, missing: list[str], *, by: Actor, at: datetime) -> None:
    said = {"opportunity": str(deal.id), "account_made": parties.account_made, "contact_made": parties.contact_made, "missing": missing}
    whose = {"by": by, "at": at, "lead": lead.id, "account": deal.account_id}
    events.record("lead.converted", said, subject=deal.id, **whose)
    audit.note("lead.convert", by=by, at=at, kind="lead", subject=lead.id, detail={"opportunity": str(deal.id)})
