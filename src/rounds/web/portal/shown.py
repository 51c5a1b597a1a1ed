"""A proof of concept as its customer reads it: criterion, where it began, what was agreed, week by week."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rounds.models.deals.poc_standing import PocStanding

WORDS = {"met": "Met", "not_met": "Not met", "inconclusive": "Not sure yet", "unread": "No reading yet"}


@dataclass(frozen=True, slots=True)
class Row:
    name: str
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
    row, last, word = one.criterion, one.last, one.standing.word

    def said(value: float | None) -> str:
        return figure(row.kind, row.unit, value)

    between = f"{said(last.low)} to {said(last.high)}" if last is not None and last.low is not None and last.high is not None else ""
    return Row(row.name, said(row.baseline), f"{row.direction.replace('_', ' ')} {said(row.target)}", [(read.week, said(read.value)) for read in one.readings],
               said(last.value) if last else "", between, WORDS.get(word, word.replace("_", " ").capitalize()), word)  # fmt: skip


def figure(kind: str, unit: str, value: float | None) -> str:
    """A value as people read it: a share in percent, anything else with its unit."""
    if value is None:
        return ""
    return f"{100 * value:.3g} %" if kind == "share" else f"{value:g} {unit}".strip()
