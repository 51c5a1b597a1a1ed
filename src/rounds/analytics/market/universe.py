"""What the universe amounts to: counts, fills, tiers, fit grades, and whether the first day's scores can be trusted."""

from __future__ import annotations

from collections import Counter
from statistics import correlation, pstdev
from typing import Any

from django.db.models import Count, Q, QuerySet

from rounds.models import Account
from rounds.models.flow.active import active
from rounds.playbook import Playbook, default

OURS = Q(ccn__isnull=False) | Q(system_id__isnull=False)
HOSPITAL = Q(level="hospital")
KNOWN = {
    "beds": Q(beds__isnull=False), "net_patient_revenue": Q(net_patient_revenue_cents__isnull=False),
    "total_margin": Q(total_margin__isnull=False), "health_system": Q(parent__isnull=False), "web_site": ~Q(domain=""),
    "ehr": ~Q(ehr_vendor=""), "ruca": Q(custom__facts__has_key="ruca"), "county": ~Q(county=""),
    "fiscal_year_end": Q(fye_month__isnull=False), "point": Q(lat__isnull=False),
}  # fmt: skip
"""What a load reports as filled → where an account keeps it."""


def counted(rows: QuerySet[Account]) -> dict[str, Any]:
    """The report's figures from open accounts that may have come from anywhere: those of `measured`, and `hospitals`,
    `systems`, `buying_units`, `independents`, `fill` {what: {"all", "core"}}, `ehr_vendor` {name: hospitals}."""
    rows = rows.filter(status="open")
    core = HOSPITAL & Q(programme="core")
    sums: dict[str, Any] = {"hospitals": Count("pk", filter=HOSPITAL), "core": Count("pk", filter=core)}
    sums |= {"systems": Count("pk", filter=Q(level="system"))}
    sums |= {"buying_units": Count("pk", filter=Q(is_unit=True) & ~Q(programme="federal"))}
    sums |= {"independents": Count("pk", filter=Q(is_unit=True) & HOSPITAL & ~Q(programme="federal"))}
    for what, known in KNOWN.items():
        sums |= {f"{what}_all": Count("pk", filter=HOSPITAL & known), f"{what}_core": Count("pk", filter=core & known)}
    found = rows.aggregate(**sums)
    whole, cores = found["hospitals"] or 1, found["core"] or 1
    fill = {what: {"all": round(found[f"{what}_all"] / whole, 4), "core": round(found[f"{what}_core"] / cores, 4)}
            for what in KNOWN}  # fmt: skip
    vendors = rows.filter(core).exclude(ehr_vendor="").order_by().values_list("ehr_vendor").annotate(n=Count("pk"))
    said = {name: found[name] for name in ("hospitals", "systems", "buying_units", "independents")}
    return {**said, "fill": fill, "ehr_vendor": dict(vendors), **measured(rows)}


def measured(rows: QuerySet[Account] | None = None) -> dict[str, Any]:
    """`tiers` {"1": units, …, "none"}, `fit` {grade: core hospitals}, `fit_units` {grade: units} and `first_day`: the
    share of core hospitals by grade, the correlation of fit and completeness, grades A that rest on too little.

    Of what files gave, under the running sight, unless told of which accounts.
    """
    ours = Account.objects.filter(OURS, status="open") if rows is None else rows
    units = ours.filter(is_unit=True).exclude(programme="federal")
    tiers = Counter(str(tier or "none") for tier in units.values_list("tier", flat=True))
    core = list(ours.filter(HOSPITAL, programme="core").values_list("fit_grade", "fit_rate", "completeness", "fit_known"))
    fit = Counter(grade or "unknown" for grade, *_ in core)
    pairs = [(rate, whole) for _, rate, whole, _ in core if rate is not None and whole is not None]
    least = least_known(active().playbook)
    return {
        "tiers": {name: tiers[name] for name in ("1", "2", "3", "none")},
        "fit": dict(sorted(fit.items())),
        "fit_units": dict(sorted(Counter(g or "unknown" for g in units.values_list("fit_grade", flat=True)).items())),
        "first_day": {
            "share_of_grades": {grade: round(count / len(core), 4) for grade, count in sorted(fit.items())},
            "fit_and_completeness": _correlation(pairs),
            "thin_a": sum(grade == "A" and (known or 0) < least for grade, _, _, known in core),
        },
    }


def bars(book: Playbook) -> Any:
    """The bars of day one: the playbook's own, the shipped ones where an older playbook names none."""
    return book.universe.first_day or default().universe.first_day


def least_known(book: Playbook) -> float:
    """The points that must be known before a grade A can be believed: a share of what public files can fill."""
    held = bars(book)
    public = sum(c.max or 0 for c in book.scoring["lead_fit"].criteria if c.criterion in held.public_criteria)
    return held.grade_a_known_at_least * public


def _correlation(pairs: list[tuple[float, float]]) -> float | None:
    """Pearson's r, None where one side does not vary."""
    if len(pairs) < 2:
        return None
    one, other = zip(*pairs, strict=True)
    if not pstdev(one) or not pstdev(other):
        return None
    return round(correlation(one, other), 4)
