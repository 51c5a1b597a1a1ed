"""The gate for a whole table: one expression a dimension, the same tree, the same answers.

Reads a text column an item (`budget_allocated`: yes, no, anything else unknown) and `<item>_days`, how old a person's
word is. Derivations are a matter of one record and stand in the column already.
"""

from __future__ import annotations

from functools import reduce
from operator import add, and_, or_
from typing import Any

from rounds.playbook import Playbook
from rounds.playbook.shapes.life import Dimension, Reading
from rounds.rules.qualification.gate import WORST_FIRST, need_of, reading_at


def columns(playbook: Playbook, t: Any, *, stage: int | None = None) -> Any:
    """`t` with `qualified` (yes/no), `bant` and `<dimension>_state` (met, at_risk, not_met, unknown)."""
    import ibis

    reading = reading_at(playbook, stage)
    states, blocked, bant = {}, [], []
    for entry in playbook.qualification.asked:
        state, clear = _dimension(playbook, entry, reading, t)
        states[f"{entry.dimension}_state"] = state
        blocked.append(_blocks(playbook, entry, state, clear))
        if entry.kind == "bant":
            bant.append(state)
    worst = [(reduce(or_, [state == name for state in bant]), ibis.literal(name)) for name in WORST_FIRST]
    shut = reduce(or_, blocked)
    return t.mutate(**states, bant=ibis.cases(*worst), qualified=~shut)


def _dimension(playbook: Playbook, entry: Dimension, reading: Reading, t: Any) -> tuple[Any, Any]:
    import ibis

    need = need_of(entry, reading)
    met = _sum([_is(playbook, t, item.item, "yes") for item in entry.indicators])
    refused = _sum([_is(playbook, t, item.item, "no") for item in entry.indicators])
    ways = [(way, reduce(and_, [_is(playbook, t, item, "yes") for item in way.all])) for way in entry.paths] if reading.paths else []
    flags = [flag for flag in entry.flags if reading.counts == "all" or flag.severity == "blocker"]
    open_flags = _sum([_is(playbook, t, flag.item, "yes") & ~_lifted(flag.item, ways) for flag in flags])
    said = [_is(playbook, t, flag.item, answer) for flag in entry.flags for answer in ("yes", "no")]
    enough, clear = met >= need.at_least, open_flags <= need.flags_at_most
    for _, open_ in ways:
        enough = enough | open_
    nothing = (met + refused + _sum(said)) == 0
    reachable = (len(entry.indicators) - refused) >= need.at_least
    state = ibis.cases((nothing, "unknown"), (enough & clear, "met"), (~enough & ~reachable, "not_met"), else_="at_risk")
    return state, clear


def _lifted(item: str, ways: list[tuple[Any, Any]]) -> Any:
    """Whether the first open path lifts the flag."""
    import ibis

    branches = [(open_, ibis.literal(item in way.lifts)) for way, open_ in ways]
    return ibis.cases(*branches, else_=ibis.literal(False)) if branches else ibis.literal(False)


def _blocks(playbook: Playbook, entry: Dimension, state: Any, clear: Any) -> Any:
    import ibis

    healthcare = playbook.qualification.healthcare
    if entry.kind == "bant" or healthcare == "met":
        return state != "met"
    return (state == "not_met") | ~clear if healthcare == "not_failed" else ibis.literal(False)


def _is(playbook: Playbook, t: Any, item: str, answer: str) -> Any:
    """Whether an item is answered so, by a word that is not too old."""
    import ibis

    if item not in t.columns:
        return ibis.literal(False)
    book, days = playbook.qualification, f"{item}_days"
    holds = (t[item] == answer).fill_null(False)
    if book.stale == "ask_again" and days in t.columns:
        holds = holds & (t[days] <= book.stale_days.value).fill_null(True)
    return holds


def _sum(parts: list[Any]) -> Any:
    import ibis

    return reduce(add, [part.cast("int32") for part in parts]) if parts else ibis.literal(0)
