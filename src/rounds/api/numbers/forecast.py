"""The forecast of a quarter, what people call, quotas."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, ConfigDict, Field

from rounds.access.allowed import need, need_to_read, need_to_write
from rounds.access.people import number_of
from rounds.access.scope import visible
from rounds.access.sight import EVERYTHING, sight
from rounds.actions.numbers import calls, quotas
from rounds.actions.numbers.quarters import quarter_said
from rounds.analytics.forecast.groups import Asked
from rounds.analytics.forecast.quarter import quarter
from rounds.analytics.forecast.told import told
from rounds.api.auth import Bearer
from rounds.api.doors import Input
from rounds.api.shapes import Shape, answer, several
from rounds.kit.clock import now
from rounds.models import ForecastCall, Quota, User
from rounds.models.deals.standing import outcomes
from rounds.models.flow.active import active

router, quotas_router = Router(tags=["forecast"]), Router(tags=["forecast"])
READ, WRITE = Bearer("opportunities:read"), Bearer("opportunities:write")

CALL = Shape("ForecastCall", ForecastCall, {"id": "id", "kind": "kind", "owner.id": "owner_id", "opportunity.id": "opportunity_id", "starts_on": "starts_on",
                                            "cents": "cents", "best_cents": "best_cents", "category": "category", "reason": "reason", "by": "by_name", "at": "at"})  # fmt: skip
QUOTA = Shape("Quota", Quota, {"id": "id", "owner.id": "owner_id", "starts_on": "starts_on", "ends_on": "ends_on", "cents": "cents", "at": "at"})


class Forecast(BaseModel):
    """A quarter: what is won, called, held and forecast; its range, coverage and deals. Amounts are cents."""

    model_config = ConfigDict(extra="allow")

    quarter: str
    won_cents: int
    call_cents: int
    held_cents: int
    range: dict[str, int] | None
    methods: list[dict[str, Any]]
    coverage: dict[str, Any]
    groups: list[dict[str, Any]]
    deals: list[dict[str, Any]]


class CallGiven(Input):
    """What is called for a quarter (2026-Q4), in cents, won deals included; null takes it back. `owner`: whose, if not yours."""

    quarter: str = Field(max_length=10)
    cents: int | None = Field(None, ge=0, le=10**14)
    best_cents: int | None = Field(None, ge=0, le=10**14)
    owner: UUID | None = None
    reason: str = Field("", max_length=500)


class OverrideGiven(Input):
    """What a manager holds against the call of `owner`, and why."""

    quarter: str = Field(max_length=10)
    owner: UUID
    cents: int | None = Field(None, ge=0, le=10**14)
    reason: str = Field(min_length=1, max_length=500)


class QuotaGiven(Input):
    """What somebody is to win in a quarter (2026-Q4), in cents; null takes it away."""

    owner: UUID
    quarter: str = Field(max_length=10)
    cents: int | None = Field(ge=0, le=10**14)


@router.get("", auth=READ, response=Forecast)
def show(request: HttpRequest, quarter_: str = Query("", alias="quarter", max_length=10), by: str = Query("owner", pattern="^(owner|team|territory|segment)$")) -> HttpResponse:
    """The quarter as one sees it; the running one unless said."""
    need_to_read(request.user, "opportunity")
    book, at = active().playbook, now()
    with sight(EVERYTHING):
        said = outcomes(book)
    return answer(told(quarter(request.scope, Asked(quarter_said(quarter_, at), by=by), book, at, said)))


@router.post("/calls", auth=WRITE, response={201: CALL.schema})
def call(request: HttpRequest, given: CallGiven) -> HttpResponse:
    """Call a quarter. For somebody else it takes the permission to override."""
    need_to_write(request.user, "opportunity")
    owner = _owner(request, given.owner)
    if owner.pk != request.user.pk:
        need(request.user, "forecast.override")
    row = calls.call(owner, quarter_said(given.quarter or "?", now()), given.cents, best_cents=given.best_cents, reason=given.reason, by=request.actor, at=now())
    return answer(CALL.of(row), 201)


@router.post("/overrides", auth=WRITE, response={201: CALL.schema})
def override(request: HttpRequest, given: OverrideGiven) -> HttpResponse:
    """Hold another number against a call; the call stays beside it."""
    need(request.user, "forecast.override")
    row = calls.override(_owner(request, given.owner), quarter_said(given.quarter or "?", now()), given.cents, reason=given.reason, by=request.actor, at=now())
    return answer(CALL.of(row), 201)


@quotas_router.get("", auth=READ, response=several(QUOTA))
def quotas_of(request: HttpRequest) -> HttpResponse:
    """The quotas in force that one sees, the latest first; at most 500."""
    need_to_read(request.user, "opportunity")
    return answer({"data": QUOTA.rows(visible(Quota, request.scope).filter(ended_at=None).order_by("-starts_on", "owner__name")[:500])})


@quotas_router.put("", auth=WRITE, response={200: QUOTA.schema, 204: None})
def set_quota(request: HttpRequest, given: QuotaGiven) -> HttpResponse:
    """Set a quota, or take it away."""
    need(request.user, "quotas.manage")
    row = quotas.set_quota(_owner(request, given.owner), quarter_said(given.quarter or "?", now()), given.cents, by=request.actor, at=now())
    return answer(QUOTA.of(row)) if row is not None else HttpResponse(status=204)


def _owner(request: HttpRequest, key: UUID | None) -> User:
    owner = number_of(request.user, key)
    if owner is None:
        raise Http404
    return owner
