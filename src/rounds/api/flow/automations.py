"""Automations over the API: the list, their runs with each step's outcome, a replay."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel

from rounds.access.allowed import need
from rounds.actions.flow import automations
from rounds.analytics.flow import automations as told
from rounds.api.auth import Bearer
from rounds.api.doors import Moment, noted
from rounds.api.shapes import answer
from rounds.kit.clock import now
from rounds.models import AutomationRun
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
        "cause_kind": run.cause_kind, "lead": run.lead_id, "account": run.account_id, "parent": run.parent_id,
        "playbook": run.playbook_hash, "started_at": run.started_at, "ended_at": run.ended_at, "conditions": run.lines,
        "steps": [{name: getattr(step, name) for name in StepShown.model_fields} for step in steps],
    }  # fmt: skip
