"""Leads that wait: for an answer of whoever was given one, for somebody to come back, for a manager to hear of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from rounds.actions.desk import notifications
from rounds.actions.flow.deeds import deed
from rounds.actions.leads.routing import telling
from rounds.actions.leads.routing.giving import turn_away
from rounds.actions.leads.routing.one import choose, route
from rounds.kit.actor import Actor
from rounds.models import Assignment, Lead, LeadActivity
from rounds.models.flow.active import active
from rounds.rules.routing.assignment import MANAGER, TERRITORY

CHUNK = 200
"""Leads looked at in one round; the next round takes the others."""
NO_ANSWER = "no answer in time"


def unanswered(*, at: datetime) -> list[UUID]:
    """Assignments whose time to answer has run out."""
    rows = Assignment.objects.filter(responds_by__lte=at, accepted_at=None, declined_at=None, ended_at=None)
    return list(rows.order_by("responds_by").values_list("id", flat=True)[:CHUNK])


def time_out(assignment: UUID, *, by: Actor, at: datetime) -> bool:
    """Give a lead whose owner did not answer in time to the next; True where it went. Whoever called or wrote to them
    meanwhile has accepted by doing so.

    Effects: those of a decline by the product, or accepted_at; word to whoever had it and their manager. May run twice.
    """
    with deed(by):
        row = Assignment.objects.select_for_update(of=("self",), skip_locked=True).select_related("lead", "owner__team__manager").filter(
            pk=assignment, accepted_at=None, declined_at=None, ended_at=None).first()  # fmt: skip
        if row is None:
            return False
        acts = LeadActivity.objects.filter(lead=row.lead, by_id=row.owner_id, direction="out", withdrawn_at=None, at__gte=row.at)
        if row.lead.owner_id != row.owner_id or acts.exists():
            row.accepted_at = at
            row.save(update_fields=["accepted_at"])
            return False
        new = turn_away(row, reason=NO_ANSWER, cause="timed_out", by=by, at=at)
        told = [row.owner, row.owner.team.manager if row.owner and row.owner.team else None]
        notifications.notify(
            [one for one in told if one is not None], kind="lead.declined", lead=row.lead, by=by, at=at, url=f"/leads/{row.lead_id}/",
            title=f"{row.lead.name}: {NO_ANSWER}", body=new.reason, group=f"lead:{row.lead_id}",
        )  # fmt: skip
    return True


def stranded(*, at: datetime, days: int = 7) -> list[UUID]:
    """Leads the router laid into the manager's queue of late, the longest waiting first; what a person put there stays."""
    rows = Assignment.objects.filter(owner=None, queue=MANAGER, ended_at=None, at__gte=at - timedelta(days=days))
    return list(rows.exclude(cause="given").order_by("at").values_list("lead_id", flat=True)[:CHUNK])


def look_again(lead: UUID, *, by: Actor, at: datetime) -> bool:
    """Give a lead that waits to somebody who is there now; True where somebody is. Effects: those of `route`. May run twice."""
    with deed(by):
        row = Lead.objects.select_for_update(of=("self",), no_key=True, skip_locked=True).filter(pk=lead, owner=None, queue=MANAGER).first()
        if row is None:
            return False
        declined = list(Assignment.objects.filter(lead=row, declined_at__isnull=False, owner__isnull=False).values_list("owner_id", flat=True))
        if choose(row, active(), at, declined=declined).owner is None:
            return False
        route(row, by=by, at=at, cause="waited", declined=declined)
    return True


def _patience(lead: Lead, said: dict[str, int]) -> timedelta:
    """How long a lead may wait before somebody hears of it; who asked for us waits no longer than a hot one."""
    if lead.hand_raise:
        return timedelta(minutes=min(said.values(), default=0))
    return timedelta(minutes=said.get(lead.driving_band, max(said.values(), default=0)))


def alert(*, by: Actor, at: datetime) -> int:
    """Tell those who look after waiting leads of each that nobody has after the playbook's minutes; how many leads.

    Effects: notifications, grouped, alerted_at. May run twice.
    """
    said = active().playbook.assignment.nobody.alert_minutes
    soonest = at - timedelta(minutes=min(said.values(), default=0))
    with deed(by), notifications.gathered(by=by, at=at):
        waits = Assignment.objects.filter(owner=None, ended_at=None, alerted_at=None, queue__in=(MANAGER, TERRITORY), at__lte=soonest)
        late = [row for row in waits.select_for_update(of=("self",), skip_locked=True).select_related("lead").order_by("at")[:CHUNK]
                if row.at + _patience(row.lead, said) <= at]
        for row in late:
            notifications.notify(
                telling.watchers(row.lead), kind="lead.unrouted", title=f"{telling.titled(row.lead)} found no owner", by=by, at=at,
                body=row.reason, url=f"/leads/{row.lead_id}/", lead=row.lead, group="unrouted",
            )  # fmt: skip
        Assignment.objects.filter(pk__in=[row.pk for row in late]).update(alerted_at=at)
    return len(late)
