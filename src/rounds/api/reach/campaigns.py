"""One-off sends: a newsletter, a webinar, an event, a resource, each with what came of it (COMM-16)."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router
from pydantic import BaseModel, Field

from rounds.access.allowed import need
from rounds.actions.reach import campaigns
from rounds.analytics.reach import campaigns as told
from rounds.analytics.reach.sequences import Line
from rounds.api.auth import Bearer
from rounds.api.doors import Input, noted
from rounds.api.reach.sequences import SequenceNumbers
from rounds.api.shapes import answer
from rounds.kit.clock import now
from rounds.models import Campaign

router = Router(tags=["campaigns"])
READ, WRITE = Bearer("playbook:read"), Bearer("leads:write")
MOST = 200


class CampaignSaid(BaseModel):
    """One send: the sequence it is (`kind`), its text, and its numbers among the people the caller sees."""

    id: UUID
    name: str
    kind: str
    template: str
    state: str
    why: str
    begun_at: datetime | None
    ended_at: datetime | None
    by: str
    numbers: SequenceNumbers


class CampaignsSaid(BaseModel):
    data: list[CampaignSaid]


class CampaignWhole(CampaignSaid):
    segments: dict[str, SequenceNumbers]
    tiers: dict[str, SequenceNumbers]


class CampaignStop(Input):
    """Why it is stopped."""

    why: str = Field(min_length=1, max_length=300)


@router.get("", auth=READ, response=CampaignsSaid)
def index(request: HttpRequest) -> HttpResponse:
    """The sends, the newest first, at most 200. One is begun by enrolling in its sequence under a name (POST /enrolments)."""
    need(request.user, "playbook.read")
    lines = told.lines(request.scope)
    rows = list(Campaign.objects.order_by("-at", "id")[:MOST])
    noted(request, "campaigns.list", "campaign", rows=len(rows))
    return answer({"data": [_said(row, lines.get(str(row.pk), Line())) for row in rows]})


@router.get("/{campaign}", auth=READ, response=CampaignWhole)
def show(request: HttpRequest, campaign: UUID) -> HttpResponse:
    """One send, by segment and by tier."""
    row = _of(request, campaign)
    noted(request, "campaign.read", "campaign", row.pk)
    parts = {name: {key: asdict(line) for key, line in told.by_part(row.pk, request.scope, part).items()} for name, part in (("segments", "segment"), ("tiers", "tier"))}
    return answer({**_said(row, told.line(row.pk, request.scope)), **parts})


@router.put("/{campaign}/stopping", auth=WRITE, response=CampaignSaid)
def stop(request: HttpRequest, campaign: UUID, given: CampaignStop) -> HttpResponse:
    """Stop it for whoever did not get it yet."""
    row = _of(request, campaign)
    need(request.user, "campaigns.run")
    campaigns.stop(row, why=given.why, by=request.actor, at=now())
    return answer(_said(row, told.line(row.pk, request.scope)))


def _of(request: HttpRequest, key: UUID) -> Campaign:
    need(request.user, "playbook.read")
    row = Campaign.objects.filter(pk=key).first()
    if row is None:
        raise Http404
    return row


def _said(row: Campaign, line: Line) -> dict[str, Any]:
    return {"id": row.pk, **{name: getattr(row, name) for name in ("name", "kind", "template", "state", "why", "begun_at", "ended_at")},
            "by": row.by_name, "numbers": asdict(line)}  # fmt: skip
