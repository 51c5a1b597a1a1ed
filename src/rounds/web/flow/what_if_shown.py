"""The comparison of two playbooks as tables and sentences."""

from __future__ import annotations

from typing import Any

from rounds.analytics.flow.what_if import BANDS, Comparison, Moved

TIERS = (1, 2, 3, 0)
MOST = 200


def shown_comparison(found: Comparison, kind: str) -> dict[str, Any]:
    """Both matrices, what follows, and up to MOST of the records that move."""
    moved = found.units_moved if kind == "account" else found.leads_moved
    return {
        "bands": _matrix(found.bands, BANDS),
        "band_sums": [sum(row[band] for row in found.bands.values()) for band in BANDS],
        "tiers": _matrix(found.tiers, TIERS),
        "tier_sums": [sum(row[t] for row in found.tiers.values()) for t in TIERS],
        "follows": _follows(found),
        "kind": kind,
        "rows": [_row(m) for m in sorted(moved, key=lambda m: -abs(m.score_after - m.score_before))[:MOST]],
        "more": max(len(moved) - MOST, 0),
    }


def _matrix(counted: dict, order: tuple) -> list[dict[str, Any]]:
    rows = []
    for i, before in enumerate(order):
        cells = [
            {"count": counted[before][after], "way": "same" if i == j else "up" if j < i else "down"}
            for j, after in enumerate(order)
        ]
        rows.append({"name": before, "cells": cells, "was": sum(counted[before].values())})
    return rows


def _follows(found: Comparison) -> list[tuple[str, int, int]]:
    """(what, before, after) of the things a reader asks first."""
    def both(counted: dict, key: Any) -> tuple[int, int]:
        return sum(counted[key].values()), sum(row[key] for row in counted.values())

    hot, unqualified = both(found.bands, "hot"), both(found.bands, "unqualified")
    tier_1, tier_2 = both(found.tiers, 1), both(found.tiers, 2)
    return [("Leads for senior AEs", *hot), ("Leads without a human", *unqualified),
            ("Tier 1 units", *tier_1), ("Tier 2 units", *tier_2)]  # fmt: skip


def _row(m: Moved) -> dict[str, Any]:
    because = ", ".join(f"{name} {points:+d}".replace("-", "−") for name, points in m.because[:2])
    if not because:
        because = "the share that is known"
    url = f"/leads/{m.id}/" if m.kind == "lead" else f"/accounts/{m.id}/"
    return {"name": m.name, "organization": m.organization, "before": m.before, "after": m.after, "url": url,
            "score_before": m.score_before, "score_after": m.score_after, "because": because, "owner": m.owner,
            "provisional_before": m.provisional_before, "provisional_after": m.provisional_after}  # fmt: skip
