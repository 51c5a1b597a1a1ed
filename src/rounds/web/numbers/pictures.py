"""The pictures of the forecast, as places in percent of a drawing: the range, the waterfall, the methods."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rounds.analytics.forecast.moved import Moved
from rounds.analytics.forecast.quarter import Held
from rounds.rules.forecast.interval import Range
from rounds.rules.forecast.waterfall import SAYS

WIDE, HIGH = 400, 120
BINS = 44
SHOWN = 6


def curve(found: Range, quota: int | None, won: int) -> dict[str, Any]:
    """The draws of a range as a hill of WIDE × HIGH, the part between P10 and P90 by itself, and where its marks stand."""
    ends = [found.draws[0], found.draws[-1], found.p10, found.p90, won, *([quota] if quota else [])]
    low, high = min(ends), max(ends)
    room = max(high - low, 1) * 0.04
    low, high = max(0, low - room), high + room
    heights = _smooth(_counted(found.draws, low, high))
    top = max(heights) or 1
    points = [(round((n + 0.5) / BINS * WIDE, 1), round(HIGH - h / top * (HIGH - 22), 1)) for n, h in enumerate(heights)]

    def at(value: float) -> float:
        return round((value - low) / (high - low) * WIDE, 1)

    inner = [(x, y) for x, y in points if at(found.p10) <= x <= at(found.p90)]
    return {
        "all": _path([(0, HIGH), *points, (WIDE, HIGH)]),
        "inner": _path([(at(found.p10), HIGH), *inner, (at(found.p90), HIGH)]) if inner else "",
        "p50": at(found.p50), "quota": at(quota) if quota else None, "won": at(won), "low": int(low), "high": int(high), "middle": int((low + high) / 2),
    }  # fmt: skip


def _counted(draws: Sequence[int], low: float, high: float) -> list[float]:
    found = [0.0] * BINS
    for draw in draws:
        found[min(BINS - 1, max(0, int((draw - low) / (high - low) * BINS)))] += 1
    return found


def _smooth(heights: list[float]) -> list[float]:
    for _ in range(2):
        around = [heights[0], *heights, heights[-1]]
        heights = [(around[n] + 2 * around[n + 1] + around[n + 2]) / 4 for n in range(len(heights))]
    return heights


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + " L".join(f"{x} {y}" for x, y in points) + " Z"


def falls(moved: Moved) -> dict[str, Any]:
    """The steps of a waterfall as bars: top and height in percent of the picture, on an axis that may begin above nothing."""
    found, since = moved.fall, moved.since
    level, bars = found.before, []
    edges = [found.before, found.after]
    for step, deals, cents in found.steps:
        bars.append({"step": step, "word": SAYS[step], "deals": deals, "cents": cents, "from": level, "to": level + cents})
        level += cents
        edges.append(level)
    lowest, highest = min(edges), max([*edges, 1])
    floor = max(0, lowest - (highest - lowest) * 0.35) if lowest > (highest - lowest) else 0

    def place(one: int, other: int) -> dict[str, float]:
        size = max(highest - floor, 1) * 1.02
        height = max(1.0, round(abs(one - other) / size * 100, 2))
        return {"top": round(100 - (min(one, other) - floor) / size * 100 - height, 2), "height": height}

    for bar in bars:
        bar |= place(bar["from"], bar["to"])
    return {"bars": bars, "before": {"cents": found.before, **place(floor, found.before)}, "after": {"cents": found.after, **place(floor, found.after)},
            "floor": int(floor), "since": since, "basis": moved.basis, "changes": [(SAYS[step], found.of(step)) for step, _, _ in found.steps],
            "total": sum(deals for _, deals, _ in found.steps), "moved": found.after - found.before, "reconciles": found.reconciles}  # fmt: skip


def side_by_side(held: Held) -> dict[str, Any]:
    """What is called, held and forecast, each on the same axis, with what is won in it and the range behind."""
    total, won = held.total, held.won_cents
    rows = [{"name": "Rep call", "cents": total.called, "says": "what reps called" if total.call is not None else "nobody called yet: won and commit", "kind": "said"},
            {"name": "Manager", "cents": total.held, "says": "what managers hold against it" if total.override is not None else "won and what counts as commit for managers", "kind": "said"}]  # fmt: skip
    rows += [{"name": one.title, "cents": won + one.cents, "says": one.says, "kind": "method", "deals": one.deals} for one in held.methods]
    most = max([1, *(row["cents"] for row in rows), held.cover.quota or 0, held.ahead.range.p90 if held.ahead else 0]) * 1.03

    def at(value: float) -> float:
        return round(max(0.0, min(100.0, value / most * 100)), 2)

    for row in rows:
        row |= {"won": at(won), "wide": round(max(0.0, at(row["cents"]) - at(won)), 2)}
    between = held.ahead.range if held.ahead else None
    return {"rows": rows, "quota_at": at(held.cover.quota) if held.cover.quota else None,
            "range": {"x": at(between.p10), "w": round(at(between.p90) - at(between.p10), 2), "p50": at(between.p50)} if between else None}  # fmt: skip
