"""A dashboard as the page shows it: each tile with its figure, target and address; its line, bars or rows."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from django.http import HttpRequest

from rounds.analytics.numbers import aims
from rounds.analytics.numbers.answering import benchmarks
from rounds.analytics.numbers.boards import Picture, Shown
from rounds.analytics.numbers.period import Period
from rounds.analytics.numbers.result import Reading
from rounds.analytics.numbers.wording import many
from rounds.models import CheckRun
from rounds.models.flow.active import active
from rounds.rules.numbers.showing import short
from rounds.web.numbers import words
from rounds.web.numbers.boards_asked import Asked
from rounds.web.numbers.boards_goals import goal, has_goals, with_goals

STATES = {"met": ("circle-check", "Met"), "near": ("circle-dashed", "Near"), "missed": ("circle-alert", "Missed"), "no data": ("circle", "No data")}
MOST_BARS = 10
LINES = ("figure", "trend")
"""Ways a tile is shown that draw how its number went."""
WIDE, HIGH = 100, 30


def tile(one: Shown, asked: Asked) -> dict[str, Any]:
    """A tile: `value`, `state` (ok, or why there is none), `note`, its targets, and where it leads."""
    reading = one.reading
    state = "lost" if reading is None else reading.state
    return {
        "place": one.place, "id": f"tile-{one.place}", "title": one.title, "metric": one.metric, "about": " ".join(one.metric.about.split()), "state": state,
        "value": reading.short if reading is not None else "", "full": reading.says if reading is not None else "", "n": reading.n if reading is not None else 0,
        "note": _note(one), "targets": [_target(verdict) for verdict in one.verdicts if verdict.status != "no data"], "wanted": [verdict.says for verdict in one.verdicts],
        "apart": [words.TITLES[name].lower() for name in one.apart], "url": asked.number(one.metric), "shown": one.tile.shown, "beside": _beside(one),
    }  # fmt: skip


def _note(one: Shown) -> str:
    if one.reading is None:
        return one.lost
    if one.metric.waits:
        return f"Waits for {one.metric.waits_for}"
    if one.reading.state == "no data":
        return f"Nothing to count: {one.metric.population[:1].lower()}{one.metric.population[1:]}"
    if one.reading.state == "not kept":
        return "How things stood then was not kept"
    if one.reading.state == "small":
        return f"Too few to say; {many(one.metric, one.reading.n)}"
    return f"n {one.reading.n:,}" if one.metric.private else many(one.metric, one.reading.n)


def _target(verdict: Any) -> dict[str, Any]:
    icon, word = STATES[verdict.status]
    return {"icon": icon, "word": f"{word}, better than asked" if verdict.beyond else word, "says": verdict.says, "kpi": verdict.kpi, "status": verdict.status}


def _beside(one: Shown) -> str:
    """A compliance rate never stands alone (PLUS-33); beside others stands what is reached elsewhere (LEAD-29)."""
    if one.metric.name != "compliance_rate":
        return " ".join(benchmarks(one.metric, active().playbook))
    from rounds.analytics.trust.standing import sentence

    return sentence(CheckRun.objects.order_by("-at").first(), active().playbook.checks.target.percent)


def finding(tiles: Sequence[Shown], asked: Asked) -> str:
    """The title of the page: how many targets are met, and what was missed. A number with two tiles has its targets once, under the
    title of the first."""
    once: dict[tuple[str, str], tuple[Shown, Any]] = {}
    for one in tiles:
        for verdict in one.verdicts:
            once.setdefault((one.metric.name, verdict.kpi), (one, verdict))
    judged = [(one, verdict) for one, verdict in once.values() if verdict.status != "no data"]
    period = _within(asked.question.period.title)
    if not judged:
        known = sum(1 for one in tiles if one.reading is not None and one.reading.value is not None)
        return f"{known} of {len(tiles)} numbers are known in {period}"
    met = sum(1 for _, verdict in judged if verdict.status == "met")
    missed = list(dict.fromkeys(_inside(one.title) for one, verdict in judged if verdict.status == "missed"))
    rest = f"; missed: {', '.join(missed[:2])}{f' and {len(missed) - 2} more' if len(missed) > 2 else ''}" if missed else ""
    return f"{met} of {len(judged)} targets met in {period}{rest}"


def _within(period: str) -> str:
    """The title of a period inside a sentence: "the week of 30 Nov 2026", "Q4 2026"."""
    return f"the {_inside(period)}" if period.startswith("Week ") else period


def _inside(title: str) -> str:
    """A title inside a sentence: "win rate", but "NPS", "POC success rate"."""
    return title if title[:2].isupper() else title[:1].lower() + title[1:]


def pictures(found: Sequence[Picture], asked: Asked, request: HttpRequest) -> list[dict[str, Any]]:
    """What stands below each figure."""
    return [_picture(one, asked, request) for one in found]


def _picture(one: Picture, asked: Asked, request: HttpRequest) -> dict[str, Any]:
    before = one.before
    return {"id": f"tile-{one.place}", "lost": one.lost, "spark": spark(one.points) if one.tile.shown in LINES else [], "before": _before(one) if before and before[1].value is not None else "", "bars": bars(one, asked),
            "words": "; ".join(f"{period.title} {reading.short}" for period, reading in one.points), "rows": _rows(one, request),
            "url": asked.number(one.metric), "title": one.tile.title or one.metric.title}  # fmt: skip


def _before(one: Picture) -> str:
    """What the period before came to; beside parts also what changed since."""
    (period, then), (_, now) = one.points[-2], one.points[-1]
    said = f"{period.title}: {then.short}"
    if one.tile.shown in LINES or then.value is None or now.value is None:
        return said
    change = now.value - then.value
    return f"{said}; {'up' if change > 0 else 'down'} {short(abs(change), now.unit)} since" if change else f"{said}; no change since"


def spark(points: Sequence[tuple[Period, Reading]]) -> list[tuple[float, float]]:
    """The line in a box of 100 × 30; [] where fewer than two periods have a number."""
    known = [(place, reading.value) for place, (_, reading) in enumerate(points) if reading.value is not None]
    if len(known) < 2:
        return []
    low, high = min(value for _, value in known), max(value for _, value in known)
    span, last = (high - low) or Fraction(1), max(len(points) - 1, 1)
    return [(round(WIDE * place / last, 1), round(float(HIGH - 2 - (HIGH - 4) * (value - low) / span), 1)) for place, value in known]


def bars(one: Picture, asked: Asked) -> list[dict[str, Any]]:
    """The parts in their order, the largest at full width; `target`: what that part is to reach, where the scorecard says so."""
    goals = has_goals(one, asked)
    parts = with_goals(one) if goals else one.parts
    if not parts:
        return []
    names, order = words.named(one.tile.by, [key for key, _ in parts]), words.order_of(one.tile.by)
    known = [(key, reading) for key, reading in parts if reading.value is not None]
    top = max((abs(reading.value) for _, reading in known), default=Fraction(0)) or Fraction(1)
    ranked = sorted(known, key=lambda part: (order.index(part[0]) if part[0] in order else len(order), 0 if order else -part[1].value, names[part[0]]))
    return [{"name": names[key], "says": reading.short, "of": int(100 * abs(reading.value) / top), "n": reading.n, "target": goal(key, reading, asked) if goals else _part_target(one, key, reading, asked.question.period)}
            for key, reading in ranked[:MOST_BARS]]  # fmt: skip


def _part_target(one: Picture, key: str, reading: Reading, period: Period) -> dict[str, Any] | None:
    found = aims.verdicts(one.metric, one.tile.by, key, reading.value, period, active().playbook)
    return _target(found[0]) if found else None


def _rows(one: Picture, request: HttpRequest) -> list[dict[str, Any]]:
    if not one.rows:
        return []
    known = words.records(request, one.metric, [row.id for row in one.rows])
    return [{**known[row.id], "why": row.why.rstrip(", ")} for row in one.rows if row.id in known]
