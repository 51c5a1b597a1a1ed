"""What a contract still wants: its checklist, its review, what stands before its execution, when its end is told."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from rounds.playbook.shapes.legal import Execution, LegalChecklist, LegalReview

SETTLED = ("agreed", "waived", "na")


@dataclass(frozen=True, slots=True)
class Settled:
    """How far the checklist is: items settled of all, those open by group, whether every one is settled."""

    done: int
    of: int
    open: tuple[str, ...]
    open_by_group: Mapping[str, tuple[str, ...]]

    @property
    def whole(self) -> bool:
        return not self.open

    def group(self, code: str) -> bool:
        """Whether every item of a group is settled; True for a group nobody knows."""
        return not self.open_by_group.get(code)


def settled(book: LegalChecklist, marks: Mapping[str, str]) -> Settled:
    """`marks`: the state of each item that somebody spoke of; the others are not started."""
    still = {group.group: tuple(one.item for one in group.items if marks.get(one.item) not in SETTLED) for group in book.groups}
    everything = len(book.titles)
    rest = tuple(item for items in still.values() for item in items)
    return Settled(everything - len(rest), everything, rest, still)


@dataclass(frozen=True, slots=True)
class Due:
    """A step of the review: when it is due, how many of its items are done, how it stands on the day."""

    step: str
    due_on: date | None
    done: int
    of: int
    word: Literal["waiting", "running", "late", "done"]


def step_days(book: LegalReview, begun_on: date) -> dict[str, date]:
    """When each step is due, for a review that begins on `begun_on`."""
    return {one.step: begun_on + timedelta(weeks=one.due_weeks) for one in book.steps}


def steps(book: LegalReview, done: Collection[tuple[str, str]], due: Mapping[str, date | None], on: date) -> tuple[Due, ...]:
    """Every step. The first that is not done runs; a later one waits unless something of it is done already."""
    found: list[Due] = []
    running = False
    for one in book.steps:
        ticked = sum((one.step, item.item) in done for item in one.items)
        day = due.get(one.step)
        if ticked == len(one.items):
            word = "done"
        elif day is not None and day < on:
            word = "late"
        else:
            word = "running" if ticked or not running else "waiting"
        running = running or word != "done"
        found.append(Due(one.step, day, ticked, len(one.items), word))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Stands:
    """What stands before a contract counts as executed. `blocks`: it waits for it; else it is said and goes on."""

    code: str
    says: str
    blocks: bool


def before_execution(
    book: Execution, *, approved_by: Collection[str], open_items: int, red_flags: int, signed_by: Collection[str]
) -> tuple[Stands, ...]:
    """In order: signatures (always), approval, checklist, red flags. `approved_by`, `signed_by`: customer, ours."""
    found = [Stands(f"signature_{side}", f"{who} has not signed", True) for side, who in (("customer", "The customer"), ("ours", "Our side"))
             if side not in signed_by]  # fmt: skip
    if lacks := _approvals(book, approved_by):
        found.append(Stands("approval", lacks, book.approval == "block"))
    if open_items:
        found.append(Stands("checklist", f"{open_items} item{'s are' if open_items > 1 else ' is'} open on the checklist", book.checklist == "block"))
    if red_flags:
        found.append(Stands("issues", f"{red_flags} red flag{'s are' if red_flags > 1 else ' is'} not settled", book.issues == "block"))
    return tuple(found)


def _approvals(book: Execution, approved_by: Collection[str]) -> str:
    wanted = {"any": (), "customer": ("customer",), "ours": ("ours",), "both": ("customer", "ours")}[book.approval_by]
    if book.approval_by == "any":
        return "" if approved_by else "No executive has approved it"
    missing = [side for side in wanted if side not in approved_by]
    return f"No executive of {'the customer' if missing[0] == 'customer' else 'ours'} has approved it" if missing else ""


def told_day(expires_on: date, renews: bool, notice_days: int | None) -> date:
    """The day that matters: of one that renews by itself the last on which it can be cancelled."""
    return expires_on - timedelta(days=notice_days) if renews and notice_days else expires_on
