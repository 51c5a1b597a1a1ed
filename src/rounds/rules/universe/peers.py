"""A hospital among its peers: the nearest by beds, rurality and teaching within the same type (PLUS-11)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from rounds.playbook.shapes.hospitals import Peers

BLOCK = 512
"""Hospitals compared at a time: bounds the memory to BLOCK × type, whatever the universe's size."""


def nearest(features: np.ndarray, known: np.ndarray, count: int, only: np.ndarray | None = None) -> np.ndarray:
    """For each row of `features` (n × k), or for the rows `only`, the `count` nearest other rows among `known`
    (n bools), −1 where there are fewer. Distance is the sum of absolute differences; ties go to the earlier row."""
    import numpy as np

    candidates = np.flatnonzero(known)
    asked = np.arange(len(features)) if only is None else np.asarray(only)
    size, take = len(asked), min(count, len(candidates))
    chosen = np.full((size, count), -1, dtype=np.int64)
    if not take:
        return chosen
    pool = features[candidates].astype(np.float32)
    for start in range(0, size, BLOCK):
        rows = asked[start : start + BLOCK]
        distance = np.abs(features[rows, None, :].astype(np.float32) - pool[None, :, :]).sum(axis=2)
        distance[rows[:, None] == candidates[None, :]] = np.inf
        order = np.argsort(distance, axis=1, kind="stable")[:, :take]
        picked = candidates[order]
        picked[np.isinf(np.take_along_axis(distance, order, axis=1))] = -1
        chosen[start : start + len(rows), :take] = picked
    return chosen


def features_of(beds: Sequence[float], ruca: Sequence[float], teaching: Sequence[bool], rule: Peers) -> np.ndarray:
    """What peers are compared by, a row each: log2 of beds, class of rurality, major teaching, each weighted."""
    import numpy as np

    weights = rule.weights
    return np.stack(
        [
            np.log2(np.maximum(np.asarray(beds, dtype=np.float64), 1)) * weights.beds,
            np.searchsorted(np.array(rule.rural_classes_from), np.asarray(ruca, dtype=np.float64), side="right")
            * weights.rural,
            np.asarray(teaching, dtype=bool) * weights.teaching,
        ],
        axis=1,
    )


def against_peers(hospitals: pa.Table, rule: Peers) -> pa.Table:
    """`ccn`, `peer_count`, `peer_margin` (median of the peers), `margin_vs_peers`, `peer_beds` and `peers` (their
    CCNs), for every hospital with beds. Needs columns ccn, hospital_type, beds, ruca, major_teaching,
    total_margin; margins are ratios."""
    import numpy as np
    import pyarrow as pa

    table: dict[str, Any] = {
        name: np.array(hospitals[name].to_pylist(), dtype=object)
        for name in ("ccn", "hospital_type", "beds", "ruca", "major_teaching", "total_margin")
    }
    beds = np.array([value or 0 for value in table["beds"]], dtype=np.float64)
    margin = np.array([np.nan if value is None else value for value in table["total_margin"]], dtype=np.float64)
    rural = np.array([(value or 0) for value in table["ruca"]], dtype=np.float64)
    features = features_of(beds, rural, [bool(value) for value in table["major_teaching"]], rule)
    rows: dict[str, list[Any]] = {
        name: [] for name in ("ccn", "peer_count", "peer_margin", "margin_vs_peers", "peer_beds", "peers")
    }
    for kind in sorted({str(value) for value in table["hospital_type"]}):
        members = np.flatnonzero((table["hospital_type"].astype(str) == kind) & (beds > 0))
        chosen = nearest(features[members], ~np.isnan(margin[members]), rule.count)
        for place, row in enumerate(members):
            peers = members[chosen[place][chosen[place] >= 0]]
            median = float(np.median(margin[peers])) if len(peers) else None
            rows["ccn"].append(table["ccn"][row])
            rows["peer_count"].append(len(peers))
            rows["peer_margin"].append(median)
            own = None if np.isnan(margin[row]) else float(margin[row])
            rows["margin_vs_peers"].append(None if own is None or median is None else own - median)
            rows["peer_beds"].append(float(np.median(beds[peers])) if len(peers) else None)
            rows["peers"].append([str(table["ccn"][peer]) for peer in peers])
    kinds = (pa.string(), pa.int32(), pa.float64(), pa.float64(), pa.float64(), pa.list_(pa.string()))
    return pa.table({name: pa.array(rows[name], kind) for name, kind in zip(rows, kinds, strict=True)})
