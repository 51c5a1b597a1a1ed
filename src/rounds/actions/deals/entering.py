"""Entering a stage: the one place where the stage of a deal changes, with its entry in the history (PIPE-26)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from rounds.actions.deals.telling import tell
from rounds.kit.actor import Actor
from rounds.models import Event, Opportunity, StageEntry
from rounds.models.base import signature
from rounds.models.deals.stages import WAITING
from rounds.models.flow.active import active
from rounds.rules.pipeline.gates import Gate, Line
from rounds.rules.pipeline.moves import Move

COLUMNS = ["stage", "process", "stage_since", "process_since", "closed_from", "closed_at", "moved_back", "skipped", "reopened",
           "forecast_category", "forecast_by_hand", "lost_reason", "lost_note", "recycle_on", "updated_at"]  # fmt: skip
"""What entering a stage writes on the row."""


@dataclass(frozen=True, slots=True)
class Why:
    """What led to an entry: the cause and its event, the words of a person, why a gate was passed that is not met."""

    cause: str = "hand"
    event: UUID | None = None
    reason: str = ""
    passed: str = ""
    cancelled: Sequence[str] = field(default_factory=tuple)


def enter(deal: Opportunity, move: Move, gate: Gate | None, why: Why, *, entered_at: datetime, by: Actor, at: datetime) -> Event:
    """Let a locked deal enter `move.now`. What is legal was asked before; runs inside the caller's deed.

    Effects: the stage and what follows of it on the row, a StageEntry, what was waiting to lead there is overtaken, the
    event opportunity.stage_changed, an audit entry.
    """
    book = active().playbook
    was_process, process = deal.process, book.stages.process_of(move.now) or deal.process
    _settle(deal, move, process, entered_at, at)
    deal.save(update_fields=COLUMNS)
    _write(deal, move, gate, why, was_process, entered_at=entered_at, by=by, at=at)
    overtake(deal, by=by, at=at)
    said = {
        "before": move.was, "after": move.now, "way": move.way, "over": list(move.over), "process_before": was_process,
        "process_after": process, "cause": why.cause, "reason": why.reason, "passed": why.passed,
        "missing": [line.title for line in gate.missing] if gate else [],
    }  # fmt: skip
    detail = {name: said[name] for name in ("before", "after", "way", "over", "cause", "missing")} | {"overridden": bool(why.passed)}
    return tell("opportunity.stage_changed", deal, said, by=by, at=at, detail=detail)


def _settle(deal: Opportunity, move: Move, process: str, entered_at: datetime, at: datetime) -> None:
    """Everything on the row that follows from the stage."""
    book = active().playbook
    ends = bool(book.stages.by_code[move.now].end)
    deal.closed_from = move.was if ends else ""
    deal.closed_at = entered_at if ends else None
    deal.stage, deal.stage_since = move.now, entered_at
    if process != deal.process or move.way == "reopened" or deal.process_since is None:
        deal.process, deal.process_since = process, entered_at
    deal.moved_back += move.way == "backward"
    deal.skipped += move.way == "skipped" or (move.way == "won" and bool(move.over))
    deal.reopened += move.way == "reopened"
    deal.forecast_by_hand = deal.forecast_by_hand and not ends and move.way != "reopened"
    if not deal.forecast_by_hand:
        deal.forecast_category = book.closing.forecast.from_stage[move.now]
    if move.way == "reopened":
        deal.lost_reason, deal.lost_note, deal.recycle_on = "", "", None  # the history keeps why
    deal.updated_at = at


def _write(deal: Opportunity, move: Move, gate: Gate | None, why: Why, was_process: str, *, entered_at: datetime, by: Actor, at: datetime) -> None:
    lines = (*gate.lines, *gate.waived) if gate else ()
    waived = {line.key for line in gate.waived} if gate else set()
    StageEntry.objects.create(
        opportunity=deal, was=move.was, now=move.now, process_was=was_process, process_now=deal.process, way=move.way,
        over=list(move.over), cause=why.cause, event=why.event, entered_at=entered_at, reason=why.reason, passed=why.passed,
        criteria=[_kept(line, line.key in waived) for line in lines], amount_cents=deal.amount_cents,
        playbook_hash=active().hash, **signature(by, at),
    )  # fmt: skip


def _kept(line: Line, waived: bool) -> dict[str, Any]:
    """A criterion as the history keeps it: without words of people, which stand with the tick itself."""
    return {"key": line.key, "title": line.title, "state": "skipped" if waived and not line.met else line.state, "by": line.by}


def overtake(deal: Opportunity, *, by: Actor, at: datetime) -> None:
    """What waited to lead to where the deal stands now, or stood before, waits no longer."""
    if not deal.is_open:
        return  # closing says what of it ends, and tells
    way = active().playbook.stages.way
    reached = way[: way.index(deal.stage) + 1]
    deal.signals.filter(WAITING, stage__in=reached).update(decision="overtaken", decided_at=at, decided_by_name=by.name)


def first_entry(deal: Opportunity, *, cause: str, event: UUID | None = None, by: Actor, at: datetime) -> StageEntry:
    """The entry a deal begins with. Runs inside the caller's deed, which wrote the row. Effects: StageEntry."""
    return StageEntry.objects.create(
        opportunity=deal, was="", now=deal.stage, process_was="", process_now=deal.process, way="opened", cause=cause, event=event,
        entered_at=deal.opened_at, amount_cents=deal.amount_cents, playbook_hash=active().hash, **signature(by, at),
    )  # fmt: skip
