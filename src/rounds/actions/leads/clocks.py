"""The promises made to a lead: what its band asks for, as tasks with the moment they are due (LEAD-26, PLUS-20)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rounds.access.sight import whole_sight
from rounds.actions.desk import tasks
from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.leads.escalating import escalate
from rounds.actions.leads.promised import doer, limits, moved_due, opened, zone
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.kit.clock import sayable
from rounds.kit.refusal import Refusal
from rounds.models import Event, Lead, LeadActivity, Task
from rounds.models.desk.tasks import OPEN
from rounds.models.flow.active import active
from rounds.models.leads.leads import CLOSED
from rounds.rules import answers, calendar

__all__ = ["adjust", "answered", "begin", "behind", "closed", "escalate", "pause", "start", "taken_back", "taken_up", "touched"]

NOT_ASKED = "The lead's band does not ask for it any more"
LEAD_CLOSED = "The lead is closed"
REMINDER = "follow_up_reminders"
"""The automation whose tasks are reminders after an unanswered outreach."""


class CallBackPassed(Refusal):
    """A call-back lies ahead; choose a later moment."""

    status = 422
    field = "until"


def start(lead: Lead, *, by: Actor, at: datetime, since: datetime | None = None, quiet: bool = False) -> list[Task]:
    """Open the promises of the lead's driving band, or of its hand-raise; a second call opens nothing twice.

    Those there already pass to the owner the lead has now and run on. Without an owner only the assignment and the first
    response are promised. Clocks run from the capture (`since` says otherwise: an import's run from its release), those
    of a lead that never had any from `at`. Runs inside the caller's deed. Effects: Tasks in one statement, the event
    lead.clocks_started.
    """
    if lead.status in CLOSED:
        return []
    with deed(by), whole_sight(lead):
        return _settle(lead, since, by=by, at=at, quiet=quiet)


def begin(lead: Lead, *, by: Actor, at: datetime) -> list[Task]:
    """Open the promises to a lead that is being captured, of which nothing can be there yet: one statement, no reading.

    Runs inside the caller's deed. Effects: those of start.
    """
    made, told = first(lead, by=by, at=at)
    if made:
        Task.objects.bulk_create(made)
        events.record_all(told)
    return made


def first(lead: Lead, *, by: Actor, at: datetime) -> tuple[list[Task], list[Event]]:
    """What `begin` opens and tells, not yet written: a capture writes it with everything else."""
    made = opened(lead, limits(lead), since=at, by=by, at=at)
    return made, [_told(lead, made, [], [], by=by, at=at, quiet=False)] if made else []


def adjust(lead: Lead, *, by: Actor, at: datetime) -> list[Task]:
    """Follow a lead into another band: what is newly asked for is promised from now, what is not any more is dropped,
    and limits that changed are moved, never to before now. What was done is not asked for again.

    Runs inside the caller's deed. Effects: those of start, tasks dropped and moved.
    """
    return start(lead, by=by, at=at, since=at)


def behind(lead: Lead) -> bool:
    """Whether the promises of a lead were made to another band than it has now: a quiet verdict moved it meanwhile."""
    told = Event.objects.filter(lead_id=lead.id, kind="lead.clocks_started").order_by("-at", "-id").values_list("payload__band", flat=True)
    band = told.first()
    return band is not None and band != (lead.driving_band or lead.band)


def _settle(lead: Lead, since: datetime | None, *, by: Actor, at: datetime, quiet: bool) -> list[Task]:
    rows = list(Task.objects.filter(lead=lead).exclude(clock="", automation="").select_related("owner"))
    clocks = {row.clock: row for row in rows if row.clock and row.is_open}
    past = {row.clock for row in rows if row.clock and not row.is_open and row.dropped_why != NOT_ASKED}
    asked = limits(lead, whole=True)
    begin = since or (lead.captured_at if clocks or past else at)
    wanted = {code: limit for code, limit in limits(lead).items() if code not in clocks and code not in past}
    made = opened(lead, _unkept(lead, wanted) if wanted else {}, since=begin, by=by, at=at)
    Task.objects.bulk_create(made)
    moved, gone = [], []
    for code, task in clocks.items():
        if code not in asked:
            tasks.drop(task, why=NOT_ASKED, by=by, at=at)
            gone.append(code)
        elif _follow(lead, task, asked[code], by=by, at=at):
            moved.append(task)
    for task in rows:
        if task.automation == REMINDER and task.is_open and task.owner_id != lead.owner_id:
            tasks.give(task, lead.owner, by=by, at=at)
    if made or moved or gone:
        events.record_all([_told(lead, made, moved, gone, by=by, at=at, quiet=quiet)])
    return made


def _unkept(lead: Lead, wanted: dict[str, Any]) -> dict[str, Any]:
    """Those of `wanted` that nothing in the log has kept already."""
    said = active().playbook.tasks
    acts = list(LeadActivity.objects.filter(lead=lead, withdrawn_at=None).values_list("kind", "direction", "by_kind"))
    return {code: limit for code, limit in wanted.items() if not any(answers.fulfils(said, code, *act) for act in acts)}


def _follow(lead: Lead, task: Task, limit: Any, *, by: Actor, at: datetime) -> bool:
    """Bring one open promise where its lead is: to its owner, or to its new limit; True where its due time moved."""
    act = active().playbook.tasks.acts.promised[task.clock]
    if act.to == "manager" and lead.owner_id:
        tasks.complete(task, outcome="Assigned", by=by, at=at)
        return False
    if act.to == "owner" and task.owner_id != lead.owner_id:
        tasks.give(task, lead.owner, by=by, at=at)
    due = moved_due(lead, task, limit, at)
    if due == task.due_at:
        return False
    Task.objects.filter(pk=task.pk).update(due_at=due)
    task.due_at = due
    return True


def _told(lead: Lead, made: list[Task], moved: list[Task], gone: list[str], *, by: Actor, at: datetime, quiet: bool) -> Event:
    said = {"band": lead.driving_band or lead.band, "hand_raise": lead.hand_raise, "dropped": gone,
            "opened": [_said(task) for task in made], "moved": [_said(task) for task in moved]}  # fmt: skip
    return events.made("lead.clocks_started", said, by=by, at=at, lead=lead.id, account=lead.account_id, quiet=quiet)


def _said(task: Task) -> dict[str, Any]:
    return {"clock": task.clock, "due_at": task.due_at.isoformat(), "owner": task.owner.name if task.owner else ""}


def answered(lead: Lead, *, by: Actor, at: datetime, activity: LeadActivity | None = None) -> int:
    """End the clock of the first response: a person of ours reached out; how many promises that kept.

    Effects: those of tasks.complete.
    """
    promised = active().playbook.tasks.acts.promised
    codes = [code for code, act in promised.items() if act.response]
    with deed(by), whole_sight(lead):
        found = Task.objects.filter(OPEN, lead=lead, clock__in=codes)
        return len([tasks.complete(task, activity=activity, by=by, at=at) for task in found])


def touched(activity: LeadActivity, *, by: Actor, at: datetime) -> None:
    """Let what was logged do its work: it keeps promises, answers end reminders, a new outreach begins them anew.

    Runs inside the caller's deed. Effects: those of tasks.complete and tasks.drop.
    """
    said, lead = active().playbook.tasks, activity.lead
    act = (activity.kind, activity.direction, by.kind)
    with whole_sight(lead):
        for task in Task.objects.filter(OPEN, lead=lead).exclude(clock="", automation=""):
            if task.automation == REMINDER:
                if answers.is_reply(said, *act[:2]):
                    tasks.drop(task, why="They answered", by=by, at=at)
                elif answers.is_outreach(said, *act[:2]):
                    tasks.complete(task, activity=activity, by=by, at=at)
            elif answers.fulfils(said, task.clock, *act):
                tasks.complete(task, activity=activity, by=by, at=at)


def taken_back(activity: LeadActivity, *, by: Actor, at: datetime) -> None:
    """Open again what a withdrawn activity had fulfilled. Runs inside the caller's deed. Effects: those of reopen."""
    for task in Task.objects.filter(activity=activity, done_at__isnull=False):
        try:
            tasks.reopen(task, by=by, at=at, reason="Its activity was taken back")
        except tasks.TaskClosed:  # another of the same key is open: the promise stands there
            continue


def closed(lead: Lead, *, by: Actor, at: datetime) -> int:
    """Drop what was promised to a lead that is closed now, and its reminders. Effects: those of tasks.drop."""
    with whole_sight(lead):
        return tasks.drop_open(lead, why=LEAD_CLOSED, by=by, at=at)


def taken_up(lead: Lead, *, by: Actor, at: datetime) -> int:
    """Take up the promises of a lead whose closing was undone. Effects: those of tasks.reopen."""
    with whole_sight(lead):
        return tasks.reopen_dropped(lead, why=LEAD_CLOSED, by=by, at=at)


@phi.texts("why")
def pause(lead: Lead, until: datetime, *, by: Actor, at: datetime, why: str = "") -> Task:
    """Let the clocks of a lead stand still until an agreed call-back; the rest of their time runs from then on.

    Effects: the due times, a task to call back (answered), the event lead.clocks_paused, an audit entry.
    Raises CallBackPassed (422).
    """
    if until <= at or not sayable(until):
        raise CallBackPassed
    book, asked = active().playbook, limits(lead, whole=True)
    with deed(by), whole_sight(lead):
        held = [task for task in Task.objects.select_for_update().filter(OPEN, lead=lead, clock__in=list(asked))
                if book.tasks.acts.promised[task.clock].to != "manager"]  # fmt: skip
        for task in held:
            kind, place = asked[task.clock].clock, zone(lead)
            begin = max(at, task.resumes_at or at)  # one that stands still already has its rest from there
            rest = calendar.spent(book.calendar, kind, begin, task.due_at, place)
            task.paused_at, task.resumes_at = at, until
            task.due_at = calendar.plus(book.calendar, kind, until, rest, place)
        Task.objects.bulk_update(held, ["paused_at", "resumes_at", "due_at"])
        said = {"until": until.isoformat(), "clocks": [task.clock for task in held], "why": why}
        events.record("lead.clocks_paused", said, by=by, at=at, lead=lead.id, account=lead.account_id)
        audit.note("lead.pause_clocks", by=by, at=at, kind="lead", subject=lead.id, detail={"until": until.isoformat()})
        return tasks.add("Agreed call-back", kind="call", owner=doer(lead, "owner"), lead=lead, due_at=until, note=why,
                         priority="high", key=f"callback:{lead.id}", by=by, at=at)  # fmt: skip
