"""Meetings that are near: both are reminded, each once."""

from __future__ import annotations

from rounds.access.sight import system_sight
from rounds.actions.reach import meeting_ends
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now


def remind() -> int:
    """Post the reminders that are due; how many mails. Nothing while nothing may leave: the outbox holds them."""
    with system_sight():
        return meeting_ends.remind_due(by=SYSTEM_ACTOR, at=now())
