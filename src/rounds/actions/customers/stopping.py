"""A project is given up, and taken up again."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from rounds.actions.customers import planning
from rounds.actions.customers.implementations import opened, shown, tell
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.models import Implementation
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day


@phi.texts("reason", needed=("reason",))
def stop(project: Implementation, *, reason: str, by: Actor, at: datetime) -> Implementation:
    """Give a project up, with the reason. Effects: stopped_at, implementation.stopped. Raises ProjectOver, ProjectRefused."""
    shown(reason, "why it is stopped", "reason")
    with deed(by):
        project = opened(project)
        project.stopped_at, project.stopped_why, project.updated_at = at, reason.strip()[:1000], at
        project.save(update_fields=["stopped_at", "stopped_why", "updated_at"])
        tell("implementation.stopped", project, {"name": project.name, "reason": project.stopped_why}, by=by, at=at)
        audit.note("implementation.stop", by=by, at=at, kind="implementation", subject=project.id)
    return project


def resume(project: Implementation, *, kickoff_on: date | None = None, by: Actor, at: datetime) -> Implementation:
    """Go on with a stopped project, from `kickoff_on` or, where its kickoff has passed without being held, so many days of
    the playbook from today. One that is open, complete or taken into another stays as it is.

    Effects: stopped_at, perhaps a Replan, implementation.resumed, an audit entry.
    """
    with deed(by):
        project = Implementation.objects.select_for_update(of=("self",)).select_related("customer__account").get(pk=project.pk)
        if project.stopped_at is None or project.merged_into_id is not None:
            return project
        project.stopped_at, project.stopped_why, project.updated_at = None, "", at
        project.save(update_fields=["stopped_at", "stopped_why", "updated_at"])
        begins = kickoff_on or house_day(at) + timedelta(days=active().playbook.implementation.kickoff_after.days)
        if project.kickoff_held_at is None and project.kickoff_on < house_day(at):
            project = planning.move_kickoff(project, on=begins, reason="Taken up again", by=by, at=at)
        tell("implementation.resumed", project, {"name": project.name, "kickoff_on": project.kickoff_on.isoformat()}, by=by, at=at)
        audit.note("implementation.resume", by=by, at=at, kind="implementation", subject=project.id)
    return project
