"""What the universe amounts to: tiers, fit grades, and whether the first day's scores can be trusted (PLUS-12)."""

from __future__ import annotations

from collections import Counter
from statistics import correlation, pstdev
from typing import Any

from django.db.models import Q

from rounds.models import Account

OURS = Q(ccn__isnull=False) | Q(system_id__isnull=False)


def measured() -> dict[str, Any]:
    """`tiers` {"1": units, …, "none"}, `fit` {grade: core hospitals}, `fit_units` {grade: units} and `first_day`:
    the share of core hospitals by grade and the correlation of fit and completeness. Under the running sight."""
    ours = Account.objects.filter(OURS, status="open")
    units = ours.filter(is_unit=True).exclude(programme="federal")
    tiers = Counter(str(tier or "none") for tier in units.values_list("tier", flat=True))
    core = ours.filter(programme="core", ccn__isnull=False)
    rows = list(core.values_list("fit_grade", "fit_rate", "completeness"))
    fit = Counter(grade or "unknown" for grade, _, _ in rows)
    pairs = [(rate, whole) for _, rate, whole in rows if rate is not None and whole is not None]
    return {
        "tiers": {name: tiers[name] for name in ("1", "2", "3", "none")},
        "fit": dict(sorted(fit.items())),
        "fit_units": dict(sorted(Counter(g or "unknown" for g in units.values_list("fit_grade", flat=True)).items())),
        "first_day": {
            "share_of_grades": {grade: round(count / len(rows), 4) for grade, count in sorted(fit.items())},
            "fit_and_completeness": _correlation(pairs),
        },
    }


def _correlation(pairs: list[tuple[float, float]]) -> float | None:
    """Pearson's r, None where one side does not vary."""
    if len(pairs) < 2:
        return None
    one, other = zip(*pairs, strict=True)
    if not pstdev(one) or not pstdev(other):
        return None
    return round(correlation(one, other), 4)
