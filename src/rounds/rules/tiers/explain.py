"""The answer of `tiers/abm` in the form every door shows."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from rounds.playbook import Playbook
from rounds.rules.facts import Check, Checker, flag, number, refuse, whole
from rounds.rules.tiers.gates import GateResult, TierVerdict, tier


@lru_cache(maxsize=64)
def checker(playbook: Playbook) -> Checker:
    """The facts a tier takes beyond the vocabulary."""
    top = max(entry.tier for entry in playbook.tiers.tiers)
    return Checker(
        playbook,
        {
            "score": number("score", 0, 1000),
            "score_rate": number("score_rate", 0, 1),
            "completeness": number("completeness", 0, 1),
            "evidence_days": number("evidence_days", 0, 100_000, "days"),
            "current_tier": whole("current_tier", 0, top),
            "quarters_below": whole("quarters_below", 0, 1000),
            "points_lost": number("points_lost", -1000, 1000),
            "open_deal": flag("open_deal"),
            "gates": _ticks(playbook),
        },
    )


def _ticks(playbook: Playbook) -> Check:
    known = {code for entry in playbook.tiers.tiers for code in entry.qualitative}

    def check(value: Any) -> dict[str, bool]:
        if not isinstance(value, Mapping):
            raise refuse("gates", 'ticks by gate, such as {"executive_relationships": true}', value)
        for code, ticked in value.items():
            if code not in known:
                raise refuse("gates", "ticks of known gates (" + ", ".join(sorted(known)) + ")", code)
            if ticked is not None and not isinstance(ticked, bool):
                raise refuse(f"gates.{code}", "true or false", ticked)
        return dict(value)

    return check


def explain(playbook: Playbook, given: Mapping[str, Any]) -> dict[str, Any]:
    """The verdict fields of the tier rule."""
    verdict = tier(playbook, checker(playbook)(given))
    return as_dict(playbook, verdict)


def as_dict(playbook: Playbook, verdict: TierVerdict) -> dict[str, Any]:
    """A tier verdict as plain data."""
    blocking = playbook.tiers.qualitative == "block"
    entries = {entry.tier: entry for entry in playbook.tiers.tiers}
    service = entries[verdict.tier].service.model_dump() if verdict.tier in entries else None
    return {
        "tier": verdict.tier,
        "name": verdict.name,
        "stage": verdict.stage,
        "computed_tier": verdict.computed,
        "held": verdict.held,
        "score": verdict.score,
        "score_basis": verdict.score_basis,
        "passed_gates": _by_tier(entries, [r for r in verdict.gates if r.answer == "pass"]),
        "failed_gates": _by_tier(entries, [r for r in verdict.gates if r.answer != "pass" and (r.hard or blocking)]),
        "unticked": _by_tier(entries, [r for r in verdict.gates if r.answer != "pass" and not r.hard and not blocking]),
        "moves_up": verdict.moves_up,
        "service": service,
        "missing": verdict.missing,
        "lines": [
            {
                "what": f"tier_{r.tier} {r.gate}",
                "level": r.answer,
                "points": None,
                "why": r.need,
                "source": entries[r.tier].origin,
            }
            for r in verdict.gates
        ],
    }


def _by_tier(entries: Mapping[int, Any], results: list[GateResult]) -> dict[str, list[str]]:
    return {f"tier_{number}": [r.gate for r in results if r.tier == number] for number in entries}
