"""Numbers: every metric, its value for a period, the rows behind it."""

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import BaseModel

from rounds.access.allowed import need_to_read, reads
from rounds.analytics.numbers.asking import USUAL, Asked, asked
from rounds.analytics.numbers.live import Live
from rounds.analytics.numbers.registry import metrics
from rounds.api.auth import Bearer
from rounds.api.doors import noted
from rounds.api.shapes import answer
from rounds.kit.clock import now
from rounds.models.flow.active import active

router = Router(tags=["metrics"])
READ = Bearer("opportunities:read")
MOST = 1000


class Asking(Schema):
    """`period`: 2026-Q4, 2026-10, 2026-W44, 2026, this-quarter, 2026-10-05..2026-11-02. The dimensions may be repeated."""

    period: str = USUAL
    by: str = ""
    as_of: str = ""
    segment: list[str] = []
    territory: list[str] = []
    tier: list[str] = []
    owner: list[str] = []
    team: list[str] = []
    product: list[str] = []
    band: list[str] = []
    playbook: list[str] = []


class MetricListed(BaseModel):
    """A metric: `counted` says when a row counts (closed in, open at …), `waits_for` what records it lacks."""

    metric: str
    number: str
    title: str
    unit: str
    counted: str
    population: str
    about: str
    by: list[str]
    filters: list[str]
    waits_for: str


class MetricsListed(BaseModel):
    """Every metric the token's person reads."""

    data: list[MetricListed]


class RowBehind(BaseModel):
    """A record behind a number and what it adds: `top` and `base` to the sides of a ratio, `x` in cents, seconds or points."""

    id: str
    top: int | None
    base: int | None
    x: int | None
    why: str


class RowsBehind(BaseModel):
    """The rows behind a number, what weighs most first; at most 1,000."""

    noun: str
    data: list[RowBehind]


@router.get("", auth=READ, response=MetricsListed)
def index(request: HttpRequest) -> HttpResponse:
    """Every metric with its definition."""
    noted(request, "numbers.read", "metric")
    seen = [one for one in metrics().values() if not one.noun or reads(request.user, one.noun)]
    return answer({"data": [{"metric": one.name, "number": one.number, "title": one.title, "unit": one.unit, "counted": one.when, "population": one.population,
                             "about": " ".join(one.about.split()), "by": list(one.by), "filters": list(one.filters), "waits_for": one.waits_for} for one in seen]})  # fmt: skip


@router.get("/{metric}", auth=READ, response=dict)
def show(request: HttpRequest, metric: str, said: Query[Asking]) -> HttpResponse:
    """The number for a period, under filters, broken down, as the records stood on a day; its trend, targets and reasons."""
    question, engine, at = _asked(request, metric)
    noted(request, "number.read", "metric", metric=metric, period=question.period.code)
    return answer(question.answered(engine, at).plain())


@router.get("/{metric}/rows", auth=READ, response=RowsBehind)
def rows(request: HttpRequest, metric: str, said: Query[Asking]) -> HttpResponse:
    """The records behind the number, under the same filters."""
    question, engine, at = _asked(request, metric)
    found = question.rows(engine, at, MOST)
    noted(request, "number.rows", "metric", metric=metric, period=question.period.code, rows=len(found))
    return answer({"noun": question.metric.noun, "data": [{"id": one.id, "top": one.top, "base": one.base, "x": one.x, "why": one.why.rstrip(", ")} for one in found]})


def _asked(request: HttpRequest, metric: str) -> tuple[Asked, Live, object]:
    at, engine = now(), Live(request.scope, active().playbook)
    question = asked(metric, {key: request.GET.getlist(key) for key in Asking.model_fields}, engine, at)
    if question.metric.noun:
        need_to_read(request.user, question.metric.noun)
    return question, engine, at
