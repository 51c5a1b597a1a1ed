"""Tasks: the list, a new one, one task as a page and beside the list."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from rounds.access.allowed import may, may_change, need_to_write
from rounds.access.scope import visible
from rounds.actions.desk import tasks
from rounds.analytics.desk.todo import happened
from rounds.kit.clock import now
from rounds.models import Account, Lead, Opportunity, Task, User
from rounds.models.flow.active import active
from rounds.web import lists
from rounds.web.desk.task_forms import moment_of, person_of
from rounds.web.desk.task_table import TABLE, about
from rounds.web.desk.task_words import SAYS
from rounds.web.doors import noted, one, page


@require_GET
@page
def index(request: HttpRequest) -> HttpResponse:
    """The tasks one may see, under filters, views and sorts that are all in the address."""
    asked = lists.ask(request, TABLE)
    if isinstance(asked, HttpResponse):
        return asked
    context = lists.context(request, TABLE, asked, soon=soon(), snoozes=snoozes(), at=now(), toast=request.session.pop("toast", None))
    found = context["rows"]
    context["mine_to_change"] = {row.pk for row in found if row.is_open and may_change(request.user, row)}
    return render(request, "desk/tasks/list.html", context)


@require_http_methods(["GET", "POST"])
@page
def new(request: HttpRequest) -> HttpResponse:
    """A task of one's own, or, for those who give records to others, of somebody else's."""
    need_to_write(request.user, "task")
    lead = _about(request, Lead, "lead")
    deal = None if lead else _about(request, Opportunity, "opportunity")
    account = deal.account if deal else None if lead else _about(request, Account, "account")
    said: dict[str, Any] = {**form_of(request), "lead": lead, "account": account, "deal": deal, "place": "tasks", "said": request.POST}
    if request.method == "GET":
        return render(request, "desk/tasks/new.html", said)
    owner = person_of(request) or request.user
    try:
        task = tasks.add(
            request.POST.get("title", ""), kind=request.POST.get("kind", "other"), owner=owner, lead=lead, account=account, opportunity=deal,
            note=request.POST.get("note", ""), priority=request.POST.get("priority", "normal"), due_at=moment_of(request, "due"),
            by=request.user.actor, at=now(),
        )  # fmt: skip
    except tasks.TaskRefused as refused:
        return render(request, "desk/tasks/new.html", {**said, "error": str(refused), "field": refused.field}, status=422)
    request.session["toast"] = {"text": "Task added", "undo": f"/tasks/{task.id}/dropping/?why=Added+by+mistake"}
    if deal:
        return redirect(f"/opportunities/{deal.id}/#tasks")
    return redirect(f"/leads/{lead.id}/#tasks" if lead else f"/accounts/{account.id}/#tasks" if account else "/tasks/")


@require_GET
@page
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """One task with what happened to it."""
    task = task_or_404(request, key)
    noted(request, "task.read", "task", task.id)
    said = {"events": [(event, *SAYS[event.kind](event.payload)) for event in happened(task) if event.kind in SAYS], "toast": request.session.pop("toast", None)}
    return render(request, "desk/tasks/task.html", {**shown(request, task), **said})


@require_GET
@page
def preview(request: HttpRequest, key: UUID) -> HttpResponse:
    """The side panel: what, about whom, until when, and what can be done with it."""
    task = task_or_404(request, key)
    noted(request, "task.read", "task", task.id, part="preview")
    return render(request, "desk/tasks/preview.html", shown(request, task))


def task_or_404(request: HttpRequest, key: UUID) -> Task:
    return one(request, Task, key, "owner", "lead", "lead__account", "account", "contact", "opportunity")


def shown(request: HttpRequest, task: Task) -> dict[str, Any]:
    """What page and panel say of a task."""
    owners = []
    writable = may_change(request.user, task)
    if writable and may(request.user, "records.assign_others"):
        owners = list(User.objects.filter(is_active=True).order_by("name").values_list("id", "name"))
    kinds = active().playbook.tasks.kinds.titles
    return {
        "task": task, "url": f"/tasks/{task.id}/", "about": about(task), "place": "tasks", "writable": writable and task.is_open,
        "reopenable": writable and not task.is_open, "owners": owners, "snoozes": snoozes(), "soon": soon(), "at": now(),
        "claimable": writable and task.is_open and task.owner_id is None, "promise": task.clock.replace("_", " ").capitalize(),
        "kind": kinds.get(task.kind, task.kind),
    }  # fmt: skip


def form_of(request: HttpRequest) -> dict[str, Any]:
    """What the form of a new task offers."""
    said = active().playbook.tasks
    owners = []
    if may(request.user, "records.assign_others"):
        owners = [(str(key), name) for key, name in User.objects.filter(is_active=True).order_by("name").values_list("id", "name")]
    return {"kinds": list(said.kinds.titles.items()), "owners": owners, "me": str(request.user.id),
            "priorities": [(code, code.capitalize()) for code in said.priorities.order]}  # fmt: skip


def _about(request: HttpRequest, model: type, name: str) -> Any:
    said = request.POST.get(name) or request.GET.get(name)
    try:
        return one(request, model, UUID(said), to="read") if said else None
    except ValueError:
        return None


def snoozes() -> list[tuple[int, str]]:
    """The choices of putting off."""
    return [(place, choice.title) for place, choice in enumerate(active().playbook.tasks.snooze.choices)]


def soon() -> int:
    """Within how many hours a due time is marked as near."""
    return active().playbook.tasks.soon.value


def open_about(request: HttpRequest, **subject: Any) -> list[Task]:
    """The open tasks about a lead or an account that the viewer sees, the next due first."""
    rows = visible(Task, request.scope).filter(done_at=None, dropped_at=None, **subject)
    return list(rows.select_related("owner").order_by("due_at", "rank", "id")[:20])
