"""The small shapes the assumptions of the simulated company are made of: a value, a share, a log-normal, weights, each cited."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from rounds.playbook.shapes.base import Cited, Several, Shape, Share, _as_float

Real = Annotated[float, BeforeValidator(_as_float)]
Shares = dict[str, Share]


class Value(Cited):
    value: Real


class Whole(Cited):
    value: int = Field(ge=1)


class Times(Shape):
    """A log-normal: its median, and the standard deviation of its logarithm."""

    median: Real = Field(gt=0)
    spread: Real = Field(ge=0)


class CitedTimes(Times, Cited):
    pass


class CitedShares(Cited):
    """Weights by name; they need not sum to one."""

    shares: Shares


class Lift(Cited):
    log_odds: dict[str, Real]


class Season(Cited):
    by_month: Annotated[tuple[Real, ...], Several, Field(min_length=12, max_length=12)]


class FiscalEnds(Cited):
    months: dict[int, Share]


class Arrivals(Shape):
    growth_monthly: Value
    month_shock: Value
    season: Season
    fiscal_ends: FiscalEnds


class Leads(Shape):
    per_deal: Value
    to_deal_days: CitedTimes
    first_touch_hours: CitedTimes
    sources: CitedShares
    lift: Lift


class Range(Shape):
    low: int
    high: int


class RealRange(Shape):
    low: Real
    high: Real


class CitedRange(Range, Cited):
    pass


class JustShare(Cited):
    share: Share


class LossesFrom(Cited):
    proof: str
    late: str


class RivalsFrom(Cited):
    stage: str


class Habits(Cited):
    first_people: int
    people_within: int
    rival_within: int
    demo_booked_before: int
    data_after: Range
    price_within: int
    promise_within: int
    promise_again: Share
    promise_again_within: int
    promise_at_least: int
    slip_said: Range
    back_at: RealRange
    next_step_within: int
    next_step_due: Range
    ratings: Annotated[tuple[int, ...], Several]
    most_people: int


class LostLeads(Cited):
    ends_after: Range
    disqualified: Share


class Ceiling(Shape):
    mean: Share
    spread: Real


class Adoption(Cited):
    start: Share
    months: int
    ceiling: Ceiling
    least: Share
    most: Share
    blur: Real
    licences: Range


class Looks(Cited):
    project_first: int
    project_every: int
    reading_first: int
    reading_every: int


class Uptime(Cited):
    minutes_down: Times


class Surveyed(Cited):
    first_days: int
    every_days: int
    people: int
    most: int
    middle: Share
    answer_rate: Share
    mean: Real
    by_adoption: Real
    spread: Real


class Churn(Cited):
    not_before_days: int
    yearly: Share
    most_yearly: Share
    if_adoption_below: Share
    times: Real
    reasons: Shares


class Customers(Shape):
    adoption: Adoption
    uptime: Uptime
    looks: Looks
    surveys: Surveyed
    churn: Churn
