"""Events of a deal: opened, moved, changed, won, lost, and who else is in it."""

from __future__ import annotations

from rounds.models.flow.payload import Payload


class OpportunityOpened(Payload):
    name: str
    stage: str
    lead: str | None = None


class StageProposed(Payload):
    """Something arrived that belongs to a stage, and somebody is to say yes. `missing`: what stands before it."""

    kind: str
    stage: str
    missing: list[str]


DEALS: dict[str, type[Payload]] = {
    "opportunity.opened": OpportunityOpened,
    "opportunity.stage_proposed": StageProposed,
}
