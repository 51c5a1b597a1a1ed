"""The steps of a deal as deeds: opened, priced, dated, moved, handed over, won or lost."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from django.db import transaction

from rounds.actions.deals import (
    closing,
    committee,
    competitors,
    criteria,
    opportunities,
    stages,
)
from rounds.actions.flow.simulations import SimulatedAct
from rounds.actions.leads import activities, converting, qualifying
from rounds.actions.leads.capturing import capture
from rounds.actions.market import accounts, contacts
from rounds.jobs.demo import sheets
from rounds.jobs.demo.committee import TITLES
from rounds.jobs.demo.names import Names, address_of
from rounds.jobs.simulate.marking import activity_id, deal_id, lead_id
from rounds.jobs.simulate.world import World, act
from rounds.kit.refusal import Refusal
from rounds.models import Contact, Lead, Opportunity
from rounds.models.deals.standing import gate_of
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.rules.pipeline import gates
from rounds.rules.simulation.stories import Step

PRODUCTS = ("Imaging triage", "Sepsis watch", "Stroke alerts", "Bed flow", "Documentation assistant", "Deterioration index", "Nurse staffing")
STEPS = ("Workflow visit on two wards", "Numbers for the CFO", "Security questionnaire back", "Call with the CMIO", "Meet the value analysis committee")
SEEN = ("Said in the call of that day", "In the notes of the meeting", "Confirmed by mail", "Shown on their own data")
STANCES = ("supporter", "champion", "neutral", "neutral", "sceptic", "supporter", "neutral", "blocker")
TICKED = 0.85
"""The share of criteria that somebody ticks where the gate only warns."""


def luck(world: World, step: Step) -> Random:
    """The same numbers for the same step, every time."""
    return Random(f"{world.seed} {step.act} {step.of} {step.order}")  # noqa: S311


def given(world: World, step: Step, *, lost: bool = False) -> tuple[dict, object, object]:
    """(what a lead says, its organisation, its seller)."""
    random = luck(world, step)
    seller = step.said["seller"] if lost else int(world.company.deals.seller[step.of])
    unit = world.unit(step.said["segment"], seller, step.of + (100_003 if lost else 0))
    name = Names(random).person()
    said = {"name": name, "title": random.choice(TITLES[:-1]), "organization": unit.name, "state": unit.state, "source": step.said["source"],
            "email": address_of(f"{name} {step.of}{'l' if lost else 'd'}", unit.domain), "external_id": lead_id(world.seed, step.of, lost=lost)}  # fmt: skip
    return said, unit, world.seller(seller)


@act("lead")
def come(world: World, step: Step, at: datetime) -> None:
    said, unit, owner = given(world, step)
    capture(said, by=owner.actor, at=at, account=unit, owner=owner, quiet=True)


def lead_of(world: World, step: Step, *, lost: bool = False) -> Lead:
    return Lead.objects.select_related("account", "owner").get(external_id=lead_id(world.seed, step.of, lost=lost))


@act("touch")
def touch(world: World, step: Step, at: datetime) -> None:
    lead = lead_of(world, step)
    activities.log("call", lead=lead, by=lead.owner.actor, at=at, direction="out", external_id=activity_id(world.seed, step.of, step.order), quiet=True)


@act("open")
def open_deal(world: World, step: Step, at: datetime) -> None:
    """The lead is qualified with a whole sheet and becomes a deal; its organisation goes to the seller, if it is nobody's."""
    lead, random = lead_of(world, step), luck(world, step)
    by = lead.owner.actor
    unit = lead.account
    if unit.owner_id is None:
        accounts.assign(unit, lead.owner, by=world.cast.manager.actor, at=at, reason="Works with them")
    sheets.fill_least(lead, random, by=by, at=at - timedelta(minutes=40))
    sheets.close_flags(lead, by=by, at=at - timedelta(minutes=10))
    _qualify(world, lead, at)
    deal = converting.convert(lead, by=by, at=at, account=unit, name=f"{unit.name}: {PRODUCTS[step.of % len(PRODUCTS)].lower()}"[:300])
    deal = opportunities.change(deal, external_id=deal_id(world.seed, step.of), source=lead.source, phi_involved=step.said["phi"], term_months=36,
                                by=by, at=at)  # fmt: skip
    world.deals[step.of] = deal.pk


def _qualify(world: World, lead: Lead, at: datetime) -> None:
    """Through the gate; where something known of the organisation shuts it, their manager answers for it."""
    try:
        with transaction.atomic():
            qualifying.qualify(lead, by=lead.owner.actor, at=at)
    except Refusal:
        qualifying.override(lead, reason="We know them from another hospital", by=world.cast.manager.actor, at=at)


