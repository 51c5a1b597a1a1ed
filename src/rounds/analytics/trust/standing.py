"""How the house stands, from the last run of the checks: the first sentence, the rate, and what moved since before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rounds.models import CheckRun
from rounds.models.flow.days import house_zone

ORDER = {"critical": 0, "high": 1, "medium": 2, "low": 3}
HISTORY = 60


@dataclass(frozen=True)
class Day:
    """One run in the history: its moment and its counts."""

    at: datetime
    passed: int
    failed: int
    unknown: int
    compliant: bool


def opened(run: CheckRun) -> list[dict[str, Any]]:
    """What fails, the worst first: what stops the house, then by severity."""
    failing = [one for one in run.results if one["outcome"] == "fail"]
    return sorted(failing, key=lambda one: (not one["stops"], ORDER[one["severity"]]))


def rate(run: CheckRun) -> float:
    """Checks that hold over all checks, 0–1. What is unknown does not count as held (COMPL-10)."""
    total = run.passed + run.failed + run.unknown
    return run.passed / total if total else 0.0


def sentence(run: CheckRun | None, target: int) -> str:
    """The truth in one sentence. The rate never stands alone: a failing stop or an open critical comes first (PLUS-33)."""
    if run is None:
        return "Nobody knows yet: no check has run"
    open_ = opened(run)
    if stops := [one for one in open_ if one["stops"]]:
        return f"Not compliant today: {_first(stops[0]['says'])}"
    if criticals := [one for one in open_ if one["severity"] == "critical"]:
        how_many = "1 critical is" if len(criticals) == 1 else f"{len(criticals)} criticals are"
        return f"{how_many} open: {_first(criticals[0]['says'])}"
    unsure = [one for one in run.results if one["outcome"] == "unknown" and (one["stops"] or one["severity"] == "critical")]
    total = run.passed + run.failed + run.unknown
    held = f"{run.passed} of {total} checks hold" + (f", {run.unknown} unknown" if run.unknown else "")
    if unsure:
        return f"Not known to be compliant: {held}"
    under = f"; the target is {target} %" if run.passed * 100 < target * total else ""
    return f"No critical is open: {held}{under}"


def _first(says: str) -> str:
    """The sentence inside another: its first part, without its full stop."""
    cut = says.split(". ")[0].rstrip(".")
    return cut[:1].lower() + cut[1:] if cut[:4] in ("The ", "Ther", "Valu", "Evid", "Peop") else cut


def history(limit: int = HISTORY) -> list[Day]:
    """The last run of each day, the oldest first."""
    days: dict[Any, Day] = {}
    zone = house_zone()
    for run in CheckRun.objects.order_by("-at").only("at", "passed", "failed", "unknown", "compliant")[: limit * 4]:
        days.setdefault(run.at.astimezone(zone).date(), Day(run.at, run.passed, run.failed, run.unknown, run.compliant))
    return list(reversed(list(days.values())[:limit]))
