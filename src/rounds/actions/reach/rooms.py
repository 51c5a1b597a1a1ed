"""Where one meets by video: only a platform whose BAA is in force, where patient data may be spoken of (COMM-11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rounds.actions.trust import agreements
from rounds.kit.refusal import Refusal
from rounds.models import Baa, User
from rounds.models.flow.active import active
from rounds.rules.agreements import holds


class PlatformRefused(Refusal):
    """A platform that cannot be used for this meeting."""

    status = 422
    field = "platform"


@dataclass(frozen=True, slots=True)
class Room:
    """A platform as a form offers it: `why_not` says why it cannot be chosen for a meeting in which patient data may be spoken of."""

    code: str
    title: str
    link: str
    why_not: str


def rooms(host: User | None, *, at: datetime) -> list[Room]:
    """Every platform of the playbook. One query."""
    parties = Baa.objects.filter(counterparty__kind="vendor", counterparty__ended_at=None).select_related("counterparty")
    covered = {row.counterparty.name.casefold() for row in parties if holds(row, agreements.day(at))}
    found = []
    for code, one in active().playbook.meetings.platforms.items():
        there = any(name == one.vendor.casefold() or name.startswith(f"{one.vendor.casefold()} ") for name in covered)
        why = "" if there else f"No agreement with {one.vendor} on patient data (BAA) is in force."
        found.append(Room(code, one.title, link_of(one.link, host), why))
    return found


def room(code: str, kind: str, host: User | None, *, at: datetime) -> Room | None:
    """The platform for a meeting of this kind; None for "" (it is somewhere else). Raises PlatformRefused (422)."""
    if not code:
        return None
    found = next((one for one in rooms(host, at=at) if one.code == code), None)
    if found is None:
        raise PlatformRefused(f"There is no platform “{code[:40]}”; use one of: {', '.join(active().playbook.meetings.platforms)}.")
    if active().playbook.meetings.kinds[kind].phi and found.why_not:
        raise PlatformRefused(f"{found.title} cannot be used where patient data may be spoken of. {found.why_not}")
    return found


def link_of(said: str, host: User | None) -> str:
    """The address of a platform's room; {host} stands for the part of the host's address before the @: their own room."""
    return said.replace("{host}", host.email.partition("@")[0]) if host is not None else "" if "{host}" in said else said
