"""When an agreement holds: signed, begun, not run out, not ended. All days count whole, the last one too (LEGAL-03)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, Protocol

from rounds.playbook.shapes.agreements import Agreements, Elements

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


@dataclass(frozen=True, slots=True)
class Read:
    """What somebody found who read an agreement through; `lacks` are elements of today's playbook it does not say."""

    lacks: tuple[str, ...] = ()
    unsaid: tuple[str, ...] = ()
    unread: bool = False

    @property
    def complete(self) -> bool:
        return not (self.lacks or self.unsaid or self.unread)


def read(elements: Elements, present: Collection[str] | None, missing: Collection[str] = ()) -> Read:
    """A reading against what is required today; `present` None: nobody read it. An element asked for since is unsaid."""
    if present is None:
        return Read(unread=True)
    required = [one.element for one in elements.required]
    return Read(tuple(code for code in required if code in missing),
                tuple(code for code in required if code not in missing and code not in present))  # fmt: skip


def closes(elements: Elements, found: Read) -> bool:
    """Whether an agreement whose days hold keeps our doors shut all the same, as the playbook says (PLUS-27)."""
    return (bool(found.lacks) and elements.missing == "block") or (not found.complete and not found.lacks and elements.unread == "block")


@dataclass(frozen=True, slots=True)
class Clock:
    """Within how many hours of discovery a breach is told, and who says so."""

    hours: int
    whose: str
    source: str


def breach_clock(book: Agreements, contract_hours: int | None, state: str) -> tuple[Clock, ...]:
    """Every clock that runs, the shortest first: it rules (PLUS-27). A contract that says nothing has none."""
    federal, law = book.breach.federal, book.breach.states.get(state)
    found = [Clock(_hours(federal.days), "federal law", federal.origin)]
    found += [Clock(_hours(law.days), f"the law of {state}", law.origin)] if law else []
    found += [Clock(contract_hours, "the agreement", "this agreement")] if contract_hours is not None else []
    return tuple(sorted(found, key=lambda clock: clock.hours))


def _hours(days: int) -> int:
    return timedelta(days=days) // timedelta(hours=1)


def returned_by(book: Agreements, last: date) -> date:
    """The day by which patient data held under an agreement is returned or destroyed."""
    return last + timedelta(days=book.phi_return.days)


def due_notice(days: Iterable[int], left: int | None) -> int | None:
    """The notice an end is in now: 30 where 25 days are left of [90, 30, 7]. Those passed over are not told late."""
    if left is None or left < 0:
        return None
    return min((one for one in days if left <= one), default=None)
