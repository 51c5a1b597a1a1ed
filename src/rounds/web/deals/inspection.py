"""Deal inspection, the Monday screen (PLUS-30): the list at the left, a deal at the right, j and k from one to the next. Managers go
through the deals of their people, a rep through her own, everybody else who reads deals through those of their sight."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from rounds.access.allowed import need, need_to_read, need_to_write
from rounds.access.scope import visible
from rounds.actions.deals import notes, opportunities
from rounds.actions.deals.telling import DealRefused
from rounds.actions.desk import tasks
from rounds.actions.desk.task_given import TaskRefused
from rounds.actions.numbers import calls
from rounds.analytics.deals import inspection
from rounds.analytics.numbers import period as periods
from rounds.analytics.numbers.live import Live
from rounds.kit.clock import now
from rounds.models import Opportunity
from rounds.models.flow.active import active
from rounds.web.deals import inspection_shown as shown
from rounds.web.desk.task_forms import moment_of, person_of
from rounds.web.doors import noted, one, page
from rounds.web.numbers.people import dollars_of

WHOLE_DAY = timedelta(days=1, minutes=-1)
"""A day is over at its end."""


@require_GET
@page
def index(request: HttpRequest) -> HttpResponse:
    """The open deals one asks for, what moved since last Monday on top; the first stands open beside."""
    need_to_read(request.user, "opportunity")
    at, engine, sitting = now(), Live(request.scope, active().playbook), shown.sitting_of(request)
    rows = inspection.narrowed(visible(Opportunity, request.scope), sitting)
    counts = inspection.views(rows, sitting.asked.quarter, periods.today(engine.book, at))
    found = inspection.inspected(rows, sitting, engine, at)
    noted(request, "opportunitys.inspect", "opportunity", rows=len(found), quarter=sitting.asked.quarter.code, owner=str(sitting.asked.owner or ""))
    first = shown.panel(request, found[0], sitting, engine, at) if found else {}
    return render(request, "deals/inspection/inspection.html", {**shown.listed(request, found, counts, sitting, engine, at), **first})


@require_GET
@page
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """One deal, for the right side."""
    need_to_read(request.user, "opportunity")
    deal = one(request, Opportunity, key, "account", "owner")
    noted(request, "opportunity.read", "opportunity", deal.id, part="inspection")
    return _beside(request, deal)


@require_POST
@page
def call(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say what the deal is forecast as, and why: its rep's call, which stays what it is whatever a manager holds."""
    need_to_read(request.user, "opportunity")
    deal, reason = one(request, Opportunity, key, "account", "owner"), request.POST.get("reason", "").strip()
    if not reason:
        raise DealRefused("Say why you see it so; the reason stands beside the change.", field="reason")
    opportunities.forecast(deal, request.POST.get("category", ""), by=request.user.actor, at=now(), reason=reason)
    return _answer(request, key, "Kept as the rep’s call")


@require_POST
@page
def override(request: HttpRequest, key: UUID) -> HttpResponse:
    """Hold another category or amount against the rep's call, and say why; without a category what was held is taken back."""
    need_to_read(request.user, "opportunity")
    need(request.user, "forecast.override")
    deal, say = one(request, Opportunity, key, "account", "owner", to="read"), request.POST.get
    quarter = shown.sitting_of(request).asked.quarter
    calls.judge(deal, quarter, say("category", ""), cents=dollars_of(request, "amount"), reason=say("reason", ""), by=request.user.actor, at=now())
    return _answer(request, key, "Held beside the rep’s call" if say("category") else "Taken back: the rep’s call counts")


@require_POST
@page
def note(request: HttpRequest, key: UUID) -> HttpResponse:
    """Write down what was said of the deal."""
    need_to_read(request.user, "opportunity")
    deal = one(request, Opportunity, key, "account", "owner")
    notes.add(deal, request.POST.get("text", ""), by=request.user.actor, at=now())
    return _answer(request, key, "Written down")


@require_POST
@page
def task(request: HttpRequest, key: UUID) -> HttpResponse:
    """An action item of the deal: a task with its day and owner, on the list of whoever is to do it."""
    need_to_read(request.user, "opportunity")
    need_to_write(request.user, "task")
    deal, due = one(request, Opportunity, key, "account", "owner"), moment_of(request, "due")
    if due is None:
        raise TaskRefused("Say until which day.", field="due")
    owner = person_of(request) or request.user
    tasks.add(request.POST.get("title", ""), kind="other", owner=owner, account=deal.account, opportunity=deal, due_at=due + WHOLE_DAY, by=request.user.actor, at=now())
    return _answer(request, key, f"A task of {owner.name}")


def _answer(request: HttpRequest, key: UUID, says: str) -> HttpResponse:
    if not request.htmx:
        return redirect(f"/inspection/{shown.address(shown.sitting_of(request))}")
    return _beside(request, one(request, Opportunity, key, "account", "owner", to="read"), says)


def _beside(request: HttpRequest, deal: Opportunity, says: str = "") -> HttpResponse:
    at, engine, sitting = now(), Live(request.scope, active().playbook), shown.sitting_of(request)
    found = inspection.inspect(deal, sitting.asked.quarter, engine, at)
    return render(request, "deals/inspection/deal.html", {**shown.panel(request, found, sitting, engine, at), "says": says})
