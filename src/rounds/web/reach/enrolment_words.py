"""How enrolments are said: their states, what ended them, what was decided of a step."""

from __future__ import annotations

from rounds.models import Enrolment
from rounds.models.flow.active import active
from rounds.models.reach.listing import ENDED

STATES: dict[str, tuple[str, str, str]] = {
    "active": ("Under way", "a-tag", "play"), "paused": ("Paused", "s-soon", "pause"), "ended": ("Ended", "", "circle-stop"),
}  # fmt: skip
"""State → its word, the class of its tag, its icon."""
GOOD = {"reply": ("They answered", "s-ok", "reply"), "meeting": ("Meeting arranged", "s-ok", "calendar-check"), "finished": ("Finished", "", "circle-check")}
ENDS = dict(ENDED)
STEPS: dict[str, tuple[str, str, str]] = {
    "planned": ("Planned", "", "clock"), "sent": ("Sent", "s-ok", "send"), "done": ("Done", "s-ok", "circle-check"),
    "skipped": ("Passed over", "", "skip-forward"), "cancelled": ("Cancelled", "", "circle-minus"),
}  # fmt: skip
OUTCOMES: dict[str, tuple[str, str, str]] = {"send": ("Send", "s-ok", "send"), "later": ("Later", "s-soon", "clock"), "never": ("Never", "", "ban")}
"""What was decided → its word, class, icon."""


def state_of(row: Enrolment) -> tuple[str, str, str]:
    """The tag of an enrolment: its state, or what ended it."""
    if row.state != "ended":
        return STATES[row.state]
    return GOOD.get(row.ended_for) or (ENDS.get(row.ended_for, "Ended"), "", "circle-minus")


def title_of(code: str) -> str:
    """A sequence's title as it is called now; its code where the playbook has it no more."""
    one = active().playbook.sequences.get(code)
    return one.title if one else code


def about(row: Enrolment) -> tuple[str, str]:
    """(address, name) of the record the enrolment is of."""
    if row.lead_id:
        return f"/leads/{row.lead_id}/", row.name
    return f"/contacts/{row.contact_id}/", row.name
