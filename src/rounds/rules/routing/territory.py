"""Which territory a state belongs to (ROUTE-02 to 04, C-06, C-07)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rounds.playbook import Playbook
from rounds.playbook.states import STATES, state_code
from rounds.rules.facts import Checker


@dataclass(frozen=True, slots=True)
class Territory:
    """`candidates`: every territory naming the state; `territory`: the one it belongs to; `queue`: where it waits."""

    state: str | None
    candidates: list[str]
    territory: str | None
    queue: str | None
    why: str
    source: str


@lru_cache(maxsize=64)
def placed(playbook: Playbook) -> dict[str, Territory]:
    """Every state of the table in force, resolved."""
    return {state: _place(playbook, state) for state in STATES}


def _place(playbook: Playbook, state: str) -> Territory:
    book = playbook.territories
    table = book.tables[book.table]
    naming = [name for name, states in table.territories.items() if state in states]
    if len(naming) == 1:
        return Territory(
            state, naming, naming[0], None, f"table {book.table} names {state} in {naming[0]}", table.origin
        )
    if naming:
        chosen = book.tiebreak.states.get(state)
        if chosen in naming:
            return Territory(
                state,
                naming,
                chosen,
                None,
                f"named in {' and '.join(naming)}; the tie-break says {chosen}",
                book.tiebreak.origin,
            )
        return _queued(playbook, state, naming, f"named in {' and '.join(naming)}, and no tie-break decides")
    filled = book.filled.states.get(state) if book.fill == "shipped" else None
    if filled:
        return Territory(
            state,
            [filled],
            filled,
            None,
            f"table {book.table} leaves {state} out; our addition puts it in {filled}",
            book.filled.origin,
        )
    return _queued(playbook, state, [], f"table {book.table} leaves {state} out")


def _queued(playbook: Playbook, state: str | None, naming: list[str], why: str) -> Territory:
    book = playbook.territories
    queue = book.queue if book.unmatched == "queue" else None
    return Territory(state, naming, None, queue, why, book.tables[book.table].origin)


def territory(playbook: Playbook, state: str | None) -> Territory:
    """The territory of a state given as code or name, in any case; unknown and foreign places wait in the queue."""
    if state is None or not state.strip():
        return _queued(playbook, None, [], "the state is not known")
    code = state_code(state)
    if code is None:
        return _queued(playbook, None, [], f"'{state.strip()[:40]}' is no US state or territory")
    return placed(playbook)[code]


def columns(playbook: Playbook, t: Any) -> Any:
    """`t` with `territory` (text, NULL for the queue), from its column `state` (a two-letter code or a name)."""
    import ibis

    if "state" not in t.columns:
        return t.mutate(territory=ibis.null("string"))
    spelled: dict[str, list[str]] = {}
    for code, name in STATES.items():
        found = placed(playbook)[code].territory
        if found is not None:
            spelled.setdefault(found, []).extend({code, name.upper().replace(".", "")})
    plain = t.state.strip().upper().replace(".", "")
    branches = [(plain.isin(words), ibis.literal(name)) for name, words in spelled.items()]
    return t.mutate(territory=ibis.cases(*branches) if branches else ibis.null("string"))


@lru_cache(maxsize=64)
def _checker(playbook: Playbook) -> Checker:
    return Checker(playbook)


def explain(playbook: Playbook, given: Mapping[str, Any]) -> dict[str, Any]:
    facts = _checker(playbook)(given)
    found = territory(playbook, facts.get("state"))
    missing = [] if "state" in facts else ["state"]
    line = {"what": "territory", "level": found.territory, "points": None, "why": found.why, "source": found.source}
    return {
        "state": found.state,
        "candidates": found.candidates,
        "territory": found.territory,
        "queue": found.queue,
        "missing": missing,
        "lines": [line],
    }


def explain_table(playbook: Playbook) -> dict[str, Any]:
    """Facts about the table in force: `routing/territory#table`."""
    book = playbook.territories
    table = book.tables[book.table]
    named = [state for states in table.territories.values() for state in states]
    places = placed(playbook)
    twice = sorted({state for state in named if named.count(state) > 1})
    lines = [
        {"what": name, "level": None, "points": len(states), "why": ", ".join(states), "source": table.origin}
        for name, states in table.territories.items()
    ]
    return {
        "table": book.table,
        "entries": len(named),
        "distinct_states": len(set(named)),
        "in_several": twice,
        "in_none": [state for state in STATES if state not in named],
        "unplaced": [state for state, place in places.items() if place.territory is None],
        "missing": [],
        "lines": lines,
    }
