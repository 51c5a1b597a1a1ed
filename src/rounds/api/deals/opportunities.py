"""Opportunities: listed, shown, opened, changed, priced; a lead is converted into one."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from rounds.access.allowed import keeper, need, need_to_give, need_to_write
from rounds.actions.deals import opportunities, placing
from rounds.actions.leads import converting
from rounds.actions.people.users import colleague
from rounds.api.auth import Bearer
from rounds.api.doors import ONCE_HELP, Input, Moment, list_help, once, one, page, read, said
from rounds.api.shapes import Shape, answer, page_schema
from rounds.kit.clock import now
from rounds.models import Account, Contact, Lead, Opportunity
from rounds.models.deals.listing import OPPORTUNITIES
from rounds.models.flow.days import house_zone
from rounds.rules.pipeline.days import days_in

router = Router(tags=["opportunities"])
of_leads = Router(tags=["opportunities"])
READ, WRITE = Bearer("opportunities:read"), Bearer("opportunities:write")

OPPORTUNITY = Shape("Opportunity", Opportunity, {
    "id": "id", "name": "name", "kind": "kind", "stage": "stage", "process": "process", "stage_since": "stage_since",
    "amount_cents": "amount_cents", "currency": "currency", "rate": "rate", "rate_on": "rate_on",
    "amount_company_cents": "amount_company_cents", "amount_from": "amount_from", "term_months": "term_months", "close_on": "close_on",
    "forecast_category": "forecast_category", "next_step": "next_step", "next_step_due": "next_step_due", "phi_involved": "phi_involved",
    "source": "source", "account.id": "account_id", "account.name": "account__name", "contact": "contact_id", "lead": "lead_id",
    "parent": "parent_id", "buying_unit": "buying_unit_id", "owner.id": "owner_id", "owner.name": "owner__name", "territory": "territory",
    "moved_back": "moved_back", "skipped": "skipped", "reopened": "reopened", "lost_reason": "lost_reason", "recycle_on": "recycle_on",
    "score_snapshot": "score_snapshot", "external_id": "external_id", "opened_at": "opened_at", "closed_at": "closed_at",
    "process_since": "process_since", "updated_at": "updated_at",
}, counted={
    "days_in_stage": (int, lambda row: days_in(row["stage_since"] or row["opened_at"], now(), house_zone())),
    "days_in_process_stage": (int, lambda row: days_in(row["process_since"] or row["opened_at"], now(), house_zone())),
})  # fmt: skip


class ConversionGiven(Input):
    """The name of the deal; empty: the account and the person."""

    name: str = Field("", max_length=300)


class OpportunityGiven(Input):
    """A deal that did not come from a lead. `opened_at` earlier than today needs the permission to back-date."""

    account: UUID
    name: str = Field(min_length=1, max_length=300)
    kind: str = Field("expansion", max_length=40)
    source: str = Field("", max_length=300)
    close_on: date | None = None
    term_months: int | None = Field(None, ge=1, le=600)
    next_step: str = Field("", max_length=500)
    next_step_due: date | None = None
    phi_involved: bool = True
    contact: UUID | None = None
    parent: UUID | None = None
    owner: str | None = Field(None, min_length=1, max_length=254, description="An id or an address; the caller unless said.")
    opened_at: Moment | None = None
    external_id: str | None = Field(None, max_length=200)


class OpportunityChanges(Input):
    """What of a deal is changed. The amount, the stage and the owner have addresses of their own."""

    name: str = Field("", max_length=300)
    kind: str = Field("", max_length=40)
    source: str = Field("", max_length=300)
    close_on: date | None = None
    term_months: int | None = Field(None, ge=1, le=600)
    next_step: str = Field("", max_length=500)
    next_step_due: date | None = None
    phi_involved: bool = True
    contact: UUID | None = None
    external_id: str | None = Field(None, max_length=200)


class Priced(Input):
    """What it brings in a year, in cents of its currency. In another than the company's: how many of the company's one
    is, and on which day."""

    amount_cents: int | None = Field(ge=0)
    currency: str = Field("", max_length=3)
    rate: str = Field("", max_length=40)
    rate_on: date | None = None
    term_months: int | None = Field(None, ge=1, le=600)
    reason: str = Field("", max_length=500)


class Called(Input):
    """How sure one is: a category of the playbook, or empty for what the stage says."""

    category: str = Field(max_length=60)
    reason: str = Field("", max_length=500)


class NewOwner(Input):
    """Whose it is now, by id or e-mail address."""

    owner: str = Field(min_length=1, max_length=254)
    reason: str = Field("", max_length=500)


class Placed(Input):
    """The deal it stands below, if any, and the further accounts of its organisation it is about."""

    parent: UUID | None = None
    sites: list[UUID] = Field(default_factory=list, max_length=200)


@router.get("", auth=READ, response=page_schema(OPPORTUNITY), openapi_extra=list_help())
def index(request: HttpRequest) -> HttpResponse:
    """Opportunities, the newest first unless sorted otherwise."""
    return page(request, OPPORTUNITIES, OPPORTUNITY)


@router.post("", auth=WRITE, response={201: OPPORTUNITY.schema}, openapi_extra=ONCE_HELP)
@once
def create(request: HttpRequest, deal: OpportunityGiven) -> HttpResponse:
    """Open a deal without a lead. It has a qualification sheet of its own."""
    need_to_write(request.user, "opportunity")
    fields = deal.model_dump(exclude={"account", "name", "kind", "contact", "parent", "owner", "opened_at"})
    account = one(request, Account, deal.account, to="read")
    parent = one(request, Opportunity, deal.parent) if deal.parent else None
    owner = colleague(deal.owner) if deal.owner else keeper(request.user)
    if owner is not None and owner.pk != request.user.pk:
        need(request.user, "records.assign_others")
    row = opportunities.open_deal(account, deal.name, kind=deal.kind, owner=owner, opened_at=deal.opened_at, parent=parent,
                                  contact=_contact(request, deal.contact), by=request.actor, at=now(), **fields)  # fmt: skip
    return answer(OPPORTUNITY.of(row), 201, Location=f"/api/v1/opportunities/{row.id}")


@router.get("/{opportunity}", auth=READ, response=OPPORTUNITY.schema)
def show(request: HttpRequest, opportunity: UUID) -> HttpResponse:
    """One opportunity, with what score and sheet of its lead said when it was converted."""
    return read(request, OPPORTUNITY, opportunity)


@router.patch("/{opportunity}", auth=WRITE, response=OPPORTUNITY.schema)
def change(request: HttpRequest, opportunity: UUID, given: OpportunityChanges) -> HttpResponse:
    """Change fields of a deal."""
    fields: dict[str, Any] = said(given)
    if "contact" in fields:
        fields["contact"] = _contact(request, fields["contact"])
    row = opportunities.change(one(request, Opportunity, opportunity), by=request.actor, at=now(), **fields)
    return answer(OPPORTUNITY.of(row))


@router.put("/{opportunity}/amount", auth=WRITE, response=OPPORTUNITY.schema)
def price(request: HttpRequest, opportunity: UUID, given: Priced) -> HttpResponse:
    """Say what a deal brings in a year."""
    row = opportunities.price(one(request, Opportunity, opportunity), by=request.actor, at=now(), **given.model_dump())
    return answer(OPPORTUNITY.of(row))


@router.put("/{opportunity}/forecast", auth=WRITE, response=OPPORTUNITY.schema)
def forecast(request: HttpRequest, opportunity: UUID, given: Called) -> HttpResponse:
    """Say how sure one is of a deal."""
    row = opportunities.forecast(one(request, Opportunity, opportunity), given.category, reason=given.reason, by=request.actor, at=now())
    return answer(OPPORTUNITY.of(row))


@router.put("/{opportunity}/owner", auth=WRITE, response=OPPORTUNITY.schema)
def give(request: HttpRequest, opportunity: UUID, given: NewOwner) -> HttpResponse:
    """Give a deal to somebody. Managers and admins give to others."""
    row, owner = one(request, Opportunity, opportunity, "owner"), colleague(given.owner)
    need_to_give(request.user, row, owner)
    return answer(OPPORTUNITY.of(opportunities.assign(row, owner, reason=given.reason, by=request.actor, at=now())))


@router.delete("/{opportunity}/owner", auth=WRITE, response=OPPORTUNITY.schema)
def give_back(request: HttpRequest, opportunity: UUID) -> HttpResponse:
    """Nobody's from now on, until somebody claims it."""
    row = one(request, Opportunity, opportunity, "owner")
    need_to_give(request.user, row, None)
    return answer(OPPORTUNITY.of(opportunities.assign(row, None, by=request.actor, at=now())))


