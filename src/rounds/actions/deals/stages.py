"""The stage of a deal: moved by hand, or by what arrives (PIPE-05). How it ends stands in closing.py."""

from __future__ import annotations

from datetime import datetime

from rounds.actions.deals import closing, closing_parts
from rounds.actions.deals.entering import Why, enter
from rounds.actions.deals.passing import (
    GateShut,
    ReasonMissing,
    StageNotNext,
    legal,
    moment,
    pass_gate,
    standing_gate,
    title,
    words_of,
)
from rounds.actions.deals.telling import locked, tell
from rounds.actions.desk.notifications import notify
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import phi
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Event, Opportunity, StageSignal
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.rules.pipeline.moves import Move

__all__ = ["GateShut", "ReasonMissing", "StageNotNext", "accept", "dismiss", "move", "triggered"]


class SignalDecided(Refusal):
    """Somebody decided this already."""


@phi.texts("reason", "passing")
def move(deal: Opportunity, stage: str, *, by: Actor, at: datetime, reason: str = "", passing: str = "",
         entered_at: datetime | None = None, was: str = "") -> Opportunity:  # fmt: skip
    """Move an open deal to `stage`: onward, over some, back; or take a closed one up again where it stood. `passing` is
    why it goes through a gate that stops it, `entered_at` when it really happened, `was` the stage somebody saw it in.

    Effects: those of entering.enter; of a won deal taken up again, its implementation stops where it has not begun, and the
    owner is told what becomes of it. Raises StageNotNext, GateShut (409), ReasonMissing (422), NotAllowed (403).
    """
    with deed(by):
        deal = locked(deal)
        if was and was != deal.stage:
            raise StageNotNext(f"Somebody moved it meanwhile: it is in {title(deal.stage)} now.")
        step = legal(deal, stage, at=at)
        if step.way in ("won", "lost"):
            raise StageNotNext(f"A deal becomes {title(stage)} by closing it, which says how it ended.")
        _step(deal, step, Why(reason=reason.strip()[:2000]), passing, entered_at, by=by, at=at)
        if step.was == active().playbook.stages.ending("won"):
            _taken_up(deal, by=by, at=at)
    return deal


def _taken_up(deal: Opportunity, *, by: Actor, at: datetime) -> None:
    """A won deal is open again: what followed from it is halted where it can be, and its owner hears what became of it."""
    if said := closing_parts.take_up(deal, by=by, at=at):
        notify([deal.owner], kind="deal.closed", title=f"{deal.name} was taken up again", body=" ".join(said),
               url=f"/opportunities/{deal.id}/", account=deal.account_id, group=f"reopened:{deal.id}", by=by, at=at)  # fmt: skip


def _step(deal: Opportunity, step: Move, why: Why, passing: str, entered_at: datetime | None, *, by: Actor, at: datetime) -> None:
    gate = pass_gate(deal, step, reason=why.reason, passing=passing, by=by)
    when = moment(deal, entered_at, by=by, at=at)
    enter(deal, step, gate, Why(why.cause, why.event, why.reason, words_of(gate, passing)), entered_at=when, by=by, at=at)


def triggered(deal: Opportunity, kind: str, *, by: Actor, at: datetime, event: Event | None = None) -> StageSignal:
    """Something of `kind` (demo.completed, contract.executed …) happened to `deal`, by `event`: it moves the deal, or
    proposes to, once a day for each kind. It never moves it back, over stages, or through a gate that is shut: then
    it says what is missing and waits for somebody's word.

    Effects: a StageSignal; where it advances, those of entering.enter and, into the won stage, of closing.win; where it
    waits, opportunity.stage_proposed and a notice to the owner. Raises KeyError for a kind that leads nowhere.
    """
    book = active().playbook.stages
    stage = book.stage_for(kind)
    if stage is None:
        raise KeyError(kind)
    with deed(by):
        deal = locked(deal)
        there = StageSignal.objects.filter(opportunity=deal, kind=kind, on=house_day(at)).first()
        if there is not None:
            return there
        outcome, words, missing, step = _weighed(deal, stage, by=by, at=at)
        signal = StageSignal.objects.create(opportunity=deal, kind=kind, on=house_day(at), stage=stage, outcome=outcome, says=words,
                                            missing=missing, event=event and event.id, **signature(by, at))  # fmt: skip
        if step is not None:
            _go(deal, step, Why("trigger", event and event.id), "", by=by, at=at)
        elif outcome != "passed":
            _propose(deal, signal, by=by, at=at)
    return signal


