"""Scores as pages show them: why a score is what it is, what an answer would make of it, how it went."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from rounds.models import ScoreRecord
from rounds.models.flow.days import house_day
from rounds.playbook import Playbook
from rounds.playbook.shapes.scoring import ScoringModel
from rounds.rules.scoring import Score
from rounds.web.templatetags.words import moment


def why(model: ScoringModel, score: Score, ask: str = "", silent: Collection[str] = ()) -> list[dict[str, Any]]:
    """Categories with their criteria, in the shape <c-why> takes. `ask` is the address that asks a criterion; the
    criteria `silent` are not shown to the viewer's role, nor the sums that would tell them."""
    lines = {line["what"]: line for line in score.lines}
    missing = set(score.missing)
    return [
        {"label": category.title, "kept": bool(silent) and any(c.criterion in silent for c in category.criteria),
         "points": score.categories.get(category.category, 0),
         "max": category.max or sum(c.max or c.best for c in category.criteria),
         "lines": [_kept(c) if c.criterion in silent else
                   _line(c, lines[c.criterion], score, c.criterion in missing, ask) for c in category.criteria]}
        for category in model.categories
    ]  # fmt: skip


def _kept(criterion: Any) -> dict[str, Any]:
    return {"label": criterion.title, "kept": True, "points": None, "gain": None, "max": None, "value": "", "source": ""}


def _line(criterion: Any, line: dict[str, Any], score: Score, missing: bool, ask: str) -> dict[str, Any]:
    most = criterion.max or criterion.best
    shown = {"label": criterion.title, "max": most, "source": "", "hint": "", "value": "", "points": None, "gain": None}
    if missing:
        shown["gain"] = most - score.points.get(criterion.criterion, 0)
        shown["ask"] = f"{ask}{criterion.criterion}" if ask and criterion.levels else ""
        return shown
    title = next((lv.title for lv in criterion.levels if lv.level == line["level"]), None)
    return shown | {"points": line["points"], "value": title or line["why"], "source": "why" if title else "",
                    "hint": f"{line['why']}. {line['source']}"}  # fmt: skip


def after(before: Score, then: Score) -> str:
    """What an answer would do: "Makes 60, Warm and no longer provisional"."""
    band = (then.band or "").capitalize()
    settled = " and no longer provisional" if before.provisional and not then.provisional else ""
    settled = settled or (", still provisional" if then.provisional else "")
    return f"Makes {then.total}, {band}{settled}" if band else f"Makes {then.total}"


def moved(before: int | None, then: Score) -> str:
    """What an answer did: "48 → 60, Warm"."""
    came = f"{before} → {then.total}" if before is not None else str(then.total)
    return f"{came}, {(then.band or '').capitalize()}{', provisional' if then.provisional else ''}"


def warmth(book: Playbook, kept: int, base: int) -> str:
    """What stands beside the total, by the mode of the playbook: "heat 5", "Boost +5 makes 77", or nothing (C-03)."""
    if book.heat.mode == "recompute_only":
        return ""
    if book.heat.mode == "heat":
        return f"heat {kept}"
    makes = f" makes {min(book.heat.boost_ceiling.value, base + kept)}" if kept else ""
    return f"Boost +{kept}{makes}"


def history(records: Iterable[ScoreRecord]) -> dict[str, Any]:
    """Score history for <c-chart kind="history">, oldest first: a point a day, the last word of each."""
    days: dict[str, dict[str, Any]] = {}
    for row in records:
        days[house_day(row.at).isoformat()] = {"day": house_day(row.at).isoformat(), "score": row.total, "low": row.low, "high": row.high}
    return {"points": [days[day] for day in sorted(days)]}


def cuts(model: ScoringModel) -> list[int]:
    """The band floors of a model, lowest first."""
    steps = model.bands.steps if model.bands else ()
    return sorted(int(step.at_least) for step in steps if step.at_least is not None)


def scored_by(at: Any, today: Any, number: int) -> str:
    """ "scored 10:02 by playbook v14"."""
    return f"scored {moment(at, today)} by playbook v{number}" if at else "not scored yet"
