"""One record's score: points, band, fit, range, intent, what is missing and what to ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from rounds.rules.scoring.compiled import BASE, Line, Scorer


@dataclass(frozen=True, slots=True)
class Fit:
    """How well the known side of the organisation fits. `rate` = points of `known` maximum, `of` = the whole."""

    grade: str | None
    rate: float | None
    known: int
    of: int


@dataclass(frozen=True, slots=True)
class Question:
    """One unanswered criterion: what to ask, what it could add, and its answers as (level, title, points)."""

    criterion: str
    word: str
    ask: str
    gain: int
    answers: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class Score:
    """A verdict. `low`/`high`: the total with every unknown at its lowest and its best (`high` None: no ceiling)."""

    points: dict[str, int]
    levels: dict[str, str | None]
    categories: dict[str, int]
    total: int
    band: str | None
    provisional: bool
    fit: Fit
    completeness: float
    answered: float
    low: int
    high: int | None
    intent: int
    missing: list[str]
    questions: list[Question]
    lines: list[dict[str, Any]]
    label: str


Reading = tuple[str | None, int | None, str]
"""(level, points or None when not known, why)."""


def score(model: Scorer, facts: Mapping[str, Any], *, checked: bool = False) -> Score:
    """Score one record. `checked=True` skips checking facts that were checked before. Raises WrongFact (422)."""
    if not checked:
        facts = model.check(facts)
    points: dict[str, int] = {}
    levels: dict[str, str | None] = {}
    lines: list[dict[str, Any]] = []
    missing: list[str] = []
    sums = [0] * len(model.categories)
    known_points = known_weight = fit_points = fit_known = low = 0
    high: int | None = 0
    silent: list[int] = []
    for position, line in enumerate(model.lines):
        code = line.code
        level, got, why = read_line(line, facts)
        if got is None:
            got, best, worst = line.unknown_points, line.best, line.worst
            missing.append(code)
            silent.append(position)
        else:
            best = worst = got
            known_points += got
            known_weight += line.weight
            if line.in_fit:
                fit_points += got
                fit_known += line.weight
        points[code] = got
        levels[code] = level
        sums[line.category] += got
        low += worst
        high = None if high is None or best is None else high + best
        lines.append({"what": code, "level": level, "points": got, "why": why, "source": line.source})
    total = sum(sums)
    band, provisional = band_of(model, total, known_points, known_weight)
    fit = Fit(
        grade_of(model, fit_points, fit_known),
        fit_points / fit_known if fit_known else None,
        fit_known,
        model.fit_weight,
    )
    return Score(
        points,
        levels,
        dict(zip(model.categories, sums, strict=True)),
        total,
        band,
        provisional,
        fit,
        known_weight / model.weight if model.weight else 1.0,
        1 - len(missing) / len(points),
        low,
        high,
        sum(sums[position] for position in model.intent),
        missing,
        questions(model, silent),
        lines,
        label_of(fit, provisional),
    )


def read_line(line: Line, facts: Mapping[str, Any]) -> Reading:
    """One criterion of checked facts. What it hangs on besides `facts_of` (alike.py) would be overlooked there."""
    if line.counted is not None:
        events = facts.get(line.counted.fact)
        return (None, None, line.unknown_why) if events is None else (None, *count(line.counted, events))
    level = facts.get(line.level_fact)
    if level is None and line.level_fact is not line.code:
        level = facts.get(line.code)
    if level is None:
        found = line.tree.read(facts) if line.tree is not None else None
        if found is None:
            return None, None, _doubt(line, facts)
        level, why = found
    else:
        why = "answered"
    if level in line.unknown_levels:
        return None, None, line.unknown_why
    return level, line.points[level], why


def _doubt(line: Line, facts: Mapping[str, Any]) -> str:
    if line.trust is not None:
        confidence = facts.get(line.trust[0])
        if confidence is not None and confidence < line.trust[1]:
            guess = facts.get("ehr") or facts.get("ehr_vendor") or "the value"
            return f"{guess} is only {confidence:.0%} certain: {line.unknown_why}"
    return line.unknown_why


def count(counted: Any, events: Mapping[str, int]) -> tuple[int, str]:
    """Points of counted events, and the sum in words."""
    caps = counted.caps
    parts = []
    for kind, worth in counted.points.items():
        times = events.get(kind, 0)
        if times:
            times = min(times, caps.get(kind, times))
            parts.append((kind, times if counted.mode == "each_event" else 1, worth))
    if counted.mode == "highest_only":
        parts = sorted(parts, key=lambda part: -part[2])[:1]
    return (
        sum(times * worth for _, times, worth in parts),
        " + ".join(f"{kind.replace('_', ' ')} {times} × {worth}" for kind, times, worth in parts)
        or "no event that counts",
    )


def band_of(model: Scorer, total: int, known_points: int, known_weight: int) -> tuple[str | None, bool]:
    """The band of the total; below the trusted completeness the capped band of the known rate (PLUS-02)."""
    if not model.bands:
        return None, False
    if model.model.unknown.policy != "known_rate" or known_weight * BASE >= model.trust_at * model.weight:
        return _band(model, total, 1)[1], False
    if known_weight == 0:
        return _band(model, total, 1)[1], True
    position = max(_band(model, 100 * known_points, known_weight)[0], model.cap)
    return model.bands[position][1], True


def band_at(model: Scorer, found: Score, graded: Callable[[int | Fraction], Any]) -> Score:
    """`found` with its band read from another score than its base: `graded` answers it for the base (C-03)."""
    if not model.bands:
        return found
    missing = set(found.missing)
    known = [line for line in model.lines if line.code not in missing]
    weight = sum(line.weight for line in known)
    base: int | Fraction = found.total
    if found.provisional and weight:
        base = Fraction(100 * sum(found.points[line.code] for line in known), weight)
    position = max(_band(model, graded(base), 1)[0], model.cap if found.provisional else 0)
    return replace(found, band=model.bands[position][1])


def _band(model: Scorer, amount: Any, per: int) -> tuple[int, str]:
    for position, (floor, band) in enumerate(model.bands):
        if floor is None or amount >= floor * per:
            return position, band
    raise AssertionError("the last band has no floor")


def grade_of(model: Scorer, points: int, known: int) -> str | None:
    """The fit grade of points out of a known maximum; None when nothing is known. A grade may also ask that enough
    is known (PLUS-12): without it the next grade holds."""
    if not known:
        return None
    for floor, enough, grade in model.grades:
        if known >= enough and (floor is None or points * BASE >= floor * known):
            return grade
    return None


def label_of(fit: Fit, provisional: bool) -> str:
    """'provisional: Fit A, 47 of 75 known' (PLUS-02), empty for a settled band."""
    if not provisional:
        return ""
    return f"provisional: Fit {fit.grade or 'not known'}, {fit.known} of {fit.of} known"


def questions(model: Scorer, silent: list[int], most: int = 3) -> list[Question]:
    """The unanswered criteria that could add most, best first."""
    asked: list[Question] = []
    unknown = set(silent)
    for position in model.asked:
        if position in unknown:
            asked.append(question(model, position))
            if len(asked) == most:
                break
    return asked


def question(model: Scorer, position: int) -> Question:
    """The question of one criterion (made once)."""
    found = model.extra.get(f"q{position}")
    if found is None:
        line = model.lines[position]
        answers = tuple(
            (level.level, level.title, level.points)
            for level in line.criterion.levels
            if not level.unknown and level.same_as is None
        )
        found = Question(
            line.code, line.criterion.word, line.criterion.ask, (line.best or 0) - line.unknown_points, answers
        )
        model.extra[f"q{position}"] = found
    return found
