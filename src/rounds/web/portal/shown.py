"""A proof of concept as its customer reads it: criterion, where it began, what was agreed, week by week."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rounds.models.deals.poc_standing import PocStanding

WORDS = {"met": "Met", "missed": "Not met", "inconclusive": "Not sure yet", "unknown": "No reading yet"}


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    unit: str
    baseline: str
    target: str
    weeks: list[tuple[int, str]]
    last: str
    between: str
    word: str
    state: str


def poc_rows(found: PocStanding) -> list[Row]:
    """One row for each criterion in force."""
    return [_row(one) for one in found.measured]


def _row(one: Any) -> Row:
    row, last = one.criterion, one.last
    word = one.standing.word
    between = f"{last.low} to {last.high}" if last is not None and last.low not in (None, "") and last.high not in (None, "") else ""
    sign = "at most" if row.direction in ("lower", "less", "down") else "at least"
    return Row(row.name, row.unit, str(row.baseline or ""), f"{sign} {row.target}", [(read.week, str(read.value)) for read in one.readings],
               str(last.value) if last else "", between, WORDS.get(word, word.replace("_", " ").capitalize()), word)  # fmt: skip
