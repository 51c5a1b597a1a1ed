"""Deeds of customers: the project of a won deal, the weekly check of health, the look for what they could use next."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from rounds.actions.customers import expansions, health, implementations
from rounds.actions.flow.verbs.verb import Context, Nothing, Outcome, Said, done, refused, verb
from rounds.kit.actor import Actor
from rounds.models import Poc


class Project(Said):
    """Which project of the deal: of its proof of concept, or the implementation."""

    project: Literal["poc", "implementation"]


@verb("project.create", shape=Project, says="create a project", needs="opportunity", emits=("implementation.opened",))
def create(context: Context, said: Project, *, by: Actor, at: datetime) -> Outcome:
    """The implementation of a won deal, which closing it opened already unless it was imported; of a proof of concept
    the plan it brings with it."""
    deal = context.deal
    if said.project == "poc":
        poc = Poc.objects.filter(opportunity=deal).order_by("-at").first()
        return done(f"{poc.name}, with its milestones", poc=poc.id) if poc else refused("no proof of concept was drawn up yet")
    if deal.closed_at is None or deal.lost_reason:
        return refused("the deal is not won")
    project = implementations.open_for(deal, signed_on=deal.closed_at.date(), by=by, at=at)
    return done(f"kickoff on {project.kickoff_on:%d %b %Y}, done by {project.ends_on:%d %b %Y}", implementation=project.id)


@verb("health.check", says="check customer health", emits=("customer.health_checked",))
def check(context: Context, said: Nothing, *, by: Actor, at: datetime) -> Outcome:
    """Check every customer; a fall of more than the playbook's points is told."""
    count, alarms = health.check_all(by=by, at=at)
    return done(f"{count} customers checked, {alarms} alarms" if count else "there are no customers yet")


@verb("upsell.find", says="look for what customers could use next", emits=("customer.expansion_found",))
def find(context: Context, said: Nothing, *, by: Actor, at: datetime) -> Outcome:
    """Look at every live customer."""
    count = expansions.find(by=by, at=at)
    return done(f"{count} ideas found" if count else "nothing new")
