"""What grows of a customer: terms renewed, churn, references, ideas that become deals."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from pydantic import Field

from rounds.access.allowed import need_to_write
from rounds.access.scope import visible
from rounds.actions.customers import expansions, references, terms
from rounds.api.customers.customers import CUSTOMER, READ, WRITE, router
from rounds.api.deals.opportunities import OPPORTUNITY
from rounds.api.doors import ONCE_HELP, Input, below, once, one
from rounds.api.shapes import Shape, answer, several
from rounds.kit.clock import now
from rounds.models import Customer, Expansion, Reference, ReferenceUse, Term

TERM = Shape("Term", Term, {
    "id": "id", "opportunity": "opportunity_id", "follows": "follows_id", "starts_on": "starts_on", "ends_on": "ends_on", "arr_cents": "arr_cents",
    "currency": "currency", "outcome": "outcome", "decided_on": "decided_on", "decided_by": "decided_by", "reason": "reason",
})  # fmt: skip
REFERENCE = Shape("Reference", Reference, {"willing": "willing", "types": "types", "most": "most", "note": "note", "asked_on": "asked_on", "updated_at": "updated_at"})
USE = Shape("ReferenceUse", ReferenceUse, {"id": "id", "kind": "kind", "used_on": "used_on", "told_to": "told_to", "by": "by_name", "at": "at"})
EXPANSION = Shape("Expansion", Expansion, {
    "id": "id", "kind": "kind", "title": "title", "why": "why", "opportunity": "opportunity_id", "dropped_at": "dropped_at", "dropped_why": "dropped_why",
    "by": "by_name", "at": "at",
})  # fmt: skip


class Renewal(Input):
    """For how long, and what a year brings, in cents."""

    months: int = Field(ge=1, le=240)
    arr_cents: int | None = Field(None, ge=0, le=10**14)


class Churn(Input):
    """When they leave, and a reason of the playbook."""

    on: date
    reason: str = Field(min_length=1, max_length=60)
    note: str = Field("", max_length=2000)


class ReferenceGiven(Input):
    """Whether they speak for us, as what, how often in a year (as the playbook says unless said)."""

    willing: bool
    types: list[str] = Field([], max_length=20)
    most: int | None = Field(None, ge=0, le=100)
    note: str = Field("", max_length=2000)


class UseGiven(Input):
    """They spoke for us: as what, on which day, to whom."""

    kind: str = Field(min_length=1, max_length=60)
    on: date
    told_to: str = Field(min_length=1, max_length=300)


class ExpansionGiven(Input):
    """What they could use next: a kind of the playbook."""

    kind: str = Field(min_length=1, max_length=60)
    title: str = Field(min_length=1, max_length=200)
    why: str = Field("", max_length=2000)


class DealNamed(Input):
    """The name of the deal; empty: the account and the idea."""

    name: str = Field("", max_length=300)


class GrowthDropping(Input):
    why: str = Field(min_length=1, max_length=500)


@router.get("/{customer}/terms", auth=READ, response=several(TERM))
def running(request: HttpRequest, customer: UUID) -> HttpResponse:
    """The terms of their subscription, the last one first."""
    row = _customer(request, customer)
    return answer({"data": TERM.rows(visible(Term, request.scope).filter(customer=row).order_by("-starts_on", "-id"))})


@router.post("/{customer}/terms/{term}/renewal", auth=WRITE, response={201: TERM.schema}, openapi_extra=ONCE_HELP)
@once
def renew(request: HttpRequest, customer: UUID, term: UUID, given: Renewal) -> HttpResponse:
    """Renew a running term: the next one."""
    row = below(visible(Term, request.scope).filter(customer=_customer(request, customer)), term)
    return answer(TERM.of(terms.renew(row, months=given.months, arr_cents=given.arr_cents, by=request.actor, at=now())), 201)


@router.put("/{customer}/churn", auth=WRITE, response=CUSTOMER.schema)
def churn(request: HttpRequest, customer: UUID, given: Churn) -> HttpResponse:
    """They leave."""
    row = _customer(request, customer)
    return answer(CUSTOMER.of(terms.churn(row, by=request.actor, at=now(), **given.model_dump())))


@router.put("/{customer}/reference", auth=WRITE, response=REFERENCE.schema)
def agree(request: HttpRequest, customer: UUID, given: ReferenceGiven) -> HttpResponse:
    """Whether they speak for us."""
    row = _customer(request, customer)
    return answer(REFERENCE.of(references.agree(row, by=request.actor, at=now(), **given.model_dump())))


@router.get("/{customer}/reference/uses", auth=READ, response=several(USE))
def uses(request: HttpRequest, customer: UUID) -> HttpResponse:
    """When they spoke for us, the latest first."""
    row = _customer(request, customer)
    return answer({"data": USE.rows(visible(ReferenceUse, request.scope).filter(customer=row).order_by("-used_on", "-id"))})


@router.post("/{customer}/reference/uses", auth=WRITE, response={201: USE.schema}, openapi_extra=ONCE_HELP)
@once
def use(request: HttpRequest, customer: UUID, given: UseGiven) -> HttpResponse:
    """They spoke for us."""
    row = _customer(request, customer)
    return answer(USE.of(references.use(row, given.kind, on=given.on, told_to=given.told_to, by=request.actor, at=now())), 201)


@router.get("/{customer}/expansions", auth=READ, response=several(EXPANSION))
def ideas(request: HttpRequest, customer: UUID) -> HttpResponse:
    """What they could use next, the newest first (at most 200)."""
    row = _customer(request, customer)
    return answer({"data": EXPANSION.rows(visible(Expansion, request.scope).filter(customer=row).order_by("-at", "-id"))})


@router.post("/{customer}/expansions", auth=WRITE, response={201: EXPANSION.schema}, openapi_extra=ONCE_HELP)
@once
def note(request: HttpRequest, customer: UUID, given: ExpansionGiven) -> HttpResponse:
    """Keep an idea."""
    row = _customer(request, customer)
    return answer(EXPANSION.of(expansions.note(row, given.kind, given.title, why=given.why, by=request.actor, at=now())), 201)


@router.post("/{customer}/expansions/{expansion}/deal", auth=WRITE, response={201: OPPORTUNITY.schema}, openapi_extra=ONCE_HELP)
@once
def open_deal(request: HttpRequest, customer: UUID, expansion: UUID, given: DealNamed) -> HttpResponse:
    """An idea becomes a deal."""
    row = below(visible(Expansion, request.scope).filter(customer=_customer(request, customer)).select_related("customer"), expansion)
    need_to_write(request.user, "opportunity")
    deal = expansions.open_deal(row, name=given.name, by=request.actor, at=now())
    return answer(OPPORTUNITY.of(deal), 201, Location=f"/api/v1/opportunities/{deal.id}")


@router.put("/{customer}/expansions/{expansion}/dropping", auth=WRITE, response=EXPANSION.schema)
def drop(request: HttpRequest, customer: UUID, expansion: UUID, given: GrowthDropping) -> HttpResponse:
    """Let an idea go, and say why."""
    row = below(visible(Expansion, request.scope).filter(customer=_customer(request, customer)).select_related("customer"), expansion)
    return answer(EXPANSION.of(expansions.drop(row, why=given.why, by=request.actor, at=now())))


def _customer(request: HttpRequest, key: UUID) -> Customer:
    return one(request, Customer, key, "account", "owner")
