"""What a list of proofs of concept says of each: how far its criteria are, what is wrong with it, its readings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest

from rounds.access.scope import visible
from rounds.models import Poc, PocDataClock, PocIssue
from rounds.models.deals.poc_standing import stand, week_of
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.rules.poc.data_clock import data_clock
from rounds.rules.poc.plan import alarms
from rounds.web.deals.poc_words import STATES, result_of
from rounds.web.deals.proof_figures import shown


def lines_of(request: HttpRequest, found: Sequence[Poc], *, at: datetime) -> dict[Any, dict[str, Any]]:
    """POC → its line, in four queries however many there are."""
    on, stood = house_day(at), stand(found)
    clocks = {clock.poc_id: clock for clock in visible(PocDataClock, request.scope).filter(poc__in=found)}
    issues: dict[Any, int] = {}
    for key in visible(PocIssue, request.scope).filter(poc__in=found, closed_at=None).values_list("poc_id", flat=True):
        issues[key] = issues.get(key, 0) + 1
    return {poc.pk: _line(poc, stood[poc.pk], clocks.get(poc.pk), issues.get(poc.pk, 0), on) for poc in found}


def _line(poc: Poc, found: Any, clock: PocDataClock | None, issues: int, on: date) -> dict[str, Any]:
    stands_ = data_clock(active().playbook.poc_terms.phi, clock.due_on if clock else None, clock.done_on if clock else None, on)
    return {
        "state": STATES[poc.state], "result": result_of(poc) if poc.result or not poc.is_open else None, "alarm": alarm_of(poc, stands_.word, on),
        "met": found.met_words, "issues": issues, "clock": stands_,
        "week": week_of(poc, on) if poc.state == "running" else 0, "sparks": [shown(one) for one in found.measured if one.readings][:3],
    }  # fmt: skip


def alarm_of(poc: Poc, clock: str, on: date) -> str:
    """What needs somebody, the most pressing first; "" where nothing does. The list's filter “needs” finds the same."""
    if clock == "overdue":
        return "Patient data overdue"
    weeks = active().playbook.poc_plan.weeks
    if poc.state == "running" and any(one != "long" for one in alarms(weeks, kickoff=poc.kickoff_on, ends=poc.ends_on, today=on)):
        return "Runs over"
    return "Decision overdue" if poc.state == "readout" and not poc.decision and on > poc.decision_due_on else ""
