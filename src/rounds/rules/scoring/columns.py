"""The same score for a whole table: one Ibis expression, the same tree, the same answers.

A fact of kind set or counts is read from one column a member (`funding_capital`, `events_call`); a criterion's level
code from a text column of its name. Columns the table lacks are unknown facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from rounds.rules.scoring.compiled import BASE, Line, Scorer
from rounds.rules.scoring.sums import Sums, criterion_branches, criterion_case

OUTPUTS = (
    "total",
    "band",
    "provisional",
    "fit_rate",
    "fit_grade",
    "fit_known",
    "completeness",
    "answered",
    "low",
    "high",
    "intent",
)
"""What `columns` can add; besides, `points` (points_<criterion>), `levels` (level_…) and `categories` (category_…)."""


def columns(model: Scorer, t: Any, outputs: Iterable[str] | None = None) -> Any:
    """`t` with the verdict columns named in `outputs` (all of OUTPUTS and the points when None).

    Whole numbers, except `band`, `fit_grade`, `level_*` (text), `provisional` (yes/no) and `fit_rate`,
    `completeness`, `answered` (0 to 1). Raises ValueError for an output that does not exist.
    """
    wanted = list(dict.fromkeys(outputs)) if outputs is not None else [*OUTPUTS, "points"]
    for name in wanted:
        if name not in (*OUTPUTS, "points", "levels", "categories"):
            raise ValueError(
                f"there is no output '{name}'; use some of {', '.join((*OUTPUTS, 'points', 'levels', 'categories'))}"
            )
    codes = (
        {f"category_{code}": number for number, code in enumerate(model.categories)} if "categories" in wanted else {}
    )
    sums = Sums(model, t, {field for name in wanted for field in _FIELDS.get(name, ())} | set(codes))
    made: dict[str, Any] = {}
    for name in wanted:
        if name == "points":
            made |= {f"points_{line.code}": criterion_case(model, line, t) for line in model.lines}
        elif name == "levels":
            made |= {f"level_{line.code}": _level(line, t) for line in model.lines}
        elif name == "categories":
            made |= {code: sums.get(code) for code in codes}
        else:
            made[name] = _MADE[name](model, sums)
    return sums.table.mutate(**made).drop(*sums.packs)


def _level(line: Line, t: Any) -> Any:
    import ibis

    branches = [(here, None if level in line.unknown_levels else level) for here, level in criterion_branches(line, t)]
    if line.counted is not None or not branches:
        return ibis.null("string")
    return ibis.cases(
        *[(here, ibis.null("string") if level is None else ibis.literal(level)) for here, level in branches]
    )


def _completeness(model: Scorer, sums: Sums) -> Any:
    import ibis

    if not model.weight:
        return ibis.literal(1.0)
    return sums.get("known_weight").cast("float64") / ibis.literal(float(model.weight), "float64")


def _answered(model: Scorer, sums: Sums) -> Any:
    import ibis

    many = float(len(model.lines))
    return ibis.literal(1.0, "float64") - sums.get("silent").cast("float64") / ibis.literal(many, "float64")


def _fit_rate(model: Scorer, sums: Sums) -> Any:
    return sums.get("fit_points").cast("float64") / sums.get("fit_known").nullif(0).cast("float64")


def _fit_grade(model: Scorer, sums: Sums) -> Any:
    import ibis

    points, known = sums.get("fit_points").cast("int64") * BASE, sums.get("fit_known").cast("int64")
    branches = [
        ((known >= max(enough, 1)) & (ibis.literal(True) if floor is None else points >= known * floor), grade)
        for floor, enough, grade in model.grades
    ]
    return ibis.cases(*branches) if branches else ibis.null("string")


def _high(model: Scorer, sums: Sums) -> Any:
    import ibis

    if all(line.best is not None for line in model.lines):
        return sums.get("high")
    return ibis.cases((sums.get("endless") == 0, sums.get("high")))


def _provisional(model: Scorer, sums: Sums) -> Any:
    import ibis

    if not model.bands or model.model.unknown.policy != "known_rate":
        return ibis.literal(False)
    return sums.get("known_weight") < -(-model.trust_at * model.weight // BASE)


def _band(model: Scorer, sums: Sums) -> Any:
    """The band of the total; below the trusted completeness the capped band of the known rate."""
    import ibis

    if not model.bands:
        return ibis.null("string")
    total = sums.get("total")
    plain = [(None if floor is None else total >= floor, band) for floor, band in model.bands]
    if model.model.unknown.policy != "known_rate":
        return _ladder(plain)
    points, known = sums.get("known_points") * 100, sums.get("known_weight")
    capped = [
        (None if floor is None else points >= known * floor, model.bands[max(position, model.cap)][1])
        for position, (floor, _) in enumerate(model.bands)
    ]
    return ibis.cases((_provisional(model, sums) & (known > 0), _ladder(_merged(capped))), else_=_ladder(plain))


def _ladder(steps: list[tuple[Any, str]]) -> Any:
    """Steps of which the last has no condition."""
    import ibis

    *closed, (_, last) = steps
    return ibis.cases(*closed, else_=ibis.literal(last)) if closed else ibis.literal(last)


def _merged(steps: list[tuple[Any, str]]) -> list[tuple[Any, str]]:
    """Neighbours with the same answer made one: the lower floor holds whenever the higher does."""
    kept: list[tuple[Any, str]] = []
    for step in steps:
        if kept and kept[-1][1] == step[1]:
            kept.pop()
        kept.append(step)
    return kept


def _plain(field: str) -> Callable[[Scorer, Sums], Any]:
    return lambda model, sums: sums.get(field)


_MADE: dict[str, Callable[[Scorer, Sums], Any]] = {
    "total": _plain("total"),
    "band": _band,
    "provisional": _provisional,
    "fit_rate": _fit_rate,
    "fit_grade": _fit_grade,
    "fit_known": _plain("fit_known"),
    "completeness": _completeness,
    "answered": _answered,
    "low": _plain("low"),
    "high": _high,
    "intent": _plain("intent"),
}
_FIELDS: dict[str, tuple[str, ...]] = {
    "total": ("total",),
    "band": ("total", "known_points", "known_weight"),
    "provisional": ("known_weight",),
    "fit_rate": ("fit_points", "fit_known"),
    "fit_grade": ("fit_points", "fit_known"),
    "fit_known": ("fit_known",),
    "completeness": ("known_weight",),
    "answered": ("silent",),
    "low": ("low",),
    "high": ("high", "endless"),
    "intent": ("intent",),
}
