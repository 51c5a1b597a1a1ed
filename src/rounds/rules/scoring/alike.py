"""Many records under one model: what no fact of a record touches is read once, and records whose criteria stand at the same
levels are told by one key. The reading of each line is that of `score`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rounds.rules.scoring.compiled import Line, Scorer
from rounds.rules.scoring.score import Reading, read_line
from rounds.rules.scoring.tree import heard

DOUBTED = ("ehr", "ehr_vendor")
"""Facts a doubt names (score.py)."""


class Reader:
    """Reads records by one model."""

    def __init__(self, model: Scorer) -> None:
        self.model = model
        self._silent = [read_line(line, {}) for line in model.lines]
        self._places: dict[str, list[int]] = {}
        for place, line in enumerate(model.lines):
            for fact in facts_of(line):
                self._places.setdefault(fact, []).append(place)

    def __call__(self, given: Mapping[str, Any]) -> list[Reading]:
        """(level, points, why) of every line, as `score` reads them. Raises WrongFact (422)."""
        facts = self.model.check(given)
        found, places = self._silent.copy(), self._places
        for place in {place for fact in facts if fact in places for place in places[fact]}:
            found[place] = read_line(self.model.lines[place], facts)
        return found


def key_of(readings: Iterable[Reading]) -> tuple[Any, ...]:
    """What a verdict hangs on: levels and points, and not the words that say why."""
    return tuple([reading[:2] for reading in readings])


def facts_of(line: Line) -> set[str]:
    """Every fact the reading of a line may hang on."""
    found = {line.code, line.level_fact} | (heard(line.tree) if line.tree is not None else set())
    if line.counted is not None:
        found.add(line.counted.fact)
    if line.trust is not None:
        found |= {line.trust[0], *DOUBTED}
    return found
