"""Automations in numbers: what ran, what failed, what was saved, what would have run, and why one did or did not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from procrastinate.contrib.django.models import ProcrastinateJob

from rounds.models import AutomationRun, AutomationStep, AutomationSwitch, Event, Lead
from rounds.models.flow.active import Active
from rounds.models.flow.asked import Values, deal_of, record_of
from rounds.models.flow.states import found
from rounds.models.flow.switches import last_switches
from rounds.playbook.happenings import ASKS, DEEDS
from rounds.playbook.shapes.automation import Automation
from rounds.rules.automation.conditions import Judged, judge
from rounds.rules.automation.periods import latest
from rounds.rules.automation.starting import kinds_of, starts
from rounds.rules.calendar import is_open_day

DAY, WEEK, MONTH = timedelta(days=1), timedelta(days=7), timedelta(days=30)
LOOKED_AT = 2000
"""Events of a month whose conditions are asked; of more the newest."""


@dataclass(frozen=True, slots=True)
class Line:
    """One automation of the list. `failed` and `held` (refused, by the guard or by a deed) in the last week, `minutes` saved in the last thirty days."""

    code: str
    automation: Automation
    on: bool
    switch: AutomationSwitch | None
    today: int
    failed: int
    held: int
    minutes: int
    last: datetime | None


def lines(now: Active, at: datetime) -> list[Line]:
    """Every automation of the playbook in force, by group. Four queries."""
    switches = {row.automation: row for row in last_switches()}
    ran = AutomationRun.objects.filter(started_at__gt=at - WEEK).exclude(state="unmet")
    counts = {
        row["automation"]: row
        for row in ran.values("automation").annotate(
            today=Count("id", filter=Q(started_at__gt=at - DAY, reason="")), failed=Count("id", filter=Q(state="failed")),
            held=Count("id", filter=Q(state="refused")),
        )
    }  # fmt: skip
    done = AutomationStep.objects.filter(state="done", ended_at__gt=at - MONTH)
    saved = dict(done.values_list("run__automation").annotate(minutes=Sum("minutes")))
    last = dict(AutomationRun.objects.exclude(state="unmet").order_by("automation", "-started_at").distinct("automation")
                .values_list("automation", "started_at"))  # fmt: skip
    found_lines = []
    for code, one in now.playbook.automations.items():
        switch, count = switches.get(code), counts.get(code, {})
        found_lines.append(Line(code, one, switch.on if switch else one.enabled, switch, count.get("today", 0), count.get("failed", 0),
                                count.get("held", 0), saved.get(code) or 0, last.get(code)))  # fmt: skip
    order = list(dict.fromkeys(one.group for one in now.playbook.automations.values()))
    return sorted(found_lines, key=lambda line: (order.index(line.automation.group), line.automation.title))


def unstarted() -> int:
    """How many jobs were given up before a run began: no run tells of them."""
    return ProcrastinateJob.objects.filter(status="failed", task_name__in=("flow.automate", "flow.release", "flow.tick")).count()


@dataclass(frozen=True, slots=True)
class Saved:
    """Manual work saved in the last thirty days (AUTO-15): `automatic` deeds done by automations, `minutes` the time the
    playbook says each would have taken, `by_hand` what people did themselves of the kinds automations do too.
    `share` = automatic ÷ (automatic + by hand), None where nothing was done; the seed's target is `target` percent."""

    automatic: int
    minutes: int
    by_hand: int
    target: int

    @property
    def share(self) -> int | None:
        whole = self.automatic + self.by_hand
        return round(100 * self.automatic / whole) if whole else None

    @property
    def hours(self) -> int:
        return round(self.minutes / 60)


def saved(now: Active, at: datetime) -> Saved:
    """The figure of the last thirty days. Two queries."""
    done = AutomationStep.objects.filter(state="done", ended_at__gt=at - MONTH).aggregate(deeds=Count("id"), minutes=Sum("minutes"))
    kinds = {kind for deed in DEEDS.values() for kind in deed.emits if not kind.endswith(".scored")}
    by_hand = Event.objects.filter(kind__in=kinds, by_kind="user", at__gt=at - MONTH).count()
    return Saved(done["deeds"], done["minutes"] or 0, by_hand, now.playbook.automation.saved.percent)


@dataclass(frozen=True, slots=True)
class Would:
    """How often it would have run in the last thirty days: `times` of the `looked_at` newest of `whole` that could start it."""

    times: int
    looked_at: int
    whole: int
    noun: str


