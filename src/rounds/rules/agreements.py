"""When an agreement holds: signed, begun, not run out, not ended. All days count whole, the last one too (LEGAL-03)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

Word = Literal["unsigned", "coming", "in_force", "ending", "ran_out", "ended"]


class Agreement(Protocol):
    """What is asked of an agreement: its days."""

    signed_on: date | None
    effective_on: date | None
    expires_on: date | None
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How an agreement stands: `days` until its last day, 0 on that day, None without an end."""

    word: Word
    days: int | None = None

    @property
    def holds(self) -> bool:
        return self.word in ("in_force", "ending")


def last_day(agreement: Agreement) -> date | None:
    """The last day it holds; None without an end."""
    ends = [day for day in (agreement.expires_on, agreement.ended_on) if day is not None]
    return min(ends) if ends else None


def holds(agreement: Agreement, on: date) -> bool:
    """Whether `agreement` is effective on the day `on`. Without a first day of its own it begins when it is signed."""
    if agreement.signed_on is None or agreement.signed_on > on:
        return False
    last = last_day(agreement)
    return (agreement.effective_on or agreement.signed_on) <= on and (last is None or on <= last)


def standing(agreement: Agreement, on: date, soon: int) -> Standing:
    """How it stands on the day `on`; within `soon` days of its last day it is ending."""
    last = last_day(agreement)
    left = (last - on).days if last is not None else None
    if left is not None and left < 0:
        return Standing("ended" if agreement.ended_on == last else "ran_out", left)
    if agreement.signed_on is None:
        return Standing("unsigned", left)
    if not holds(agreement, on):
        return Standing("coming", left)
    return Standing("ending" if left is not None and left <= soon else "in_force", left)


def effective(agreements: Iterable[Agreement], on: date) -> Agreement | None:
    """The agreement that holds on `on`: of several the one that holds longest; None where none does."""
    holding = [one for one in agreements if holds(one, on)]
    return max(holding, key=lambda one: last_day(one) or date.max, default=None)
