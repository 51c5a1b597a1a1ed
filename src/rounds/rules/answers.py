"""What counts as an answer: ours to a lead (PLUS-20), and theirs to our outreach (AUTO-06)."""

from __future__ import annotations

from rounds.playbook.shapes.days import Tasks

HUMAN = ("user", "integration")
"""Whose touch is a person's: automations, forms and the product itself answer nobody. What an integration brings (a
telephone, a mailbox) was done by people."""


def is_response(said: Tasks, kind: str, direction: str, by_kind: str) -> bool:
    """Whether an activity answers a lead: a human, two-way-capable touch of ours, or a meeting."""
    if by_kind not in HUMAN:
        return False
    return kind in said.response.together or (direction == "out" and kind in said.response.outbound)


def is_reply(said: Tasks, kind: str, direction: str) -> bool:
    """Whether an activity answers our outreach: they wrote, or one spoke with them."""
    return kind in said.reminders.spoken or (direction == "in" and kind in said.reminders.replies)


def is_outreach(said: Tasks, kind: str, direction: str) -> bool:
    """Whether an activity asks for an answer that may not come."""
    return direction == "out" and kind in said.reminders.outreach


def fulfils(said: Tasks, clock: str, kind: str, direction: str, by_kind: str) -> bool:
    """Whether an activity keeps the promise `clock`."""
    act = said.acts.promised.get(clock)
    if act is None:
        return False
    return kind in act.fulfilled_by or (act.response and is_response(said, kind, direction, by_kind))
