"""How confident one may be of a deal, 0 to 100, and why: its age, what is proven, whom we know, how often it slipped (FORECAST-07);
and whether it is to close before its customer's money is approved (FORECAST-08)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rounds.playbook import Playbook
from rounds.rules import budget
from rounds.rules.pipeline import planner


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a deal. `days`: in its process stage; `met` of `asked` exit criteria up to where it stands; `people` on
    its committee, whether one is a champion and one holds the money; `pushes`: how often its close was put off."""

    stage: str
    days: int
    met: int
    asked: int
    people: int
    champion: bool
    buyer: bool
    pushes: int


@dataclass(frozen=True, slots=True)
class Reason:
    """`points` of at most `most`; `lacks`: something is missing."""

    part: str
    points: int
    most: int
    says: str

    @property
    def lacks(self) -> int:
        return self.most - self.points


@dataclass(frozen=True, slots=True)
class Confidence:
    """`points` 0 to 100, the band's code and title, the reasons, the weakest first."""

    points: int
    band: str
    title: str
    reasons: tuple[Reason, ...]

    @property
    def weakest(self) -> Reason:
        return self.reasons[0]


def confidence(playbook: Playbook, found: Evidence) -> Confidence:
    """Of a deal, by the playbook's points."""
    reasons = [_age(playbook, found), _criteria(playbook, found), _people(playbook, found), _slips(playbook, found)]
    points = sum(reason.points for reason in reasons)
    band = next(one for one in playbook.forecast.confidence.bands if points >= one.at_least)
    return Confidence(points, band.band, band.title, tuple(sorted(reasons, key=lambda reason: -reason.lacks)))


def _age(playbook: Playbook, found: Evidence) -> Reason:
    rule = playbook.forecast.confidence.age
    state, weeks = planner.age(playbook, found.stage, found.days)
    share = {"on_track": 1.0, "slow": rule.slow, "stalled": rule.stalled}[state]
    return Reason("age", round(rule.points * share), rule.points, f"{found.days} days in the stage of at most {weeks.high} weeks: {planner.AGES[state].lower()}")


def _criteria(playbook: Playbook, found: Evidence) -> Reason:
    most = playbook.forecast.confidence.criteria.points
    if not found.asked:
        return Reason("criteria", most, most, "nothing is asked yet")
    return Reason("criteria", round(most * found.met / found.asked), most, f"{found.met} of {found.asked} exit criteria are met")


def _people(playbook: Playbook, found: Evidence) -> Reason:
    rule = playbook.forecast.confidence.people
    rest = rule.points - rule.champion - rule.buyer
    points = round(rest * min(found.people, rule.enough) / rule.enough) + rule.champion * found.champion + rule.buyer * found.buyer
    known = "nobody is" if not found.people else "1 person is" if found.people == 1 else f"{found.people} people are"
    lacks = [word for word, there in (("no champion", found.champion), ("nobody who holds the money", found.buyer)) if not there]
    return Reason("people", points, rule.points, "; ".join((f"{known} known", *lacks)))


def _slips(playbook: Playbook, found: Evidence) -> Reason:
    rule = playbook.forecast.confidence.slips
    times = "never" if not found.pushes else "once" if found.pushes == 1 else f"{found.pushes} times"
    return Reason("slips", max(0, rule.points - rule.each * found.pushes), rule.points, f"its close was {times} put off")


@dataclass(frozen=True, slots=True)
class BudgetFlag:
    """A deal is to close before the money for it is approved: on `approved_on` at the earliest."""

    approved_on: date
    says: str


def budget_flag(playbook: Playbook, *, fye_month: int | None, opened: date, close_on: date | None, approved: bool) -> BudgetFlag | None:
    """None where nothing speaks against the close: the fiscal year or the close is not known, the customer approved the money,
    or the close lies after its approval. Money is asked for in the first budget window that was not over when the deal began."""
    if approved or close_on is None or not fye_month:
        return None
    asked = budget.window(playbook, fye_month, opened)
    if asked.year_end is None:
        return None
    day = budget.months_before(asked.year_end, playbook.forecast.budget.approved_months_before)
    if close_on >= day:
        return None
    return BudgetFlag(day, f"The close comes before the customer's budget for fiscal year {asked.money_of} is approved, {day:%-d %b %Y}")
