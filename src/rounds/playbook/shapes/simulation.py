"""The assumptions of the simulated company (numbers/simulation.yaml). They belong to no playbook: no rule reads them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from rounds.playbook.shapes.base import Cited, Several, Shape, Share
from rounds.playbook.shapes.simulated import (
    Arrivals,
    CitedRange,
    CitedShares,
    CitedTimes,
    Customers,
    Habits,
    JustShare,
    Leads,
    LossesFrom,
    LostLeads,
    Range,
    Real,
    RivalsFrom,
    Shares,
    Times,
    Value,
    Whole,
)


class Office(Cited):
    """When people work: from `opens_utc` on, so many hours, as moments are told; `workday` as openings are drawn."""

    opens_utc: int
    hours: int
    workday: Range


class Segment(Shape):
    segment: str
    share: Share
    pace: Real = Field(gt=0)
    log_odds: Real
    arr_usd: Times
    stakeholders: Range
    phi: Share


class Segments(Cited):
    listed: Annotated[tuple[Segment, ...], Several]


class StageStay(Cited):
    stage: str
    days: Real = Field(gt=0)
    chance: Share


class StageStays(Shape):
    spread: Value
    linger: Value
    listed: Annotated[tuple[StageStay, ...], Several]


class Stuck(Cited):
    share: Share
    times: Real
    log_odds: Real


class Back(Cited):
    share: Share
    stages: Annotated[tuple[str, ...], Several]


class Skip(Cited):
    share: Shares
    was: str
    now: str
    chance: Share


class Pull(Cited):
    """`share` is signed in the last days of a time that ends within so many days."""

    share: Share
    within_days: int
    last_days: int


class Slump(Shape):
    share: Share
    log_odds: Real


class Shock(Cited):
    month: Real
    slump: Slump


class Spread(Cited):
    spread: Real


class Ramp(Cited):
    months: int
    log_odds: Real


class Hired(Cited):
    share: Share
    until: Share


class Leave(Cited):
    share: Share
    first: Share
    last: Share


class Quota(Cited):
    of_expected: Real
    round_usd: int


class Sellers(Shape):
    deals_each: Value
    quality: Spread
    pace: Spread
    ramp: Ramp
    hired_late: Hired
    before_days: CitedRange
    leave: Leave
    quota: Quota


class Dates(Shape):
    optimism: Value
    blur: Value
    slip_days: CitedTimes
    look_again: Value


class FirstGuess(Cited):
    stage: str
    blur: Real


class AmountChanges(Cited):
    stages: Annotated[tuple[str, ...], Several]
    mean: Annotated[tuple[Real, ...], Several]
    blur: Annotated[tuple[Real, ...], Several]
    share: Annotated[tuple[Share, ...], Several]


class Amounts(Shape):
    first: FirstGuess
    changes: AmountChanges
    known: JustShare
    round_usd: Whole


class Rivals(Shape):
    share: Value
    log_odds: Value
    listed: CitedShares


class Losses(Cited):
    early: Shares
    proof: Shares
    late: Shares


class Pocs(Shape):
    partial: JustShare
    weeks: CitedRange


class Weekly(Cited):
    """Acts a week in each open stage."""

    by_stage: dict[str, Real]


class Activities(Shape):
    per_week: Weekly
    stuck: Value
    kinds: CitedShares
    inward: JustShare


class LoadEvents(Shape):
    per_deal: Whole


class Simulation(Shape):
    """All assumptions of the simulated company."""

    title: str
    calendar: Office
    warmup_months: Whole
    arrivals: Arrivals
    leads: Leads
    segments: Segments
    stages: StageStays
    stuck: Stuck
    back: Back
    skip: Skip
    budget: Pull
    quarter_end: Pull
    shock: Shock
    sellers: Sellers
    dates: Dates
    amounts: Amounts
    rivals: Rivals
    losses: Losses
    losses_from: LossesFrom
    rivals_from: RivalsFrom
    habits: Habits
    lost_leads: LostLeads
    pocs: Pocs
    activities: Activities
    customers: Customers
    events: LoadEvents

    @model_validator(mode="after")
    def _stages_are_known(self) -> Simulation:
        known = {one.stage for one in self.stages.listed}
        named = {self.losses_from.proof, self.losses_from.late, self.rivals_from.stage, self.skip.was, self.skip.now, self.amounts.first.stage, *self.back.stages, *self.amounts.changes.stages,
                 *self.activities.per_week.by_stage}  # fmt: skip
        if wrong := sorted(named - known):
            raise ValueError(f"names stages it does not list: {', '.join(wrong)}")
        return self
