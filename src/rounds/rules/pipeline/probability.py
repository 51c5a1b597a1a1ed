"""How probable it is that a deal is won, by its stage: from the targets until enough deals were closed (PIPE-21, PLUS-29).

A chance is a number of basis points: 19.5 % is 1950. Figures are integers, so that the record and the column agree to the
last digit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from rounds.playbook import Playbook
from rounds.rules.facts import WrongFact, choice, whole
from rounds.rules.pricing.cents import BASE as WHOLE

Basis = Literal["target", "actual", "closed"]
Outcomes = Mapping[str, tuple[int, int]]
"""Stage → (won, closed) of the closed deals that had reached it."""


@dataclass(frozen=True, slots=True)
class Chance:
    """`bp` basis points; `target` what the playbook says; `deals` closed ones it rests on besides."""

    stage: str
    bp: int
    target: int
    basis: Basis
    won: int = 0
    deals: int = 0

    @property
    def percent(self) -> float:
        return self.bp / 100

    @property
    def says(self) -> str:
        if self.basis == "closed":
            return "closed"
        if self.basis == "target":
            return "target-derived"
        return f"{self.won} of {self.deals} closed deals were won, drawn towards the target"


def targets(playbook: Playbook) -> dict[str, int]:
    """Stage → the playbook's own chance in basis points."""
    return {entry.stage: _bp(entry.chance.percent) for entry in playbook.stages.stages}


def _bp(percent: float) -> int:
    return int((Decimal(str(percent)) * 100).quantize(Decimal(1), ROUND_HALF_UP))


def chance(playbook: Playbook, stage: str, outcomes: Outcomes | None = None, closed: int = 0) -> Chance:
    """The chance of a deal in `stage`. `closed`: how many deals were ever closed; from the playbook's number on, what
    became of those that reached the stage counts, and the target as so many deals of it more."""
    entry, rule = playbook.stages.by_code[stage], playbook.stages.probability
    target = _bp(entry.chance.percent)
    if entry.end:
        return Chance(stage, target, target, "closed")
    if closed < rule.after:
        return Chance(stage, target, target, "target")
    won, deals = (outcomes or {}).get(stage, (0, 0))
    return Chance(stage, shrunk(won, deals, target, rule.weight), target, "actual", won, deals)


def shrunk(won: int, deals: int, target: int, weight: int) -> int:
    """(won + weight × target) ÷ (deals + weight), in basis points, half-up."""
    return (2 * (won * WHOLE + weight * target) + deals + weight) // (2 * (deals + weight))


def weighted(cents: int, bp: int) -> int:
    """So much of an amount, half-up."""
    return (2 * cents * bp + WHOLE) // (2 * WHOLE)


def columns(playbook: Playbook, t: Any, *, outcomes: Outcomes | None = None, closed: int = 0) -> Any:
    """`t` with `probability_bp`, from its column `stage`; null where the stage is none of the playbook."""
    import ibis

    found = [(t.stage == code, ibis.literal(chance(playbook, code, outcomes, closed).bp, "int64")) for code in playbook.stages.by_code]
    return t.mutate(probability_bp=ibis.cases(*found))


def explain(playbook: Playbook, given: Mapping[str, Any]) -> dict[str, Any]:
    """{"stage": "O6", "closed": 40, "won": 12, "deals": 20}; the last three where our own closed deals are to count."""
    checks = {"stage": choice("stage", tuple(playbook.stages.by_code)), "closed": whole("closed"), "won": whole("won"), "deals": whole("deals")}
    for name in given:
        if name not in checks:
            raise WrongFact(f"'{str(name)[:60]}' is not asked here. It takes: {', '.join(checks)}.", field=str(name)[:60])
    said = {name: checks[name](value) for name, value in given.items() if value is not None}
    if "stage" not in said:
        raise WrongFact("Say which stage the deal is in.", field="stage")
    won, deals = said.get("won", 0), said.get("deals", 0)
    if won > deals:
        raise WrongFact("More deals were won than closed.", field="won")
    found = chance(playbook, said["stage"], {said["stage"]: (won, deals)}, said.get("closed", 0))
    entry = playbook.stages.by_code[found.stage]
    line = {"what": entry.title, "level": found.basis, "points": None, "why": found.says, "source": entry.chance.origin}
    return {"stage": found.stage, "probability": found.percent, "target": found.target / 100, "basis": found.basis, "lines": [line]}
