"""Competitors: the registry, and where they are met."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from rounds.access.allowed import need, need_to_read
from rounds.actions.deals import competitors
from rounds.api.auth import Bearer
from rounds.api.doors import Input, below, one, said
from rounds.api.shapes import Shape, answer, several
from rounds.kit.clock import now
from rounds.models import Competitor, CompetitorSource, Opportunity, OpportunityCompetitor

router, of_deals = Router(tags=["competitors"]), Router(tags=["opportunities"])
READ, WRITE = Bearer("opportunities:read"), Bearer("opportunities:write")
MAY = "competitors.manage"

COMPETITOR = Shape("Competitor", Competitor, {
    "id": "id", "name": "name", "kind": "kind", "website": "website", "products": "products", "segments": "segments",
    "ehr_partners": "ehr_partners", "pricing": "pricing", "strengths": "strengths", "weaknesses": "weaknesses", "retired_at": "retired_at",
    "updated_at": "updated_at",
})  # fmt: skip
SOURCE = Shape("CompetitorSource", CompetitorSource, {
    "id": "id", "source": "source", "link": "link", "as_of": "as_of", "confidence": "confidence", "says": "says", "by": "by_name", "at": "at",
})  # fmt: skip
MET = Shape("OpportunityCompetitor", OpportunityCompetitor, {
    "id": "id", "competitor.id": "competitor_id", "competitor.name": "competitor__name", "status": "status", "note": "note", "won": "won",
    "updated_at": "updated_at",
})  # fmt: skip


class CompetitorGiven(Input):
    """A company we compete with. `kind` is established or entrant."""

    name: str = Field(min_length=1, max_length=200)
    kind: str = Field("established", max_length=40)
    website: str = Field("", max_length=500)
    products: list[str] = Field(default_factory=list, max_length=40)
    segments: list[str] = Field(default_factory=list, max_length=40)
    ehr_partners: list[str] = Field(default_factory=list, max_length=40)
    pricing: str = Field("", max_length=4000)
    strengths: str = Field("", max_length=4000)
    weaknesses: str = Field("", max_length=4000)


class CompetitorChanges(CompetitorGiven):
    name: str = Field("", max_length=200)


class SourceGiven(Input):
    """Where something was read or heard, when, and how sure that is (0 to 100)."""

    source: str = Field(min_length=1, max_length=300)
    as_of: date
    confidence: int = Field(ge=0, le=100)
    link: str = Field("", max_length=500)
    says: str = Field("", max_length=4000)


class Meeting(Input):
    """How a competitor stands in a deal: present, incumbent, shortlisted or eliminated."""

    status: str = Field("present", max_length=40)
    note: str = Field("", max_length=2000)


@router.get("", auth=READ, response=several(COMPETITOR))
def index(request: HttpRequest) -> HttpResponse:
    """The competitors, by name; those that were retired last."""
    need_to_read(request.user, "opportunity")
    return answer({"data": COMPETITOR.rows(Competitor.objects.order_by("retired_at", "name"))})


@router.post("", auth=WRITE, response={201: COMPETITOR.schema})
def create(request: HttpRequest, given: CompetitorGiven) -> HttpResponse:
    """Keep a competitor."""
    need(request.user, MAY)
    return answer(COMPETITOR.of(competitors.add(by=request.actor, at=now(), **given.model_dump())), 201)


@router.get("/{competitor}", auth=READ, response=COMPETITOR.schema)
def show(request: HttpRequest, competitor: UUID) -> HttpResponse:
    """One competitor."""
    need_to_read(request.user, "opportunity")
    return answer(COMPETITOR.of(below(Competitor.objects.all(), competitor)))


@router.patch("/{competitor}", auth=WRITE, response=COMPETITOR.schema)
def change(request: HttpRequest, competitor: UUID, given: CompetitorChanges) -> HttpResponse:
    """Change what is known of a competitor."""
    need(request.user, MAY)
    row = below(Competitor.objects.all(), competitor)
    return answer(COMPETITOR.of(competitors.change(row, by=request.actor, at=now(), **said(given))))


@router.put("/{competitor}/retiring", auth=WRITE, response=COMPETITOR.schema)
def retire(request: HttpRequest, competitor: UUID) -> HttpResponse:
    """Take it off the lists; the deals it was met in keep it."""
    need(request.user, MAY)
    return answer(COMPETITOR.of(competitors.retire(below(Competitor.objects.all(), competitor), by=request.actor, at=now())))


@router.get("/{competitor}/sources", auth=READ, response=several(SOURCE))
def sources(request: HttpRequest, competitor: UUID) -> HttpResponse:
    """Where what is known was read or heard."""
    need_to_read(request.user, "opportunity")
    return answer({"data": SOURCE.rows(below(Competitor.objects.all(), competitor).sources.order_by("-as_of", "-id"))})


@router.post("/{competitor}/sources", auth=WRITE, response={201: SOURCE.schema})
def cite(request: HttpRequest, competitor: UUID, given: SourceGiven) -> HttpResponse:
    """Say where something was read or heard."""
    need(request.user, MAY)
    row = below(Competitor.objects.all(), competitor)
    return answer(SOURCE.of(competitors.cite(row, by=request.actor, at=now(), **given.model_dump())), 201)


@of_deals.get("/{opportunity}/competitors", auth=READ, response=several(MET))
def met(request: HttpRequest, opportunity: UUID) -> HttpResponse:
    """Which competitors are met in a deal."""
    return answer({"data": MET.rows(one(request, Opportunity, opportunity).competitors.order_by("competitor__name"))})


@of_deals.put("/{opportunity}/competitors/{competitor}", auth=WRITE, response=MET.schema)
def meet(request: HttpRequest, opportunity: UUID, competitor: UUID, given: Meeting) -> HttpResponse:
    """Say that a competitor is met in a deal, and how it stands."""
    deal = one(request, Opportunity, opportunity)
    row = competitors.meet(deal, below(Competitor.objects.all(), competitor), status=given.status, note=given.note, by=request.actor, at=now())
    return answer(MET.of(row))


@of_deals.delete("/{opportunity}/competitors/{competitor}", auth=WRITE, response={204: None})
def part(request: HttpRequest, opportunity: UUID, competitor: UUID) -> HttpResponse:
    """Take back that a competitor is met in a deal."""
    deal = one(request, Opportunity, opportunity)
    competitors.part(below(deal.competitors.select_related("competitor", "opportunity"), competitor_id(deal, competitor)), by=request.actor, at=now())
    return HttpResponse(status=204)


def competitor_id(deal: Opportunity, competitor: UUID) -> UUID | None:
    """The row of a competitor in a deal."""
    return deal.competitors.filter(competitor_id=competitor).values_list("id", flat=True).first()
