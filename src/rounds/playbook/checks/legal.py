"""Checks of contracts: nothing named twice, a clock that fits its steps."""

from __future__ import annotations

from rounds.playbook.book import Playbook
from rounds.playbook.checks.note import Pad, doubles
from rounds.playbook.finding import Finding


def legal_findings(playbook: Playbook) -> list[Finding]:
    return [*_checklist(playbook), *_review(playbook), *_kinds(playbook)]


def _checklist(playbook: Playbook) -> list[Finding]:
    pad, said = Pad(playbook, "legal/checklist.yaml"), playbook.checklist
    for name in doubles([one.item for group in said.groups for one in group.items]):
        pad.error(("groups",), f"The item {name} is named twice.", "Name it once.")
    if "baa" not in said.titles:
        pad.error(("groups",), "The item baa is missing, which the register of agreements answers.", "Put it back.")
    if "risk" not in {group.group for group in said.groups}:
        pad.warn(("groups",), "No group is called risk, so nothing proves that risk is allocated (P6).", "Name one risk.")
    if "waived" not in said.needs_legal.states:
        pad.warn(("needs_legal", "states"), "Anybody who writes contracts may waive an item.", "Add waived.")
    return pad.found


def _review(playbook: Playbook) -> list[Finding]:
    pad, said = Pad(playbook, "legal/review.yaml"), playbook.review
    if said.clock.weeks_from > said.clock.weeks_to:
        pad.error(("clock",), "The clock ends before it begins.", "weeks_from must be at most weeks_to.")
    weeks = [one.due_weeks for one in said.steps]
    if weeks != sorted(weeks) or (weeks and weeks[-1] > said.clock.weeks_to):
        pad.error(("steps",), f"The steps are due after {weeks} weeks; the clock ends after {said.clock.weeks_to}.",
                  "Let them rise, the last at most the end of the clock.")  # fmt: skip
    for name in doubles([one.step for one in said.steps] + [f"{step.step}.{one.item}" for step in said.steps for one in step.items]):
        pad.error(("steps",), f"{name} is named twice.", "Name it once.")
    return pad.found


def _kinds(playbook: Playbook) -> list[Finding]:
    pad, said = Pad(playbook, "legal/contracts.yaml"), playbook.contracts
    if not any(kind.closes for kind in said.kinds.values()):
        pad.error(("kinds",), "No kind of contract closes a deal, so none would ever be won by one.", "Write closes: true.")
    return pad.found
