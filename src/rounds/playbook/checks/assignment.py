"""Checks of the assignment: bands, roles and statuses that exist, somebody to give every lead to (ROUTE-08, 09)."""

from __future__ import annotations

from collections.abc import Iterable

from rounds.playbook.book import Playbook
from rounds.playbook.checks.note import Pad
from rounds.playbook.finding import Finding

QUEUES = ("manager", "territory", "nurture")
"""Queues the product has of its own: no programme may take their names."""


def assignment_findings(playbook: Playbook) -> list[Finding]:
    pad, book = Pad(playbook, "routing/assignment.yaml"), playbook.assignment
    bands, roles = list(playbook.roles.by_band.map), list(playbook.roles.roles)
    for path, named in (
        (("load", "weights"), book.load.weights), (("hours", "bands"), book.hours.bands),
        (("nobody", "alert_minutes"), book.nobody.alert_minutes), (("answer", "within"), book.answer.within),
        (("notify", "manager"), book.notify.manager), (("portal", "bands"), book.portal.bands),
    ):  # fmt: skip
        _known(pad, path, named, bands, "band")
    _known(pad, ("load", "capacity"), book.load.capacity, roles, "role")
    _known(pad, ("hand_raise",), [book.hand_raise.role, *book.hand_raise.unless], roles, "role")
    _known(pad, ("load", "closed"), book.load.closed, playbook.picklists.lead_status.values, "status")
    segments = [one.segment for one in playbook.segments.segments]
    _known(pad, ("unknown_segment",), [book.unknown_segment], ["queue", *segments], "segment")
    for role in roles:
        if role not in book.load.capacity:
            pad.error(("load", "capacity"), f"The role '{role}' has no capacity.", "Say how much it carries.")
    for band, role in playbook.roles.by_band.map.items():
        if role is not None and book.load.weights.get(band, 0) == 0:
            pad.warn(("load", "weights"), f"A {band} lead weighs nothing: whoever gets one is never full.", "Give it a weight.")
        if band not in book.nobody.alert_minutes and role is not None:
            pad.warn(("nobody", "alert_minutes"), f"Nobody hears of a {band} lead that waits.", "Say after how many minutes.")
    for programme in playbook.segments.programmes:
        if programme in QUEUES or programme in segments:
            other = Pad(playbook, "routing/segments.yaml")
            other.error(("programmes", programme), f"'{programme}' names a queue or segment already.", "Call it otherwise.")
            pad.found += other.found
    return pad.found


def _known(pad: Pad, path: tuple[str, ...], named: Iterable[str], known: Iterable[str], what: str) -> None:
    words = list(known)
    for one in named:
        if one not in words:
            pad.error(path, f"There is no {what} '{one}'.", f"Use one of: {', '.join(words)}.")
