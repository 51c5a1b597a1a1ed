"""Checks of the business calendar and of the tasks: zones and holidays that exist, promises somebody can keep."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from rounds.kit.zones import is_zone
from rounds.playbook.book import Playbook
from rounds.playbook.checks.note import Pad
from rounds.playbook.finding import Finding
from rounds.playbook.states import STATES

TO = ("owner", "manager")
"""Whom an act may fall to besides the roles of access/roles.yaml."""


def day_findings(playbook: Playbook) -> list[Finding]:
    return [*_calendar(playbook), *_tasks(playbook)]


def _calendar(playbook: Playbook) -> list[Finding]:
    pad, zones = Pad(playbook, "calendar.yaml"), playbook.calendar.zones
    named = [(("zones", "house"), zones.house)]
    named += [(("zones", part, place), zone) for part in ("territories", "states") for place, zone in getattr(zones, part).items()]
    for path, zone in named:
        if not is_zone(zone):
            pad.error(path, f"'{zone}' is no time zone.", "Write Continent/City, such as America/Chicago.")
    for name in zones.territories:
        if name not in playbook.territories.names:
            pad.error(("zones", "territories", name), f"There is no territory '{name}'.", f"Use one of: {', '.join(playbook.territories.names)}.")
    for name in playbook.territories.names:
        if name not in zones.territories:
            pad.warn(("zones", "territories"), f"The territory '{name}' has no time zone; the house's counts there.", "Name its zone.")
    for state in zones.states:
        if state not in STATES:
            pad.error(("zones", "states", state), f"'{state}' is no US state or territory.", "Use two-letter codes.")
    for place, day in enumerate(playbook.calendar.holidays.closed):
        try:
            date.fromisoformat(day)
        except ValueError:
            pad.error(("holidays", "closed", place), f"There is no day {day}.", "Correct it.")
    return pad.found


def _tasks(playbook: Playbook) -> list[Finding]:
    pad, said = Pad(playbook, "tasks.yaml"), playbook.tasks
    for code, act in said.acts.promised.items():
        at = ("acts", "promised", code)
        _one_of(pad, (*at, "kind"), act.kind, said.kinds.titles, "kind of task")
        _one_of(pad, (*at, "priority"), act.priority, said.priorities.order, "priority")
        _one_of(pad, (*at, "to"), act.to, (*TO, *playbook.access.roles), "role")
        _activities(pad, (*at, "fulfilled_by"), act.fulfilled_by)
    clocks = {code for band in (*playbook.sla.bands.values(), playbook.sla.hand_raise) for code in band}
    for code in sorted(clocks - set(said.acts.promised)):
        pad.error(("acts", "promised"), f"The clock '{code}' of routing/sla.yaml is nobody's act.", "Say to whom it falls.")
    _one_of(pad, ("breach", "priority"), said.breach.priority, said.priorities.order, "priority")
    for part, lists in (("response", ("outbound", "together")), ("reminders", ("outreach", "replies", "spoken")), ("visits", ("kinds",))):
        for name in lists:
            _activities(pad, (part, name), tuple(getattr(getattr(said, part), name)))
    _activities(pad, ("visits", "not_there", "as"), (said.visits.not_there.as_,))
    steps = said.reminders.steps
    for place, step in enumerate(steps):
        _one_of(pad, ("reminders", "steps", place, "priority"), step.priority, said.priorities.order, "priority")
    if any(later.hours <= sooner.hours for sooner, later in pairwise(steps)):
        pad.error(("reminders", "steps"), "The hours of the reminders do not rise.", "Order them from the first to the last.")
    elif any(later.priority in said.priorities.order and sooner.priority in said.priorities.order
             and said.rank(later.priority) > said.rank(sooner.priority) for sooner, later in pairwise(steps)):  # fmt: skip
        pad.warn(("reminders", "steps"), "A later reminder presses less than the one before.", "Let priorities rise (AUTO-06).")
    return pad.found


def _one_of(pad: Pad, path: tuple, word: str, known, what: str) -> None:
    if word not in known:
        pad.error(path, f"There is no {what} '{word}'.", f"Use one of: {', '.join(known)}.")


def _activities(pad: Pad, path: tuple, kinds: tuple[str, ...]) -> None:
    for kind in kinds:
        if kind not in pad.playbook.picklists.events.values:
            pad.error(path, f"The activity '{kind}' is not in picklists.yaml › events.", "Add it there or correct its spelling.")
