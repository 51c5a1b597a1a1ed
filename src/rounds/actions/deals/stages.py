"""The stage of a deal: what arrives moves it or proposes to (PIPE-05)."""

from __future__ import annotations

from datetime import datetime

from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.kit.actor import Actor
from rounds.models import Event, Opportunity, StageSignal
from rounds.models.base import signature


def triggered(deal: Opportunity, kind: str, *, by: Actor, at: datetime, event: Event | None = None) -> StageSignal:
    """Something of `kind` (demo.completed, contract.executed …) happened to `deal`, by `event`.

    Effects: a StageSignal, once a day for each kind, and the event opportunity.stage_proposed.
    """
    with deed(by):
        deal = Opportunity.objects.select_for_update(of=("self",)).get(pk=deal.pk)
        there = StageSignal.objects.filter(opportunity=deal, kind=kind, on=at.date()).first()
        if there is not None:
            return there
        signal = StageSignal.objects.create(opportunity=deal, kind=kind, on=at.date(), stage="", outcome="proposed",
                                            event=event and event.id, **signature(by, at))  # fmt: skip
        events.record("opportunity.stage_proposed", {"kind": kind, "stage": "", "missing": []}, by=by, at=at,
                      account=deal.account_id, opportunity=deal.id, subject=signal.id)  # fmt: skip
    return signal
