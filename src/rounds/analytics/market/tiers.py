"""An account's tier as it is shown: gates met and missing, what moves it up, what the tier gets (ABM-08 to 13)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rounds.models import Account, TierRecord
from rounds.models.flow.active import Active
from rounds.playbook.shapes.tiers import Tier
from rounds.rules.tiers import TierVerdict


@dataclass(frozen=True)
class GateShown:
    """One gate: `state` met or missing, what it needs, and whether a person ticks it."""

    code: str
    need: str
    state: str
    ticked: bool
    on: str = ""


@dataclass(frozen=True)
class TierShown:
    """The verdict with the gates of the tier one looks at (`aim`), the way up, service, capacity and override."""

    tier: int
    name: str
    stage: str
    aim: Tier | None
    gates: list[GateShown]
    moves_up: list[str]
    service: Any
    score: float | None
    basis: str
    override: TierRecord | None
    history: list[TierRecord]

    @property
    def met(self) -> int:
        return sum(gate.state == "met" for gate in self.gates)


def tier_shown(account: Account, verdict: TierVerdict, now: Active, *, at: datetime) -> TierShown:
    """The tier of a buying unit. One query. Gates are those of the next better tier, or of Tier 1 itself."""
    history = list(TierRecord.objects.filter(account=account).select_related("approver").order_by("-at")[:20])
    last = next((row for row in history if row.override), None)
    held = last if last and last.stage != "lifted" and (not last.expires_at or last.expires_at > at) else None
    tiers = now.playbook.tiers.tiers
    here = account.tier or 0
    better = [entry for entry in tiers if not here or entry.tier < here]
    aim = better[-1] if better else next((entry for entry in tiers if entry.tier == here), None)
    ticks = account.custom.get("gates_at", {})
    gates = [
        GateShown(g.gate, g.need, "met" if g.answer == "pass" else "missing", not g.hard, ticks.get(g.gate, "")[:10])
        for g in verdict.gates if aim and g.tier == aim.tier
    ]  # fmt: skip
    service = next((entry for entry in tiers if entry.tier == here), None)
    name = service.name if service else now.playbook.tiers.outside
    ways = [step["need"] for step in verdict.moves_up] if better else []
    return TierShown(here, name, account.tier_stage, aim, gates, ways, service, verdict.score, verdict.score_basis,
                     held, history)  # fmt: skip
