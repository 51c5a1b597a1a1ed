"""Which stage may follow which, and what a move asks for (PIPE-17)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from rounds.playbook import Playbook

Way = Literal["forward", "skipped", "backward", "won", "lost", "reopened"]


@dataclass(frozen=True, slots=True)
class Move:
    """A legal step. `over`: the stages left out; `may`: the permission it needs; `reason`: it asks for one."""

    was: str
    now: str
    way: Way
    over: tuple[str, ...] = ()
    may: str = ""
    reason: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """A step that cannot be made, and why."""

    why: str


def move(playbook: Playbook, was: str, now: str, *, today: date, closed_on: date | None = None, closed_from: str = "") -> Move | Refused:
    """The step from `was` to `now`, or why there is none. `closed_from`: where a closed deal stood before."""
    book = playbook.stages
    if now not in book.by_code:
        return Refused(f"There is no stage “{now[:20]}”.")
    if was == now:
        return Refused(f"The deal is in {book.by_code[now].title} already.")
    if book.by_code[was].end:
        return _reopening(playbook, was, now, today, closed_on, closed_from)
    if book.by_code[now].end == "lost":
        return Move(was, now, "lost")
    if book.way.index(now) < book.way.index(was):
        return Move(was, now, "backward", reason=book.moves.back.reason)
    return _onward(playbook, was, now)


def _onward(playbook: Playbook, was: str, now: str) -> Move:
    book = playbook.stages
    here, there = book.way.index(was), book.way.index(now)
    over = book.way[here + 1 : there]
    way: Way = "won" if book.by_code[now].end == "won" else "forward"
    if not over or (way == "forward" and early_demo(playbook, was, now)):
        return Move(was, now, way, over)
    return Move(was, now, way if way == "won" else "skipped", over, book.moves.skip.may, book.moves.skip.reason)


def early_demo(playbook: Playbook, was: str, now: str) -> bool:
    """Whether the step is a demo held before discovery, and those are allowed (C-59)."""
    book = playbook.stages
    return book.early_demo == "allow" and now == book.stage_for("demo.completed") and book.way.index(was) < book.way.index(now)


def _reopening(playbook: Playbook, was: str, now: str, today: date, closed_on: date | None, closed_from: str) -> Move | Refused:
    book, rule = playbook.stages, playbook.stages.moves.reopen
    title = book.by_code[was].title
    if book.by_code[now].end:
        return Refused(f"The deal is {title}; take it up again first.")
    back = closed_from or book.open[0]
    if now != back:
        return Refused(f"A closed deal is taken up again where it stood: in {book.by_code[back].title}.")
    days = (today - closed_on).days if closed_on else 0
    if rule.within_days is not None and days > rule.within_days:
        return Refused(f"The deal was closed {days} days ago; after {rule.within_days} days open a new one.")
    return Move(was, now, "reopened", may=rule.may, reason=True)


def next_stage(playbook: Playbook, stage: str) -> str | None:
    """The stage that follows, the won one last; None for a closed deal."""
    way = playbook.stages.way
    if stage not in playbook.stages.open:
        return None
    return way[way.index(stage) + 1]
