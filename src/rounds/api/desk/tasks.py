"""Tasks: listed, added, ticked off, put off, dropped, taken up again, given on."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from rounds.access.allowed import need, need_to_write
from rounds.actions.desk import tasks
from rounds.actions.people.users import colleague
from rounds.api.auth import Bearer
from rounds.api.doors import ONCE_HELP, Input, ZonedMoment, list_help, once, one, page, read
from rounds.api.shapes import Shape, answer, page_schema
from rounds.kit.clock import now
from rounds.models import Account, Contact, Lead, Opportunity, Task, User
from rounds.models.desk.listing import TASKS

router = Router(tags=["tasks"])
READ, WRITE = Bearer("tasks:read"), Bearer("tasks:write")

TASK = Shape("Task", Task, {
    "id": "id", "title": "title", "kind": "kind", "note": "note", "priority": "priority", "lead": "lead_id",
    "account": "account_id", "opportunity": "opportunity_id", "contact": "contact_id", "owner.id": "owner_id", "owner.name": "owner__name",
    "territory": "territory", "clock": "clock", "started_at": "started_at", "due_at": "due_at",
    "snoozed_until": "snoozed_until", "resumes_at": "resumes_at", "done_at": "done_at", "outcome": "outcome",
    "dropped_at": "dropped_at", "dropped_why": "dropped_why", "escalated_at": "escalated_at", "key": "key",
    "automation": "automation", "by": "by_name", "at": "at",
})  # fmt: skip


class TaskGiven(Input):
    """What is to be done. `kind` and `priority` are words of the playbook; an open task of the same `key` answers that one."""

    title: str = Field(min_length=1, max_length=300)
    kind: str = Field("other", max_length=60)
    note: str = Field("", max_length=4000)
    priority: str = Field("normal", max_length=60)
    due_at: ZonedMoment | None = None
    lead: UUID | None = None
    account: UUID | None = None
    contact: UUID | None = None
    opportunity: UUID | None = None
    owner: str | None = Field(None, min_length=1, max_length=254, description="An id or an address; the caller unless said.")
    key: str | None = Field(None, min_length=1, max_length=200)


class Completion(Input):
    """What came of it."""

    outcome: str = Field("", max_length=500)


class Snoozing(Input):
    """Until when it is put off."""

    until: ZonedMoment


class Dropping(Input):
    """Why it is not done."""

    why: str = Field(min_length=1, max_length=500)


class NewOwner(Input):
    """Whose it is now, by id or e-mail address."""

    owner: str = Field(min_length=1, max_length=254)


@router.get("", auth=READ, response=page_schema(TASK), openapi_extra=list_help())
def index(request: HttpRequest) -> HttpResponse:
    """Tasks, those due first first; `f=state.is.open` for what is to be done now."""
    return page(request, TASKS, TASK)


@router.post("", auth=WRITE, response={201: TASK.schema}, openapi_extra=ONCE_HELP)
@once
def create(request: HttpRequest, task: TaskGiven) -> HttpResponse:
    """Add a task. Managers and admins add tasks of others."""
    need_to_write(request.user, "task")
    about = {name: one(request, model, key, to="read") for name, model in (("lead", Lead), ("account", Account), ("contact", Contact), ("opportunity", Opportunity))
             if (key := getattr(task, name)) is not None}  # fmt: skip
    row = tasks.add(task.title, kind=task.kind, note=task.note, priority=task.priority, due_at=task.due_at, key=task.key,
                    owner=_owner(request, task.owner), by=request.actor, at=now(), **about)  # fmt: skip
    return answer(TASK.of(row), 201, Location=f"/api/v1/tasks/{row.id}")


@router.get("/{task}", auth=READ, response=TASK.schema)
def show(request: HttpRequest, task: UUID) -> HttpResponse:
    """One task."""
    return read(request, TASK, task)


@router.put("/{task}/completion", auth=WRITE, response=TASK.schema)
def complete(request: HttpRequest, task: UUID, given: Completion) -> HttpResponse:
    """Tick a task off; one that is done stays as it is."""
    row = one(request, Task, task)
    return answer(TASK.of(tasks.complete(row, outcome=given.outcome, by=request.actor, at=now())))


@router.delete("/{task}/completion", auth=WRITE, response=TASK.schema)
def reopen(request: HttpRequest, task: UUID) -> HttpResponse:
    """Take a closed task up again."""
    return answer(TASK.of(tasks.reopen(one(request, Task, task), by=request.actor, at=now())))


@router.put("/{task}/snoozing", auth=WRITE, response=TASK.schema)
def snooze(request: HttpRequest, task: UUID, given: Snoozing) -> HttpResponse:
    """Put a task off. The due time of a promise stays."""
    return answer(TASK.of(tasks.snooze(one(request, Task, task), given.until, by=request.actor, at=now())))


@router.put("/{task}/dropping", auth=WRITE, response=TASK.schema)
def drop(request: HttpRequest, task: UUID, given: Dropping) -> HttpResponse:
    """Let a task go undone, with the reason."""
    return answer(TASK.of(tasks.drop(one(request, Task, task), why=given.why, by=request.actor, at=now())))


@router.put("/{task}/owner", auth=WRITE, response=TASK.schema)
def give(request: HttpRequest, task: UUID, given: NewOwner) -> HttpResponse:
    """Give a task on. One takes what nobody has; managers and admins give to others."""
    row, owner = one(request, Task, task, "owner"), colleague(given.owner)
    if owner.pk != request.user.pk or row.owner_id not in (None, owner.pk):
        need(request.user, "records.assign_others")
    return answer(TASK.of(tasks.give(row, owner, by=request.actor, at=now())))


def _owner(request: HttpRequest, said: str | None) -> User:
    owner = colleague(said) if said else request.user
    if owner.pk != request.user.pk:
        need(request.user, "records.assign_others")
    return owner
