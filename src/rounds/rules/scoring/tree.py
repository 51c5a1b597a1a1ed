"""The little tree behind a criterion: facts → level, read two ways.

`read(facts)` gives (level, why) or None for one record; `expr(t, value)` gives, for a table, `value[level]` as an
integer column, NULL where the record would have given None. A fact whose column the table lacks is unknown, and its
node gives None instead of a column, so that absent facts cost nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rounds.playbook.shapes.scoring import Reading
from rounds.playbook.vocabulary import VOCABULARY

Found = tuple[str, str]
Facts = Mapping[str, Any]
Values = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Trusted:
    """A child that speaks only when a confidence fact, if known, is high enough."""

    child: Any
    fact: str
    at_least: float

    def read(self, facts: Facts) -> Found | None:
        confidence = facts.get(self.fact)
        if confidence is not None and confidence < self.at_least:
            return None
        return self.child.read(facts)

    def expr(self, t: Any, value: Values) -> Any:
        column = self.child.expr(t, value)
        if column is None or self.fact not in t.columns:
            return column
        import ibis

        return ibis.cases((t[self.fact].fill_null(1.0) >= self.at_least, column))


@dataclass(frozen=True, slots=True)
class Ladder:
    """Floors from the highest down. `steps` are (floor or None, strict, level or None, words)."""

    fact: str
    label: str
    unit: str
    steps: tuple[tuple[float | int | None, bool, str | None, str], ...]
    positive: bool

    def read(self, facts: Facts) -> Found | None:
        value = facts.get(self.fact)
        if value is None or (self.positive and value <= 0):
            return None
        return self.step(value)

    def step(self, value: float) -> Found | None:
        for floor, strict, level, words in self.steps:
            if floor is None or value > floor or (value == floor and not strict):
                return (level, f"{self.label} {value:,}: {words}") if level is not None else None
        return None

    def expr(self, t: Any, value: Values) -> Any:
        if self.fact not in t.columns:
            return None
        column = t[self.fact]
        return self.over(column.nullif(0) if self.positive else column, value)

    def over(self, column: Any, value: Values) -> Any:
        """Integer arithmetic (base + difference for each floor reached) where every step has a level."""
        import ibis

        complete = self.steps[-1][0] is None and all(step[2] is not None for step in self.steps)
        if not complete:
            branches = []
            for floor, strict, level, _ in self.steps:
                here = column.notnull() if floor is None else (column > floor if strict else column >= floor)
                branches.append((here, ibis.null("int32") if level is None else ibis.literal(value[level], "int32")))
            return ibis.cases(*branches)
        worth = [value[step[2]] for step in self.steps if step[2] is not None]
        total: Any = None
        for (floor, strict, _, _), here, below in zip(self.steps, worth, worth[1:], strict=False):
            reached = (column > floor if strict else column >= floor).cast("int32")
            part = reached * ibis.literal(here - below, "int32")
            total = part if total is None else total + part
        if total is None:
            return ibis.cases((column.notnull(), ibis.literal(worth[-1], "int32")))
        return total + ibis.literal(worth[-1], "int32")


@dataclass(frozen=True, slots=True)
class Lookup:
    """A word (or yes/no) → level."""

    fact: str
    label: str
    levels: Mapping[Any, str]
    assumed: bool = False

    def read(self, facts: Facts) -> Found | None:
        value = facts.get(self.fact)
        if value is None:
            return None
        level = self.levels.get(value)
        if level is None:
            return None
        return level, f"{self.label}: {_word(value)}{' (assumed)' if self.assumed else ''}"

    def expr(self, t: Any, value: Values) -> Any:
        if self.fact not in t.columns:
            return None
        return by_word(t[self.fact], {word: value[level] for word, level in self.levels.items()})


def by_word(column: Any, worth: Mapping[Any, int]) -> Any:
    """word → number as a column, NULL for other words. Words with one number share a branch."""
    import ibis

    if column.type().is_boolean():
        pairs = [(column if word else ~column, number) for word, number in worth.items()]
        return ibis.cases(*[(here, ibis.literal(number, "int32")) for here, number in pairs])
    groups: dict[int, list[str]] = {}
    for word, number in worth.items():
        groups.setdefault(number, []).append(str(word))
    branches = []
    for number, words in groups.items():
        here = column == words[0] if len(words) == 1 else column.isin(words)
        branches.append((here, ibis.literal(number, "int32")))
    return ibis.cases(*branches) if branches else None


@dataclass(frozen=True, slots=True)
class Members:
    """How many members of a set are named → ladder. An empty set is unknown."""

    fact: str
    members: tuple[str, ...]
    ladder: Ladder

    def read(self, facts: Facts) -> Found | None:
        named = facts.get(self.fact)
        return self.ladder.step(len(named)) if named else None

    def expr(self, t: Any, value: Values) -> Any:
        total: Any = None
        for member in self.members:
            name = f"{self.fact}_{member}"
            if name in t.columns:
                one = t[name].fill_null(False).cast("int32")
                total = one if total is None else total + one
        return None if total is None else self.ladder.over(total.nullif(0), value)


@dataclass(frozen=True, slots=True)
class Activity:
    """Counts by kind → the first level of which any count is reached; the last without counts takes the rest."""

    fact: str
    kinds: tuple[str, ...]
    steps: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]

    def read(self, facts: Facts) -> Found | None:
        events = facts.get(self.fact)
        if events is None:
            return None
        for level, wanted in self.steps:
            if not wanted:
                return level, "no activity that counts"
            for kind, times in wanted:
                if events.get(kind, 0) >= times:
                    return level, f"{kind.replace('_', ' ')} × {events[kind]}"
        return None

    def expr(self, t: Any, value: Values) -> Any:
        import ibis

        there = [f"{self.fact}_{kind}" for kind in self.kinds if f"{self.fact}_{kind}" in t.columns]
        if not there:
            return None
        known = _any([t[name].notnull() for name in there])
        branches = []
        for level, wanted in self.steps:
            tests = [t[f"{self.fact}_{kind}"].fill_null(0) >= times for kind, times in wanted
                     if f"{self.fact}_{kind}" in t.columns]
            if tests or not wanted:
                branches.append((known & _any(tests) if tests else known, ibis.literal(value[level], "int32")))
        return ibis.cases(*branches)


@dataclass(frozen=True, slots=True)
class First:
    """The first child that speaks."""

    children: tuple[Any, ...]

    def read(self, facts: Facts) -> Found | None:
        for child in self.children:
            found = child.read(facts)
            if found is not None:
                return found
        return None

    def expr(self, t: Any, value: Values) -> Any:
        import ibis

        columns = [column for child in self.children if (column := child.expr(t, value)) is not None]
        return (columns[0] if len(columns) == 1 else ibis.coalesce(*columns)) if columns else None


@dataclass(frozen=True, slots=True)
class Extreme:
    """The best or the worst of the children that speak, by the rank of their levels."""

    children: tuple[Any, ...]
    rank: Values
    worst: bool

    def read(self, facts: Facts) -> Found | None:
        found = [answer for child in self.children if (answer := child.read(facts)) is not None]
        if not found:
            return None
        pick = min if self.worst else max
        return pick(found, key=lambda answer: self.rank[answer[0]])

    def expr(self, t: Any, value: Values) -> Any:
        import ibis

        columns = [column for child in self.children if (column := child.expr(t, value)) is not None]
        if len(columns) < 2:
            return columns[0] if columns else None
        return ibis.least(*columns) if self.worst else ibis.greatest(*columns)


def _any(tests: list[Any]) -> Any:
    total = tests[0]
    for test in tests[1:]:
        total = total | test
    return total


def _word(value: Any) -> str:
    return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else str(value)


def node_of(reading: Reading, tables: Mapping[str, Mapping[str, str]], words: Mapping[str, tuple[str, ...]]) -> Any:
    """The node of one reading. `tables` by name, `words` = members of set and counts facts."""
    fact = VOCABULARY[reading.fact]
    node: Any
    if reading.ladder is not None:
        node = _ladder(reading.fact, fact.label, fact.unit, reading.ladder, reading.positive)
    elif reading.count_ladder is not None:
        node = Members(reading.fact, words[fact.words or ""], _ladder(reading.fact, fact.label, "", reading.count_ladder, False))
    elif reading.any is not None:
        steps = tuple((step.level, tuple(step.at_least.items())) for step in reading.any)
        node = Activity(reading.fact, words[fact.words or ""], steps)
    else:
        levels: Mapping[Any, str] = reading.map if reading.map is not None else tables[reading.table or ""]
        levels = {word: reading.via.get(level, level) for word, level in levels.items()}
        node = Lookup(reading.fact, fact.label, levels, reading.assumed)
    return Trusted(node, reading.trust.fact, reading.trust.at_least) if reading.trust else node


def _ladder(name: str, label: str, unit: str, steps: Any, positive: bool) -> Ladder:
    plain = []
    for step in steps:
        words = "below that" if step.floor is None else f"{'above' if step.above is not None else 'at least'} {step.floor:,}"
        plain.append((step.floor, step.above is not None, step.level, words))
    return Ladder(name, label, unit, tuple(plain), positive)
