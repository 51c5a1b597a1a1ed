"""The tier verdict of a buying unit, from what its row, its facts and its ticked gates say."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rounds.models.flow.active import Active
from rounds.models.market.accounts import Account
from rounds.rules.scoring import Score
from rounds.rules.tiers import TierVerdict, tier


def tier_verdict(account: Account, now: Active, facts: dict[str, Any], matrix: Score, *, at: datetime) -> TierVerdict:
    """The tier rule's verdict on a buying unit, from its facts, its matrix score and the gates people ticked."""
    known = matrix.fit
    given = {
        **facts, "score": matrix.total, "score_rate": known.rate, "completeness": matrix.completeness,
        "gates": dict(account.custom.get("gates", {})), "evidence_days": evidence_days(account, at),
        "current_tier": _tier_by_rule(account) or None,
    }  # fmt: skip
    return tier(now.playbook, {key: value for key, value in given.items() if value is not None})


def evidence_days(account: Account, at: datetime) -> int | None:
    """Days since the oldest ticked gate was evidenced; None when none is ticked."""
    dates = account.custom.get("gates_at", {}).values()
    return max(((at - datetime.fromisoformat(said)).days for said in dates), default=None)


def _tier_by_rule(account: Account) -> int | None:
    """The tier the rule gave last: one that was set by hand holds nobody up once it is lifted."""
    if account.tier_stage != "override":
        return account.tier
    given = account.tiers.filter(override=False).order_by("-at")
    return given.values_list("tier", flat=True).first()
