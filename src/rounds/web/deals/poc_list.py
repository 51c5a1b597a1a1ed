"""All proofs of concept one sees: those that need somebody first."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from rounds.access.scope import visible
from rounds.actions.deals.poc_given import today
from rounds.models import Poc, PocDataClock, PocIssue
from rounds.models.deals.poc_standing import stand, week_of
from rounds.models.flow.active import active
from rounds.rules.poc.data_clock import data_clock
from rounds.rules.poc.plan import alarms
from rounds.web.deals.poc_words import RESULTS, STATES
from rounds.web.deals.proof_figures import shown

MOST = 200
ORDER = {"readout": 0, "running": 1, "agreed": 2, "draft": 3, "ended": 4, "abandoned": 5}
VIEWS = (("open", "Open"), ("over", "Over"), ("all", "All"))


def whole(request: HttpRequest, *, at: datetime) -> dict[str, Any]:
    """The rows of one view, in a constant number of queries."""
    on, view = today(at), request.GET.get("view", "open")
    rows = visible(Poc, request.scope).select_related("opportunity__account", "lead")
    rows = rows.filter(state__in=("draft", "agreed", "running", "readout")) if view == "open" else rows.exclude(state__in=("draft", "agreed", "running", "readout")) if view == "over" else rows
    found = sorted(rows.order_by("-at")[:MOST], key=lambda poc: (ORDER[poc.state], poc.ends_on or on))
    stood = stand(found)
    clocks = {clock.poc_id: clock for clock in visible(PocDataClock, request.scope).filter(poc__in=found)}
    issues: dict[Any, int] = {}
    for key in visible(PocIssue, request.scope).filter(poc__in=found, closed_at=None).values_list("poc_id", flat=True):
        issues[key] = issues.get(key, 0) + 1
    lines = [_line(poc, stood[poc.pk], clocks.get(poc.pk), issues.get(poc.pk, 0), on) for poc in found]
    tabs = [{"name": word, "url": f"/pocs/?view={code}", "current": code == view} for code, word in VIEWS]
    return {"lines": lines, "view": view, "tabs": tabs, "on": on, "alarming": sum(bool(line["alarm"]) for line in lines)}


def _line(poc: Poc, found: Any, clock: PocDataClock | None, issues: int, on: Any) -> dict[str, Any]:
    book = active().playbook
    alarm = ""
    stands_ = data_clock(book.poc_terms.phi, clock.due_on if clock else None, clock.done_on if clock else None, on)
    if stands_.word == "overdue":
        alarm = "Patient data overdue"
    elif poc.state == "running" and any(one != "long" for one in alarms(book.poc_plan.weeks, kickoff=poc.kickoff_on, ends=poc.ends_on, today=on)):
        alarm = "Runs over"
    elif poc.state == "readout" and not poc.decision and on > poc.decision_due_on:
        alarm = "Decision overdue"
    met = sum(one.standing.word == "met" for one in found.measured)
    return {
        "poc": poc, "state": STATES[poc.state], "result": RESULTS[poc.result] if poc.result else None, "met": met, "of": len(found.measured),
        "week": week_of(poc, on) if poc.state == "running" else 0, "alarm": alarm, "issues": issues, "clock": stands_,
        "sparks": [shown(one) for one in found.measured if one.readings][:3],
    }  # fmt: skip