def would_have_run(automation: Automation, now: Active, at: datetime) -> Would:
    """Counted on what really happened; the records are asked as they stand today. Quiet events are not counted."""
    when = automation.when
    if when.every is not None:
        return _periods(automation, now, at)
    if when.time_in is not None:
        entries = found(when, at - MONTH - when.for_.span, at - when.for_.span)
        held = [entry for entry in entries[:LOOKED_AT] if _holds(automation, now, entry[0], entry[1], {}, at)]
        return Would(len(held), min(len(entries), LOOKED_AT), len(entries), "entries")
    rows = Event.objects.filter(kind__in=kinds_of(when), at__gt=at - MONTH, quiet=False)
    whole = rows.count()
    newest = rows.order_by("-at").values_list("kind", "payload", "lead_id", "account_id", "opportunity_id")[:LOOKED_AT]
    began = [(payload, lead, account, deal) for kind, payload, lead, account, deal in newest if starts(when, kind, payload)]
    if automation.if_ is None:
        return Would(len(began), min(whole, LOOKED_AT), whole, "events")
    asked = _rows(automation, [lead for _, lead, _, _ in began])
    times = sum(_holds(automation, now, lead, account, payload, at, asked, deal) for payload, lead, account, deal in began)
    return Would(times, min(whole, LOOKED_AT), whole, "events")


def _rows(automation: Automation, leads: list[UUID | None]) -> Mapping[UUID, Lead]:
    """The leads of many events in one query, where their own columns are all that is asked."""
    if any(ask not in ASKS and not ask.startswith("event.") for ask in automation.if_.asks):
        return {}
    return Lead.objects.select_related("account__buying_unit").in_bulk([lead for lead in leads if lead is not None])


def _holds(automation: Automation, now: Active, lead_id: UUID | None, account_id: UUID | None, payload: Mapping[str, Any],
           at: datetime, rows: Mapping[UUID, Lead] | None = None, deal_id: UUID | None = None) -> bool:  # fmt: skip
    if automation.if_ is None:
        return True
    lead = rows.get(lead_id) if rows and lead_id else None
    lead, account = (lead, lead.account) if lead is not None else record_of(lead_id, account_id)
    deal = deal_of(deal_id) if deal_id and any(ask.startswith("opportunity.") for ask in automation.if_.asks) else None
    return judge(automation.if_, Values(now.playbook, lead=lead, account=account, payload=lambda: payload, at=at, deal=deal)).holds is True


def _periods(automation: Automation, now: Active, at: datetime) -> Would:
    calendar, moment, count = now.playbook.calendar, at, 0
    while True:
        period = latest(automation.when, calendar.zones.house, moment, lambda day: is_open_day(calendar, day))
        if period is None or period.at <= at - MONTH:
            return Would(count, count, count, "periods")
        count, moment = count + 1, period.at - timedelta(seconds=1)


def runs(code: str = "", *, state: str = "", lead: UUID | None = None, before: datetime | None = None) -> QuerySet[AutomationRun]:
    """Runs, newest first; without those whose conditions did not hold unless `state` asks for them."""
    rows = AutomationRun.objects.order_by("-started_at", "-id")
    rows = rows.filter(automation=code) if code else rows
    rows = rows.filter(state=state) if state else rows.exclude(state="unmet")
    rows = rows.filter(lead_id=lead) if lead else rows
    return rows.filter(started_at__lt=before) if before else rows


def run_of(key: UUID) -> AutomationRun | None:
    """The run of an id, where what it is about is seen: row security says so."""
    return AutomationRun.objects.select_related("parent").filter(pk=key).first()


def event_of(key: UUID) -> Event | None:
    """The event of an id, where what it is about is seen: row security says so."""
    return Event.objects.filter(pk=key).first()


@dataclass(frozen=True, slots=True)
class Why:
    """Why an automation did, or did not, run by an event, as a sentence; the run, where there is one."""

    sentence: str
    run: AutomationRun | None = None
    judged: Judged | None = None


def why(automation: Automation, event: Event, now: Active, at: datetime) -> Why:
    """The answer to "why did or didn't this fire" for one event."""
    run = AutomationRun.objects.filter(cause=event.id, automation=automation.automation).first()
    if run is not None:
        says = {"unmet": f"Its conditions did not hold: {run.reason}.", "refused": run.reason}
        return Why(says.get(run.state, f"It ran and is {run.state}."), run)
    if not starts(automation.when, event.kind, event.payload):
        listens = " or ".join(sorted(kinds_of(automation.when)))
        heard = event.kind in kinds_of(automation.when)
        return Why("The event does not say what it waits for." if heard else
                   f"It does not listen to {event.kind}" + (f", but to {listens}." if listens else ": the clock starts it."))  # fmt: skip
    if event.quiet:
        return Why("The event came with a load of data: it starts nothing until a person releases the batch.")
    switch = AutomationSwitch.objects.filter(automation=automation.automation, at__lte=event.at).order_by("-at").first()
    if not (switch.on if switch else automation.enabled):
        return Why(f"It was off{f': {switch.reason}' if switch and switch.reason else ''}.")
    lead, account = record_of(event.lead_id, event.account_id)
    deal = deal_of(event.opportunity_id)
    judged = judge(automation.if_, Values(now.playbook, lead=lead, account=account, payload=lambda: event.payload, at=at, deal=deal))
    if not judged.holds:
        return Why(f"It has not run; today its conditions would not hold: {judged.why_not}.", judged=judged)
    return Why("It has not run: the event came before it was there, or still waits for a worker.", judged=judged)
