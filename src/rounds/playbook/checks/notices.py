"""Checks of notifications and of what leaves the house."""

from __future__ import annotations

from rounds.playbook.book import Playbook
from rounds.playbook.checks.note import Pad
from rounds.playbook.finding import Finding


def notice_findings(playbook: Playbook) -> list[Finding]:
    return [*_kinds(playbook), *_pauses(playbook)]


def _kinds(playbook: Playbook) -> list[Finding]:
    pad, said = Pad(playbook, "notifications.yaml"), playbook.notifications
    if "other" not in said.kinds:
        pad.error(("kinds",), "The kind `other` is missing: what has no kind of its own would be told nobody.", "Put it back.")
    for code, kind in said.kinds.items():
        try:
            counted = kind.many.format(count=2)
        except (KeyError, IndexError, ValueError):
            counted = ""
        if "2" not in counted:
            pad.error(("kinds", code, "many"), f"“{kind.many}” does not say how many.", "Write {count} where the number stands.")
    return pad.found


def _pauses(playbook: Playbook) -> list[Finding]:
    pad, said = Pad(playbook, "outbound.yaml"), playbook.outbound
    for path, first, most in ((("most",), said.first, said.most), (("circuit", "most"), said.circuit.pause, said.circuit.most)):
        if first.span > most.span:
            pad.error(path, "The longest pause is shorter than the first.", "Raise it.")
    return pad.found
