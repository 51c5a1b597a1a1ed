"""Whose turn an approval is, and who may decide it (PRICE-06): one step after the other, four eyes, no way around.

A step is open while it is undecided and every step before it said yes. Nobody decides what they asked for, and nobody
decides twice in one round, whatever roles they have.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from rounds.playbook import Playbook

Decision = Literal["", "approved", "refused"]


@dataclass(frozen=True, slots=True)
class Step:
    """One level's word. `decided_by` names a person; `handed_to` the one it was handed to; `escalated`: nobody answered."""

    level: str
    decision: Decision = ""
    decided_by: str = ""
    handed_to: str = ""
    escalated: bool = False


def open_step(steps: Sequence[Step]) -> int | None:
    """The place of the step whose turn it is; None once all said yes or one said no."""
    for place, step in enumerate(steps):
        if step.decision == "refused":
            return None
        if step.decision == "":
            return place
    return None


def granted(steps: Sequence[Step]) -> bool:
    """Whether everybody who was to be asked said yes."""
    return all(step.decision == "approved" for step in steps)


def why_not(playbook: Playbook, steps: Sequence[Step], place: int, *, person: str, may: Collection[str], asked_by: str) -> str:
    """Why `person`, who has the permissions `may`, cannot decide the step at `place`; "" where they can."""
    levels = playbook.discounts.approvals.levels
    turn = open_step(steps)
    if turn != place:
        return "It is not this step's turn: " + ("everything is decided." if turn is None else f"{levels[steps[turn].level].title} is asked first.")
    if person == asked_by:
        return "Nobody approves what they asked for themselves; somebody else has to."
    if any(step.decided_by == person for step in steps):
        return "You decided an earlier step of this quote; the next one is another person's."
    step = steps[place]
    level = levels[step.level]
    if level.may in may or step.handed_to == person:
        return ""
    further = levels[level.escalates_to] if step.escalated and level.escalates_to else None
    if further is not None and further.may in may:
        return ""
    return f"{level.title} decides this step."
