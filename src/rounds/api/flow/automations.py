"""Automations over the API: the list, their runs with each step's outcome, a replay."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel

from rounds.access.allowed import need
from rounds.access.scope import visible
from rounds.actions.flow import automations
from rounds.actions.flow.automating.trying import try_on
from rounds.analytics.flow import automations as told
from rounds.api.auth import Bearer
from rounds.api.doors import Input, Moment, noted
from rounds.api.shapes import answer
from rounds.kit.clock import now
from rounds.models import Account, AutomationRun, Lead, Opportunity
from rounds.models.flow.active import active
from rounds.rules.automation.words import sentence

router = Router(tags=["automations"])
SIZE = 100


class AutomationShown(BaseModel):
    """One automation: its words, whether it is on, what it did."""

    code: str
    title: str
    group: str
    on: bool
    words: str
    runs_today: int
    failed_this_week: int
    minutes_saved: int


class StepShown(BaseModel):
    """One step of a run and what it came to."""

    position: int
    verb: str
    title: str
    state: str
    outcome: str
    error: str
    attempts: int
    due_at: datetime | None
    ended_at: datetime | None
    ms: float | None


class RunShown(BaseModel):
    """One run: what started it, under which playbook, and its steps."""

    id: UUID
    automation: str
    state: str
    reason: str
    cause: UUID
    cause_kind: str
    lead: UUID | None
    account: UUID | None
    opportunity: UUID | None
    parent: UUID | None
    playbook: str
    started_at: datetime
    ended_at: datetime | None
    conditions: list[dict[str, Any]]
    steps: list[StepShown]


class Runs(BaseModel):
    """Runs, newest first; `next` is the moment before which the next page begins."""

    rows: list[RunShown]
    next: datetime | None


class TrialGiven(Input):
    """What it is tried on: the id of a lead, an account or an opportunity."""

    record: UUID


class Tried(BaseModel):
    """What a step would come to: done, refused, waiting, skipped or failed, and why. `after`: the delay it would wait."""

    title: str
    deed: str
    state: str
    sentence: str
    after: str


class TrialShown(BaseModel):
    """Whether it would run (`open`: that hangs on what only the event could say), each of its conditions with what was
    found, and what each step would come to."""

    fires: bool
    open: bool
    stopped: str
    conditions: list[dict[str, Any]]
    steps: list[Tried]


class Replayed(BaseModel):
    """How many steps are done again."""

    steps: int


@router.get("", auth=Bearer("playbook:read"), response=list[AutomationShown])
def listed(request: HttpRequest) -> HttpResponse:
    """Every automation of the playbook in force."""
    need(request.user, "playbook.read")
    return answer([
        {"code": line.code, "title": line.automation.title, "group": line.automation.group, "on": line.on,
         "words": sentence(line.automation), "runs_today": line.today, "failed_this_week": line.failed, "minutes_saved": line.minutes}
        for line in told.lines(active(), now())
    ])  # fmt: skip


@router.get("/runs", auth=Bearer("playbook:read"), response=Runs)
def runs(request: HttpRequest, automation: str = Query("", max_length=60), state: str = Query("", max_length=20),
         lead: UUID | None = None, before: Moment | None = None) -> HttpResponse:  # fmt: skip
    """Runs of what the caller sees, newest first, a hundred a page."""
    need(request.user, "playbook.read")
    found = list(told.runs(automation, state=state, lead=lead, before=before).prefetch_related("steps")[: SIZE + 1])
    noted(request, "automation_runs.read", automation=automation, rows=len(found[:SIZE]))
    return answer({"rows": [_shown(run) for run in found[:SIZE]], "next": found[SIZE - 1].started_at if len(found) > SIZE else None})


@router.post("/{code}/trials", auth=Bearer("automations:write"), response=TrialShown)
def trial(request: HttpRequest, code: str, given: TrialGiven) -> HttpResponse:
    """Try it on a record: everything is done and taken back, nothing leaves."""
    need(request.user, "automations.manage")
    automation = active().playbook.automations.get(code)
    if automation is None:
        raise Http404
    noun, row = _record(request, given.record)
    found = try_on(automation, **{noun: row}, user=request.user, by=request.actor, at=now())
    return answer({"fires": found.fires, "open": found.open, "stopped": found.stopped, "conditions": found.judged.as_json, "steps": [
        {"title": step.title, "deed": step.verb, "state": step.state, "sentence": step.sentence, "after": step.after} for step in found.steps]})  # fmt: skip


def _record(request: HttpRequest, key: UUID) -> tuple[str, Lead | Account | Opportunity]:
    for noun, model in (("lead", Lead), ("account", Account), ("deal", Opportunity)):
        row = visible(model, request.scope).filter(pk=key).first()
        if row is not None:
            return noun, row
    raise automations.NoSuchAutomation("There is no lead, account or opportunity of that id, or you do not see it.", field="record")


@router.post("/runs/{run}/replay", auth=Bearer("automations:write"), response=Replayed)
def replay(request: HttpRequest, run: UUID) -> HttpResponse:
    """Do again what of a run is not done; what is done stays done."""
    need(request.user, "automations.manage")
    found = told.run_of(run)
    if found is None:
        raise Http404
    return answer({"steps": automations.replay(found, by=request.actor, at=now())})


def _shown(run: AutomationRun) -> dict[str, Any]:
    steps = sorted(run.steps.all(), key=lambda step: step.position)
    return {
        "id": run.id, "automation": run.automation, "state": run.state, "reason": run.reason, "cause": run.cause,
        "cause_kind": run.cause_kind, "lead": run.lead_id, "account": run.account_id, "opportunity": run.opportunity_id, "parent": run.parent_id,
        "playbook": run.playbook_hash, "started_at": run.started_at, "ended_at": run.ended_at, "conditions": run.lines,
        "steps": [{name: getattr(step, name) for name in StepShown.model_fields} for step in steps],
    }  # fmt: skip
