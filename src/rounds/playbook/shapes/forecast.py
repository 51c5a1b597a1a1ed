"""How a quarter is forecast (numbers/forecast.yaml)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from rounds.playbook.shapes.base import Cited, Code, Number, Several, Shape, Share

Weight = Annotated[Number, Field(ge=0, le=1000)]
Few = Annotated[int, Field(ge=1, le=1000)]
Points = Annotated[int, Field(ge=0, le=100)]


class Learning(Cited):
    """How quickly our own deals outweigh the playbook."""

    ages: Annotated[int, Field(ge=4, le=104)]
    prior_deals: Weight
    age_weeks: Annotated[Number, Field(gt=0, le=1000)]
    cell_weeks: Annotated[Number, Field(gt=0, le=1000)]
    month_deals: Annotated[Number, Field(gt=0, le=1000)]
    most_a_week: Annotated[float, Field(gt=0, lt=1)]
    recent_weeks: Few
    recent_wins: Annotated[int, Field(ge=1, le=5000)]


class Spread(Cited):
    """The range: its draws, its ends, what it holds before past forecasts tell how far off we are."""

    draws: Annotated[int, Field(ge=100, le=20_000)]
    seed: int
    low: Share
    high: Share
    holds: Share
    shock: Share
    shock_windows: Weight
    most_shock: Share
    lean_windows: Weight
    width_windows: Weight
    most_width: Annotated[Number, Field(ge=1, le=20)]


class BackTest(Cited):
    weeks: Annotated[int, Field(ge=1, le=1040)]
    draws: Annotated[int, Field(ge=100, le=20_000)]
    least: Few


class CategoryShares(Cited):
    percent: dict[Code, Points]


class AgePart(Shape):
    points: Points
    slow: Share
    stalled: Share


class CriteriaPart(Shape):
    points: Points


class PeoplePart(Shape):
    points: Points
    enough: Few
    champion: Points
    buyer: Points


class SlipPart(Shape):
    points: Points
    each: Points


class ConfidenceBand(Shape):
    band: Code
    title: str
    at_least: Points


class Confidence(Cited):
    age: AgePart
    criteria: CriteriaPart
    people: PeoplePart
    slips: SlipPart
    bands: Annotated[tuple[ConfidenceBand, ...], Several]


class BudgetApproval(Cited):
    approved_months_before: Annotated[int, Field(ge=0, le=11)]


class Calls(Cited):
    start_days: Annotated[int, Field(ge=1, le=60)]


class Lock(Cited):
    after_days: Annotated[int, Field(ge=0, le=90)]


class ForecastRules(Shape):
    rule: str
    title: str
    learning: Learning
    range: Spread
    backtest: BackTest
    categories: CategoryShares
    confidence: Confidence
    budget: BudgetApproval
    calls: Calls
    lock: Lock
