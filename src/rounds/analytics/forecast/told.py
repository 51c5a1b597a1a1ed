"""A quarter as plain data, for the API and the command line. Amounts are cents; shares 0 to 1."""

from __future__ import annotations

from typing import Any

from rounds.analytics.forecast.deals import Line
from rounds.analytics.forecast.groups import Cover, Group
from rounds.analytics.forecast.quarter import Held
from rounds.rules.forecast.interval import Range


def told(held: Held) -> dict[str, Any]:
    """Everything the page of the number shows, but the pictures."""
    span = held.asked.quarter
    return {
        "quarter": span.code, "name": span.name, "first": span.first.isoformat(), "last": span.last.isoformat(), "locked": held.locked is not None,
        "changed_since_lock_cents": held.since_lock if held.locked else 0,
        "won_cents": held.won_cents, "call_cents": held.total.called, "called": held.total.call is not None, "override_cents": held.total.override,
        "held_cents": held.total.held, "range": _range(held.ahead.range) if held.ahead else None, "range_alone": _range(held.ahead.alone) if held.ahead else None,
        "methods": [{"method": one.method, "title": one.title, "cents": held.won_cents + one.cents, "deals": one.deals, "says": one.says} for one in held.methods],
        "coverage": _cover(held.cover), "past_close": held.past, "groups": [_group(one) for one in held.groups], "deals": [_line(one) for one in held.lines],
        "learned": {"day": held.learned.day.isoformat() if held.learned.day else None, "deals": held.learned.deals, "score": held.learned.score},
    }  # fmt: skip


def _range(found: Range) -> dict[str, int]:
    return {"p10_cents": found.p10, "p50_cents": found.p50, "p90_cents": found.p90, "mean_cents": found.mean}


def _cover(found: Cover) -> dict[str, Any]:
    return {"quota_cents": found.quota, "open_cents": found.open, "left_cents": found.left, "times": found.times, "target": found.target,
            "gap_cents": found.gap, "attained": found.attained}  # fmt: skip


def _group(one: Group) -> dict[str, Any]:
    return {"key": one.key, "name": one.name, "won_cents": one.won, "commit_cents": one.commit, "best_case_cents": one.best, "pipeline_cents": one.pipeline,
            "call_cents": one.call, "override_cents": one.override, "held_cents": one.held, "model_cents": round(one.mean), "quota_cents": one.quota}  # fmt: skip


def _line(one: Line) -> dict[str, Any]:
    return {
        "id": str(one.deal.pk), "name": one.deal.name, "stage": one.deal.stage, "cents": one.cents, "close_on": one.deal.close_on and one.deal.close_on.isoformat(),
        "place": one.place, "category": one.category, "held_as": one.held_as, "held_cents": one.held_cents, "chance": round(one.chance, 4),
        "confidence": one.confidence.points, "reasons": [{"part": reason.part, "points": reason.points, "most": reason.most, "says": reason.says} for reason in one.confidence.reasons],
        "pushes": one.slip.pushes, "slipped_days": one.slip.days, "serial_slipper": one.slip.serial, "budget": one.flag.says if one.flag else "",
    }  # fmt: skip
