"""What a proof of concept is agreed on: who answers for it, its criteria, the agreement, the kickoff, a revision; and whether
patient data is involved."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from pydantic import BaseModel, Field

from rounds.access.allowed import need
from rounds.access.scope import visible
from rounds.actions.deals import poc_criteria, poc_data, pocs
from rounds.actions.people.users import colleague
from rounds.api.deals.pocs import POC, READ, WRITE, router, seen, to_change
from rounds.api.doors import ONCE_HELP, Input, changes, once, one, said
from rounds.api.shapes import Shape, answer, several
from rounds.kit.clock import now
from rounds.models import Contact, PhiDetermination, Poc, PocCriterion, PocSigning

CRITERION = Shape("PocCriterion", PocCriterion, {
    "version": "version", "code": "code", "name": "name", "category": "category", "kind": "kind", "unit": "unit", "direction": "direction",
    "baseline": "baseline", "target": "target", "weight": "weight", "mandatory": "mandatory", "planned_n": "planned_n", "deviation": "deviation",
})  # fmt: skip
SIGNING = Shape("PocSigning", PocSigning, {
    "id": "id", "what": "what", "version": "version", "contact": "contact_id", "signed_on": "signed_on", "note": "note", "by": "by_name", "at": "at",
})  # fmt: skip
DETERMINATION = Shape("PhiDetermination", PhiDetermination, {"id": "id", "involved": "involved", "data_set": "data_set", "why": "why", "by": "by_name", "at": "at"})


class PocChanges(Input):
    """What it is for and who answers for it, until it is agreed. `lead`: a colleague, by id or e-mail address."""

    name: str = Field("", max_length=200)
    use_case: str = Field("", max_length=4000)
    resources: str = Field("", max_length=4000)
    conversion_terms: str = Field("", max_length=4000)
    weeks: int = Field(1, ge=1, le=52)
    lead: str | None = Field(None, min_length=1, max_length=254)
    executive: UUID | None = None
    data_owner: UUID | None = None


class CriterionGiven(Input):
    """A criterion. A share is said from 0 to 1. `kind` share, mean or figure; `direction` at_least or at_most."""

    name: str = Field(min_length=1, max_length=120)
    category: str = Field(max_length=60)
    target: float
    kind: str = Field("share", max_length=20)
    direction: str = Field("at_least", max_length=20)
    unit: str = Field("", max_length=20)
    baseline: float | None = None
    weight: int = Field(1, ge=0, le=100)
    mandatory: bool = False
    planned_n: int | None = Field(None, ge=1, le=10**7)
    deviation: float | None = Field(None, ge=0)


CriterionChanges: type[BaseModel] = changes(CriterionGiven)


class Signed(Input):
    """Who of the customer puts their name to it, and on which day; today unless said."""

    signer: UUID
    signed_on: date | None = None
    note: str = Field("", max_length=2000)


class Kickoff(Input):
    on: date | None = None


class Revision(Input):
    """A criterion that is otherwise from now on, why, and who of the customer agreed to it."""

    criterion: str = Field(min_length=1, max_length=60)
    why: str = Field(min_length=1, max_length=2000)
    signer: UUID
    said: CriterionChanges


class Determination(Input):
    """Whether the data set named involves patient data."""

    involved: bool
    data_set: str = Field(min_length=1, max_length=500)
    why: str = Field(min_length=1, max_length=2000)


@router.patch("/{poc}", auth=WRITE, response=POC.schema)
def describe(request: HttpRequest, poc: UUID, given: PocChanges) -> HttpResponse:
    """Say what it is for, who answers for it, what happens when it succeeds."""
    row, fields = to_change(request, poc), said(given)
    for name in ("executive", "data_owner"):
        if name in fields:
            fields[name] = one(request, Contact, fields[name], to="read") if fields[name] else None
    if "lead" in fields:
        fields["lead"] = colleague(fields["lead"]) if fields["lead"] else None
    return answer(POC.of(pocs.describe(row, fields, by=request.actor, at=now())))


@router.get("/{poc}/criteria", auth=READ, response=several(CRITERION))
def criteria(request: HttpRequest, poc: UUID) -> HttpResponse:
    """The criteria of every version, the one in force last; how they stand: `/pocs/{id}/standing`."""
    row = seen(request, poc)
    return answer({"data": CRITERION.rows(visible(PocCriterion, request.scope).filter(poc=row).order_by("version", "place", "code"))})


@router.post("/{poc}/criteria", auth=WRITE, response={201: CRITERION.schema}, openapi_extra=ONCE_HELP)
@once
def add(request: HttpRequest, poc: UUID, given: CriterionGiven) -> HttpResponse:
    """One more criterion of a draft."""
    return answer(CRITERION.of(poc_criteria.add(to_change(request, poc), given.model_dump(), by=request.actor, at=now())), 201)


@router.patch("/{poc}/criteria/{criterion}", auth=WRITE, response=CRITERION.schema)
def change(request: HttpRequest, poc: UUID, criterion: str, given: CriterionChanges) -> HttpResponse:
    """Change a criterion (its code) of a draft."""
    row = _criterion(request, to_change(request, poc), criterion)
    return answer(CRITERION.of(poc_criteria.change(row, said(given), by=request.actor, at=now())))


@router.delete("/{poc}/criteria/{criterion}", auth=WRITE, response={204: None})
def leave_out(request: HttpRequest, poc: UUID, criterion: str) -> HttpResponse:
    """Leave a criterion of a draft out."""
    poc_criteria.remove(_criterion(request, to_change(request, poc), criterion), by=request.actor, at=now())
    return HttpResponse(status=204)


@router.put("/{poc}/agreement", auth=WRITE, response=POC.schema)
def agree(request: HttpRequest, poc: UUID, given: Signed) -> HttpResponse:
    """The customer signed: criteria and terms stand."""
    row = to_change(request, poc)
    return answer(POC.of(pocs.agree(row, signer(request, given.signer), signed_on=given.signed_on, note=given.note, by=request.actor, at=now())))


@router.put("/{poc}/kickoff", auth=WRITE, response=POC.schema)
def kick_off(request: HttpRequest, poc: UUID, given: Kickoff) -> HttpResponse:
    """It runs: the criteria are locked."""
    return answer(POC.of(pocs.kick_off(to_change(request, poc), given.on, by=request.actor, at=now())))


@router.post("/{poc}/revisions", auth=WRITE, response={201: POC.schema}, openapi_extra=ONCE_HELP)
@once
def revise(request: HttpRequest, poc: UUID, given: Revision) -> HttpResponse:
    """Change a locked criterion by agreement of both: a further version of all criteria."""
    row = _criterion(request, to_change(request, poc), given.criterion)
    made = poc_criteria.revise(row, said(given.said), why=given.why, signer=signer(request, given.signer), by=request.actor, at=now())
    return answer(POC.of(made), 201)


@router.get("/{poc}/signings", auth=READ, response=several(SIGNING))
def signings(request: HttpRequest, poc: UUID) -> HttpResponse:
    """What somebody of the customer put their name to, the first first."""
    row = seen(request, poc)
    return answer({"data": SIGNING.rows(visible(PocSigning, request.scope).filter(poc=row).order_by("at", "id"))})


@router.post("/{poc}/determinations", auth=READ, response={201: DETERMINATION.schema}, openapi_extra=ONCE_HELP)
@once
def determine(request: HttpRequest, poc: UUID, given: Determination) -> HttpResponse:
    """Compliance says whether patient data is involved; without a word it is."""
    row = one(request, Poc, poc, "opportunity__account", to="read")
    need(request.user, "compliance.manage")
    kept = poc_data.determine(row, by=request.actor, at=now(), **given.model_dump())
    return answer(DETERMINATION.of(kept), 201)


def signer(request: HttpRequest, key: UUID) -> Contact:
    """Who of the customer signs."""
    return one(request, Contact, key, to="read")


def _criterion(request: HttpRequest, poc: Poc, code: str) -> Any:
    row = visible(PocCriterion, request.scope).filter(poc=poc, version=poc.version, code=code).select_related("poc").first()
    if row is None:
        raise Http404
    return row
