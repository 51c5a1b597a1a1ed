"""The stage of a deal: moved, won, lost; its history, its gate, its criteria, what waits for a word."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from rounds.access.sight import whole_sight
from rounds.actions.deals import closing, criteria, stages
from rounds.api.auth import Bearer
from rounds.api.deals.opportunities import OPPORTUNITY
from rounds.api.doors import Input, Moment, below, one
from rounds.api.shapes import Shape, answer, several
from rounds.kit.clock import now
from rounds.models import Competitor, CriterionCheck, Opportunity, StageEntry, StageSignal
from rounds.models.deals.standing import gate_of, plan_of, states_of
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.rules.pipeline.gates import Line
from rounds.rules.pipeline.moves import next_stage

router = Router(tags=["opportunities"])
READ, WRITE = Bearer("opportunities:read"), Bearer("opportunities:write")

ENTRY = Shape("StageEntry", StageEntry, {
    "id": "id", "before": "was", "after": "now", "way": "way", "over": "over", "cause": "cause", "event": "event", "entered_at": "entered_at",
    "reason": "reason", "passed": "passed", "criteria": "criteria", "amount_cents": "amount_cents", "by": "by_name", "at": "at",
})  # fmt: skip
SIGNAL = Shape("StageSignal", StageSignal, {
    "id": "id", "kind": "kind", "stage": "stage", "outcome": "outcome", "says": "says", "missing": "missing", "decision": "decision",
    "decided_at": "decided_at", "decided_by": "decided_by_name", "by": "by_name", "at": "at",
})  # fmt: skip
CHECK = Shape("CriterionCheck", CriterionCheck, {
    "id": "id", "criterion": "criterion", "state": "state", "note": "note", "link": "link", "by": "by_name", "at": "at",
})  # fmt: skip


class Criterion(Schema):
    """An exit criterion as it stands: met, missing, unknown or blocked, and what the next move is."""

    key: str
    title: str
    process: str
    state: str
    says: str
    next: str
    whose: str
    hard: bool
    by_hand: bool


class GateShown(Schema):
    """What stands before a stage. `mode` warn lets one go, block does not; `hard` criteria nobody passes by hand."""

    stage: str
    mode: str
    passes: bool
    may_override: bool
    criteria: list[Criterion]


class Expected(Schema):
    stage: str
    title: str
    earliest: str
    latest: str
    done: bool


class PlanShown(Schema):
    """When each stage may be reached; `close` the window of the close and what it rests on (stages or segment)."""

    stages: list[Expected]
    close: list[str]
    basis: str
    late: bool
    typical: list[Expected]


class StageGiven(Input):
    """Where the deal goes: onward, over stages (permission and reason), back (reason), or, closed, where it stood.
    `passing`: why it goes through a gate that stops it. `seen`: the stage you saw it in; moved meanwhile, it stays."""

    stage: str = Field(min_length=2, max_length=4)
    reason: str = Field("", max_length=2000)
    passing: str = Field("", max_length=2000)
    entered_at: Moment | None = None
    seen: str = Field("", max_length=4)


class WinningGiven(Input):
    reason: str = Field("", max_length=2000)
    passing: str = Field("", max_length=2000)
    entered_at: Moment | None = None


class LosingGiven(Input):
    """A reason of the list; lost to competition names the competitor."""

    reason: str = Field(max_length=60)
    competitor: UUID | None = None
    note: str = Field("", max_length=2000)
    entered_at: Moment | None = None


class CheckGiven(Input):
    """met, not_met, or withdrawn."""

    state: str = Field("met", max_length=20)
    note: str = Field("", max_length=2000)
    link: str = Field("", max_length=500)


class DecisionGiven(Input):
    """accept: the deal goes there, if its gate lets it; dismiss: it stays, and why."""

    decision: str = Field(pattern="^(accept|dismiss)$")
    reason: str = Field("", max_length=2000)
    passing: str = Field("", max_length=2000)


@router.put("/{opportunity}/stage", auth=WRITE, response=OPPORTUNITY.schema)
def move(request: HttpRequest, opportunity: UUID, given: StageGiven) -> HttpResponse:
    """Move a deal. Its end has addresses of its own: winning and losing."""
    deal = stages.move(one(request, Opportunity, opportunity), given.stage, reason=given.reason, passing=given.passing,
                       entered_at=given.entered_at, was=given.seen, by=request.actor, at=now())  # fmt: skip
    return answer(OPPORTUNITY.of(deal))


@router.put("/{opportunity}/winning", auth=WRITE, response=OPPORTUNITY.schema)
def win(request: HttpRequest, opportunity: UUID, given: WinningGiven) -> HttpResponse:
    """Close a deal as won: the contract is executed and, with patient data, the BAA in force."""
    return answer(OPPORTUNITY.of(closing.win(one(request, Opportunity, opportunity), by=request.actor, at=now(), **given.model_dump())))


@router.put("/{opportunity}/losing", auth=WRITE, response=OPPORTUNITY.schema)
def lose(request: HttpRequest, opportunity: UUID, given: LosingGiven) -> HttpResponse:
    """Close a deal as lost."""
    deal = one(request, Opportunity, opportunity)
    competitor = below(Competitor.objects.all(), given.competitor) if given.competitor else None
    deal = closing.lose(deal, reason=given.reason, note=given.note, competitor=competitor, entered_at=given.entered_at,
                        by=request.actor, at=now())  # fmt: skip
    return answer(OPPORTUNITY.of(deal))


@router.get("/{opportunity}/stages", auth=READ, response=several(ENTRY))
def history(request: HttpRequest, opportunity: UUID) -> HttpResponse:
    """Every stage the deal entered, the first first. Never changed."""
    deal = one(request, Opportunity, opportunity)
    return answer({"data": ENTRY.rows(deal.entries.order_by("entered_at", "id"))})


@router.get("/{opportunity}/gate", auth=READ, response=GateShown)
def gate(request: HttpRequest, opportunity: UUID, stage: str = "") -> HttpResponse:
    """What stands before `stage`, the next one unless said."""
    deal, book = one(request, Opportunity, opportunity), active().playbook
    to = stage if stage in book.stages.by_code else next_stage(book, deal.stage) or deal.stage
    with whole_sight(deal):
        found = gate_of(deal, to, book, role=request.user.role)
    return answer({"stage": to, "mode": found.mode, "passes": found.passes, "may_override": found.may_override,
                   "criteria": [_line(line) for line in found.lines]})  # fmt: skip


@router.get("/{opportunity}/criteria", auth=READ, response=list[Criterion])
def standing(request: HttpRequest, opportunity: UUID) -> HttpResponse:
    """Every exit criterion of the seven process stages, as it stands."""
    deal = one(request, Opportunity, opportunity)
    with whole_sight(deal):
        found = states_of(deal, active().playbook)
    return answer([_line(line) for line in found.values()])


@router.put("/{opportunity}/criteria/{criterion}", auth=WRITE, response=CHECK.schema)
def check(request: HttpRequest, opportunity: UUID, criterion: str, given: CheckGiven) -> HttpResponse:
    """Say that an exit criterion is met or not, with the evidence; or take that back."""
    deal = one(request, Opportunity, opportunity)
    row = criteria.check(deal, criterion, given.state, note=given.note, link=given.link, by=request.actor, at=now())
    return answer(CHECK.of(row))


@router.get("/{opportunity}/signals", auth=READ, response=several(SIGNAL))
def signals(request: HttpRequest, opportunity: UUID) -> HttpResponse:
    """What arrived that belongs to a stage, the newest first, and what became of it."""
    return answer({"data": SIGNAL.rows(one(request, Opportunity, opportunity).signals.order_by("-at", "-id"))})


@router.put("/{opportunity}/signals/{signal}/decision", auth=WRITE, response=SIGNAL.schema)
def decide(request: HttpRequest, opportunity: UUID, signal: UUID, given: DecisionGiven) -> HttpResponse:
    """Say yes or no to what waits for a word."""
    row = below(one(request, Opportunity, opportunity).signals.select_related("opportunity"), signal)
    who: dict[str, Any] = {"by": request.actor, "at": now()}
    if given.decision == "accept":
        row = stages.accept(row, reason=given.reason, passing=given.passing, **who)
    else:
        row = stages.dismiss(row, reason=given.reason, **who)
    return answer(SIGNAL.of(row))


@router.get("/{opportunity}/plan", auth=READ, response=PlanShown)
def plan(request: HttpRequest, opportunity: UUID) -> HttpResponse:
    """When the deal may reach what is still before it."""
    deal = one(request, Opportunity, opportunity, "account")
    found = plan_of(deal, active().playbook, today=house_day(now()))
    if found is None:
        return answer({"stages": [], "close": [], "basis": "closed", "late": False, "typical": []})
    return answer({"stages": [_expected(one_) for one_ in found.stages], "close": [day.isoformat() for day in found.close],
                   "basis": found.basis, "late": found.late, "typical": [_expected(one_) for one_ in found.macro]})  # fmt: skip


def _line(line: Line) -> dict[str, Any]:
    return {name: getattr(line, name) for name in ("key", "title", "process", "state", "says", "next", "whose", "hard", "by_hand")}


def _expected(found: Any) -> dict[str, Any]:
    return {"stage": found.stage, "title": found.title, "earliest": found.earliest.isoformat(), "latest": found.latest.isoformat(), "done": found.done}
