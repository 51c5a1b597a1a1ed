"""What stands below an account: facts with their sources, scores and why, tiers, intelligence, what happened."""

from datetime import date
from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from rounds.access.allowed import need
from rounds.actions.market import intelligence, tiers
from rounds.api import records
from rounds.api.auth import Bearer
from rounds.api.doors import ONCE_HELP, Input, Moment, once, one
from rounds.api.shapes import answer, several
from rounds.kit.clock import now
from rounds.models import Account

router = Router(tags=["accounts"])
READ, WRITE = Bearer("accounts:read"), Bearer("accounts:write")


class IntelligenceGiven(Input):
    """One thing known of an account, with where it comes from and the day it speaks of."""

    area: Literal["business", "operational", "technology", "stakeholder"]
    topic: str = Field(min_length=1, max_length=200)
    text: str = Field(min_length=1, max_length=5000)
    source: str = Field(min_length=1, max_length=500)
    as_of: date
    confidence: float = Field(0.5, ge=0, le=1)


class OverrideGiven(Input):
    """A tier set by hand until a day, with the reason. The token's person approves it."""

    tier: Literal[0, 1, 2, 3]
    reason: str = Field(min_length=1, max_length=500)
    expires_at: Moment


class Lifting(Input):
    """Why an override ends."""

    reason: str = Field(min_length=1, max_length=500)


@router.get("/{account}/facts", auth=READ, response=several(records.FACT))
def facts(request: HttpRequest, account: UUID) -> HttpResponse:
    """What each source claims of an account, with its date and confidence; a person's word first."""
    row = one(request, Account, account)
    return answer({"data": records.FACT.rows(row.facts.order_by("key", "-human", "-confidence", "source"), 500)})


@router.get("/{account}/scores", auth=READ, response=several(records.SCORE))
def scores(request: HttpRequest, account: UUID) -> HttpResponse:
    """Every verdict on an account with the lines that explain it, the last first."""
    row = one(request, Account, account)
    return answer({"data": records.SCORE.rows(row.scores.order_by("-at", "-id"))})


@router.get("/{account}/tiers", auth=READ, response=several(records.TIER))
def tier_history(request: HttpRequest, account: UUID) -> HttpResponse:
    """Every tier an account had, with the gates that led to it, the last first."""
    row = one(request, Account, account)
    return answer({"data": records.TIER.rows(row.tiers.order_by("-at", "-id"))})


@router.post("/{account}/tiers", auth=WRITE, response={201: records.TIER.schema}, openapi_extra=ONCE_HELP)
@once
def override(request: HttpRequest, account: UUID, given: OverrideGiven) -> HttpResponse:
    """Set a buying unit's tier by hand. For managers and admins."""
    row = one(request, Account, account)
    need(request.user, "tier.override")
    kept = tiers.override(row, given.tier, reason=given.reason, approver=request.user, expires_at=given.expires_at,
                          by=request.actor, at=now())  # fmt: skip
    return answer(records.TIER.of(kept), 201)


@router.post("/{account}/tiers/lifting", auth=WRITE, response={201: several(records.TIER)}, openapi_extra=ONCE_HELP)
@once
def lift(request: HttpRequest, account: UUID, given: Lifting) -> HttpResponse:
    """End a tier set by hand; the rule's verdict holds again."""
    row = one(request, Account, account)
    need(request.user, "tier.override")
    tiers.lift(row, reason=given.reason, by=request.actor, at=now())
    return answer({"data": records.TIER.rows(row.tiers.order_by("-at", "-id"), 2)}, 201)


@router.get("/{account}/intelligence", auth=READ, response=several(records.INTELLIGENCE))
def known(request: HttpRequest, account: UUID) -> HttpResponse:
    """What is known of an account beyond its figures, the latest first."""
    row = one(request, Account, account)
    return answer({"data": records.INTELLIGENCE.rows(row.intelligence.order_by("-as_of", "-id"))})


@router.post("/{account}/intelligence", auth=WRITE, response={201: records.INTELLIGENCE.schema},
             openapi_extra=ONCE_HELP)  # fmt: skip
@once
def note(request: HttpRequest, account: UUID, given: IntelligenceGiven) -> HttpResponse:
    """Keep one piece of intelligence."""
    row = one(request, Account, account)
    kept = intelligence.note(row, by=request.actor, at=now(), **given.model_dump())
    return answer(records.INTELLIGENCE.of(kept), 201)
