"""What the pages of customers show: metrics in red, amber and green, health with its parts, its way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from rounds.models import HealthCheck, OutcomeRecord, SuccessReading
from rounds.models.customers.standing import Round, Standing
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.rules.implementation.success import Reading

RAG = {"green": ("Met", "ok", "circle-check"), "amber": ("Close", "soon", "circle-dot"), "red": ("Missed", "late", "circle-alert"),
       "unknown": ("No reading", "line", "circle-dashed")}  # fmt: skip
BANDS = {"healthy": ("Healthy", "ok"), "watch": ("Watch", "soon"), "at_risk": ("At risk", "late"), "unknown": ("Provisional", "line")}
UNITS = {"%": " %", "days": " days", "points": ""}


@dataclass(frozen=True, slots=True)
class Metric:
    """One success metric as it is drawn."""

    code: str
    reading: Reading
    word: str
    tone: str
    icon: str
    unit: str
    row: SuccessReading | None
    round: Round | None
    old: int | None
    """Days since the reading, where that is too long."""


def metrics_shown(known: Standing, at: datetime) -> list[Metric]:
    """Every metric of the playbook with its reading, or without."""
    found = []
    for reading in known.judged():
        word, tone, icon = RAG[reading.rag]
        book = active().playbook.success.metrics[reading.metric]
        row = known.readings.get(reading.metric)
        nps = known.nps if reading.metric == "nps" else None
        day = row.as_of if row else house_day(nps.survey.at) if nps else None
        age = (house_day(at) - day).days if day else 0
        old = age if book.fresh and day and age > book.fresh.days else None
        found.append(Metric(reading.metric, reading, word, tone, icon, UNITS.get(book.unit, f" {book.unit}"), row, nps, old))
    return found


def health_shown(check: HealthCheck | None) -> dict[str, Any]:
    """The last check: its band in words, its parts with what each adds."""
    if check is None:
        return {"check": None, "word": "Not checked yet", "tone": "line", "parts": []}
    word, tone = BANDS[check.band]
    weights = active().playbook.health.components
    parts = [{**line, "title": weights[line["what"]].title, "weight": weights[line["what"]].weight} for line in check.lines if line["what"] in weights]
    return {"check": check, "word": word, "tone": tone, "parts": parts, "provisional": check.known < 100 * active().playbook.health.trust_at.share}


def trend(checks: Sequence[HealthCheck]) -> dict[str, Any] | None:
    """The line of the last checks, the oldest at the left; None for fewer than two."""
    known = [one for one in reversed(checks) if one.score is not None]
    if len(known) < 2:
        return None
    step = 100 / (len(known) - 1)
    low, high = min(one.score for one in known) - 8, max(one.score for one in known) + 8
    points = [(round(index * step, 1), round(30 - 30 * (one.score - low) / (high - low), 1)) for index, one in enumerate(known)]
    return {"points": points, "words": f"Health from {known[0].score} to {known[-1].score} in {len(known)} checks", "checks": known}


def outcome_rows(rows: Sequence[OutcomeRecord]) -> list[dict[str, Any]]:
    """Outcomes with their metric's words and by how much they changed."""
    book, found = active().playbook.growth.outcomes.metrics, []
    for row in rows:
        metric = book.get(row.metric)
        change = Decimal(row.current) - Decimal(row.baseline)
        good = metric is not None and (change < 0) == (metric.better == "less") and change != 0
        found.append({"row": row, "title": metric.title if metric else row.metric, "unit": metric.unit if metric else "",
                      "change": f"{change:+f}".replace("-", "−"), "good": good})  # fmt: skip
    return found
