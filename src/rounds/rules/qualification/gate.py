"""Whether a lead is qualified: each dimension met, at risk, not met or unknown, and what is missing (QUAL-08, 09)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from rounds.playbook import Playbook
from rounds.playbook.shapes.life import Dimension, FundingPath, Need, Reading

State = Literal["met", "at_risk", "not_met", "unknown"]
WORST_FIRST: tuple[State, ...] = ("not_met", "at_risk", "unknown", "met")
"""BANT says the first of these that one of its dimensions is."""


@dataclass(frozen=True, slots=True)
class DimensionVerdict:
    """One dimension. `needed` indicators of which `met` are true and `open` unknown; the flags that count and those that
    are only shown; the path that met it, if one did."""

    dimension: str
    kind: str
    state: State
    met: int
    needed: int
    open: int
    flags: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    path: str = ""
    blocks: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """`unmet` are the dimensions that keep the gate shut; `bant` the four together."""

    qualified: bool
    bant: State
    unmet: tuple[str, ...]
    dimensions: dict[str, DimensionVerdict]
    reading: str


@dataclass(frozen=True, slots=True)
class Counted:
    """What is known of one dimension, counted."""

    met: int = 0
    refused: int = 0
    flags: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    denied: int = 0
    """Flags people said no to: an answer as well."""
    path: str = ""


def judged(playbook: Playbook, holds: Mapping[str, str | None], *, stage: int | None = None) -> Verdict:
    """The verdict on item → yes, no or None. From the stage the playbook names on, the strict reading holds."""
    reading = reading_at(playbook, stage)
    counted = {entry.dimension: _count(entry, reading, holds) for entry in playbook.qualification.asked}
    return of_counts(playbook, counted, reading)


def reading_at(playbook: Playbook, stage: int | None) -> Reading:
    """The reading in force, or the strict one in late stages of a deal."""
    book = playbook.qualification
    late = stage is not None and stage >= book.strict_from_stage.value
    return book.readings["strict" if late else book.reading]


def of_counts(playbook: Playbook, counted: Mapping[str, Counted], reading: Reading) -> Verdict:
    """The verdict on what was counted a dimension."""
    book = playbook.qualification
    found = {}
    for entry in book.asked:
        found[entry.dimension] = _dimension(entry, need_of(entry, reading), counted.get(entry.dimension, Counted()), book.healthcare)
    bant = {one.state for one in found.values() if one.kind == "bant"}
    unmet = tuple(code for code, one in found.items() if one.blocks)
    name = next(name for name, kept in book.readings.items() if kept is reading)
    return Verdict(not unmet, next(state for state in WORST_FIRST if state in bant), unmet, found, name)


def need_of(entry: Dimension, reading: Reading) -> Need:
    """What a reading asks of a dimension."""
    return reading.dimensions.get(entry.dimension) or getattr(reading, entry.kind)


def _count(entry: Dimension, reading: Reading, holds: Mapping[str, str | None]) -> Counted:
    indicators = [holds.get(item.item) for item in entry.indicators]
    way = path_of(entry, reading, holds)
    lifted = way.lifts if way else ()
    raised = [flag for flag in entry.flags if holds.get(flag.item) == "yes"]
    counts = [flag for flag in raised if flag.item not in lifted and (reading.counts == "all" or flag.severity == "blocker")]
    return Counted(
        met=indicators.count("yes"), refused=indicators.count("no"), flags=tuple(flag.item for flag in counts),
        cautions=tuple(flag.item for flag in raised if flag not in counts),
        denied=sum(holds.get(flag.item) == "no" for flag in entry.flags), path=way.title if way else "",
    )  # fmt: skip


def path_of(entry: Dimension, reading: Reading, holds: Mapping[str, str | None]) -> FundingPath | None:
    """The path of a dimension that is open, where the reading takes paths."""
    ways = entry.paths if reading.paths else ()
    return next((way for way in ways if all(holds.get(item) == "yes" for item in way.all)), None)


def _dimension(entry: Dimension, need: Need, seen: Counted, healthcare: str) -> DimensionVerdict:
    open_ = max(len(entry.indicators) - seen.met - seen.refused, 0)
    enough = seen.met >= need.at_least or bool(seen.path)
    clear = len(seen.flags) <= need.flags_at_most
    if not (seen.met or seen.refused or seen.flags or seen.cautions or seen.denied):
        state: State = "unknown"
    elif enough and clear:
        state = "met"
    elif not enough and seen.met + open_ < need.at_least:
        state = "not_met"
    else:
        state = "at_risk"
    if entry.kind == "bant" or healthcare == "met":
        blocks = state != "met"
    else:  # a blocker stops wherever it stands
        blocks = healthcare == "not_failed" and (state == "not_met" or not clear)
    return DimensionVerdict(entry.dimension, entry.kind, state, seen.met, need.at_least, open_, seen.flags, seen.cautions, seen.path, blocks)


def gap(playbook: Playbook, verdict: DimensionVerdict) -> list[str]:
    """What a dimension still needs, in words: the flags to close, then how many of which indicators."""
    items = playbook.qualification.items
    words = [f"close “{items[code].title}”" for code in verdict.flags if code in items]
    short = verdict.needed - verdict.met
    if short > 0 and not verdict.path:
        words.append(f"{short} more of {_left(playbook, verdict)}")
    return words


def _left(playbook: Playbook, verdict: DimensionVerdict) -> str:
    entry = next(entry for entry in playbook.qualification.dimensions if entry.dimension == verdict.dimension)
    return f"{len(entry.indicators) - verdict.met} open indicators"
