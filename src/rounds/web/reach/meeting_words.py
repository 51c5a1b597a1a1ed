"""The words of meetings: states, what happened, what timelines say."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rounds.models import Meeting
from rounds.models.flow.active import active

STATES = {
    "planned": ("Planned", "a-tag", "calendar"),
    "held": ("Held", "g-met", "circle-check"),
    "no_show": ("Nobody came", "s-soon", "user-x"),
    "cancelled": ("Called off", "tag-line", "circle-minus"),
}


def title_of(kind: str) -> str:
    """What a kind of meeting is called."""
    found = active().playbook.meetings.kinds.get(kind)
    return found.title if found else kind


def state_of(row: Meeting, at: datetime) -> tuple[str, str, str]:
    """The state of a meeting; one whose time is over waits to be recorded."""
    return ("To record", "s-soon", "hourglass") if row.state == "planned" and row.starts_at < at else STATES[row.state]


def _when(said: str) -> str:
    from django.utils import timezone

    return f"{timezone.localtime(datetime.fromisoformat(said)):%-d %B, %H:%M}"


def _how(said: dict[str, Any]) -> str:
    return "by their own hand" if said.get("how") == "page" else ""


SAYS = {
    "meeting.booked": lambda said: (f"{title_of(said['kind'])} booked for {_when(said['starts_at'])}", _how(said)),
    "meeting.moved": lambda said: (f"{title_of(said['kind'])} moved to {_when(said['after'])}", _how(said)),
    "meeting.cancelled": lambda said: (f"{title_of(said['kind'])} called off", _how(said)),
    "meeting.held": lambda said: (f"{title_of(said['kind'])} held", said["outcome"]),
    "meeting.no_show": lambda said: (f"Nobody came: {title_of(said['kind'])}", _when(said["starts_at"])),
}
ICONS = {"meeting.booked": "calendar", "meeting.moved": "calendar", "meeting.cancelled": "circle-minus", "meeting.held": "circle-check", "meeting.no_show": "user-x"}
