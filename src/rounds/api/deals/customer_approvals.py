"""How the customer of a deal approves and pays: the steps of approval, whether a committee decides, the budget."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import BaseModel, Field

from rounds.access.scope import visible
from rounds.actions.deals import customer_approvals as approvals
from rounds.api.auth import Bearer
from rounds.api.doors import ONCE_HELP, Input, below, once, one, said
from rounds.api.shapes import Shape, answer, several
from rounds.kit.clock import now
from rounds.models import ApprovalStep, BuyingProcess, Contact, Opportunity
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.rules import budget

of_deals = Router(tags=["approvals"])
READ, WRITE = Bearer("opportunities:read"), Bearer("opportunities:write")
STEP = Shape("ApprovalStep", ApprovalStep, {
    "id": "id", "place": "place", "code": "code", "title": "title", "whose": "whose", "contact": "contact_id", "state": "state",
    "due_on": "due_on", "decided_on": "decided_on", "decided_by": "decided_by_name", "note": "note", "updated_at": "updated_at",
})  # fmt: skip
Known = Literal["", "yes", "no"]


class ApprovalStepGiven(Input):
    """An approval the customer has to give; `whose` and `contact`: who carries it on their side."""

    title: str = Field(min_length=1, max_length=200)
    whose: str = Field("", max_length=200)
    contact: UUID | None = None
    due_on: date | None = None
    note: str = Field("", max_length=2000)


class ApprovalStepChanges(Input):
    """Where it stands: waiting, in_review, approved, refused, not_needed. A decision keeps its day and who said so."""

    state: str | None = Field(None, max_length=20)
    title: str | None = Field(None, min_length=1, max_length=200)
    whose: str | None = Field(None, max_length=200)
    due_on: date | None = None
    decided_on: date | None = None
    note: str | None = Field(None, max_length=2000)


class BuyingGiven(Input):
    """Yes, no or "" (not known); the month their fiscal year ends with, null for what the account says."""

    committee_required: Known | None = None
    annual_budget: Known | None = None
    fye_month: int | None = Field(None, ge=1, le=12)


class BuyingShown(BaseModel):
    """How they decide and pay, with the days in which money of the next budget is asked for (null: not known)."""

    committee_required: str
    annual_budget: str
    fye_month: int | None
    window_opens: date | None
    window_closes: date | None


@of_deals.get("/{opportunity}/approvals", auth=READ, response=several(STEP))
def index(request: HttpRequest, opportunity: UUID) -> HttpResponse:
    """The approvals the customer has to give, in their order."""
    deal = one(request, Opportunity, opportunity)
    return answer({"data": STEP.rows(_steps(request, deal))})


@of_deals.post("/{opportunity}/approvals", auth=WRITE, response={201: STEP.schema}, openapi_extra=ONCE_HELP)
@once
def add(request: HttpRequest, opportunity: UUID, given: ApprovalStepGiven) -> HttpResponse:
    """Add a step, after those that are there."""
    deal = one(request, Opportunity, opportunity)
    contact = one(request, Contact, given.contact, to="read") if given.contact else None
    row = approvals.add(deal, contact=contact, by=request.actor, at=now(), **given.model_dump(exclude={"contact"}))
    return answer(STEP.of(row), 201)


@of_deals.put("/{opportunity}/approvals/offered", auth=WRITE, response=several(STEP))
def offer(request: HttpRequest, opportunity: UUID) -> HttpResponse:
    """Add the steps the playbook offers, those that are not there yet; answers all."""
    deal = one(request, Opportunity, opportunity)
    approvals.offer(deal, by=request.actor, at=now())
    return answer({"data": STEP.rows(_steps(request, deal))})


@of_deals.patch("/{opportunity}/approvals/{step}", auth=WRITE, response=STEP.schema)
def change(request: HttpRequest, opportunity: UUID, step: UUID, given: ApprovalStepChanges) -> HttpResponse:
    """Say where a step stands, whose it is, until when."""
    row = below(_steps(request, one(request, Opportunity, opportunity)), step)
    return answer(STEP.of(approvals.change(row, by=request.actor, at=now(), **said(given))))


@of_deals.delete("/{opportunity}/approvals/{step}", auth=WRITE, response={204: None})
def remove(request: HttpRequest, opportunity: UUID, step: UUID) -> HttpResponse:
    """Take a step off; its field history stays."""
    row = below(_steps(request, one(request, Opportunity, opportunity)), step)
    approvals.remove(row, by=request.actor, at=now())
    return HttpResponse(status=204)


@of_deals.get("/{opportunity}/buying", auth=READ, response=BuyingShown)
def buying(request: HttpRequest, opportunity: UUID) -> HttpResponse:
    """How they decide and pay."""
    return answer(_buying(one(request, Opportunity, opportunity, "account")))


@of_deals.put("/{opportunity}/buying", auth=WRITE, response=BuyingShown)
def say_buying(request: HttpRequest, opportunity: UUID, given: BuyingGiven) -> HttpResponse:
    """Say how they decide and pay; what is not said stays."""
    deal = one(request, Opportunity, opportunity, "account")
    approvals.say_buying(deal, by=request.actor, at=now(), **said(given))
    return answer(_buying(deal))


def _steps(request: HttpRequest, deal: Opportunity) -> Any:
    return visible(ApprovalStep, request.scope).filter(opportunity=deal).select_related("opportunity").order_by("place", "id")


def _buying(deal: Opportunity) -> dict[str, Any]:
    row = BuyingProcess.objects.filter(opportunity=deal).first()
    month = (row.fye_month if row else None) or deal.account.fye_month
    window = budget.window(active().playbook, month, house_day(now()))
    return {"committee_required": row.committee_required if row else "", "annual_budget": row.annual_budget if row else "", "fye_month": month,
            "window_opens": window.opens, "window_closes": window.closes}  # fmt: skip
