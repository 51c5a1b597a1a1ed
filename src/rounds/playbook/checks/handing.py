"""Checks of the content library and of hand-offs."""

from __future__ import annotations

from rounds.playbook.book import Playbook
from rounds.playbook.checks.note import Pad, doubles
from rounds.playbook.finding import Finding

ENGAGED = ("answered", "asked", "met")


def handing_findings(playbook: Playbook) -> list[Finding]:
    return [*_assets(playbook), *_handoffs(playbook)]


def _assets(playbook: Playbook) -> list[Finding]:
    pad, said = Pad(playbook, "assets.yaml"), playbook.assets
    for name in doubles([one.persona for one in said.personas.listed]):
        pad.error(("personas", "listed"), f"The persona {name} is named twice.", "Name it once.")
    for word in said.engaged.by:
        if word not in ENGAGED:
            pad.error(("engaged", "by"), f"“{word}” does not show that a person read it.", f"Choose from {', '.join(ENGAGED)}; an opening never counts alone.")
    return pad.found


def _handoffs(playbook: Playbook) -> list[Finding]:
    pad, said = Pad(playbook, "handoffs.yaml"), playbook.handoffs
    for code, kind in said.kinds.items():
        for side, name in (("from", kind.from_), ("to", kind.to)):
            if name not in said.departments:
                pad.error(("kinds", code, side), f"'{name}' is no department.", f"Choose from {', '.join(said.departments)}.")
        if kind.from_ == kind.to:
            pad.error(("kinds", code), f"{kind.title} goes from {kind.from_} to itself.", "Name another department.")
    for code, department in said.departments.items():
        for role in department.roles:
            if role not in playbook.access.roles:
                pad.error(("departments", code, "roles"), f"'{role}' is no role.", "Take one of access/roles.yaml.")
    return pad.found
