"""Deeds on proofs of concept, and projects begun by automations (AUTO-05, PIPE-09, PIPE-10)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from rounds.actions.customers import implementations
from rounds.actions.deals import poc_watching, pocs
from rounds.actions.flow.verbs.verb import Context, Nothing, Outcome, Said, done, refused, verb
from rounds.kit.actor import Actor
from rounds.models import Poc
from rounds.models.flow.days import house_day


class ProjectSaid(Said):
    """Which project: a proof of concept of the deal, or its implementation."""

    project: Literal["poc", "implementation"]


@verb("poc.review", says="look at the milestones, overruns and clocks of proofs of concept",
      emits=("task.added", "poc.overran", "poc.issue_escalated", "poc.data_clock_started"))
def review(context: Context, said: Nothing, *, by: Actor, at: datetime) -> Outcome:
    """The daily look at everything that runs: tasks for what is near, alarms for what is late, each once."""
    found = poc_watching.watch(by=by, at=at)
    told = [f"{count} {what}" for what, count in found.items() if count]
    return done(", ".join(told) if told else "nothing to look after")


@verb("project.create", shape=ProjectSaid, says="create a project", needs="opportunity", emits=("poc.opened", "customer.won", "implementation.opened"))
def create(context: Context, said: ProjectSaid, *, by: Actor, at: datetime) -> Outcome:
    """The project of a deal, where it is not there yet."""
    deal = context.deal
    if said.project == "implementation":
        if deal.stage != context.playbook.stages.ending("won"):
            return refused("the deal is not won")
        project = implementations.open_for(deal, signed_on=house_day(deal.closed_at or at), by=by, at=at)
        return done("the implementation is planned", implementation=project.id)
    last = Poc.objects.filter(opportunity=deal).order_by("-at").first()
    if last is not None and last.state != "abandoned":
        return done("the proof of concept was there already", poc=last.id)
    if not deal.is_open:
        return refused("the deal is closed")
    poc = pocs.open_poc(deal, by=by, at=at)
    return done("a draft of a proof of concept", poc=poc.id)
