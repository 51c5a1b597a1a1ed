"""What a reading says of a criterion: met, not met or inconclusive, with its interval and how it was made (PLUS-26)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from rounds.playbook.shapes.poc import PocVerdict
from rounds.rules.poc import intervals

Kind = Literal["share", "mean", "figure"]
Direction = Literal["at_least", "at_most"]
Word = Literal["met", "not_met", "inconclusive", "unread"]


@dataclass(frozen=True, slots=True)
class Target:
    """What a criterion asks. `baseline` None: not measured yet. A share is kept as a share (0 to 1)."""

    kind: Kind
    direction: Direction
    target: float
    baseline: float | None = None
    weight: int = 1
    mandatory: bool = False
    planned_n: int | None = None
    deviation: float | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """One reading: the figure; of a share `hits` among `n`; of a mean `n` and its standard deviation."""

    value: float
    n: int | None = None
    deviation: float | None = None
    hits: int | None = None


@dataclass(frozen=True, slots=True)
class Interval:
    """A reading with its interval; `low` and `high` None where there is none. `method` says how it was made."""

    value: float
    low: float | None
    high: float | None
    method: str
    n: int | None = None


def interval(book: PocVerdict, kind: Kind, measured: Measured) -> Interval:
    """The interval of a reading at the playbook's confidence."""
    sure = book.confidence.value
    percent = f"{sure * 100:g} %"
    if kind == "share" and measured.n:
        hits = measured.hits if measured.hits is not None else round(measured.value * measured.n)
        low, high = intervals.wilson(hits, measured.n, sure)
        return Interval(hits / measured.n, low, high, f"{intervals.WILSON}, {percent}", measured.n)
    if kind == "mean" and measured.n and measured.n > 1 and measured.deviation is not None:
        low, high = intervals.student(measured.value, measured.deviation, measured.n, sure)
        return Interval(measured.value, low, high, f"{intervals.STUDENT}, {percent}", measured.n)
    return Interval(measured.value, None, None, intervals.NONE, measured.n)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a criterion stands. `attained`: the share of the way from baseline to target, 0 to 1. `short`: how much is
    missing to the target, in the unit of the criterion; 0 where the figure reaches it."""

    word: Word
    attained: float
    short: float
    why: str


def standing(book: PocVerdict, target: Target, read: Interval | None) -> Standing:
    """What the last reading says of `target`."""
    if read is None:
        return Standing("unread", 0.0, 0.0, "no reading yet")
    word, why = _word(book, target, read)
    return Standing(word, _attained(book, target, read, word), _short(target, read), why)


def _word(book: PocVerdict, target: Target, read: Interval) -> tuple[Word, str]:
    least = book.kinds.least_n.get(target.kind, 0)
    if book.reading == "interval" and target.kind != "figure":
        if read.low is None or read.high is None or (read.n or 0) < least:
            return "inconclusive", f"{read.n or 0} of at least {least} cases"
        worst, best = (read.low, read.high) if target.direction == "at_least" else (read.high, read.low)
        if _reaches(target, worst):
            return "met", "the whole interval reaches the target"
        if _reaches(target, best):
            return "inconclusive", "the target lies within the interval"
        return "not_met", "the whole interval misses the target"
    return ("met", "the figure reaches the target") if _reaches(target, read.value) else ("not_met", "the figure misses the target")


def _reaches(target: Target, value: float) -> bool:
    return value >= target.target if target.direction == "at_least" else value <= target.target


def _attained(book: PocVerdict, target: Target, read: Interval, word: Word) -> float:
    if word == "met":
        return 1.0
    if book.attainment == "met_only" or target.baseline is None:
        return 0.0
    way = target.target - target.baseline
    if way == 0 or (way > 0) != (target.direction == "at_least"):
        return 0.0
    return min(max((read.value - target.baseline) / way, 0.0), 1.0)


def _short(target: Target, read: Interval) -> float:
    return 0.0 if _reaches(target, read.value) else abs(target.target - read.value)


MOST_CASES = 10**9
"""Cases nobody can count."""
TOO_NEAR = "target and baseline are too near to be told apart"


@dataclass(frozen=True, slots=True)
class SampleSize:
    """How many cases a criterion needs for an answer: None where it cannot be said or none are needed."""

    needed: int | None
    enough: bool
    why: str


def sample_size(book: PocVerdict, target: Target) -> SampleSize:
    """Whether the planned number of cases can tell the target from the baseline: asked at the agreement.

    The half width of the interval may be at most the playbook's share of the way from baseline to target.
    """
    if target.kind == "figure":
        return SampleSize(None, True, "a single figure needs no sample")
    if target.baseline is None:
        return SampleSize(None, False, "the baseline is not measured yet")
    half = abs(target.target - target.baseline) * book.sample.half_width_at_most
    if half == 0:
        return SampleSize(None, False, TOO_NEAR)
    z, least = intervals.normal(book.confidence.value), book.kinds.least_n.get(target.kind, 0)
    if target.kind == "share":
        spread = max(target.target * (1 - target.target), target.baseline * (1 - target.baseline))
    elif target.deviation is None:
        return SampleSize(None, False, "the standard deviation to expect is not given")
    else:
        spread = target.deviation**2
    cases = (z * math.sqrt(spread) / half) ** 2 if z * math.sqrt(spread) < half * MOST_CASES else math.inf
    if cases > MOST_CASES:
        return SampleSize(None, False, TOO_NEAR)
    needed = max(math.ceil(cases), least, 2)
    if target.planned_n is None:
        return SampleSize(needed, False, f"no number of cases planned; {needed:,} are needed")
    if target.planned_n < needed:
        return SampleSize(needed, False, f"{target.planned_n:,} planned, {needed:,} needed")
    return SampleSize(needed, True, f"{target.planned_n:,} planned, {needed:,} needed")
