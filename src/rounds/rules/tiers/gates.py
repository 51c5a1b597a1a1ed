"""Which tier an account stands in, which gates it passed, and what would move it up (ABM-08 to 11, C-09, PLUS-08)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from rounds.playbook import VOCABULARY, Playbook
from rounds.playbook.shapes.tiers import Gate, Test, Tier

BASE = 10_000
Answer = Literal["pass", "fail", "unknown"]


@dataclass(frozen=True, slots=True)
class GateResult:
    """One gate of one tier. `need` says what would open it."""

    tier: int
    gate: str
    hard: bool
    answer: Answer
    need: str


@dataclass(frozen=True, slots=True)
class TierVerdict:
    """`tier` None: not in the programme. `computed` is the tier before `held` kept it up."""

    tier: int | None
    name: str
    stage: str | None
    computed: int | None
    held: str | None
    score: float | None
    score_basis: str
    gates: list[GateResult]
    moves_up: list[dict[str, Any]]
    missing: list[str]


def effective_score(playbook: Playbook, facts: Mapping[str, Any]) -> tuple[float | None, str]:
    """(score, 'total' or 'known_rate'): below the trusted completeness the rate on known criteria × 100."""
    score, rate, completeness = facts.get("score"), facts.get("score_rate"), facts.get("completeness")
    low = completeness is not None and round(completeness * BASE) < round(playbook.tiers.stage.trust_at * BASE)
    if rate is not None and (low or score is None):
        return 100 * rate, "known_rate"
    return score, "total"


def tier(playbook: Playbook, facts: Mapping[str, Any]) -> TierVerdict:
    """The tier of one account from checked facts.

    Beyond the vocabulary: `score`, `score_rate`, `completeness`, `gates` {qualitative gate: ticked}, `evidence_days`,
    `current_tier`, `quarters_below`, `points_lost`, `open_deal`.
    """
    book = playbook.tiers
    score, basis = effective_score(playbook, facts)
    seen = dict(facts) | {"score": score}
    results = [result for entry in book.tiers for result in _tier_gates(playbook, entry, seen)]
    computed = _computed(playbook, results, score)
    stage = _stage(playbook, computed, results, facts, basis)
    kept, held = _held(playbook, computed, facts)
    name = next((entry.name for entry in book.tiers if entry.tier == kept), book.outside)
    missing = [name for name in ("score", "deal_potential_usd", "beds") if seen.get(name) is None]
    return TierVerdict(
        kept, name, stage, computed, held, score, basis, results, _moves_up(playbook, results, computed), missing
    )


def _tier_gates(playbook: Playbook, entry: Tier, facts: Mapping[str, Any]) -> list[GateResult]:
    found = []
    for gate in entry.gates:
        answer = _open(gate, facts)
        need = _need(gate, facts)
        ceiling = _ceiling(playbook, entry, gate.gate)
        if answer == "pass" and ceiling is not None and _over(gate, facts, ceiling):
            answer, need = "fail", f"{gate.gate} below {ceiling:,} (strict bands)"
        found.append(GateResult(entry.tier, gate.gate, True, answer, need))
    ticks = facts.get("gates") or {}
    for code, title in entry.qualitative.items():
        ticked = ticks.get(code)
        found.append(
            GateResult(entry.tier, code, False, "unknown" if ticked is None else "pass" if ticked else "fail", title)
        )
    return found


def _open(gate: Gate, facts: Mapping[str, Any]) -> Answer:
    answers = [passes(test, facts.get(test.fact)) for test in gate.any]
    if True in answers:
        return "pass"
    return "unknown" if answers[0] is None else "fail"


def passes(test: Test, value: Any) -> bool | None:
    """Whether a value opens a test; None when it is unknown. Beds of 0 are unknown."""
    if value is None or (test.fact == "beds" and value == 0):
        return None
    if test.is_ is not None:
        return value in test.is_
    return value >= test.at_least if test.at_least is not None else value > test.above


def _ceiling(playbook: Playbook, entry: Tier, gate: str) -> float | None:
    """Under strict bands: the floor of the next better tier."""
    if playbook.tiers.mode != "strict_bands":
        return None
    better = [other for other in playbook.tiers.tiers if other.tier < entry.tier]
    for other in reversed(better):
        for theirs in other.gates:
            if theirs.gate == gate:
                return theirs.any[0].at_least
    return None


def _over(gate: Gate, facts: Mapping[str, Any], ceiling: float) -> bool:
    value = facts.get(gate.any[0].fact)
    return value is not None and value >= ceiling


def _need(gate: Gate, facts: Mapping[str, Any]) -> str:
    parts = []
    for test in gate.any:
        fact = VOCABULARY.get(test.fact)
        label = (fact.label if fact else "Account score").lower()
        if test.is_ is not None:
            said = "" if test.is_ == (True,) else " " + " or ".join(str(word) for word in test.is_)
            parts.append(label + said)
        else:
            parts.append(
                f"{label} of at least {_amount(test.fact, test.at_least if test.at_least is not None else test.above)}"
            )
    value = facts.get(gate.any[0].fact)
    now = "not known" if value is None else f"now {_amount(gate.any[0].fact, value)}"
    return f"{' or '.join(parts)} ({now})"


def _amount(fact: str, value: Any) -> str:
    if not isinstance(value, int | float):
        return str(value)
    number = f"{value:,.1f}".removesuffix(".0")
    return f"${number}" if fact.endswith("_usd") else number


def _counts(playbook: Playbook, result: GateResult) -> bool:
    """Whether a result can keep an account out of a tier."""
    if playbook.tiers.mode == "score_only":
        return result.gate == "score"
    return result.hard or playbook.tiers.qualitative == "block"


def _computed(playbook: Playbook, results: list[GateResult], score: float | None) -> int | None:
    if playbook.tiers.mode == "score_only" and score is None:
        return None
    for entry in playbook.tiers.tiers:
        mine = [result for result in results if result.tier == entry.tier and _counts(playbook, result)]
        if all(result.answer == "pass" for result in mine):
            return entry.tier
    return None


def _stage(
    playbook: Playbook, computed: int | None, results: list[GateResult], facts: Mapping[str, Any], basis: str
) -> str | None:
    """Confirmed = the real total, every qualitative gate ticked, evidence fresh; otherwise provisional."""
    if computed is None:
        return None
    ticked = all(result.answer == "pass" for result in results if result.tier == computed and not result.hard)
    age = facts.get("evidence_days")
    fresh = age is not None and age <= playbook.tiers.stage.evidence_days
    return "confirmed" if ticked and fresh and basis == "total" else "provisional"


def _held(playbook: Playbook, computed: int | None, facts: Mapping[str, Any]) -> tuple[int | None, str | None]:
    """Down only after enough quarters below or enough points lost, and never while a deal is open."""
    current = facts.get("current_tier")
    if not current or (computed is not None and computed <= current):
        return computed, None
    stage = playbook.tiers.stage
    if facts.get("open_deal"):
        return current, "a deal is open"
    if facts.get("quarters_below", 0) >= stage.hold_quarters or facts.get("points_lost", 0) >= stage.hold_points:
        return computed, None
    return current, f"below for fewer than {stage.hold_quarters} quarters and by fewer than {stage.hold_points} points"


def _moves_up(playbook: Playbook, results: list[GateResult], computed: int | None) -> list[dict[str, Any]]:
    """The gates still shut on the way to the next better tier."""
    better = [entry.tier for entry in playbook.tiers.tiers if computed is None or entry.tier < computed]
    if not better:
        return []
    return [
        {"tier": result.tier, "gate": result.gate, "need": result.need}
        for result in results
        if result.tier == better[-1] and result.answer != "pass" and _counts(playbook, result)
    ]
