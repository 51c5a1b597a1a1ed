"""Account tiers: gates for one account (`tier`) and for a table (`columns`), and what would move an account up."""

from __future__ import annotations

from rounds.rules.tiers.capacity import capacity
from rounds.rules.tiers.columns import columns
from rounds.rules.tiers.explain import explain
from rounds.rules.tiers.gates import GateResult, TierVerdict, effective_score, tier

__all__ = ["GateResult", "TierVerdict", "capacity", "columns", "effective_score", "explain", "tier"]