@act("seat")
def seat(world: World, step: Step, at: datetime) -> None:
    """So many more people of the organisation on the committee: those who are known first."""
    deal, random = world.deal(step.of), luck(world, step)
    there = {row.pk for row in world.members(deal)}
    known = [row for row in Contact.objects.filter(account=deal.account, left_on=None, merged_into=None).order_by("created_at", "id")[:14] if row.pk not in there]
    by = deal.owner.actor
    for place in range(step.said["people"]):
        person = known[place] if place < len(known) else _met(deal, random, len(there) + place, by, at)
        turn = len(there) + place
        committee.seat(deal, person, influence=max(1, 5 - turn // 2), stance=STANCES[(step.of + turn) % len(STANCES)], by=by, at=at)


def _met(deal: Opportunity, random: Random, place: int, by, at: datetime) -> Contact:
    name = Names(random).person()
    return contacts.add(deal.account, name=name, title=TITLES[place % (len(TITLES) - 1)], by=by, at=at,
                        email=address_of(f"{name} {place}{str(deal.pk)[-5:]}", deal.account.domain))  # fmt: skip


@act("rival")
def rival(world: World, step: Step, at: datetime) -> None:
    deal = world.deal(step.of)
    competitors.meet(deal, world.rivals[step.said["rival"]], status="present", by=deal.owner.actor, at=at)


@act("price")
def price(world: World, step: Step, at: datetime) -> None:
    deal = world.deal(step.of)
    opportunities.price(deal, step.said["cents"], basis=step.said["basis"], by=deal.owner.actor, at=at)


@act("date")
def date(world: World, step: Step, at: datetime) -> None:
    """The close date, said anew; with the next step, as one does in the same breath."""
    deal, random = world.deal(step.of), luck(world, step)
    on = house_day(world.company.window.moment(step.said["on"]))
    step_ = {"next_step": random.choice(STEPS), "next_step_due": house_day(at + timedelta(days=random.randint(3, 21)))}
    reason = "They need another month" if step.said.get("slips") else ""
    opportunities.change(deal, close_on=on, reason=reason, by=deal.owner.actor, at=at, **step_)


@act("next_step")
def next_step(world: World, step: Step, at: datetime) -> None:
    deal = world.deal(step.of)
    due = house_day(at + timedelta(days=step.said["due"]))
    opportunities.next_step(deal, luck(world, step).choice(STEPS), due=due, by=deal.owner.actor, at=at)


def talk(world: World, step: Step, at: datetime) -> SimulatedAct:
    """An act of the deal's seller, to be logged with the others of its day."""
    deal = world.deal(step.of)
    people = world.members(deal)
    person = people[step.said["person"] % len(people)] if people else None
    return SimulatedAct(deal.account, person, step.said["kind"], step.said["direction"], deal.owner.actor, at, activity_id(world.seed, step.of, step.order))


@act("tick")
def tick(world: World, step: Step, at: datetime) -> None:
    """What a person may tick before the next stage: all of it where the gate stops, most of it where it warns."""
    deal, random, book = world.deal(step.of), luck(world, step), active().playbook
    stops = gates.mode_for(book, step.said["stage"], deal.owner.role) == "block"
    states = gate_of(deal, step.said["stage"], book, role=deal.owner.role)
    for place, line in enumerate(states.lines):
        if line.by_hand and not line.met and (stops or random.random() < TICKED):
            criteria.check(deal, line.key, "met", note=SEEN[place % len(SEEN)], by=deal.owner.actor, at=at)


@act("move")
def move(world: World, step: Step, at: datetime) -> None:
    deal = world.deal(step.of)
    if deal.stage != step.said["stage"]:
        stages.move(deal, step.said["stage"], by=deal.owner.actor, at=at)


@act("back")
def back(world: World, step: Step, at: datetime) -> None:
    deal = world.deal(step.of)
    stages.move(deal, step.said["stage"], reason="Somebody new decides, who wants to see it from the beginning", by=deal.owner.actor, at=at)


@act("skip")
def skip(world: World, step: Step, at: datetime) -> None:
    """Stages left out: only a manager may, and says why."""
    tick(world, step, at)
    stages.move(world.deal(step.of), step.said["stage"], reason="They know the product from a neighbour and ask for an offer at once", by=world.cast.manager.actor,
                at=at)  # fmt: skip


@act("hand_over")
def hand_over(world: World, step: Step, at: datetime) -> None:
    deal = world.deal(step.of)
    if deal.is_open:
        opportunities.assign(deal, world.seller(step.said["seller"]), reason="Their seller leaves", by=world.cast.manager.actor, at=at)


@act("lose")
def lose(world: World, step: Step, at: datetime) -> None:
    deal = world.deal(step.of)
    closing.lose(deal, reason=step.said["reason"], competitor=world.rivals.get(step.said["rival"]), by=deal.owner.actor, at=at)
