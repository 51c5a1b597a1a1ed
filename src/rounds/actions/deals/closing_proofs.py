"""What of demos and proofs of concept ends with a deal."""

from __future__ import annotations

from datetime import datetime

from rounds.actions.deals import demos, poc_ending
from rounds.actions.deals.closing_parts import on_close
from rounds.kit.actor import Actor
from rounds.models import Demo, Opportunity, Poc
from rounds.models.deals.pocs import OPEN
from rounds.models.flow.days import house_day

WHY = "The deal was closed"


@on_close("demos")
def end_demos(deal: Opportunity, *, won: bool, by: Actor, at: datetime) -> list[str]:
    """Demos that are planned are called off."""
    rows = list(Demo.objects.filter(opportunity=deal, state="planned"))
    for demo in rows:
        demos.cancel(demo, why=WHY, by=by, at=at)
    return [f"the demo of {house_day(demo.starts_at):%d %b}" for demo in rows]


@on_close("pocs")
def end_pocs(deal: Opportunity, *, won: bool, by: Actor, at: datetime) -> list[str]:
    """A proof of concept that is open is ended where the deal is won, given up where it is lost; if patient data came in,
    its clock starts."""
    rows = list(Poc.objects.filter(opportunity=deal, state__in=OPEN))
    for poc in rows:
        if won:
            poc_ending.end_with_deal(poc, by=by, at=at)
        else:
            poc_ending.abandon(poc, why=WHY, by=by, at=at)
    return [f"the proof of concept “{poc.name}”" for poc in rows]
