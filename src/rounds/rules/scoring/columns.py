"""The same score for a whole table: one Ibis expression, the same tree, the same answers.

A fact of kind set or counts is read from one column a member (`funding_capital`, `events_call`); a criterion's level
code from a text column of its name. Columns the table lacks are unknown facts. Everything is whole-number arithmetic,
so that ten million rows cost little more than reading them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rounds.rules.scoring.compiled import BASE, Line, Scorer
from rounds.rules.scoring.tree import by_word

OUTPUTS = ("total", "band", "provisional", "fit_rate", "fit_grade", "fit_known", "completeness", "answered", "low", "high", "intent")
"""What `columns` can add. Besides: `points` (points_<criterion>), `levels` (level_<criterion>), `categories` (category_<code>)."""


def columns(model: Scorer, t: Any, outputs: Iterable[str] | None = None) -> Any:
    """`t` with the verdict columns named in `outputs` (all of OUTPUTS and the points when None).

    Whole numbers, except `band`, `fit_grade`, `level_*` (text), `provisional` (yes/no) and `fit_rate`,
    `completeness`, `answered` (0 to 1). Raises ValueError for an output that does not exist.
    """
    wanted = list(outputs) if outputs is not None else [*OUTPUTS, "points"]
    sheet = Sheet(model, t)
    made: dict[str, Any] = {}
    for name in wanted:
        if name in ("points", "levels", "categories"):
            made |= getattr(sheet, name)()
        elif name in OUTPUTS:
            made[name] = getattr(sheet, name)()
        else:
            raise ValueError(f"there is no output '{name}'; use some of {', '.join((*OUTPUTS, 'points', 'levels', 'categories'))}")
    return t.mutate(**made)


def _int(value: int) -> Any:
    import ibis

    return ibis.literal(value, "int32")


def _sum(parts: list[Any]) -> Any:
    """Left-to-right sum of columns and numbers; the numbers folded into one."""
    constant = sum(part for part in parts if isinstance(part, int))
    total: Any = None
    for part in parts:
        if not isinstance(part, int):
            total = part if total is None else total + part
    if total is None:
        return _int(constant)
    return total + _int(constant) if constant else total


class Sheet:
    """The columns of one model over one table; each piece is made when first asked for."""

    def __init__(self, model: Scorer, t: Any) -> None:
        self.model, self.t = model, t
        self.raw = [self._points(line) for line in model.lines]
        self.known = [None if column is None else column.notnull() for column in self.raw]

    def _points(self, line: Line) -> Any:
        """Points of a criterion, NULL where it is not known; None when the table cannot say anything about it."""
        if line.counted is not None:
            return self._counted(line)
        return self._valued(line, line.points)

    def _valued(self, line: Line, worth: dict[str, int]) -> Any:
        import ibis

        parts = []
        for name in dict.fromkeys((line.level_fact, line.code)):
            if name in self.t.columns:
                parts.append(by_word(self.t[name], {level: number for level, number in worth.items()} | dict.fromkeys(line.unknown_levels, -1)))
        if line.tree is not None:
            marked = worth | dict.fromkeys(line.unknown_levels, -1)
            read = line.tree.expr(self.t, marked)
            if read is not None:
                parts.append(read)
        if not parts:
            return None
        column = parts[0] if len(parts) == 1 else ibis.coalesce(*parts)
        return column.nullif(-1) if line.unknown_levels else column

    def _counted(self, line: Line) -> Any:
        import ibis

        counted = line.counted
        assert counted is not None
        kinds = [kind for kind in self._kinds(counted.fact)]
        if not kinds:
            return None
        known = self.t[f"{counted.fact}_{kinds[0]}"].notnull()
        for kind in kinds[1:]:
            known = known | self.t[f"{counted.fact}_{kind}"].notnull()
        parts = []
        for kind, worth in counted.points.items():
            if kind in kinds:
                times = self.t[f"{counted.fact}_{kind}"].fill_null(0).cast("int32")
                if counted.mode != "each_event":
                    times = (times > 0).cast("int32")
                elif kind in counted.caps:
                    times = ibis.least(times, _int(counted.caps[kind]))
                parts.append(times * _int(worth))
        if not parts:
            return ibis.cases((known, _int(0)))
        total = ibis.greatest(*parts) if counted.mode == "highest_only" and len(parts) > 1 else _sum(parts)
        return ibis.cases((known, total))

    def _kinds(self, fact: str) -> list[str]:
        prefix = f"{fact}_"
        kinds = self.model.extra.get("kinds", ())
        return [kind for kind in kinds if prefix + kind in self.t.columns]

    def _filled(self, position: int) -> Any:
        line, column = self.model.lines[position], self.raw[position]
        if column is None:
            return line.unknown_points
        return column.fill_null(_int(line.unknown_points))

    def points(self) -> dict[str, Any]:
        return {f"points_{line.code}": _sum([self._filled(i)]) for i, line in enumerate(self.model.lines)}

    def levels(self) -> dict[str, Any]:
        import ibis

        made = {}
        for line in self.model.lines:
            column = self._valued(line, line.order) if line.points else None
            branches = [] if column is None else [(column == rank, level) for level, rank in line.order.items()
                                                 if level not in line.unknown_levels]
            made[f"level_{line.code}"] = ibis.cases(*branches) if branches else ibis.null("string")
        return made

    def categories(self) -> dict[str, Any]:
        made = {}
        for number, code in enumerate(self.model.categories):
            made[f"category_{code}"] = _sum([self._filled(i) for i, line in enumerate(self.model.lines) if line.category == number])
        return made

    def total(self) -> Any:
        return _sum([self._filled(i) for i in range(len(self.raw))])

    def intent(self) -> Any:
        return _sum([self._filled(i) for i, line in enumerate(self.model.lines) if line.category in self.model.intent])

    def _known_points(self, fit_only: bool = False) -> Any:
        return _sum([column.fill_null(_int(0)) for line, column in zip(self.model.lines, self.raw, strict=True)
                     if column is not None and (line.in_fit or not fit_only)])

    def _known_weight(self, fit_only: bool = False) -> Any:
        return _sum([known.cast("int32") * _int(line.weight) for line, known in zip(self.model.lines, self.known, strict=True)
                     if known is not None and line.weight and (line.in_fit or not fit_only)])

    def completeness(self) -> Any:
        import ibis

        if not self.model.weight:
            return ibis.literal(1.0)
        return self._known_weight().cast("float64") / ibis.literal(float(self.model.weight))

    def answered(self) -> Any:
        import ibis

        many = len(self.raw)
        missing = _int(many) - _sum([known.cast("int32") for known in self.known if known is not None])
        return ibis.literal(1.0) - missing.cast("float64") / ibis.literal(float(many))

    def low(self) -> Any:
        return self._bound([line.worst for line in self.model.lines])

    def high(self) -> Any:
        import ibis

        best = [line.best for line in self.model.lines]
        open_ = [i for i, number in enumerate(best) if number is None]
        bound = self._bound([number or 0 for number in best])
        if not open_:
            return bound
        if any(self.known[i] is None for i in open_):
            return ibis.null("int32")
        all_known = self.known[open_[0]]
        for i in open_[1:]:
            all_known = all_known & self.known[i]
        return ibis.cases((all_known, bound))

    def _bound(self, numbers: list[int]) -> Any:
        return _sum([number if column is None else column.fill_null(_int(number))
                     for number, column in zip(numbers, self.raw, strict=True)])

    def fit_known(self) -> Any:
        return self._known_weight(fit_only=True)

    def fit_rate(self) -> Any:
        known = self.fit_known().nullif(0).cast("float64")
        return self._known_points(fit_only=True).cast("float64") / known

    def fit_grade(self) -> Any:
        import ibis

        points, known = self._known_points(fit_only=True).cast("int64") * BASE, self.fit_known().cast("int64")
        branches = [(known > 0 if floor is None else (known > 0) & (points >= known * floor), grade)
                    for floor, grade in self.model.grades]
        return ibis.cases(*branches) if branches else ibis.null("string")

    def provisional(self) -> Any:
        import ibis

        model = self.model
        if not model.bands or model.model.unknown.policy != "known_rate":
            return ibis.literal(False)
        needed = -(-model.trust_at * model.weight // BASE)
        return self._known_weight() < _int(needed)

    def band(self) -> Any:
        import ibis

        model = self.model
        if not model.bands:
            return ibis.null("string")
        total = self.total()
        plain = [(ibis.literal(True) if floor is None else total >= floor, band) for floor, band in model.bands]
        if model.model.unknown.policy != "known_rate":
            return _cases(plain)
        points, known = self._known_points() * _int(100), self._known_weight()
        capped = [(points >= known * floor if floor is not None else ibis.literal(True), model.bands[max(i, model.cap)][1])
                  for i, (floor, _) in enumerate(model.bands)]
        provisional = self.provisional() & (known > 0)
        return ibis.cases((provisional, _cases(_merged(capped))), else_=_cases(plain))


def _cases(branches: list[tuple[Any, str]]) -> Any:
    """Branches of which the last always holds."""
    import ibis

    *closed, (_, last) = branches
    return ibis.cases(*closed, else_=last) if closed else ibis.literal(last)


def _merged(branches: list[tuple[Any, str]]) -> list[tuple[Any, str]]:
    """Neighbours with the same answer made one: the lower floor holds whenever the higher does."""
    kept: list[tuple[Any, str]] = []
    for branch in branches:
        if kept and kept[-1][1] == branch[1]:
            kept[-1] = branch
        else:
            kept.append(branch)
    return kept
