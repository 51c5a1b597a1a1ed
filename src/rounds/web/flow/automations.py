"""Automations: the list, one in words with its history and a trial, one run with its steps, a batch let go."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rounds.access.allowed import may, need
from rounds.access.scope import visible
from rounds.actions.flow import automations, drafts
from rounds.actions.flow.automating import failing
from rounds.actions.flow.automating.trying import try_on
from rounds.analytics.flow import automations as told
from rounds.kit.clock import now
from rounds.models import Account, AutomationRun, Batch, Lead
from rounds.models.flow.active import Active, active
from rounds.playbook.shapes.automation import Automation
from rounds.web.doors import page
from rounds.web.flow.automations_shown import STATES, listed, of_run, sourced, titled
from rounds.web.flow.tried_on import record_named, tried_lately

PAGE = 50


def automation_of(code: str) -> tuple[Active, Automation]:
    """The automation of the playbook in force, else 404."""
    held = active()
    if code not in held.playbook.automations:
        raise Http404
    return held, held.playbook.automations[code]


@require_GET
@page
def listing(request: HttpRequest) -> HttpResponse:
    """Every automation: on or off, what it did today, what failed, what it saved."""
    need(request.user, "playbook.read")
    held, at = active(), now()
    lines, unstarted = told.lines(held, at), told.unstarted()
    shown = {"place": "automations", "groups": listed(lines), "finding": titled(lines, unstarted), "saved": told.saved(held, at), "active": held,
             "unstarted": unstarted, "may_manage": may(request.user, "automations.manage"), "may_draft": may(request.user, "playbook.draft"),
             "drafted": drafted_by(request, held)}  # fmt: skip
    return render(request, "flow/automations/list.html", shown)


def drafted_by(request: HttpRequest, held: Active) -> list[str]:
    """The automations of the viewer's draft that are not in force."""
    draft = drafts.open_draft(request.user.actor)
    names = [name.removeprefix("automations/").removesuffix(".yaml") for name in draft.files if name.startswith("automations/")] if draft else []
    return sorted(name for name in names if name not in held.playbook.automations)


@require_GET
@page
def one(request: HttpRequest, code: str) -> HttpResponse:
    """One automation: its words, its source, its switch, its history."""
    need(request.user, "playbook.read")
    return render(request, "flow/automations/one.html", _shown(request, code))


def _shown(request: HttpRequest, code: str, **more) -> dict:
    held, automation = automation_of(code)
    at, state = now(), request.GET.get("state", "")
    before = _moment(request.GET.get("before", ""))
    rows = list(told.runs(code, state=state if state in STATES else "", before=before)[: PAGE + 1])
    line = next(line for line in told.lines(held, at) if line.code == code)
    leads = {lead.id: lead for lead in visible(Lead, request.scope).filter(pk__in=[row.lead_id for row in rows if row.lead_id])}
    return {
        "place": "automations", "active": held, "automation": automation, "code": code, "line": line,
        "runs": [(row, STATES[row.state], leads.get(row.lead_id)) for row in rows[:PAGE]],
        "next": rows[PAGE - 1].started_at.isoformat() if len(rows) > PAGE else "",
        "would": told.would_have_run(automation, held, at), "state": state, "states": STATES,
        "recent": tried_lately(request), "asked": _asked(request, automation, held, at),
        "may_manage": may(request.user, "automations.manage"), "may_draft": may(request.user, "playbook.draft"),
        **sourced(held.playbook, code), **more,
    }  # fmt: skip


def _asked(request: HttpRequest, automation: Automation, held: Active, at: datetime) -> dict | None:
    """Why it did or did not run by the event of the address."""
    try:
        key = UUID(request.GET.get("event", ""))
    except ValueError:
        return None
    event = told.event_of(key)
    if event is None:
        raise Http404
    return {"event": event, "why": told.why(automation, event, held, at)}


def _moment(said: str) -> datetime | None:
    try:
        return datetime.fromisoformat(said) if said else None
    except ValueError:
        return None


@require_POST
@page
def switch(request: HttpRequest, code: str) -> HttpResponse:
    """Switch it on or off, with the reason."""
    need(request.user, "automations.manage")
    automations.switch(code, request.POST.get("on") == "1", reason=request.POST.get("reason", ""), by=request.user.actor, at=now())
    return redirect(f"/automations/{code}/")


@require_POST
@page
def trial(request: HttpRequest, code: str) -> HttpResponse:
    """Try it on a record: everything is done and taken back."""
    need(request.user, "automations.manage")
    _, automation = automation_of(code)
    noun, row = record_named(request, request.POST.get("on", "").strip())
    found = try_on(automation, **{noun: row}, user=request.user, by=request.user.actor, at=now())
    tried = [(step, STATES.get(step.state, STATES["done"])) for step in found.steps]
    return render(request, "flow/automations/one.html", _shown(request, code, trial=found, tried=tried, on=row))


def run_of(request: HttpRequest, key: UUID) -> AutomationRun:
    """The run, where the record it is about is seen, else 404."""
    need(request.user, "playbook.read")
    run = told.run_of(key)
    if run is None:
        raise Http404
    return run


@require_GET
@page
def run(request: HttpRequest, key: UUID) -> HttpResponse:
    """One run: what started it, what each step came to."""
    found = run_of(request, key)
    shown = of_run(found) | {
        "place": "automations", "lead": visible(Lead, request.scope).filter(pk=found.lead_id).first(),
        "account": visible(Account, request.scope).filter(pk=found.account_id).first(),
        "may_manage": may(request.user, "automations.manage"), "may_draft": may(request.user, "playbook.draft"),
    }  # fmt: skip
    return render(request, "flow/automations/steps.html" if request.htmx else "flow/automations/run.html", shown)


@require_POST
@page
def replay(request: HttpRequest, key: UUID) -> HttpResponse:
    """Do again what is not done."""
    need(request.user, "automations.manage")
    automations.replay(run_of(request, key), by=request.user.actor, at=now())
    return redirect(f"/automations/runs/{key}/")


@require_POST
@page
def again(request: HttpRequest) -> HttpResponse:
    """Begin anew what never began."""
    need(request.user, "automations.manage")
    failing.start_again(by=request.user.actor, at=now())
    return redirect("/automations/")


@require_http_methods(["GET", "POST"])
@page
def release(request: HttpRequest, key: UUID) -> HttpResponse:
    """What a quiet batch would start; let it."""
    need(request.user, "automations.manage")
    batch = Batch.objects.filter(pk=key).first()
    if batch is None:
        raise Http404
    if request.method == "POST":
        automations.release(batch, by=request.user.actor, at=now())
        return redirect(request.path)
    held = active().playbook.automations
    counts = [] if batch.released_at else [(held[code].title, code, count) for code, count in automations.would_start(batch).items()]
    return render(request, "flow/automations/release.html", {"place": "automations", "batch": batch, "counts": counts,
                                                             "whole": sum(count for _, _, count in counts)})  # fmt: skip
