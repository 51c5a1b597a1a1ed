"""Proofs of concept: listed, opened, read week by week, and how they stand."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router
from pydantic import BaseModel, Field

from rounds.access.allowed import need_to_write
from rounds.access.scope import visible
from rounds.actions.deals import poc_issues, poc_readings, pocs
from rounds.api.auth import Bearer
from rounds.api.doors import ONCE_HELP, Input, below, list_help, noted, once, one, page
from rounds.api.shapes import Shape, answer, page_schema, several
from rounds.kit.clock import now
from rounds.models import Opportunity, Poc, PocIssue, PocReading
from rounds.models.deals.poc_standing import stands
from rounds.models.deals.proof_listing import POCS

router, of_deals = Router(tags=["pocs"]), Router(tags=["pocs"])
READ, WRITE = Bearer("opportunities:read"), Bearer("opportunities:write")
POC = Shape("Poc", Poc, {
    "id": "id", "opportunity": "opportunity_id", "name": "name", "use_case": "use_case", "resources": "resources", "state": "state",
    "weeks": "weeks", "lead.id": "lead_id", "lead.name": "lead__name", "executive": "executive_id", "data_owner": "data_owner_id",
    "conversion_terms": "conversion_terms", "criteria_version": "version", "kickoff_on": "kickoff_on", "planned_ends_on": "planned_ends_on",
    "ends_on": "ends_on", "data_since": "data_since", "readout_on": "readout_on", "decision_due_on": "decision_due_on", "result": "result",
    "attained": "attained", "decision": "decision", "ended_on": "ended_on", "conversion_plan": "conversion_plan", "by": "by_name", "at": "at",
})  # fmt: skip
READING = Shape("PocReading", PocReading, {
    "id": "id", "criterion": "code", "week": "week", "read_on": "read_on", "value": "value", "n": "n", "hits": "hits", "deviation": "deviation",
    "low": "low", "high": "high", "method": "method", "verdict": "word", "source": "source", "by": "by_name", "at": "at",
})  # fmt: skip
ISSUE = Shape("PocIssue", PocIssue, {
    "id": "id", "title": "title", "note": "note", "severity": "severity", "due_at": "due_at", "escalated_at": "escalated_at",
    "closed_at": "closed_at", "solution": "solution", "by": "by_name", "at": "at",
})  # fmt: skip


class PocGiven(Input):
    """A draft. Who of the customer answers for it, the criteria and the terms come before the agreement."""

    name: str = Field("", max_length=200)
    use_case: str = Field("", max_length=4000)
    resources: str = Field("", max_length=4000)
    conversion_terms: str = Field("", max_length=4000)
    weeks: int | None = Field(None, ge=1, le=52)


class PocReadingGiven(Input):
    """What was measured of a criterion (its code): of a share `hits` of `n`, of a mean `value`, `n` and `deviation`, else
    `value`. Shares are said from 0 to 1."""

    criterion: str = Field(min_length=1, max_length=60)
    value: float | None = None
    n: int | None = Field(None, ge=1, le=10**7)
    hits: int | None = Field(None, ge=0, le=10**7)
    deviation: float | None = Field(None, ge=0)
    read_on: date | None = None
    source: str = Field("", max_length=500)


class IssueGiven(Input):
    """Something that stands in the way."""

    title: str = Field(min_length=1, max_length=300)
    severity: str = Field(min_length=1, max_length=60)
    note: str = Field("", max_length=4000)


class CriterionStands(BaseModel):
    """How a criterion of the version in force stands."""

    code: str
    name: str
    category: str
    kind: str
    unit: str
    direction: str
    baseline: float | None
    target: float
    weight: int
    mandatory: bool
    verdict: str
    attained: float
    why: str
    value: float | None
    low: float | None
    high: float | None
    method: str | None
    sample_enough: bool
    sample: str


class PocStands(BaseModel):
    """What the criteria come to now: success, partial or failed."""

    result: str
    attained: float
    why: str
    version: int
    criteria: list[CriterionStands]


@router.get("", auth=READ, response=page_schema(POC), openapi_extra=list_help())
def index(request: HttpRequest) -> HttpResponse:
    """Proofs of concept, the newest first unless sorted otherwise."""
    return page(request, POCS, POC)


@router.get("/{poc}", auth=READ, response=POC.schema)
def show(request: HttpRequest, poc: UUID) -> HttpResponse:
    """One proof of concept."""
    values = visible(Poc, request.scope).filter(pk=poc).values_list(*POC.paths).first()
    if values is None:
        raise Http404
    noted(request, "poc.read", "poc", poc)
    return answer(POC.row(values))


@router.get("/{poc}/standing", auth=READ, response=PocStands)
def standing(request: HttpRequest, poc: UUID) -> HttpResponse:
    """How its criteria stand by their last readings, and what they come to."""
    row = seen(request, poc)
    found = stands(row)
    return answer({"result": found.verdict.result, "attained": float(found.verdict.attained), "why": found.verdict.why, "version": row.version,
                   "criteria": [_told(one) for one in found.measured]})  # fmt: skip


@router.get("/{poc}/readings", auth=READ, response=several(READING))
def readings(request: HttpRequest, poc: UUID) -> HttpResponse:
    """Every reading, the oldest first; of several in a week the last one counts."""
    row = seen(request, poc)
    return answer({"data": READING.listed(visible(PocReading, request.scope).filter(poc=row).order_by("week", "at", "id").values_list(*READING.paths))})


@router.post("/{poc}/readings", auth=WRITE, response={201: READING.schema}, openapi_extra=ONCE_HELP)
@once
def record(request: HttpRequest, poc: UUID, given: PocReadingGiven) -> HttpResponse:
    """Keep what was measured. Interval and verdict are worked out at once; without a BAA in force patient data stays out."""
    row = to_change(request, poc)
    read = poc_readings.record(row, given.criterion, value=given.value, n=given.n, hits=given.hits, deviation=given.deviation,
                               read_on=given.read_on, source=given.source, by=request.actor, at=now())  # fmt: skip
    return answer(READING.of(read), 201)


@router.post("/{poc}/issues", auth=WRITE, response={201: ISSUE.schema}, openapi_extra=ONCE_HELP)
@once
def raise_issue(request: HttpRequest, poc: UUID, given: IssueGiven) -> HttpResponse:
    """Something stands in the way; how long it may depends on its severity."""
    row = to_change(request, poc)
    issue = poc_issues.raise_issue(row, title=given.title, severity=given.severity, note=given.note, by=request.actor, at=now())
    return answer(ISSUE.of(issue), 201)


@of_deals.post("/{opportunity}/pocs", auth=WRITE, response={201: POC.schema}, openapi_extra=ONCE_HELP)
@once
def open_poc(request: HttpRequest, opportunity: UUID, given: PocGiven) -> HttpResponse:
    """A draft for a deal; the one that is open is answered."""
    deal = one(request, Opportunity, opportunity, "account", "owner")
    poc = pocs.open_poc(deal, **given.model_dump(), by=request.actor, at=now())
    return answer(POC.of(poc), 201, Location=f"/api/v1/pocs/{poc.id}")


def to_change(request: HttpRequest, key: UUID) -> Poc:
    """A proof of concept one may change: with its deal."""
    row = below(visible(Poc, request.scope).select_related("opportunity__account", "opportunity__owner"), key)
    need_to_write(request.user, row.opportunity)
    return row


def seen(request: HttpRequest, key: UUID) -> Poc:
    """A proof of concept one sees; that it was read is noted."""
    row = below(visible(Poc, request.scope).select_related("opportunity__account", "opportunity__owner"), key)
    noted(request, "poc.read", "poc", row.id, part=request.path.rstrip("/").rsplit("/", 1)[-1])
    return row


def _told(one_: Any) -> dict[str, Any]:
    row, last = one_.criterion, one_.last
    return {
        **{name: getattr(row, name) for name in ("code", "name", "category", "kind", "unit", "direction", "baseline", "target", "weight", "mandatory")},
        "verdict": one_.standing.word, "attained": one_.standing.attained, "why": one_.standing.why, "value": last.value if last else None,
        "low": last.low if last else None, "high": last.high if last else None, "method": last.method if last else None,
        "sample_enough": one_.sample.enough, "sample": one_.sample.why,
    }  # fmt: skip
