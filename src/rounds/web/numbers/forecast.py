"""The forecast of a quarter, and what people say of it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from rounds.access.allowed import need, need_to_read
from rounds.access.sight import EVERYTHING, sight
from rounds.actions.numbers import calls, locking
from rounds.actions.numbers.quarters import quarter_said
from rounds.analytics.forecast.moved import moved
from rounds.analytics.forecast.quarter import Held
from rounds.analytics.forecast.record import kept
from rounds.kit.clock import now
from rounds.models.flow.active import active
from rounds.web.doors import noted, page
from rounds.web.numbers import asking, pictures
from rounds.web.numbers.people import dollars_of, mine_or_held
from rounds.web.templatetags.look import cents as said


@require_GET
@page
def show(request: HttpRequest) -> HttpResponse:
    """The number: what the quarter brings, how sure that is, what moved, who says what."""
    need_to_read(request.user, "opportunity")
    question, book = asking.asked(request), active().playbook
    held = asking.held(request, question)
    noted(request, "forecast.read", quarter=question.quarter.code, rows=len(held.lines))
    fall = moved(request.scope, held, question.since, book) if question.since else None
    return render(request, "numbers/forecast.html", {
        "place": "forecast", "held": held, **asking.choices(request, question), "quarter": question.quarter, "toast": request.session.pop("toast", None),
        "finding": finding(held), "curve": pictures.curve(held.ahead.range, held.cover.quota, held.won_cents) if held.ahead and held.ahead.range.draws else None,
        "falls": pictures.falls(fall) if fall else None, "sides": pictures.side_by_side(held), "records": kept(request.scope, book, by="team" if question.by == "team" else "owner"),
        "own": next((group for group in held.groups if group.key == str(request.user.pk)), None), "chance": _reaches(held), "fresh": _fresh(held),
        "shown_groups": [*held.groups, held.total] if len(held.groups) > 1 else held.groups, "least": book.forecast.backtest.least,
    })  # fmt: skip


def finding(held: Held) -> str:
    """The quarter in one sentence."""
    name, quota = held.asked.quarter.name, held.cover.quota
    sum_ = held.ahead.range.p50 if held.ahead else held.won_cents
    verb = "will likely bring" if held.ahead else "brought"
    if quota is None:
        return f"{name} {verb} {said(sum_)}; no quota is set"
    gap = sum_ - quota
    return f"{name} {verb} {said(sum_)}, {said(abs(gap))} {'over' if gap >= 0 else 'short of'} quota"


def _reaches(held: Held) -> float | None:
    """The share of draws that reach the quota."""
    if held.ahead is None or not held.cover.quota or not held.ahead.range.draws:
        return None
    return sum(draw >= held.cover.quota for draw in held.ahead.range.draws) / len(held.ahead.range.draws)


def _fresh(held: Held) -> str:
    learned = f"learned {held.learned.day:%-d %b} from {held.learned.deals} closed deals" if held.learned.day else "nothing learned yet: the playbook's chances"
    return f"{held.asked.quarter.name} · {len(held.lines)} open deals · {learned}"


@require_GET
@page
def deals(request: HttpRequest) -> HttpResponse:
    """Deals are inspected on one page, /inspection/; who kept this address finds there what it asked for."""
    need_to_read(request.user, "opportunity")
    asked = request.GET.copy()
    asked.setdefault("view", "inside")
    return redirect(f"/inspection/?{asked.urlencode()}")


@require_POST
@page
def call(request: HttpRequest) -> HttpResponse:
    """Call one's quarter, or (a manager) hold another number against somebody's call."""
    need_to_read(request.user, "opportunity")
    say, who = request.POST.get, {"by": request.user.actor, "at": now()}
    span = quarter_said(say("quarter", ""), who["at"])
    owner, over = mine_or_held(request, say("owner", ""), hold="hold" in request.POST)
    if over:
        calls.override(owner, span, dollars_of(request, "amount"), reason=say("reason", ""), **who)
        says = f"Held beside what {owner.name} calls"
    else:
        calls.call(owner, span, dollars_of(request, "amount"), best_cents=dollars_of(request, "best"), reason=say("reason", ""), **who)
        says = f"{span.name} called for {owner.name}" if owner.pk != request.user.pk else f"You called {span.name}"
    return back(request, f"/forecast/?quarter={span.code}", says)


@require_POST
@page
def lock(request: HttpRequest) -> HttpResponse:
    """Lock a quarter that is over."""
    need(request.user, "forecast.lock")
    span = quarter_said(request.POST.get("quarter", ""), now())
    with sight(EVERYTHING):
        locking.lock(span, by=request.user.actor, at=now())
    return back(request, f"/forecast/?quarter={span.code}", f"{span.name} is locked")


def back(request: HttpRequest, url: str, says: str) -> HttpResponse:
    """To a page that says what was done."""
    request.session["toast"] = {"text": says}
    return HttpResponse(status=204, headers={"HX-Redirect": url}) if request.htmx else redirect(url)
