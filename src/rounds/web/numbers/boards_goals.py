"""What one rep is to do in a week (numbers/metrics.yaml, goals) beside what they did (ANALYTICS-32)."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any

from rounds.analytics.numbers import period as periods
from rounds.analytics.numbers.boards import Picture
from rounds.analytics.numbers.result import Reading
from rounds.models.flow.active import active
from rounds.web.numbers.boards_asked import Asked

COUNTED = "activity_count"
WEEK = 7


def has_goals(one: Picture, asked: Asked) -> bool:
    """Goals are one person's: of the dashboard of one's own, and of one that is narrowed to one person."""
    whose = [values for name, values in asked.question.filters if name == "owner"]
    return one.metric.name == COUNTED and one.tile.by == "kind" and len(whose) == 1


def with_goals(one: Picture) -> tuple[tuple[str, Reading], ...]:
    """The parts, those of a goal that nothing was done for with none."""
    done = dict(one.parts)
    return (*one.parts, *((kind, Reading("count", "ok", Fraction(0))) for kind in active().playbook.measures.goals if kind not in done))


def goal(kind: str, reading: Reading, asked: Asked) -> dict[str, Any] | None:
    """The goal of a kind for the days of the period, and whether it is reached; None where it has none."""
    goals, period = active().playbook.measures.goals, asked.question.period
    if kind not in goals:
        return None
    days = (period.ends - period.starts + timedelta(days=1)).days
    wanted = Fraction(goals[kind].per_week * days, WEEK)
    runs = periods.today(asked.engine.book, asked.at) <= period.ends
    icon, word = ("circle-check", "Met") if (reading.value or 0) >= wanted else ("circle-dashed", "So far") if runs else ("circle-alert", "Missed")
    return {"icon": icon, "word": word, "says": f"goal {round(float(wanted))}", "kpi": "", "status": word.lower()}
