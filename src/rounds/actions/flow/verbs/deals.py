"""Deeds on deals: what a stage sets going (AUTO-04), the next step, how a deal ends."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field

from rounds.access.sight import whole_sight
from rounds.actions.deals import opportunities
from rounds.actions.desk import tasks
from rounds.actions.flow.verbs.desk import Due, TaskSaid, create
from rounds.actions.flow.verbs.people import managers_of, owner_of
from rounds.actions.flow.verbs.verb import Context, Nothing, Outcome, Said, done, refused, verb
from rounds.kit.actor import Actor
from rounds.models import CommitteeSeat, OpportunityCompetitor
from rounds.models.deals.evidence import look
from rounds.models.deals.standing import gate_of
from rounds.models.facts import facts_of_account
from rounds.rules.pipeline.moves import next_stage


class Shown(Said):
    """`evidence`: what the records are asked; `task`: what is to be done where they do not show it."""

    evidence: str = Field(pattern=r"^[a-z_]+\.[a-z_0-9]+$")
    task: str = Field(min_length=1)
    due: Due = Due(days=5)


class Interviewed(Said):
    about: Literal["win", "loss"]


WANTED = ("beds", "ehr", "it_budget_usd", "total_margin", "hipaa_status", "implementation_timeline", "fiscal_year_end", "website")
"""What one would know of an account before the first meeting."""


@verb("deal.stand", says="see that the deal is there", needs="opportunity")
def stand(context: Context, said: Nothing, *, by: Actor, at: datetime) -> Outcome:
    """Say what the deal began with: it was written in the same transaction."""
    deal = context.deal
    came = "from its lead" if deal.lead_id else "without a lead, with a sheet of its own"
    return done(f"opened {came} in {context.playbook.stages.by_code[deal.stage].title}", opportunity=deal.id)


@verb("deal.enrich", says="look what is known of the account", needs="opportunity")
def enrich(context: Context, said: Nothing, *, by: Actor, at: datetime) -> Outcome:
    """Count what is known of the account, and name what is still to be asked: nothing is invented."""
    facts = facts_of_account(context.account)
    missing = [name.replace("_usd", "").replace("_", " ") for name in WANTED if facts.get(name) in (None, "", "Unknown")]
    known = f"{len(WANTED) - len(missing)} of {len(WANTED)} known"
    return done(f"{known}; still to ask: {', '.join(missing)}" if missing else known, account=context.account.id)


@verb("deal.assign_team", says="see whose the deal is", needs="opportunity", emits=("opportunity.assigned",))
def assign_team(context: Context, said: Nothing, *, by: Actor, at: datetime) -> Outcome:
    """Give a deal nobody has to whoever owns the account; one that is owned stays."""
    deal = context.deal
    if deal.owner_id:
        return done("its owner has it, with the team", owner=deal.owner_id)
    owner = owner_of(context)
    if owner is None:
        return refused("nobody owns the account either; give the deal to somebody")
    opportunities.assign(deal, owner, reason="the owner of the account", by=by, at=at)
    return done("given to the owner of the account", owner=owner.id)


@verb("deal.show_or_task", shape=Shown, says="look at the records, or create a task", needs="opportunity", emits=("task.added",))
def show_or_task(context: Context, said: Shown, *, by: Actor, at: datetime) -> Outcome:
    """Where the records show it already nothing is to be done; else it becomes a task of the owner."""
    with whole_sight(context.deal):
        found = look(context.deal, said.evidence)
    if found.state == "met":
        return done(f"there already: {found.says}")
    return create(context, TaskSaid(title=said.task, due=said.due), by=by, at=at)


@verb("stage.next_step", says="create the task of the next stage", needs="opportunity", emits=("task.added",))
def next_step(context: Context, said: Nothing, *, by: Actor, at: datetime) -> Outcome:
    """The first thing that stands before the next stage, as a task."""
    deal = context.deal
    stage = next_stage(context.playbook, deal.stage)
    if stage is None:
        return done("the deal is closed: nothing is next")
    with whole_sight(deal):
        gate = gate_of(deal, stage, context.playbook)
    title = context.playbook.stages.by_code[stage].title
    line = next(iter(gate.missing), None)
    what = line.next or line.title if line is not None else f"Take the deal to {title}"
    outcome = create(context, TaskSaid(title=what, note=f"Before {title}", due=Due(days=5)), by=by, at=at)
    return Outcome(outcome.state, f"{outcome.sentence}: {what}" if outcome.state == "done" else outcome.sentence, outcome.result)


@verb("competitors.research", says="begin the research of competitors", needs="opportunity", emits=("task.added",))
def research_competitors(context: Context, said: Nothing, *, by: Actor, at: datetime) -> Outcome:
    """Name who is met already, or ask the owner to."""
    names = list(OpportunityCompetitor.objects.filter(opportunity=context.deal).values_list("competitor__name", flat=True))
    if names:
        return done(f"named already: {', '.join(sorted(names))}")
    return create(context, TaskSaid(title="Name the competitors", due=Due(days=5)), by=by, at=at)


@verb("champion.identify", says="look for the clinical champion", needs="opportunity", emits=("task.added",))
def champion(context: Context, said: Nothing, *, by: Actor, at: datetime) -> Outcome:
    """Whoever is marked as champion on the committee, or a task to find one."""
    unit = context.account.buying_unit_id or context.account.id
    count = CommitteeSeat.objects.filter(account__buying_unit_id=unit, ended_at=None, stance="champion").count()
    if count:
        return done(f"{count} {'champion' if count == 1 else 'champions'} on the committee")
    return create(context, TaskSaid(title="Identify the clinical champion", due=Due(days=10)), by=by, at=at)


@verb("deal.interview", shape=Interviewed, says="plan the interview of a closed deal", needs="opportunity", emits=("task.added",))
def interview(context: Context, said: Interviewed, *, by: Actor, at: datetime) -> Outcome:
    """A task for the manager, within the days of the playbook: nobody interviews about a deal of their own."""
    owner = owner_of(context)
    asks = next((one for one in managers_of(owner, context) if owner is None or one.pk != owner.pk), None)
    if asks is None:
        return refused("nobody but its owner could ask")
    days = context.playbook.closing.interview.due_days
    task = tasks.add(f"{said.about.capitalize()} interview: {context.deal.name}"[:300], kind="call", owner=asks, opportunity=context.deal,
                     account=context.account, due_at=at + timedelta(days=days), key=f"interview:{context.deal.id}:{context.deal.reopened}",
                     automation=context.automation.automation, by=by, at=at)  # fmt: skip
    return done(f"asked within {days} days", task=task.id, owner=asks.id)


@verb("deal.check_baa", says="look whether the BAA is in force", needs="opportunity", emits=("task.added",))
def check_baa(context: Context, said: Nothing, *, by: Actor, at: datetime) -> Outcome:
    """With patient data a BAA is in force, or somebody is to get it."""
    if not context.deal.phi_involved:
        return done("no patient data is involved")
    return show_or_task(context, Shown(evidence="baa.in_force", task="Have the business associate agreement signed"), by=by, at=at)


@verb("deal.say_loss", says="see that the reason is written down", needs="opportunity")
def say_loss(context: Context, said: Nothing, *, by: Actor, at: datetime) -> Outcome:
    """The reason and the competitor: a deal is not lost without them."""
    deal = context.deal
    reason = context.playbook.closing.lost.by_code.get(deal.lost_reason)
    if reason is None:
        return refused("no reason is written down")
    names = list(OpportunityCompetitor.objects.filter(opportunity=deal, won=True).values_list("competitor__name", flat=True))
    return done(reason.title + (f": {', '.join(names)}" if names else ""))


@verb("deal.recycle", says="say when the deal is asked again", needs="opportunity")
def recycle(context: Context, said: Nothing, *, by: Actor, at: datetime) -> Outcome:
    """The day on which marketing takes it up again."""
    when = context.deal.recycle_on
    return done(f"asked again on {when:%-d %B %Y}" if when else "not asked again")
