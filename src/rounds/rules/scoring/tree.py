"""The little tree behind a criterion: facts → level, read two ways.

`read(facts)` gives (level, why) or None for one record. `branches(t)` gives, for a table, (condition, level) pairs of
which the first that holds is the answer; none holds where the record would have given None. A condition that is NULL
does not hold. A fact whose column the table lacks is unknown: its node gives no branches and costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from rounds.playbook.shapes.scoring import Reading
from rounds.playbook.vocabulary import VOCABULARY

Found = tuple[str, str]
Facts = Mapping[str, Any]
Branches = list[tuple[Any, str]]


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

    def branches(self, t: Any) -> Branches:
        if self.fact not in t.columns:
            return self.child.branches(t)
        sure = t[self.fact].fill_null(1.0) >= self.at_least
        return [(condition & sure, level) for condition, level in self.child.branches(t)]


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

    def branches(self, t: Any) -> Branches:
        return self.over(t[self.fact]) if self.fact in t.columns else []

    def over(self, column: Any) -> Branches:
        """The floors as branches; a step without a level closes the way for those below it."""
        made: Branches = []
        closed: list[Any] = []
        for floor, strict, level, _ in self.steps:
            if floor is None:
                here = column > 0 if self.positive else column.notnull()
            else:
                here = column > floor if strict else column >= floor
            if level is None:
                assert floor is not None
                closed.append(column <= floor if strict else column < floor)
                continue
            for open_ in closed:
                here = here & open_
            made.append((here, level))
        return made


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

    def branches(self, t: Any) -> Branches:
        return by_word(t[self.fact], self.levels) if self.fact in t.columns else []


def heard(node: Any) -> set[str]:
    """The facts a node and those below it read."""
    below = (node.child,) if isinstance(node, Trusted) else getattr(node, "children", ())
    return {fact for one in below for fact in heard(one)} | ({node.fact} if hasattr(node, "fact") else set())


def by_word(column: Any, levels: Mapping[Any, str]) -> Branches:
    """word → level as branches, one a level."""
    if column.type().is_boolean():
        return [(column if word else ~column, level) for word, level in levels.items()]
    groups: dict[str, list[str]] = {}
    for word, level in levels.items():
        groups.setdefault(level, []).append(str(word))
    return [(column == words[0] if len(words) == 1 else column.isin(words), level) for level, words in groups.items()]


@dataclass(frozen=True, slots=True)
class Members:
    """How many members of a set are named → ladder. An empty set is unknown."""

    fact: str
    members: tuple[str, ...]
    ladder: Ladder

    def read(self, facts: Facts) -> Found | None:
        named = facts.get(self.fact)
        return self.ladder.step(len(named)) if named else None

    def branches(self, t: Any) -> Branches:
        total: Any = None
        for member in self.members:
            name = f"{self.fact}_{member}"
            if name in t.columns:
                one = t[name].fill_null(False).cast("int32")
                total = one if total is None else total + one
        return [] if total is None else self.ladder.over(total.nullif(0))


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

    def branches(self, t: Any) -> Branches:
        there = {kind: t[f"{self.fact}_{kind}"] for kind in self.kinds if f"{self.fact}_{kind}" in t.columns}
        made: Branches = []
        for level, wanted in self.steps if there else ():
            tests = [there[kind] >= times for kind, times in wanted if kind in there]
            if not wanted:
                tests = [column.notnull() for column in there.values()]
            if tests:
                made.append((_any(tests), level))
        return made


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

    def branches(self, t: Any) -> Branches:
        return [branch for child in self.children for branch in child.branches(t)]


@dataclass(frozen=True, slots=True)
class Extreme:
    """The best or the worst of the children that speak, by the rank of their levels."""

    children: tuple[Any, ...]
    rank: Mapping[str, int]
    worst: bool

    def read(self, facts: Facts) -> Found | None:
        found = [answer for child in self.children if (answer := child.read(facts)) is not None]
        if not found:
            return None
        pick = min if self.worst else max
        return pick(found, key=lambda answer: self.rank[answer[0]])

    def branches(self, t: Any) -> Branches:
        """Merged from the best level down where every child falls from step to step; else through ranks."""
        import ibis

        spoken = [branches for child in self.children if (branches := child.branches(t))]
        if len(spoken) < 2:
            return spoken[0] if spoken else []
        every = [branch for branches in spoken for branch in branches]
        if not self.worst and all(self._falls(branches) for branches in spoken):
            return sorted(every, key=lambda branch: -self.rank[branch[1]])
        ranks = [case([(here, self.rank[level]) for here, level in branches], None) for branches in spoken]
        chosen = ibis.least(*ranks) if self.worst else ibis.greatest(*ranks)
        return [(chosen == rank, level) for level, rank in self.rank.items()]

    def _falls(self, branches: Branches) -> bool:
        ranks = [self.rank[level] for _, level in branches]
        return all(upper > lower for upper, lower in pairwise(ranks))


def case(branches: list[tuple[Any, int]], otherwise: int | None, kind: str = "int32") -> Any:
    """The number of the first branch that holds, as a column. Neighbours with one number share a branch.

    (Measured on DuckDB: one CASE on constants costs half of the same ladder in arithmetic, as each branch looks only
    at the rows the earlier ones left.)
    """
    import ibis

    merged: list[tuple[Any, int]] = []
    for here, number in branches:
        if merged and merged[-1][1] == number:
            merged[-1] = (merged[-1][0] | here, number)
        else:
            merged.append((here, number))
    while merged and merged[-1][1] == otherwise:
        merged.pop()
    end = ibis.null(kind) if otherwise is None else ibis.literal(otherwise, kind)
    if not merged:
        return end
    return ibis.cases(*[(here, ibis.literal(number, kind)) for here, number in merged], else_=end)


def _any(tests: list[Any]) -> Any:
    total = tests[0]
    for test in tests[1:]:
        total = total | test
    return total


def _word(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def node_of(reading: Reading, tables: Mapping[str, Mapping[str, str]], words: Mapping[str, tuple[str, ...]]) -> Any:
    """The node of one reading. `tables` by name, `words` = members of set and counts facts."""
    fact = VOCABULARY[reading.fact]
    node: Any
    if reading.ladder is not None:
        node = _ladder(reading.fact, fact.label, fact.unit, reading.ladder, reading.positive)
    elif reading.count_ladder is not None:
        node = Members(
            reading.fact, words[fact.words or ""], _ladder(reading.fact, fact.label, "", reading.count_ladder, False)
        )
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
        words = (
            "below that"
            if step.floor is None
            else f"{'above' if step.above is not None else 'at least'} {step.floor:,}"
        )
        plain.append((step.floor, step.above is not None, step.level, words))
    return Ladder(name, label, unit, tuple(plain), positive)
