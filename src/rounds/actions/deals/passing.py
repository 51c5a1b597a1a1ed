"""What a step of a deal asks of whoever makes it: that it is legal, a permission, a reason, its gate (PIPE-17, 18)."""

from __future__ import annotations

from datetime import datetime, timedelta

from rounds.access.sight import whole_sight
from rounds.actions.deals.telling import DealRefused, need_permission, role_of
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Opportunity, StageEntry
from rounds.models.deals.standing import gate_of
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.rules.pipeline import moves
from rounds.rules.pipeline.gates import Gate
from rounds.rules.pipeline.moves import Move


class StageNotNext(Refusal):
    """A deal cannot go from its stage to that one."""

    field = "stage"


class ReasonMissing(Refusal):
    """Say why: the reason is kept with the stage."""

    status = 422
    field = "reason"


class GateShut(Refusal):
    """Something stands before that stage. `gate` says what."""

    status = 409

    def __init__(self, sentence: str, gate: Gate) -> None:
        super().__init__(sentence, field="stage")
        self.gate = gate


def legal(deal: Opportunity, stage: str, *, at: datetime) -> Move:
    """The step to `stage`. Raises StageNotNext, saying what is possible."""
    found = moves.move(active().playbook, deal.stage, stage, today=house_day(at), closed_from=deal.closed_from,
                       closed_on=house_day(deal.closed_at) if deal.closed_at else None)  # fmt: skip
    if isinstance(found, moves.Refused):
        raise StageNotNext(found.why)
    return found


def pass_gate(deal: Opportunity, step: Move, *, reason: str, passing: str, by: Actor) -> Gate | None:
    """What the step asks of whoever makes it: permission, reason, the gate. Raises NotAllowed, ReasonMissing, GateShut."""
    need_permission(by, step.may)
    if step.reason and not reason.strip():
        raise ReasonMissing(_ask_why(step))
    if step.way in ("backward", "reopened", "lost"):
        return None
    gate = standing_gate(deal, step.now, by=by)
    if gate.passes:
        return gate
    if not passing.strip() or not gate.may_override:
        raise GateShut(says(gate), gate)
    need_permission(by, active().playbook.stages.moves.override.may)
    return gate


def standing_gate(deal: Opportunity, now: str, *, by: Actor) -> Gate:
    """The gate before `now` as it stands for whoever acts, read with whole sight."""
    with whole_sight(deal):
        return gate_of(deal, now, active().playbook, role=role_of(by))


def says(gate: Gate) -> str:
    """Why a gate is shut, in a sentence."""
    missing = gate.hard_missing or gate.missing
    tail = "" if gate.hard_missing else " Somebody who may lets it through with a reason."
    return f"Before {title(gate.now)}: {'; '.join(line.title for line in missing)}.{tail}"


def words_of(gate: Gate | None, passing: str) -> str:
    return passing.strip()[:2000] if gate is not None and not gate.passes else ""


def _ask_why(step: Move) -> str:
    if step.way == "backward":
        return "Say why the deal goes back: the reason is kept and counted."
    if step.way == "reopened":
        return "Say why the deal is taken up again."
    return f"Say why {' and '.join(title(code) for code in step.over)} {'is' if len(step.over) == 1 else 'are'} left out."


def moment(deal: Opportunity, entered_at: datetime | None, *, by: Actor, at: datetime) -> datetime:
    """When the deal entered: now, or earlier by somebody who may write that. Never before its last entry.
    Raises DealRefused (422), NotAllowed."""
    last = StageEntry.objects.filter(opportunity=deal).order_by("-entered_at", "-id").values_list("entered_at", flat=True).first()
    if entered_at is None:
        return max(at, last) if last else at
    rule = active().playbook.stages.moves.back_date
    if entered_at > at:
        raise DealRefused("That moment is still to come; a stage is entered when it happens.", field="entered_at")
    if last is not None and entered_at < last:
        raise DealRefused(f"The deal entered {title(deal.stage)} on {house_day(last):%-d %B %Y}; what follows is not before that.", field="entered_at")
    if house_day(entered_at) < house_day(at):
        need_permission(by, rule.may)
    if rule.at_most_days is not None and at - entered_at > timedelta(days=rule.at_most_days):
        raise DealRefused(f"Write down no more than {rule.at_most_days} days back.", field="entered_at")
    return entered_at


def title(stage: str) -> str:
    """What a stage is called."""
    entry = active().playbook.stages.by_code.get(stage)
    return entry.title if entry else stage
