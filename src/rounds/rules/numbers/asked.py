"""Metrics asked by name on given figures (`metrics/cac`, `metrics/win_rate` …): the same formulas the pages count with, and
what the playbook wants of them. Compared exactly; shares are given and answered as shares (0.25), money in USD.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from rounds.playbook import Playbook
from rounds.playbook.shapes.measures import Target
from rounds.rules.facts import Checker, WrongFact, number, whole
from rounds.rules.numbers.judging import Verdict, judged

Facts = Mapping[str, Fraction]
Sum = Callable[[Playbook, Facts], Fraction | None]


@dataclass(frozen=True, slots=True)
class Formula:
    """One metric: the figures it needs, how it is counted, in which unit its targets stand, and the sum in words."""

    needs: tuple[str, ...]
    sum: Sum
    unit: str
    says: str
    may_need: tuple[str, ...] = ()


def _ratio(top: Fraction, base: Fraction) -> Fraction | None:
    return top / base if base else None


def _cac(book: Playbook, f: Facts) -> Fraction | None:
    return _ratio(f["sales_spend_usd"] + f["marketing_spend_usd"], f["new_customers"])


def _clv(book: Playbook, f: Facts) -> Fraction | None:
    most = Fraction(book.measures.lifetime_most.value)
    years = min(1 / f["annual_churn"], most) if f["annual_churn"] else most
    return f["arr_per_customer_usd"] * f["gross_margin"] * years


def _coverage(book: Playbook, f: Facts) -> Fraction | None:
    left = f["quota_usd"] - (f.get("won_usd", Fraction(0)) if book.measures.coverage_of.value == "remaining" else 0)
    return f["open_usd"] / left if left > 0 else None


def _velocity(book: Playbook, f: Facts) -> Fraction | None:
    return _ratio(f["open_deals"] * f["win_rate"] * f["average_deal_usd"], f["cycle_days"])


def _accuracy(book: Playbook, f: Facts) -> Fraction | None:
    off = _ratio(abs(f["forecast_usd"] - f["actual_usd"]), f["actual_usd"])
    return None if off is None else max(Fraction(0), 1 - off)


def _win_rate(book: Playbook, f: Facts) -> Fraction | None:
    return _ratio(f["won"], f["won"] + f["lost"])


FORMULAS: Mapping[str, Formula] = {
    "cac": Formula(("sales_spend_usd", "marketing_spend_usd", "new_customers"), _cac, "money", "(sales + marketing spend) ÷ new customers"),
    "clv": Formula(("arr_per_customer_usd", "gross_margin", "annual_churn"), _clv, "money", "ARR a customer × gross margin × years (1 ÷ churn)"),
    "clv_cac": Formula(("clv_usd", "cac_usd"), lambda book, f: _ratio(f["clv_usd"], f["cac_usd"]), "times", "CLV ÷ CAC"),
    "pipeline_coverage": Formula(("open_usd", "quota_usd"), _coverage, "times", "open deals ÷ the quota they are to cover", ("won_usd",)),
    "pipeline_velocity": Formula(("open_deals", "win_rate", "average_deal_usd", "cycle_days"), _velocity, "money_a_day", "deals × win rate × size ÷ days"),
    "forecast_accuracy": Formula(("forecast_usd", "actual_usd"), _accuracy, "percent", "1 − |forecast − actual| ÷ actual, never below 0"),
    "win_rate": Formula(("won", "lost"), _win_rate, "percent", "won ÷ (won + lost)"),
    "competitive_win_rate": Formula(("won", "lost"), _win_rate, "percent", "won ÷ (won + lost) where a competitor was met"),
}  # fmt: skip
_SHARES = ("gross_margin", "annual_churn", "win_rate", "baseline")
_COUNTS = ("new_customers", "open_deals", "won", "lost", "demos", "pocs", "proposals", "wins")
CHAIN = ("demos", "pocs", "proposals", "wins")
MOST_CENTS = 10**15


@lru_cache(maxsize=64)
def _checker(playbook: Playbook, names: tuple[str, ...]) -> Checker:
    return Checker(playbook, {
        name: whole(name, 0, MOST_CENTS) if name in _COUNTS else number(name, 0, 1 if name in _SHARES else MOST_CENTS) for name in names
    })  # fmt: skip


def _facts(playbook: Playbook, names: tuple[str, ...], given: Mapping[str, Any]) -> dict[str, Fraction]:
    return {name: Fraction(str(value)) for name, value in _checker(playbook, names)(given).items() if name in names}


def explain(playbook: Playbook, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """One metric on given figures: `value`, and `status` against the first of its targets."""
    formula = FORMULAS[name]
    facts = _facts(playbook, formula.needs + formula.may_need, given)
    missing = [need for need in formula.needs if need not in facts]
    value = None if missing else formula.sum(playbook, facts)
    found = [_judged(playbook, target, value, formula.unit) for target in playbook.targets.targets if target.metric == name]
    said = f"{formula.says} = {_plain(value)}" if value is not None else f"{formula.says}: nothing to count"
    lines = [{"what": name, "level": None, "points": None, "why": said, "source": "added"}]
    lines += [{"what": one.title, "level": one.status, "points": None, "why": f"the target is {one.says}", "source": one.source} for one in found]
    return {"value": _plain(value), "status": found[0].status if found else None, "missing": missing, "lines": lines}


def _judged(playbook: Playbook, target: Target, value: Fraction | None, unit: str) -> Verdict:
    wanted = value * 100 if value is not None and unit == "percent" else value
    return judged(target, wanted, near=playbook.measures.near.percent, unit=unit)


def explain_conversion(playbook: Playbook, given: Mapping[str, Any]) -> dict[str, Any]:
    """`demos`, `pocs`, `proposals`, `wins` as counts: the share of each step that came to the next, and of the whole way."""
    facts = _facts(playbook, CHAIN, given)
    steps = {"demo_to_poc": ("pocs", "demos"), "poc_to_proposal": ("proposals", "pocs"), "proposal_to_close": ("wins", "proposals"),
             "demo_to_close": ("wins", "demos"), "poc_to_close": ("wins", "pocs")}  # fmt: skip
    shares = {name: _ratio(facts[top], facts[base]) if top in facts and base in facts else None for name, (top, base) in steps.items()}
    lines, statuses = [], {}
    for target in playbook.targets.targets:
        if target.metric in shares:
            found = _judged(playbook, target, shares[target.metric], "percent")
            statuses[target.metric] = found.status
            lines.append({"what": target.metric, "level": found.status, "points": None, "why": f"the target is {found.says}", "source": found.source})
    return {name: _plain(share) for name, share in shares.items()} | {
        "status": statuses, "missing": [name for name in CHAIN if name not in facts], "lines": lines}  # fmt: skip


def explain_target(playbook: Playbook, given: Mapping[str, Any]) -> dict[str, Any]:
    """`baseline` as a share and `uplift_pct`: the win rate to reach, relative to the baseline or in points (KPI-38, C-35)."""
    facts = _facts(playbook, ("baseline", "uplift_pct"), given)
    missing = [name for name in ("baseline", "uplift_pct") if name not in facts]
    reading = playbook.scorecard.change_as.value
    target = None
    if not missing:
        base, up = facts["baseline"], facts["uplift_pct"] / 100
        target = base + up if reading == "points" else base * (1 + up)
        if target > 1:
            raise WrongFact("No win rate is above 100 %: the uplift is too much for this baseline.", field="uplift_pct")
    why = f"{_plain(facts.get('baseline'))} and {_plain(facts.get('uplift_pct'))} % {'in points' if reading == 'points' else 'of it'}"
    return {"target": _plain(target), "reading": reading, "missing": missing,
            "lines": [{"what": "win_rate_target", "level": None, "points": None, "why": why, "source": playbook.scorecard.change_as.origin}]}  # fmt: skip


def _plain(value: Fraction | None) -> float | None:
    return None if value is None else float(value)
