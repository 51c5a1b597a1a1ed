"""What a proof of concept is worth: ROI, payback, and what the answer hangs on (POC-05). Money is Decimal dollars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from rounds.playbook import Playbook
from rounds.playbook.shapes.poc import Roi
from rounds.rules.facts import WrongFact, number

CENT, TENTH = Decimal("0.01"), Decimal("0.1")
INPUTS = ("savings", "revenue", "cost", "one_time")
TITLES = {"savings": "Cost savings", "revenue": "Revenue impact", "cost": "Running cost", "one_time": "One-time cost"}


@dataclass(frozen=True, slots=True)
class Inputs:
    """A year's cost savings, revenue impact and running cost, and the one-time cost, in dollars."""

    savings: Decimal
    revenue: Decimal
    cost: Decimal
    one_time: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Worth:
    """`percent` = (benefit - cost) / cost over the term; None where nothing is paid. `payback` in months; None where it
    never pays back."""

    benefit: Decimal
    cost: Decimal
    net: Decimal
    percent: Decimal | None
    payback: Decimal | None


@dataclass(frozen=True, slots=True)
class Swing:
    """What becomes of the ROI where one input is lower or higher."""

    name: str
    title: str
    low: Decimal | None
    high: Decimal | None

    @property
    def width(self) -> Decimal:
        return abs((self.high or Decimal(0)) - (self.low or Decimal(0)))


def worth(book: Roi, given: Inputs) -> Worth:
    """Benefit against cost over the term of the playbook."""
    years = Decimal(book.term_months) / 12
    benefit = ((given.savings + given.revenue) * years).quantize(CENT, ROUND_HALF_UP)
    cost = (given.cost * years + given.one_time).quantize(CENT, ROUND_HALF_UP)
    net = benefit - cost
    percent = (net / cost * 100).quantize(TENTH, ROUND_HALF_UP) if cost else None
    monthly = (given.savings + given.revenue - given.cost) / 12
    payback = (given.one_time / monthly).quantize(TENTH, ROUND_HALF_UP) if monthly > 0 else None
    return Worth(benefit, cost, net, percent, payback)


def sensitivity(book: Roi, given: Inputs) -> list[Swing]:
    """The ROI with each input moved down and up by the swing, that on which most hangs first."""
    step = Decimal(book.swing) / 100
    found = []
    for name in INPUTS:
        value = getattr(given, name)
        if not value:
            continue
        low, high = (worth(book, replace(given, **{name: value * factor})).percent for factor in (1 - step, 1 + step))
        found.append(Swing(name, TITLES[name], low, high))
    return sorted(found, key=lambda swing: (-swing.width, swing.name))


def break_even(given: Inputs) -> Decimal | None:
    """How much of the benefit may be missing before a year is no gain, as a share; None without a benefit."""
    benefit = given.savings + given.revenue
    if benefit <= 0:
        return None
    return ((benefit - given.cost - given.one_time) / benefit).quantize(Decimal("0.001"), ROUND_HALF_UP)


def explain(playbook: Playbook, given: Mapping[str, Any]) -> dict[str, Any]:
    """`savings`, `revenue`, `cost` a year and `one_time`, in dollars; absent ones count as nothing."""
    book = playbook.poc_terms.roi
    for name in given:
        if name not in INPUTS:
            raise WrongFact(f"'{str(name)[:60]}' is no input. Known: {', '.join(INPUTS)}.", field=str(name)[:60])
    facts = {name: Decimal(str(number(name, 0, 10**12, "dollars")(value))) for name, value in given.items() if value is not None}
    inputs = Inputs(*(facts.get(name, Decimal(0)) for name in INPUTS))
    found = worth(book, inputs)
    return {
        "benefit": float(found.benefit), "cost": float(found.cost), "net": float(found.net), "roi_percent": _plain(found.percent),
        "payback_months": _plain(found.payback),
        "sensitivity": [{"input": one.name, "low": _plain(one.low), "high": _plain(one.high)} for one in sensitivity(book, inputs)],
        "missing": [name for name in INPUTS if name not in facts],
        "lines": [{"what": name, "level": None, "points": None, "why": f"{TITLES[name]}: ${facts.get(name, Decimal(0)):,}",
                   "source": book.origin} for name in INPUTS],
    }  # fmt: skip


def _plain(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
