"""The payloads of quotas, forecast calls, locked quarters. Amounts are cents."""

from __future__ import annotations

from rounds.models.flow.payload import Payload


class QuotaGiven(Payload):
    """`cents` None: it was taken away."""

    owner: str
    owner_name: str
    cents: int | None
    starts_on: str
    ends_on: str


class ForecastCalled(Payload):
    owner: str
    owner_name: str
    quarter: str
    cents: int | None
    best_cents: int | None = None
    reason: str = ""


class ForecastJudged(Payload):
    """`own`: the category its owner has it in; `category` "" takes back what was said before."""

    quarter: str
    own: str
    category: str
    cents: int | None
    reason: str


class ForecastLocked(Payload):
    quarter: str
    people: int
    won_cents: int


class ForecastLearned(Payload):
    deals: int
    weeks: int


NUMBERS: dict[str, type[Payload]] = {
    "quota.given": QuotaGiven,
    "forecast.called": ForecastCalled,
    "forecast.overridden": ForecastCalled,
    "forecast.judged": ForecastJudged,
    "forecast.locked": ForecastLocked,
    "forecast.learned": ForecastLearned,
}
