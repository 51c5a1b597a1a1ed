"""What an owner needs at once: their clocks, and word of the lead; and who hears of one that nobody has (ROUTE-08, 10)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from rounds.access.roles import all_roles
from rounds.actions.desk import notifications
from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.leads import clocks
from rounds.actions.leads.routing.keeping import Stored
from rounds.kit.actor import Actor
from rounds.models import Assignment, Lead, Team, User
from rounds.models.flow.active import active
from rounds.playbook import Playbook
from rounds.rules.calendar import zone_of
from rounds.rules.routing import sla

TASK = "leads.follow"
"""The worker's task, deferred by its name: actions never import jobs."""


def defer(row: Assignment) -> None:
    """Ask the worker to follow up an assignment, in the running transaction: a rollback leaves no job."""
    events.automate([], beside=[job(row)])


def job(row: Assignment) -> Job:
    """The same as a job that is not handed over yet."""
    return app.configure_task(TASK, queueing_lock=f"follow:{row.pk}").make_new_job(assignment=str(row.pk))


def catch_up(assignment: UUID, *, by: Actor, at: datetime) -> bool:
    """Follow up a captured lead, from the moment it was given; False where that was done, or it went elsewhere meanwhile.

    Effects: those of `follow`, told_at. May run twice.
    """
    with deed(by):
        row = Assignment.objects.select_for_update(of=("self",)).select_related("lead__account").filter(
            pk=assignment, ended_at=None, told_at=None).first()  # fmt: skip
        if row is None or row.owner_id is None or row.lead.owner_id != row.owner_id:
            return False
        follow(row.lead, row, by=by, at=row.at)
        row.told_at = at
        row.save(update_fields=["told_at"])
    return True


def follow(lead: Lead, row: Assignment | Stored, *, by: Actor, at: datetime) -> None:
    """Start the clocks of a lead that has its owner, and tell them; the manager of their team hears of hot ones.

    Effects: tasks (leads.clocks), notifications. A lead in a queue is told of when it has waited (waiting.py).
    """
    if lead.owner_id is None:
        return
    book = active().playbook
    if row.cause != "captured":  # a capture begins them itself, in one statement
        clocks.start(lead, by=by, at=at)
    owner = User.objects.select_related("team__manager").get(pk=lead.owner_id)
    said = {"url": f"/leads/{lead.id}/", "lead": lead, "account": lead.account_id, "by": by, "at": at}
    body = f"{row.reason[:1].upper()}{row.reason[1:]}. {promised(lead, book, at)}".strip() if row.reason else promised(lead, book, at)
    notifications.notify([owner], kind="lead.assigned", title=titled(lead), body=body, group=f"lead:{lead.id}", **said)
    manager = owner.team.manager if owner.team else None
    if manager is not None and manager.pk != owner.pk and lead.driving_band in book.assignment.notify.manager:
        notifications.notify([manager], kind="lead.hot", title=f"{titled(lead)}, given to {owner.name}",
                             body=promised(lead, book, at), group=f"lead:{lead.id}", **said)  # fmt: skip


def titled(lead: Lead) -> str:
    """Band, name and organisation in one line."""
    where = f", {lead.organization}" if lead.organization else ""
    raised = ", asked for us" if lead.hand_raise else ""
    return f"{(lead.driving_band or 'New').capitalize()} lead: {lead.name}{where}{raised}"


def promised(lead: Lead, book: Playbook, at: datetime) -> str:
    """What comes first and by when, in the time of the lead's place."""
    zone = zone_of(book.calendar, state=lead.state, territory=lead.territory)
    raised = lead.hand_raise and lead.account_id is not None
    promises = sla.clocks(book, lead.driving_band, raised)
    due = sla.due(book, lead.driving_band, at, raised, zone)
    ahead = sorted((when, promises[task].title) for task, when in due.items() if task != "assignment")
    return "; ".join(f"{title} by {when.astimezone(zone):%a %-d %b, %-I:%M %p %Z}" for when, title in ahead[:2]) + ("." if ahead else "")


def watchers(lead: Lead) -> list[User]:
    """Who looks after leads that wait: the manager of its team, else those who see and give out all of them."""
    team = Team.objects.select_related("manager").filter(pk=lead.team_id).first() if lead.team_id else None
    if team is not None and team.manager is not None and team.manager.is_active:
        return [team.manager]
    roles = [code for code, role in all_roles().roles.items() if "records.assign_others" in role.may and "all" in role.rows]
    return list(User.objects.filter(role__in=roles, is_active=True).order_by("id"))