def _weighed(deal: Opportunity, stage: str, *, by: Actor, at: datetime) -> tuple[str, str, list[str], Move | None]:
    """(outcome, words, what is missing, the step to make) of a signal that leads to `stage`."""
    book = active().playbook.stages
    if not deal.is_open:
        return "passed", f"the deal is {title(deal.stage)}", [], None
    if stage not in book.way or book.way.index(stage) <= book.way.index(deal.stage):
        return "passed", f"the deal is in {title(deal.stage)} already", [], None
    step = legal(deal, stage, at=at)
    gate = standing_gate(deal, stage, by=by)
    if not gate.passes:
        missing = [line.title for line in (gate.hard_missing if gate.hard_missing and gate.mode == "warn" else gate.missing)]
        return "blocked", f"before {title(stage)}: {'; '.join(missing)}", missing, None
    if step.may:
        over = [title(code) for code in step.over]
        return "proposed", f"{' and '.join(over)} would be left out", [], None
    if book.advance == "confirm":
        return "proposed", "somebody is to say yes", [], None
    return "advanced", f"{title(deal.stage)} → {title(stage)}", [], step


def _go(deal: Opportunity, step: Move, why: Why, passing: str, *, by: Actor, at: datetime) -> None:
    if step.way == "won":
        closing.end_won(deal, step, why, passing, None, by=by, at=at)
    else:
        _step(deal, step, why, passing, None, by=by, at=at)


def _propose(deal: Opportunity, signal: StageSignal, *, by: Actor, at: datetime) -> None:
    said = {"kind": signal.kind, "stage": signal.stage, "missing": signal.missing}
    tell("opportunity.stage_proposed", deal, said, by=by, at=at, subject=signal.id, detail=said)
    notify([deal.owner], kind="deal.waits", title=f"{deal.name}: {title(signal.stage)} waits", body=signal.says,
           url=f"/opportunities/{deal.id}/", account=deal.account_id, group=f"signal:{signal.id}", by=by, at=at)  # fmt: skip


@phi.texts("reason", "passing")
def accept(signal: StageSignal, *, by: Actor, at: datetime, reason: str = "", passing: str = "") -> StageSignal:
    """Say yes to what arrived: the deal goes where it leads, if its gate lets it now.

    Effects: those of move, or of closing.win; the signal is decided. Raises SignalDecided, and what move raises.
    """
    with deed(by):
        deal, signal = _waiting(signal)
        why = Why("trigger", signal.event, reason.strip()[:2000])
        _go(deal, legal(deal, signal.stage, at=at), why, passing, by=by, at=at)
        return _decided(deal, signal, "accepted", by=by, at=at)


@phi.texts("reason", needed=("reason",))
def dismiss(signal: StageSignal, *, reason: str, by: Actor, at: datetime) -> StageSignal:
    """Say no to what arrived, and why: the deal stays where it is.

    Effects: the signal is decided, opportunity.stage_decided, an audit entry. Raises SignalDecided, ReasonMissing.
    """
    if not reason.strip():
        raise ReasonMissing("Say why the deal stays where it is.")
    with deed(by):
        deal, signal = _waiting(signal)
        signal.says = reason.strip()[:500]
        return _decided(deal, signal, "dismissed", by=by, at=at)


def _waiting(signal: StageSignal) -> tuple[Opportunity, StageSignal]:
    deal = locked(signal.opportunity)
    signal = StageSignal.objects.select_for_update().get(pk=signal.pk)
    if signal.decided_at is not None or signal.outcome not in ("proposed", "blocked"):
        raise SignalDecided
    return deal, signal


def _decided(deal: Opportunity, signal: StageSignal, decision: str, *, by: Actor, at: datetime) -> StageSignal:
    signal.decision, signal.decided_at, signal.decided_by_name = decision, at, by.name
    signal.save(update_fields=["decision", "decided_at", "decided_by_name", "says"])
    said = {"kind": signal.kind, "stage": signal.stage, "decision": decision}
    tell("opportunity.stage_decided", deal, said, by=by, at=at, subject=signal.id, detail=said)
    return signal