@router.put("/{opportunity}/place", auth=WRITE, response=OPPORTUNITY.schema)
def place(request: HttpRequest, opportunity: UUID, given: Placed) -> HttpResponse:
    """Put a deal below another of its organisation, and say at which of its accounts it is. Amounts are counted once."""
    row = one(request, Opportunity, opportunity)
    sites = [one(request, Account, key, to="read") for key in given.sites]
    parent = one(request, Opportunity, given.parent) if given.parent else None
    row = placing.place(row, sites, by=request.actor, at=now())
    return answer(OPPORTUNITY.of(placing.put_below(row, parent, by=request.actor, at=now())))


@of_leads.post("/{lead}/conversion", auth=Bearer("leads:write"), response={201: OPPORTUNITY.schema}, openapi_extra=ONCE_HELP)
@once
def convert(request: HttpRequest, lead: UUID, given: ConversionGiven) -> HttpResponse:
    """Convert a qualified lead. One that is converted already answers its opportunity and writes nothing."""
    row = one(request, Lead, lead)
    need_to_write(request.user, "opportunity")
    deal = converting.convert(row, by=request.actor, at=now(), name=given.name)
    return answer(OPPORTUNITY.of(deal), 201, Location=f"/api/v1/opportunities/{deal.id}")


def _contact(request: HttpRequest, key: UUID | None) -> Contact | None:
    return one(request, Contact, key, to="read") if key else None
