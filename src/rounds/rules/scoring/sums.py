"""The sums over criteria that every verdict is made of, several of them carried in one whole number.

Each criterion is one CASE. Its branches give not only points but all that is to be summed (points, known points,
known weight, lowest, best …), packed side by side in the bits of one integer; the integers are added, and the sums are
cut out at the end. Ten sums then cost little more than one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from rounds.rules.scoring.compiled import Line, Scorer
from rounds.rules.scoring.tree import Branches, by_word, case

Part = Callable[[Line, int | None], int]
"""What a criterion adds to a field: `points` are the level's, None when it is not known."""


def _total(line: Line, points: int | None) -> int:
    return line.unknown_points if points is None else points


_PARTS: dict[str, Part] = {
    "total": _total,
    "known_points": lambda line, points: points or 0,
    "known_weight": lambda line, points: 0 if points is None else line.weight,
    "fit_points": lambda line, points: (points or 0) if line.in_fit else 0,
    "fit_known": lambda line, points: line.weight if points is not None and line.in_fit else 0,
    "low": lambda line, points: line.worst if points is None else points,
    "high": lambda line, points: (line.best or 0) if points is None else points,
    "silent": lambda line, points: int(points is None),
    "endless": lambda line, points: int(points is None and line.best is None),
}


def part_of(model: Scorer, field: str) -> Part:
    if field == "intent":
        return lambda line, points: _total(line, points) if line.category in model.intent else 0
    if field.startswith("category_"):
        number = model.categories.index(field.removeprefix("category_"))
        return lambda line, points: _total(line, points) if line.category == number else 0
    return _PARTS[field]


def criterion_branches(line: Line, t: Any) -> Branches:
    """(condition, level) of a criterion: its level code first, then its readings."""
    found: Branches = []
    for name in dict.fromkeys((line.level_fact, line.code)):
        if name in t.columns and line.points:
            found += by_word(t[name], {level: level for level in line.points})
    return found + (line.tree.branches(t) if line.tree is not None else [])


def criterion_case(model: Scorer, line: Line, t: Any) -> Any:
    """The points of one criterion as a column."""
    if line.counted is not None:
        known, amount = counted(model, line, t)
        return _choose(known, amount, line.unknown_points)
    return case(
        [(here, _total(line, _points(line, level))) for here, level in criterion_branches(line, t)], line.unknown_points
    )


def _points(line: Line, level: str) -> int | None:
    return None if level in line.unknown_levels else line.points[level]


def _choose(known: Any, amount: Any, otherwise: int) -> Any:
    import ibis

    if known is None:
        return ibis.literal(otherwise, "int32")
    return ibis.cases((known, amount), else_=ibis.literal(otherwise, "int32"))


def counted(model: Scorer, line: Line, t: Any) -> tuple[Any, Any]:
    """(known, points) of a criterion of counted events; (None, 0) where the table has no such column."""
    import ibis

    rule = line.counted
    assert rule is not None
    there = {kind: t[f"{rule.fact}_{kind}"] for kind in model.extra["kinds"] if f"{rule.fact}_{kind}" in t.columns}
    if not there:
        return None, None
    known: Any = None
    for column in there.values():
        known = column.notnull() if known is None else known | column.notnull()
    parts = []
    for kind, worth in rule.points.items():
        if kind in there:
            times = there[kind].fill_null(0).cast("int32")
            if rule.mode != "each_event":
                times = (times > 0).cast("int32")
            elif kind in rule.caps:
                times = ibis.least(times, ibis.literal(rule.caps[kind], "int32"))
            parts.append(times * ibis.literal(worth, "int32"))
    if not parts:
        return known, ibis.literal(0, "int32")
    if rule.mode == "highest_only" and len(parts) > 1:
        return known, ibis.greatest(*parts)
    return known, _plus(parts)


def _plus(parts: list[Any]) -> Any:
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


class Sums:
    """The fields wanted of one model over one table. `table` carries the packed columns named in `packs`."""

    def __init__(self, model: Scorer, t: Any, fields: Iterable[str]) -> None:
        self.model, self.t = model, t
        self.branches = [criterion_branches(line, t) for line in model.lines]
        self.parts = {field: part_of(model, field) for field in sorted(fields)}
        self.where: dict[str, tuple[str, int, int]] = {}
        made: dict[str, Any] = {}
        for number, group in enumerate(self._groups()):
            name = f"_sums_{number}"
            made[name] = self._packed(group)
            shift = 0
            for field, bits in group:
                self.where[field] = (name, shift, 0 if len(group) == 1 else bits)
                shift += bits
        self.packs = list(made)
        self.table = t.mutate(**made) if made else t

    def get(self, field: str) -> Any:
        """One sum, cut out of its pack."""
        name, shift, bits = self.where[field]
        column = self.table[name]
        if not bits:
            return column
        if shift:
            column = column >> shift
        return (column & ((1 << bits) - 1)).cast("int32")

    def _groups(self) -> list[list[tuple[str, int]]]:
        """Fields side by side, up to 62 bits a pack; each alone where events add up without limit."""
        sizes = [(field, self._most(part).bit_length() or 1) for field, part in self.parts.items()]
        if any(line.counted is not None for line in self.model.lines):
            return [[size] for size in sizes]
        groups: list[list[tuple[str, int]]] = []
        for size in sizes:
            if groups and sum(bits for _, bits in groups[-1]) + size[1] <= 62:
                groups[-1].append(size)
            else:
                groups.append([size])
        return groups

    def _most(self, part: Part) -> int:
        return sum(max(part(line, points) for points in (None, *line.points.values())) for line in self.model.lines)

    def _packed(self, group: list[tuple[str, int]]) -> Any:
        import ibis

        kind = "int32" if sum(bits for _, bits in group) <= 31 else "int64"

        def pack(line: Line, points: int | None) -> int:
            total, shift = 0, 0
            for field, bits in group:
                total += self.parts[field](line, points) << shift
                shift += bits
            return total

        constant, columns = 0, []
        for line, branches in zip(self.model.lines, self.branches, strict=True):
            if line.counted is not None:
                columns.append(self._counted(line, group[0][0]))
            elif branches:
                columns.append(
                    case([(here, pack(line, _points(line, level))) for here, level in branches], pack(line, None), kind)
                )
            else:
                constant += pack(line, None)
        if not columns:
            return ibis.literal(constant, kind)
        total = _plus(columns)
        return total + ibis.literal(constant, kind) if constant else total

    def _counted(self, line: Line, field: str) -> Any:
        """A counted criterion's part of one field: linear in its points."""
        import ibis

        part = self.parts[field]
        known, amount = counted(self.model, line, self.t)
        base = part(line, 0)
        slope = part(line, 1) - base
        if known is None:
            return ibis.literal(part(line, None), "int32")
        value = (
            amount * ibis.literal(slope, "int32") + ibis.literal(base, "int32")
            if slope
            else ibis.literal(base, "int32")
        )
        return _choose(known, value, part(line, None))
