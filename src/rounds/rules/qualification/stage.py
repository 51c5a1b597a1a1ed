"""What stage 1 asks for before a deal is opened (QUAL-10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rounds.playbook import Playbook
from rounds.rules.qualification.gate import Verdict


@dataclass(frozen=True, slots=True)
class StageGap:
    """One thing that is asked for: whether it is there, and what would supply it."""

    what: str
    met: bool
    says: str


def before_stage_1(playbook: Playbook, verdict: Verdict, holds: Mapping[str, str | None], stakeholders: int) -> list[StageGap]:
    """Everything stage 1 asks for, met or not."""
    asked = playbook.qualification.stage_1
    found = [StageGap("bant", verdict.bant == "met", "Validated BANT")] if asked.bant else []
    enough = stakeholders >= asked.stakeholders_at_least
    found.append(StageGap("stakeholders", enough, f"{asked.stakeholders_at_least} stakeholders identified, {stakeholders} known"))
    return found + [StageGap(item.item, holds.get(item.item) == "yes", item.title) for item in asked.items]
