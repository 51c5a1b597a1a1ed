"""A cell of a file as a value: numbers, days, moments, yes and no, words of a list, people. Nothing is ever run."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from rounds.documents.csv import restored
from rounds.kit.refusal import Refusal
from rounds.playbook import VOCABULARY

YES, NO = {"yes", "y", "true", "1", "x"}, {"no", "n", "false", "0"}
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[/.](\d{1,2})[/.](\d{4}|\d{2})")
_HOUR = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([AaPp][Mm])?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?$")


class CellRefused(Refusal):
    """A cell that does not hold what its column asks for."""

    status = 422


def as_written(cell: str) -> str:
    """A cell without the quote an export put before what looks like a formula."""
    cell = cell.strip()
    return restored(cell) if cell else ""


def as_flag(cell: str) -> Any:
    """Yes or no; the cell itself where it is neither."""
    low = cell.lower()
    return True if low in YES else False if low in NO else cell


def flag(name: str, cell: str) -> bool:
    """Yes or no. Raises CellRefused."""
    found = as_flag(cell)
    if not isinstance(found, bool):
        raise CellRefused(f"{name} is yes or no, not “{cell[:40]}”.", field=name)
    return found


def as_fact(name: str, cell: str) -> Any:
    """A cell in the kind the vocabulary gives the fact; what cannot be read as that kind stays text and is refused
    by the rule's own check, which names what it wants."""
    kind = VOCABULARY[name].kind
    if kind == "flag":
        return as_flag(cell)
    if kind == "set":
        return [part.strip() for part in re.split(r"[;|,]", cell) if part.strip()]
    if kind in ("count", "number", "ratio", "money"):
        found = as_number(cell)
        return cell if found is None else found
    return cell


def as_number(cell: str) -> int | float | None:
    """A number as people write it: 1,200 · $4.5M · 12 %; None where it is none."""
    plain = cell.replace(",", "").replace(" ", "").removeprefix("$")
    share = plain.endswith("%")
    try:
        value = float(plain.removesuffix("%"))
    except ValueError:
        return None
    if value != value or abs(value) == float("inf"):
        return None
    if share:
        return value / 100
    return int(value) if value.is_integer() else value


def cents(name: str, cell: str) -> int:
    """An amount in dollars as cents. Raises CellRefused."""
    found = as_number(cell)
    if found is None or cell.endswith("%"):
        raise CellRefused(f"{name} is an amount in dollars such as 1200000, not “{cell[:40]}”.", field=name)
    return round(found * 100)


@lru_cache(maxsize=20_000)
def day(name: str, cell: str) -> date:
    """A day: 2026-11-20, or month first as in the United States: 11/20/2026. Raises CellRefused."""
    found = _DAY.match(cell)
    if found:
        year, month, this = (found[1], found[2], found[3]) if found[1] else (found[6], found[4], found[5])
        try:
            return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(this))
        except ValueError:
            pass
    raise CellRefused(f"{name} is a day such as 2026-11-20 or 11/20/2026, not “{cell[:40]}”.", field=name)


@lru_cache(maxsize=20_000)
def moment(name: str, cell: str, zone: str) -> datetime:
    """A moment: a day, with an hour or without (then noon, so that no zone moves the day). Raises CellRefused."""
    if cell.isdigit() and len(cell) == 13:  # milliseconds, as some exports write them
        return datetime.fromtimestamp(int(cell) / 1000, UTC)
    this = day(name, cell)
    rest = _DAY.sub("", cell, count=1).strip().lstrip("T,").strip()
    if not rest:
        return datetime.combine(this, time(12), ZoneInfo(zone)).astimezone(UTC)
    found = _HOUR.match(rest)
    if found is None:
        raise CellRefused(f"{name} is a moment such as 2026-11-20 14:30, not “{cell[:40]}”.", field=name)
    hour = int(found[1]) % 12 + (12 if found[4].lower() == "pm" else 0) if found[4] else int(found[1])
    try:
        if found[5] and found[5][0] in "+-":
            offset = found[5] if ":" in found[5] else f"{found[5][:3]}:{found[5][3:]}"
            return datetime.fromisoformat(f"{this.isoformat()}T{hour:02}:{found[2]}:{found[3] or '00'}{offset}").astimezone(UTC)
        at = time(hour, int(found[2]), int(found[3] or 0))
    except ValueError as error:
        raise CellRefused(f"{name} is a moment such as 2026-11-20 14:30, not “{cell[:40]}”.", field=name) from error
    return datetime.combine(this, at, UTC if found[5] else ZoneInfo(zone)).astimezone(UTC)


def picked(name: str, cell: str, values: tuple[str, ...]) -> str:
    """One of `values`, whatever its case; the cell itself where it is none of them."""
    return _by_case(values).get(cell.lower(), cell)


@lru_cache(maxsize=200)
def _by_case(values: tuple[str, ...]) -> dict[str, str]:
    return {value.lower(): value for value in values}
