"""Reports: those that were made for whoever asks, one with all it says, and a new one made now."""

from datetime import date
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from rounds.access.reports import may_read
from rounds.actions.numbers import reports
from rounds.analytics.reports import making
from rounds.api.auth import Bearer
from rounds.api.doors import ONCE_HELP, Input, noted, once
from rounds.api.shapes import Shape, answer, several
from rounds.kit.clock import now
from rounds.models import Report
from rounds.models.flow.active import active

router = Router(tags=["reports"])
READ, WRITE = Bearer("reports:read"), Bearer("reports:write")
LATEST = 100
PARTS = {"id": "id", "report": "kind", "title": "title", "period": "period", "as_of": "as_of", "version": "version", "slot": "slot", "data_at": "data_at",
         "digest": "digest", "scope": "scope_hash", "playbook": "playbook_hash", "by": "by_name", "at": "at"}  # fmt: skip
LISTED = Shape("ReportListed", Report, PARTS)
REPORT = Shape("Report", Report, {**PARTS, "parameters": "parameters", "content": "content"})


class ReportAsked(Input):
    """Which report of numbers/reports.yaml, and as of which day, where it is not today."""

    report: str = Field(min_length=1, max_length=60)
    as_of: date | None = None


@router.get("", auth=READ, response=several(LISTED))
def index(request: HttpRequest) -> HttpResponse:
    """The reports that were made for whoever asks, the last first; at most 100."""
    return answer({"data": [LISTED.of(row) for row in reports.own(request.user).defer("content")[:LATEST]]})


@router.post("", auth=WRITE, response={201: REPORT.schema}, openapi_extra=ONCE_HELP)
@once
def make(request: HttpRequest, given: ReportAsked) -> HttpResponse:
    """Make a report now, of what whoever asks may see. It is kept as it was told; made again it is a further version."""
    kind = reports.kind_of(given.report)
    if not may_read(request.user, kind):
        raise reports.NotYours
    found = making.made(kind, request.scope, active().playbook, now(), given.as_of)
    row = reports.keep(found, request.user, by=request.actor, at=found.at)
    row.content = making.shown(row, reports.words_of(row), request.scope)
    return answer(REPORT.of(row), 201, Location=f"/api/v1/reports/{row.pk}")


@router.get("/{report}", auth=READ, response=REPORT.schema)
def show(request: HttpRequest, report: UUID) -> HttpResponse:
    """One report, with all it says; deals one no longer sees are named no more."""
    row = reports.own(request.user).filter(pk=report).first()
    if row is None:
        raise Http404
    if not may_read(request.user, reports.kind_of(row.kind)):
        raise reports.NotYours
    noted(request, "report.read", "report", row.pk, report=row.kind)
    row.content = making.shown(row, reports.words_of(row), request.scope)
    return answer(REPORT.of(row))
