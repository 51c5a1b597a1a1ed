"""Deeds on leads: scored, given, moved, changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from rounds.actions.flow.verbs.verb import Context, Nothing, Outcome, Said, done, refused, verb
from rounds.actions.leads import clocks, leads, routing
from rounds.actions.leads.scoring import rescore as score_anew
from rounds.kit.actor import Actor
from rounds.models import PortalInvitation, User

FIELDS = ("title", "organization", "state", "source", "message")
"""The fields of a lead an automation may set."""


class Status(Said):
    status: str = Field(min_length=1)
    reason: str = ""


class Field_(Said):
    field: Literal["title", "organization", "state", "source", "message"]
    value: str


class Assign(Said):
    """`to`: the e-mail address of the person, or `account_owner`."""

    to: str = Field(min_length=1)
    reason: str = "by an automation"


@verb("lead.rescore", says="compute the score again", emits=("lead.scored",), needs="lead")
def rescore(context: Context, said: Nothing, *, by: Actor, at: datetime) -> Outcome:
    """Compute the score again."""
    before = context.lead.score_total
    score = score_anew(context.lead, by=by, at=at, cause=f"automation: {context.automation.title}")
    return done(f"{score.total}, {score.band}" if score.total != before else f"{score.total}, {score.band}: as it stood")


@verb("lead.set_status", shape=Status, says="change the status", emits=("lead.status_changed",), needs="lead")
def set_status(context: Context, said: Status, *, by: Actor, at: datetime) -> Outcome:
    """Change the status, where the playbook lets it."""
    if context.lead.status == said.status:
        return done(f"it is {said.status} already")
    leads.set_status(context.lead, said.status, by=by, at=at, reason=said.reason or context.automation.title)
    return done(f"{context.lead.status} → {said.status}")


@verb("lead.set_field", shape=Field_, says="set a field", emits=("lead.changed", "lead.scored"), needs="lead")
def set_field(context: Context, said: Field_, *, by: Actor, at: datetime) -> Outcome:
    """Set a field of the lead."""
    given: dict[str, Any] = {said.field: said.value}
    leads.change(context.lead, by=by, at=at, **given)
    return done(f"{said.field} = {said.value}")


@verb("lead.assign", shape=Assign, says="give the lead to somebody", emits=("lead.assigned",), needs="lead")
def assign(context: Context, said: Assign, *, by: Actor, at: datetime) -> Outcome:
    """Give the lead to somebody by name, or to the owner of its account."""
    if said.to == "account_owner":
        account = context.account
        unit = account.buying_unit if account is not None and account.buying_unit_id else account
        owner = next((row.owner for row in (account, unit) if row is not None and row.owner_id), None)
        if owner is None:
            return refused("nobody owns its account")
    else:
        owner = User.objects.filter(email__iexact=said.to, is_active=True).first()
        if owner is None:
            return refused(f"nobody active has the address {said.to}")
    leads.assign(context.lead, owner, by=by, at=at, reason=said.reason)
    return done("given to the owner of its account" if said.to == "account_owner" else "given to the person named", owner=owner.id)


@verb("lead.route", says="give the lead to whom the playbook names", emits=("lead.assigned", "lead.queued"), needs="lead")
def route(context: Context, said: Nothing, *, by: Actor, at: datetime) -> Outcome:
    """Give a lead nobody has to whom the playbook names, or lay it into the queue it names."""
    if context.lead.owner_id is not None:
        return done("it has an owner already")
    row = routing.route(context.lead, by=by, at=at, cause="automation")
    return done("given to a person" if row.owner_id else f"laid into the queue {row.queue}", assignment=row.id, owner=row.owner_id)


@verb("lead.schedule_follow_up", says="open the promised acts with their clocks", emits=("task.added",), needs="lead")
def schedule_follow_up(context: Context, said: Nothing, *, by: Actor, at: datetime) -> Outcome:
    """Open what its band, or its hand-raise, promises the lead; what is open already runs on."""
    made = clocks.start(context.lead, by=by, at=at)
    return done(f"{len(made)} promised: {', '.join(task.title for task in made)}" if made else "what its band promises is open already")


@verb("portal.invite", says="prepare a portal invitation", needs="lead")
def invite(context: Context, said: Nothing, *, by: Actor, at: datetime) -> Outcome:
    """See that the invitation routing prepares is there; it is held until a person sends it (C-17)."""
    row = PortalInvitation.objects.filter(lead=context.lead).first()
    if row is None:
        return refused("routing invites nobody of this band, or without an address")
    return done("prepared and held: a person sends it", invitation=row.id)


@verb("marketing.qualify", says="hand over to marketing", needs="lead")
def hand_to_marketing(context: Context, said: Nothing, *, by: Actor, at: datetime) -> Outcome:
    """Say whose it is: the verdict on its band put marketing's own mark on it, beside its status (C-16)."""
    mark = context.lead.lifecycle
    return done(f"marked {mark}") if mark else refused("the playbook gives leads of this band no mark of marketing's")
