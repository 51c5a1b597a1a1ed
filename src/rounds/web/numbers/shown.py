"""A metric's answer as the page shows it: sentences, the picture and the same as a table."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from rounds.analytics.numbers.definition import Metric
from rounds.analytics.numbers.reading import scale_of
from rounds.analytics.numbers.result import Answer
from rounds.analytics.numbers.running import Behind
from rounds.rules.numbers.judging import bounds
from rounds.rules.numbers.showing import short, shown
from rounds.web.numbers import words


def finding(found: Answer) -> str:
    """The title of the page: the number in a sentence, with its target."""
    title, period = found.metric.title, found.period.title
    if found.metric.waits:
        return f"{title} waits for {found.metric.waits_for}"
    if found.reading.value is None:
        said = found.reading.says
        return f"{title}, {period}: {said[:1].lower()}{said[1:]}"
    verdict = found.verdicts[0] if found.verdicts else None
    target = f", {verdict.status}: {verdict.says}" if verdict else ""
    return f"{title} is {found.reading.says} in {period}{target}"


def mean(found: Answer) -> str:
    """The mean beside a median, in its unit."""
    return shown(found.reading.mean, found.metric.unit) if found.reading.mean is not None else ""


def paragraphs(metric: Metric) -> str:
    """The definition as running text."""
    return " ".join(metric.about.split())


def points(found: Answer) -> list[dict[str, Any]]:
    """The trend as rows of a table, the last period first."""
    return [{"point": point, "told": point.told.says if point.told else "", "restated": point.restated} for point in reversed(found.points)]


def trend(found: Answer) -> dict[str, Any] | None:
    """The trend as the picture takes it; None where fewer than two periods have a number."""
    known = [point for point in found.points if point.now.value is not None]
    if len(known) < 2:
        return None
    unit = found.metric.unit
    marks = sorted({bound for target in found.targets for bound in bounds(target)})
    return {
        "points": [{"label": point.period.title, "value": _float(point.now.value), "says": point.now.says, "told": _float(point.told.value) if point.restated and point.told else None,
                    "told_says": point.told.says if point.restated and point.told else ""} for point in found.points],
        "marks": [{"value": float(mark), "says": short(mark, unit)} for mark in marks],
    }  # fmt: skip


def _float(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def parts(found: Answer, query: Any) -> list[dict[str, Any]]:
    """The parts in their order, each with its word and the address that filters by it."""
    names = words.named(found.by, [part.key for part in found.parts]) if found.parts else {}
    order = words.order_of(found.by)
    ranked = sorted(found.parts, key=lambda part: (order.index(part.key) if part.key in order else len(order), _falling(part.reading.value, bool(order)), names[part.key]))
    return [{"name": names[part.key], "reading": part.reading, "url": _filtered(found, part.key, query), "targets": part.verdicts} for part in ranked]


def _falling(value: Fraction | None, ordered: bool) -> Fraction:
    return Fraction(0) if ordered or value is None else -value


def _filtered(found: Answer, key: str, query: Any) -> str:
    if found.by not in found.metric.filters or not key:
        return ""
    held = [(name, value) for name in query for value in query.getlist(name) if value and name not in (found.by, "by")]
    return "?" + urlencode([*held, (found.by, key)])


def bars(found: Answer, query: Any) -> dict[str, Any] | None:
    """The parts as bars; None where no part has a number."""
    rows = [{"label": one["name"], "value": float(one["reading"].value), "says": one["reading"].short, "url": one["url"]}
            for one in parts(found, query) if one["reading"].value is not None]  # fmt: skip
    return {"rows": rows, "unit": ""} if rows else None


def rows(metric: Metric, found: Sequence[Behind], known: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows behind a number with their names and what each adds; one the viewer may not open has no address."""
    return [{**known[row.id], "adds": adds(metric, row), "why": row.why.rstrip(", ")} for row in found if row.id in known]


def adds(metric: Metric, row: Behind) -> str:
    """What a row brings to the number, in words."""
    if metric.how in ("sum", "mean", "median"):
        return shown(Fraction(row.x, scale_of(metric)), metric.unit) if row.x is not None else "nothing known"
    if metric.how == "share" and row.top is not None:
        return "counts" if row.top > 0 else "does not count" if row.top == 0 else "counts against"
    if metric.how == "ratio" and row.top is not None and row.base is not None:
        if metric.sides == "cents":
            return shown(Fraction(row.top or row.base, 100), "money")
        return f"{row.top:,} of {row.base:,}"
    return ""


def beside(found: Answer) -> str:
    """What may not be left out beside a number: a compliance rate never stands alone (PLUS-33)."""
    if found.metric.name != "compliance_rate":
        return ""
    from rounds.analytics.trust.standing import sentence
    from rounds.models import CheckRun
    from rounds.models.flow.active import active

    return sentence(CheckRun.objects.order_by("-at").first(), active().playbook.checks.target.percent)
