"""How a proof of concept ends: the readout, the customer's signature, the decision, patient data gone; what it is worth and
the roll-out made of it."""

from datetime import date
from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from pydantic import Field

from rounds.access.scope import visible
from rounds.actions.deals import poc_converting, poc_data, poc_ending, poc_roi
from rounds.api.deals.poc_terms import SIGNING, Signed, signer
from rounds.api.deals.pocs import POC, READ, WRITE, router, seen, to_change
from rounds.api.doors import ONCE_HELP, Input, once
from rounds.api.shapes import Shape, answer, several
from rounds.kit.clock import now
from rounds.models import PocDataClock, PocRoi

ROI = Shape("PocRoi", PocRoi, {
    "number": "number", "savings_cents": "savings_cents", "revenue_cents": "revenue_cents", "cost_cents": "cost_cents",
    "one_time_cents": "one_time_cents", "sources": "sources", "percent": "percent", "payback": "payback", "net_cents": "net_cents",
    "term_months": "term_months", "by": "by_name", "at": "at",
})  # fmt: skip
CLOCK = Shape("PocDataClock", PocDataClock, {
    "cause": "cause", "started_on": "started_on", "due_on": "due_on", "method": "method", "data_set": "data_set", "done_on": "done_on",
    "done_at": "done_at", "certificate": "certificate", "certified_to": "certified_to_id", "certified_by": "certified_name",
})  # fmt: skip
Cents = Field(0, ge=0, le=10**14)


class Readout(Input):
    on: date | None = None


class Decided(Input):
    """convert, extend (by `weeks`) or stop, and why."""

    decision: str = Field(min_length=1, max_length=40)
    why: str = Field("", max_length=2000)
    weeks: int | None = Field(None, ge=1, le=52)


class Abandoning(Input):
    why: str = Field(min_length=1, max_length=2000)


class Certificate(Input):
    """How patient data was returned or destroyed, of which data set, and what certifies it."""

    method: str = Field(min_length=1, max_length=60)
    data_set: str = Field(min_length=1, max_length=500)
    certificate: str = Field(min_length=1, max_length=4000)
    done_on: date | None = None
    certified_to: UUID | None = None


class Worth(Input):
    """Savings, revenue and cost a year, and the one-time cost, in cents. Each that is not nothing says where it comes from,
    by its name: {"savings": "Finance, FY26"}."""

    savings: int = Cents
    revenue: int = Cents
    cost: int = Cents
    one_time: int = Cents
    sources: dict[Literal["savings", "revenue", "cost", "one_time"], str] = Field(default_factory=dict)


class SignedOf(Signed):
    """What is signed: the roll-out plan, or the ROI."""

    what: Literal["plan", "roi"]


@router.put("/{poc}/readout", auth=WRITE, response=POC.schema)
def readout(request: HttpRequest, poc: UUID, given: Readout) -> HttpResponse:
    """The results were shown; from now on a decision is due."""
    return answer(POC.of(poc_ending.hold_readout(to_change(request, poc), on=given.on, by=request.actor, at=now())))


@router.put("/{poc}/sign-off", auth=WRITE, response=POC.schema)
def sign_off(request: HttpRequest, poc: UUID, given: Signed) -> HttpResponse:
    """The customer signed the result."""
    row = to_change(request, poc)
    return answer(POC.of(poc_ending.sign_off(row, signer(request, given.signer), signed_on=given.signed_on, note=given.note, by=request.actor, at=now())))


@router.put("/{poc}/decision", auth=WRITE, response=POC.schema)
def decide(request: HttpRequest, poc: UUID, given: Decided) -> HttpResponse:
    """What becomes of it."""
    row = to_change(request, poc)
    return answer(POC.of(poc_ending.decide(row, given.decision, why=given.why, weeks=given.weeks, by=request.actor, at=now())))


@router.put("/{poc}/abandoning", auth=WRITE, response=POC.schema)
def abandon(request: HttpRequest, poc: UUID, given: Abandoning) -> HttpResponse:
    """It is given up."""
    return answer(POC.of(poc_ending.abandon(to_change(request, poc), why=given.why, by=request.actor, at=now())))


@router.put("/{poc}/certificate", auth=WRITE, response=CLOCK.schema)
def certify(request: HttpRequest, poc: UUID, given: Certificate) -> HttpResponse:
    """Patient data was returned or destroyed: the clock stands."""
    row, said = to_change(request, poc), given.model_dump()
    said["certified_to"] = signer(request, given.certified_to) if given.certified_to else None
    return answer(CLOCK.of(poc_data.certify(row, by=request.actor, at=now(), **said)))


@router.get("/{poc}/worth", auth=READ, response=several(ROI))
def worths(request: HttpRequest, poc: UUID) -> HttpResponse:
    """Every calculation of what it is worth, the first first; the last one holds."""
    row = seen(request, poc)
    return answer({"data": ROI.rows(visible(PocRoi, request.scope).filter(poc=row).order_by("number", "id"))})


@router.post("/{poc}/worth", auth=WRITE, response={201: ROI.schema}, openapi_extra=ONCE_HELP)
@once
def count(request: HttpRequest, poc: UUID, given: Worth) -> HttpResponse:
    """Count what it is worth."""
    cents = given.model_dump(exclude={"sources"})
    return answer(ROI.of(poc_roi.count(to_change(request, poc), cents, sources=given.sources, by=request.actor, at=now())), 201)


@router.put("/{poc}/plan", auth=WRITE, response=POC.schema)
def draft(request: HttpRequest, poc: UUID) -> HttpResponse:
    """Draft the roll-out plan from what was proven; anew, it is a further version."""
    return answer(POC.of(poc_converting.draft(to_change(request, poc), by=request.actor, at=now())))


@router.post("/{poc}/signings", auth=WRITE, response={201: SIGNING.schema}, openapi_extra=ONCE_HELP)
@once
def signed(request: HttpRequest, poc: UUID, given: SignedOf) -> HttpResponse:
    """The customer signed the roll-out plan, or the ROI."""
    row = to_change(request, poc)
    kept = poc_converting.signed(row, given.what, signer(request, given.signer), signed_on=given.signed_on, note=given.note, by=request.actor, at=now())
    return answer(SIGNING.of(kept), 201)
