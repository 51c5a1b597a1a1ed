"""The watch over what is due: broken promises are raised, unanswered outreach is reminded of. A chore until a schedule runs it."""

from __future__ import annotations

from rounds.access.sight import system_sight
from rounds.actions.desk.reminders import due_reminders
from rounds.actions.leads import clocks
from rounds.kit.clock import now


def watch() -> int:
    """Raise and remind what is due by now; how many tasks. Run twice, or by two workers at once, it does it once."""
    at = now()
    with system_sight():
        raised = clocks.escalate(at)
    with system_sight():
        return raised + due_reminders(at)
