"""What is promised to a lead, by whom and until when: read from the playbook, not yet written."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from rounds.actions.desk.task_given import made
from rounds.kit.actor import Actor
from rounds.models import Lead, Task, Team, User
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.playbook.shapes.routing import Clock
from rounds.rules import calendar
from rounds.rules.routing import sla


def zone(lead: Lead) -> ZoneInfo:
    """Whose clock counts: that of the lead's place."""
    return calendar.zone_of(active().playbook.calendar, state=lead.state, territory=lead.territory)


def limits(lead: Lead, *, whole: bool = False) -> dict[str, Clock]:
    """The promises of the lead's driving band, or of its hand-raise, that can be made to it now: with an owner the
    assignment is done, without one only it and the first response have somebody to wait for. `whole`: all of them."""
    book = active().playbook
    found = sla.clocks(book, lead.driving_band or lead.band, lead.hand_raise)
    acts = book.tasks.acts.promised
    if whole:
        return found
    if lead.owner_id:
        return {code: limit for code, limit in found.items() if acts[code].to != "manager"}
    return {code: limit for code, limit in found.items() if acts[code].to == "manager" or acts[code].response}


def opened(lead: Lead, wanted: dict[str, Clock], *, since: datetime, by: Actor, at: datetime) -> list[Task]:
    """The tasks of the promises `wanted`, running from `since`."""
    book, place = active().playbook, zone(lead)
    acts = book.tasks.acts.promised
    return [
        made(book.tasks, limit.title, kind=acts[code].kind, priority=acts[code].priority, owner=doer(lead, acts[code].to),
             lead=lead, clock=code, started_at=since, due_at=calendar.after(book.calendar, limit, since, place),
             key=f"clock:{lead.id}:{code}", **signature(by, at))
        for code, limit in wanted.items()
    ]  # fmt: skip


def doer(lead: Lead, to: str) -> User | None:
    """Who keeps a promise: the owner, the manager, or somebody of that role, of the lead's territory before others.
    Where nobody has the role, the owner."""
    if to == "owner":
        return lead.owner
    if to == "manager":
        return manager_of(lead)
    people = list(User.objects.filter(role=to, is_active=True).order_by("name", "id"))
    near = [person for person in people if lead.territory and lead.territory in person.territories] or people
    return near[lead.id.int % len(near)] if near else lead.owner  # the same for a lead every time, spread over leads


def manager_of(lead: Lead) -> User | None:
    """Who looks after the team that has the lead, or that would get it by its segment."""
    team = {"pk": lead.team_id} if lead.team_id else {"segment": lead.segment} if lead.segment else None
    found = team and Team.objects.select_related("manager").filter(**team, ended_at=None, manager__is_active=True).first()
    return found.manager if found else None


def moved_due(lead: Lead, task: Task, limit: Clock, at: datetime) -> datetime:
    """When an open promise is due under `limit`: from its own start, but a tighter limit is not broken before it held.
    One that was paused keeps its time: the buyer agreed to it."""
    if task.paused_at is not None or task.started_at is None:
        return task.due_at
    book, place = active().playbook.calendar, zone(lead)
    due = calendar.after(book, limit, task.started_at, place)
    return due if due >= task.due_at else min(task.due_at, max(due, calendar.after(book, limit, at, place)))
