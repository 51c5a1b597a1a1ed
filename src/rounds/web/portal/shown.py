"""A proof of concept as its customer reads it: each criterion against what was agreed, then week by week."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rounds.models.deals.poc_standing import PocStanding
from rounds.web.deals.proof_figures import figure, shown, target

MOST_WEEKS = 12


@dataclass(frozen=True, slots=True)
class Row:
    """A criterion: where it began, what was agreed, each week of the table with what was read in it ("" for nothing)."""

    name: str
    baseline: str
    target: str
    weeks: list[tuple[int, str]]


def poc_shown(found: PocStanding) -> dict[str, Any]:
    """The readings of a proof of concept, as figures and as a table of its last weeks."""
    weeks = sorted({read.week for one in found.measured for read in one.readings})[-MOST_WEEKS:]
    return {"measured": [shown(one) for one in found.measured], "rows": [_row(one, weeks) for one in found.measured], "weeks": weeks,
            "any_read": bool(weeks), "met_words": found.met_words}  # fmt: skip


def _row(one: Any, weeks: list[int]) -> Row:
    row, read = one.criterion, {reading.week: reading.value for reading in one.readings}
    began = figure(row, row.baseline) if row.baseline is not None else "–"
    return Row(row.name, began, target(row), [(week, figure(row, read[week]) if week in read else "") for week in weeks])
