"""Four ways to say what a quarter brings, side by side (FORECAST-02). What is won already is added to each by whoever shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rounds.playbook import Playbook
from rounds.rules.pipeline import probability
from rounds.rules.pricing.cents import BASE as WHOLE

METHODS = ("weighted", "category", "historical", "model")


@dataclass(frozen=True, slots=True)
class Deal:
    """An open deal on the day of the forecast. `cents` counts once what parent and child say both; `chance`: of a win within
    the window by the learned rates, None where those are not asked."""

    key: str
    stage: str
    category: str
    cents: int
    close_on: date | None
    chance: float | None = None


@dataclass(frozen=True, slots=True)
class Method:
    """`cents` of the open deals; `deals` that count; `says` what stands behind it."""

    method: str
    title: str
    cents: int
    deals: int
    says: str


@dataclass(frozen=True, slots=True)
class Parted:
    """Open deals by their close date: within the window, past (before the day of the forecast: counted nowhere, listed),
    later, and without one."""

    inside: tuple[Deal, ...]
    past: tuple[Deal, ...]
    later: tuple[Deal, ...]
    undated: tuple[Deal, ...]


def parted(deals: Sequence[Deal], first: date, last: date, today: date) -> Parted:
    """`first` to `last` is the window; a close date before `today` has passed."""
    found: dict[str, list[Deal]] = {name: [] for name in ("inside", "past", "later", "undated")}
    for deal in deals:
        if deal.close_on is None:
            found["undated"].append(deal)
        elif deal.close_on < today:
            found["past"].append(deal)
        else:
            found["inside" if first <= deal.close_on <= last else "later"].append(deal)
    return Parted(**{name: tuple(rows) for name, rows in found.items()})


def methods(playbook: Playbook, deals: Parted, *, outcomes: probability.Outcomes, closed: int, learned_from: int) -> list[Method]:
    """The four, over open deals. `outcomes`, `closed`: of our own deals (rules/pipeline/probability.py); `learned_from`: how
    many closed deals the rates of the model saw."""
    targets = probability.targets(playbook)
    own = {code: _own(playbook, code, outcomes) for code in playbook.stages.by_code}
    shares = playbook.forecast.categories.percent
    inside, known = deals.inside, [deal for deal in (*deals.inside, *deals.past, *deals.later, *deals.undated) if deal.chance is not None]
    return [
        Method("weighted", "Weighted by stage", _sum(inside, lambda deal: targets.get(deal.stage, 0)), len(inside),
               "Each deal that closes in the quarter × the target chance of its stage"),
        Method("category", "By category", _sum(inside, lambda deal: shares.get(deal.category, 0) * (WHOLE // 100)), len(inside), _categories(playbook)),
        Method("historical", "Historical conversion", _sum(inside, lambda deal: own.get(deal.stage, 0)), len(inside), _history(playbook, closed)),
        Method("model", "Model", round(sum(deal.cents * (deal.chance or 0.0) for deal in known)), len(known), _model(playbook, learned_from)),
    ]  # fmt: skip


def _sum(deals: Sequence[Deal], chance_of: object) -> int:
    return sum(probability.weighted(deal.cents, chance_of(deal)) for deal in deals)  # type: ignore[operator]


def _own(playbook: Playbook, stage: str, outcomes: probability.Outcomes) -> int:
    """What became of deals that reached the stage, drawn towards its target, from the first closed deal on."""
    rule = playbook.stages.probability
    return probability.chance(playbook, stage, outcomes, rule.after).bp


def _categories(playbook: Playbook) -> str:
    titles, shares = playbook.closing.forecast.titles, playbook.forecast.categories.percent
    return "Each deal that closes in the quarter × the share of its category: " + ", ".join(f"{titles[code]} {share} %" for code, share in shares.items())


def _history(playbook: Playbook, closed: int) -> str:
    rule = playbook.stages.probability
    said = f"Won ÷ closed of our deals that reached the stage ({closed} closed), drawn towards the target as {rule.weight} deals of each stage"
    return said if closed >= rule.after else f"{said}. Few: from {rule.after} closed deals on it speaks for itself"


def _model(playbook: Playbook, learned_from: int) -> str:
    return (f"Chance of a win within the quarter, whatever its close date: weeks in the stage × month of the quarter, learned from {learned_from} "
            "closed deals, drawn towards the playbook's weeks and chances. A survival model, not a trained classifier")  # fmt: skip


def by_category(deals: Sequence[Deal]) -> Mapping[str, tuple[int, int]]:
    """Category → (deals, cents)."""
    found: dict[str, tuple[int, int]] = {}
    for deal in deals:
        many, cents = found.get(deal.category, (0, 0))
        found[deal.category] = (many + 1, cents + deal.cents)
    return found
