"""How long is long enough: the moment before which a rule of retention lets go."""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime, timedelta

from rounds.playbook.shapes.keeping import KeepingRule


def cutoff(rule: KeepingRule, at: datetime) -> datetime | None:
    """What happened before this is due at `at`; None where the rule keeps for good. Months are the calendar's: six
    years before 29 February is 28 February."""
    if rule.happens == "keep":
        return None
    if rule.days is not None:
        return at - timedelta(days=rule.days)
    months = at.year * 12 + at.month - 1 - (rule.months or 0)
    year, month = divmod(months, 12)
    return at.replace(year=year, month=month + 1, day=min(at.day, monthrange(year, month + 1)[1]))


def length(rule: KeepingRule) -> str:
    """How long, for people: "6 years", "18 months", "14 days", "for good"."""
    if rule.happens == "keep":
        return "for good"
    if rule.days is not None:
        return f"{rule.days} days" if rule.days != 1 else "1 day"
    if rule.months and rule.months % 12 == 0 and rule.months > 12:
        return f"{rule.months // 12} years"
    return f"{rule.months} months" if rule.months != 1 else "1 month"
