"""Demos and the proof of concept on the page of a deal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from rounds.access.scope import visible
from rounds.kit.clock import now
from rounds.models import Demo, Opportunity, Poc, PocDataClock
from rounds.models.deals.poc_standing import stands, week_of
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.rules.poc.data_clock import data_clock
from rounds.web.deals.demo_words import STATES as DEMO_STATES
from rounds.web.deals.panels import Made, panel
from rounds.web.deals.poc_words import SAYS, STATES
from rounds.web.deals.proof_figures import shown
from rounds.web.deals.timeline_words import tell


def _poc_says(says: Callable[[dict[str, Any]], tuple[str, str]]) -> Callable[[dict[str, Any]], tuple[str, str]]:
    """The words of the POC's own page, with what they are about."""

    def said(payload: dict[str, Any]) -> tuple[str, str]:
        title, means = says(payload)
        return f"POC: {title[:1].lower() + title[1:]}" if not title.startswith("ROI") else title, means

    return said



tell({
    "demo.booked": lambda said: ("Demo booked", "; ".join(said["warnings"])),
    "demo.moved": lambda said: ("Demo moved", said["why"]),
    "demo.cancelled": lambda said: ("Demo called off", said["why"]),
    "demo.no_show": lambda said: ("Nobody came to the demo", said["why"]),
    "demo.completed": lambda said: ("Demo held", f"{said['came']} of {said['invited']} came"),
    "demo.feedback_given": lambda said: (f"Feedback: {said['rating']}", "Stands in the way" if said["blocker"] else "Would champion it" if said["champion"] else ""),
    "demo.question_asked": lambda said: ("Question left open", said["question"]),
    "demo.question_answered": lambda said: ("Question answered", said["question"]),
    **{kind: _poc_says(says) for kind, (_, says) in SAYS.items()},
}, {kind: icon for kind, (icon, _) in SAYS.items()})  # fmt: skip


@panel("poc", place="main", order=40)
def readings(request: HttpRequest, deal: Opportunity) -> Made:
    """The proof of concept with its readings against the targets. Four queries."""
    pocs = list(visible(Poc, request.scope).filter(opportunity=deal).order_by("-at")[:5])
    poc = next((one for one in pocs if one.is_open), pocs[0] if pocs else None)
    said: dict[str, Any] = {"poc": poc, "others": len(pocs) - 1, "past_poc": past_poc(deal)}
    if poc is not None:
        found, on = stands(poc), house_day(now())
        clock = visible(PocDataClock, request.scope).filter(poc=poc).first() if poc.data_since else None
        said |= {
            "found": found, "measured": [shown(one) for one in found.measured][:4], "state": STATES[poc.state],
            "week": week_of(poc, on) if poc.state == "running" else 0,
            "clock": data_clock(active().playbook.poc_terms.phi, clock.due_on if clock else None, clock.done_on if clock else None, on),
        }  # fmt: skip
    return "deals/panels/poc.html", said


def past_poc(deal: Opportunity) -> bool:
    """Whether the deal stands behind the last stage that asks for one."""
    stages = active().playbook.stages
    way = stages.way
    last = max((place for place, code in enumerate(way) if any(one.startswith("poc.") for one in stages.by_code[code].trigger)), default=-1)
    return deal.stage in way and way.index(deal.stage) > last


@panel("demos", place="aside", order=40)
def demos(request: HttpRequest, deal: Opportunity) -> Made:
    """The demos, the last first. One query."""
    kinds = active().playbook.demos.types
    rows = list(visible(Demo, request.scope).filter(opportunity=deal).order_by("-starts_at")[:4])
    lines = [{"demo": demo, "title": kinds[demo.kind].title if demo.kind in kinds else demo.kind, "state": DEMO_STATES[demo.state]} for demo in rows]
    return "deals/panels/demos.html", {"lines": lines}
