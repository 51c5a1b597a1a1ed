"""Demos, proofs of concept, offers and contracts: the steps that leave papers of their own, and move their deal by them.

What its days do not allow is left out, and the deal is moved by hand, as people do.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from random import Random

from django.db import transaction

from rounds.actions.deals import (
    contract_execution,
    contracts,
    demo_room,
    demos,
    poc_ending,
    poc_plan,
    poc_readings,
    pocs,
    stages,
)
from rounds.actions.trust import agreements
from rounds.jobs.demo import prices, proofs
from rounds.jobs.simulate.deal_acts import luck
from rounds.jobs.simulate.world import World, act
from rounds.kit.refusal import Refusal
from rounds.models import Contract, Demo, Opportunity, Poc
from rounds.models.flow.days import house_day
from rounds.rules.simulation.stories import Step

DAY = timedelta(days=1)
BASE = (12.4, 0.55, 0.05)
"""Where the first three criteria of a proof of concept stand before it (jobs/demo/proofs.py)."""


@act("book_demo")
def book_demo(world: World, step: Step, at: datetime) -> None:
    deal = world.deal(step.of)
    people = world.members(deal)[:5]
    if people:
        starts = max(world.company.window.moment(step.said["starts"]) - timedelta(minutes=90), at)
        kind = luck(world, step).choice(("executive", "technical", "clinical"))
        demos.book(deal, kind, starts_at=starts, attendees=people, presenter=deal.owner, place="Video call", by=deal.owner.actor, at=at)


def arrive(world: World, step: Step, at: datetime) -> None:
    """By hand, where what happened did not move the deal."""
    deal = world.deal(step.of)
    if deal.stage != step.said["stage"]:
        stages.move(deal, step.said["stage"], by=deal.owner.actor, at=at)


@act("enter_O3")
def held(world: World, step: Step, at: datetime) -> None:
    deal, random = world.deal(step.of), luck(world, step)
    demo = Demo.objects.filter(opportunity=deal, state="planned").order_by("starts_at").first()
    if demo is not None and demo.starts_at <= at:
        by, people = deal.owner.actor, [row.contact for row in demo.attendees.select_related("contact")]
        demo = demos.complete(demo, came=people[: max(len(people) - 1, 1)], next_step="Scope a proof of concept", by=by, at=at)
        for attendee in demo.attendees.filter(came=True).order_by("id")[:3]:
            demo_room.say(attendee, rating=max(step.said["rating"] - (random.random() < 0.2), 1), intent=random.choice(("yes", "maybe", "yes")), by=by, at=at)
    arrive(world, step, at)


@act("enter_O4")
def agreed(world: World, step: Step, at: datetime) -> None:
    deal = world.deal(step.of)
    people = world.members(deal)
    with suppress(Refusal), transaction.atomic():
        if len(people) > 1 and not Poc.objects.filter(opportunity=deal).exists():
            proofs.agreed_poc(deal, people, at, by=deal.owner, weeks=step.said["weeks"])
    arrive(world, step, at)


def _poc(deal: Opportunity, *states: str) -> Poc | None:
    return Poc.objects.filter(opportunity=deal, state__in=states).select_related("opportunity__account", "opportunity__owner", "lead").order_by("-at").first()


@act("enter_O5")
def kicked_off(world: World, step: Step, at: datetime) -> None:
    deal = world.deal(step.of)
    with suppress(Refusal), transaction.atomic():
        proofs.cover(deal, world.cast, at, years=4)
        if (poc := _poc(deal, "agreed")) is not None:
            pocs.kick_off(poc, by=deal.owner.actor, at=at)
    arrive(world, step, at)


@act("poc_data")
def connected(world: World, step: Step, at: datetime) -> None:
    """What the plan has until now is done; the data is there."""
    deal = world.deal(step.of)
    poc = _poc(deal, "running")
    if poc is not None:
        for row in poc.milestones.filter(done_at=None).exclude(door="readout").order_by("due_on"):
            if row.door == "data" or row.due_on <= house_day(at):
                poc_plan.finish(row, by=deal.owner.actor, at=at)
        read(poc, "mixed", luck(world, step), 0.4, at)


def read(poc: Poc, going: str, random: Random, way: float, at: datetime) -> None:
    """One reading of each criterion that a hospital measures, so far on its `way`; patient data needs its door open first."""
    minutes, false, using = (base + (end - base) * way + random.uniform(-0.01, 0.01) for base, end in zip(BASE, proofs.SIGNS[going][:3], strict=True))
    say = {"by": poc.opportunity.owner.actor, "at": at}
    with suppress(Refusal), transaction.atomic():
        poc_readings.record(poc, "alert_to_answer", value=round(minutes, 1), n=84, deviation=3.4, source="Alert log", **say)
        poc_readings.record(poc, "false_alerts", n=400, hits=round(400 * min(max(false, 0), 1)), source="Reviewed alerts", **say)
        poc_readings.record(poc, "nurses_using_it", n=160, hits=round(160 * min(max(using, 0), 1)), source="Log-ins by shift", **say)
        if going == "good":
            poc_readings.record(poc, "transfers_to_icu", value=-13.0, n=60, deviation=11.0, source="Weekly unit report", **say)


def show(world: World, deal: Opportunity, going: str, random: Random, at: datetime, *, decision: str) -> None:
    """Results read, shown, signed off and decided upon, on one day."""
    poc, people = _poc(deal, "running"), world.members(deal)
    if poc is None or not people:
        return
    by = deal.owner.actor
    with suppress(Refusal), transaction.atomic():
        for row in poc.milestones.filter(done_at=None, door="data"):
            poc_plan.finish(row, by=by, at=at)
        read(poc, going, random, 1.0, at)
        poc = poc_ending.hold_readout(poc, by=by, at=at)
        poc = poc_ending.sign_off(poc, people[0], by=by, at=at)
        poc_ending.decide(poc, decision, why="" if decision == "convert" else "It did not show what was agreed.", by=by, at=at)


@act("enter_O6")
def proved(world: World, step: Step, at: datetime) -> None:
    show(world, world.deal(step.of), "good", luck(world, step), at, decision="convert")
    arrive(world, step, at)


@act("poc_failed")
def failed(world: World, step: Step, at: datetime) -> None:
    show(world, world.deal(step.of), step.said["going"], luck(world, step), at, decision="stop")


@act("enter_O7")
def offered(world: World, step: Step, at: datetime) -> None:
    """A quote, approved, and the proposal that goes out with it."""
    with suppress(Refusal), transaction.atomic():
        prices.reached(world.deal(step.of), "O7", cast=world.cast, at=at)
    arrive(world, step, at)


@act("enter_O8")
def reviewed(world: World, step: Step, at: datetime) -> None:
    """They accept in principle, and the contract goes to review."""
    deal = world.deal(step.of)
    with suppress(Refusal), transaction.atomic():
        prices.reached(deal, "O8", cast=world.cast, at=at)
    deal = world.deal(step.of)
    with suppress(Refusal), transaction.atomic():
        paper = contracts.add(f"{deal.account.name}, subscription"[:200], kind="subscription", account=deal.account, deal=deal, owner=deal.owner,
                              by=deal.owner.actor, at=at)  # fmt: skip
        contracts.start_review(paper, by=deal.owner.actor, at=at)
    arrive(world, step, at)


@act("win")
def signed(world: World, step: Step, at: datetime) -> None:
    """Approved and signed by both: the executed contract closes the deal. With patient data the BAA is there before."""
    deal, on = world.deal(step.of), agreements.day(at)
    by = deal.owner.actor
    proofs.cover(deal, world.cast, at, years=4)
    paper = Contract.objects.filter(opportunity=deal, kind="subscription").order_by("-at").first() or contracts.add(
        f"{deal.account.name}, subscription"[:200], kind="subscription", account=deal.account, deal=deal, owner=deal.owner, by=by, at=at)  # fmt: skip
    contract_execution.approve(paper, name="Their chief financial officer", on=on, evidence="Minutes of the board", by=by, at=at)
    for side, name in (("ours", world.cast.manager.name), ("customer", "Their chief executive")):
        contract_execution.sign(paper, side=side, name=name, on=on, by=by, at=at)
