"""What one does with a task: tick off, put off, drop, take up again, take, give. Each answers with its undo."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from rounds.access.allowed import need
from rounds.actions.desk import task_acts, tasks
from rounds.analytics.desk.todo import happened
from rounds.kit.clock import now
from rounds.models import Task
from rounds.web.desk.task_forms import moment_of, person_of
from rounds.web.doors import one, page


@require_POST
@page
def complete(request: HttpRequest, key: UUID) -> HttpResponse:
    """Tick it off."""
    task = tasks.complete(_task(request, key), outcome=request.POST.get("outcome", ""), by=request.user.actor, at=now())
    return _gone(request, task, f"Done: {task.title}", "reopening/")


@require_POST
@page
def drop(request: HttpRequest, key: UUID) -> HttpResponse:
    """Let it go undone, with the reason."""
    why = request.POST.get("why") or request.GET.get("why", "")
    task = tasks.drop(_task(request, key), why=why, by=request.user.actor, at=now())
    return _gone(request, task, f"Dropped: {task.title}", "reopening/")


@require_POST
@page
def reopen(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take it up again: the undo of ticking off and dropping."""
    task = tasks.reopen(_task(request, key), by=request.user.actor, at=now())
    return _back(request, f"Open again: {task.title}")


@require_POST
@page
def snooze(request: HttpRequest, key: UUID) -> HttpResponse:
    """Put it off: by a choice of the playbook, or until a moment."""
    task, at = _task(request, key), now()
    until = moment_of(request, "until") or task_acts.until(task_acts.span(request.POST.dict())["span"], at)
    task = tasks.snooze(task, until, by=request.user.actor, at=at)
    return _gone(request, task, f"Put off: {task.title}", "waking/")


@require_POST
@page
def wake(request: HttpRequest, key: UUID) -> HttpResponse:
    """Back on the list, with the due time it had: the undo of putting off."""
    task = _task(request, key)
    last = next((event for event in happened(task) if event.kind == "task.snoozed"), None)
    if last is None:
        raise Http404
    task_acts.wake(task, last.payload, by=request.user.actor, at=now())
    return _back(request, f"Back on the list: {task.title}")


@require_POST
@page
def give(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take what nobody has, or (managers and admins) give it to somebody."""
    task, owner = _task(request, key), person_of(request) or request.user
    if owner == request.user and task.owner_id not in (None, owner.id):
        need(request.user, "records.assign_others")
    task = tasks.give(task, owner, by=request.user.actor, at=now())
    return _back(request, f"{task.title}: yours now" if owner == request.user else f"{task.title}: given to {owner.name}")


def _task(request: HttpRequest, key: UUID) -> Task:
    return one(request, Task, key, "owner")


def _gone(request: HttpRequest, task: Task, says: str, undo: str) -> HttpResponse:
    """Answer to a list: the row goes, a toast offers the way back. Anywhere else: back to the page."""
    way = f"/tasks/{task.id}/{undo}?{urlencode({'next': _from(request)})}"
    if request.htmx and request.htmx.target and request.htmx.target.startswith("task-"):
        return render(request, "desk/tasks/gone.html", {"text": says, "undo": way})
    return _back(request, says, way)


def _back(request: HttpRequest, says: str, undo: str = "") -> HttpResponse:
    request.session["toast"] = {"text": says, "undo": undo}
    url = _from(request)
    return HttpResponse(status=204, headers={"HX-Redirect": url}) if request.htmx else redirect(url)


def _from(request: HttpRequest) -> str:
    """The page of ours the form stood on; else the list."""
    said = request.POST.get("next") or request.GET.get("next") or ""
    if not said:
        came = urlsplit(request.headers.get("hx-current-url") or request.headers.get("referer") or "")
        said = f"{came.path}?{came.query}" if came.query else came.path
    ours = said.startswith("/") and url_has_allowed_host_and_scheme(said, allowed_hosts=None)
    return said if ours else "/tasks/"
