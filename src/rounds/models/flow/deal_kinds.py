"""Events of a deal: opened, moved, changed, won, lost, and who else is in it."""

from __future__ import annotations

from typing import Any

from rounds.models.flow.payload import Payload


class OpportunityOpened(Payload):
    name: str
    stage: str
    lead: str | None = None


class OpportunityChanged(Payload):
    changed: dict[str, list[Any]]
    reason: str = ""


class OpportunityAssigned(Payload):
    owner_before: str | None
    owner_after: str | None
    owner_name: str
    reason: str = ""


class OpportunityLinked(Payload):
    """The deal above it, and the further accounts it is about, as they stand afterwards."""

    parent: str | None
    sites: list[str]


class StageChanged(Payload):
    """A deal entered a stage. `way`: forward, skipped (`over` which), backward, won, lost, reopened; `missing`: what its
    gate lacked, `passed` why somebody went through all the same."""

    before: str
    after: str
    way: str
    over: list[str]
    process_before: str
    process_after: str
    cause: str
    reason: str = ""
    passed: str = ""
    missing: list[str]


class StageProposed(Payload):
    """Something arrived that belongs to a stage, and somebody is to say yes. `missing`: what stands before it."""

    kind: str
    stage: str
    missing: list[str]


class StageDecided(Payload):
    kind: str
    stage: str
    decision: str


class CriterionChecked(Payload):
    criterion: str
    title: str
    state: str
    before: str


class DealSheetAnswered(Payload):
    item: str
    answer: str
    before: str


class OpportunityWon(Payload):
    amount_cents: int | None
    currency: str
    cancelled: list[str]
    """What ended with it, as its owner was told."""


class OpportunityLost(Payload):
    reason: str
    competitor: str = ""
    note: str = ""
    recycle_on: str | None = None
    cancelled: list[str]


class CompetitorMet(Payload):
    competitor: str
    before: str
    after: str
    won: bool = False


class CompetitorLeft(Payload):
    competitor: str


class CompetitorAdded(Payload):
    name: str
    kind: str


class CompetitorChanged(Payload):
    name: str
    changed: dict[str, list[Any]]


class CompetitorRetired(Payload):
    name: str


class CompetitorCited(Payload):
    name: str
    source: str


DEALS: dict[str, type[Payload]] = {
    "opportunity.opened": OpportunityOpened,
    "opportunity.changed": OpportunityChanged,
    "opportunity.assigned": OpportunityAssigned,
    "opportunity.linked": OpportunityLinked,
    "opportunity.stage_changed": StageChanged,
    "opportunity.stage_proposed": StageProposed,
    "opportunity.stage_decided": StageDecided,
    "opportunity.criterion_checked": CriterionChecked,
    "opportunity.sheet_answered": DealSheetAnswered,
    "opportunity.won": OpportunityWon,
    "opportunity.lost": OpportunityLost,
    "opportunity.competitor_met": CompetitorMet,
    "opportunity.competitor_left": CompetitorLeft,
    "competitor.added": CompetitorAdded,
    "competitor.changed": CompetitorChanged,
    "competitor.retired": CompetitorRetired,
    "competitor.cited": CompetitorCited,
}
