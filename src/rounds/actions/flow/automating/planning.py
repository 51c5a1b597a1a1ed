"""What a cause starts: one run for each automation that is on and starts by it, planned in one transaction.

Planned once: a second worker with the same event waits, then finds the runs that are there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from rounds.kit.actor import Actor
from rounds.models import AutomationRun, AutomationStep, Event
from rounds.models.flow.active import Active, active
from rounds.models.flow.asked import Values, deal_of, record_of
from rounds.models.flow.switches import switched_on
from rounds.playbook.shapes.automation import Automation
from rounds.rules.automation import guard
from rounds.rules.automation.conditions import judge
from rounds.rules.automation.outcomes import DONE
from rounds.rules.automation.starting import starts

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Cause:
    """What starts automations: an event, a period of a schedule, an entry into a state."""

    id: UUID
    kind: str
    at: datetime
    by: Actor
    lead: UUID | None = None
    account: UUID | None = None
    opportunity: UUID | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)
    batch: UUID | None = None
    happened: bool = False
    """An event, whose payload stays with it."""

    @classmethod
    def of(cls, event: Event) -> Cause:
        by = Actor(event.by_kind, event.by_id, event.by_name)
        lead = None if event.opportunity_id else event.lead_id  # what is about a deal is done to the deal
        return cls(event.id, event.kind, event.at, by, lead, event.account_id, event.opportunity_id, event.payload, event.batch_id, True)


@dataclass(frozen=True, slots=True)
class Planned:
    """A run and its steps, not yet written."""

    run: AutomationRun
    steps: list[AutomationStep]


def plan(cause: Cause, *, at: datetime, only: Iterable[str] | None = None) -> list[UUID]:
    """Plan what `cause` starts (of `only` these, for schedules) and answer the runs that are open.

    Effects: an AutomationRun for each automation that starts by it (unmet where its conditions do not hold, refused
    where the guard stops it) with its AutomationSteps. Runs in the caller's transaction; planned before: nothing new.
    """
    there = begun(cause, only=only)
    if there is not None:
        return there
    found = worked_out(cause, active(), at=at, only=only)
    keep(found)
    return [one.run.id for one in found if one.run.state == "running"]


def begun(cause: Cause, *, only: Iterable[str] | None = None) -> list[UUID] | None:
    """The open runs of a cause that was planned before; None where it was not, and then nobody else plans it before this
    transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 4))", [str(cause.id)])
    codes = Q(automation__in=list(only)) if only is not None else Q()
    there = AutomationRun.objects.filter(codes, cause=cause.id).values_list("id", "state")
    return [run for run, state in there if state == "running"] if there else None


def worked_out(cause: Cause, now: Active, *, at: datetime, only: Iterable[str] | None = None) -> list[Planned]:
    """What `cause` starts, each with what became of its conditions and of the guard."""
    on = switched_on(now)
    if only is not None:
        mine = {code: on[code] for code in only if code in on}
    else:
        mine = {code: one for code, one in on.items() if starts(one.when, cause.kind, cause.payload)}
    if not mine:
        return []
    lead, account = record_of(cause.lead, cause.account)
    values = Values(now.playbook, lead=lead, account=account, payload=lambda: cause.payload, at=at, deal=deal_of(cause.opportunity))
    parent = _parent(cause)
    chain, lately = _chain(parent), None
    found = []
    for code, automation in mine.items():
        run = _run(cause, code, automation, now, parent, at)
        found.append(Planned(run, []))
        judged = judge(automation.if_, values)
        run.lines = judged.as_json
        if not judged.holds:
            run.state, run.reason, run.ended_at = "unmet", judged.why_not, at
            continue
        lately = deeds_within(cause.lead, cause.account, at - HOUR, cause.opportunity) if lately is None else lately
        stopped = guard.refused(now.playbook.automation.guard, chain, _link(code, cause.opportunity or cause.lead, cause.account),
                                again=automation.again, deeds_this_hour=lately)  # fmt: skip
        if stopped:
            run.state, run.reason, run.ended_at = "refused", stopped, at
        else:
            found[-1].steps.extend(steps_of(run, automation, now, cause.payload))
            lately += len(found[-1].steps)
    return found


def keep(found: Iterable[Planned]) -> None:
    """Write runs that were worked out, with their steps as they stand."""
    found = list(found)
    if found:
        AutomationRun.objects.bulk_create([one.run for one in found])
        AutomationStep.objects.bulk_create([step for one in found for step in one.steps])


def _run(cause: Cause, code: str, automation: Automation, now: Active, parent: AutomationRun | None, at: datetime) -> AutomationRun:
    return AutomationRun(
        automation=code, title=automation.title, playbook_hash=now.hash, cause=cause.id, cause_kind=cause.kind, cause_at=cause.at,
        lead_id=cause.lead, account_id=cause.account, opportunity_id=cause.opportunity, batch_id=cause.batch, parent=parent, root=parent.root if parent else cause.id,
        depth=parent.depth + 1 if parent else 0, payload={} if cause.happened else dict(cause.payload), started_at=at, touched_at=at,
        by_kind=cause.by.kind, by_id=cause.by.id, by_name=cause.by.name, at=cause.at,
    )  # fmt: skip


def steps_of(run: AutomationRun, automation: Automation, now: Active, payload: Mapping[str, Any]) -> list[AutomationStep]:
    """The steps of a run, not yet written: those the capture did are done already, with what its hop said."""
    hops = {hop["step"]: hop for hop in payload.get("hops", ())}
    made = []
    for position, step in enumerate(automation.then):
        minutes = step.minutes if step.minutes is not None else now.playbook.automation.minutes.value
        row = AutomationStep(
            run=run, position=position, verb=step.do, title=step.title, lead_id=run.lead_id, account_id=run.account_id,
            opportunity_id=run.opportunity_id, minutes=minutes, by_kind="automation", by_id=run.id, by_name=automation.title, at=run.started_at,
        )  # fmt: skip
        if step.inline and step.inline in hops:
            hop = hops[step.inline]
            row.state, row.inline, row.outcome = DONE, True, f"done (inline): {hop['outcome']}"
            row.ended_at, row.ms = run.cause_at, hop["ms"]
        made.append(row)
    return made


def _parent(cause: Cause) -> AutomationRun | None:
    """The run whose deed left the event; an automation signs with the id of its run."""
    if cause.by.kind != "automation" or cause.by.id is None:
        return None
    return AutomationRun.objects.filter(pk=cause.by.id).first()


def _chain(parent: AutomationRun | None) -> list[guard.Link]:
    """What led here, first cause first."""
    found: list[guard.Link] = []
    while parent is not None:
        found.append(_link(parent.automation, parent.opportunity_id or parent.lead_id, parent.account_id))
        parent = parent.parent
    return found[::-1]


def _link(code: str, first: UUID | None, account: UUID | None) -> guard.Link:
    return code, str(first or account or "")


def deeds_within(lead: UUID | None, account: UUID | None, since: datetime, deal: UUID | None = None) -> int:
    """How many deeds automations did to the record since then, whatever capture did by itself not counted."""
    if lead is None and account is None:
        return 0
    mine = Q(opportunity_id=deal) if deal else Q(lead_id=lead) if lead else Q(lead_id=None, opportunity_id=None, account_id=account)
    return AutomationStep.objects.filter(mine, state=DONE, inline=False, ended_at__gt=since).count()
