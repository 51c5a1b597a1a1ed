"""The deals of the demo: in every stage, each walked there through the real actions at the times it happened.

What belongs to a part it tells itself, where it is there: prices, and the contract that wins it, as a deal is walked
(`reached`), demos and proofs of concept of some deals that wait for them in Discovery, the rooms of all, the other
contracts last. A stage that cannot be
entered is where a deal stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from random import Random
from typing import Any

from rounds.actions.deals import closing, competitors, criteria, opportunities, placing, stages
from rounds.actions.flow import events
from rounds.jobs.demo.abc import NAME as ABC
from rounds.jobs.demo.cast import Cast
from rounds.kit.ids import new_id
from rounds.kit.refusal import Refusal
from rounds.models import Account, Competitor, Opportunity
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day

RIVALS = (
    ("Asterion Imaging", "established", "Triage, Reads", "Large install base in radiology", "Slow to integrate outside of radiology"),
    ("Cobalt Clinical AI", "entrant", "Sepsis, Deterioration", "Cheap pilots", "No reference above 300 beds"),
    ("The EHR vendor's own module", "established", "Alerts", "Comes with the EHR", "One size fits all"),
)
STEPS = ("Confirm the date with the CIO", "Send the security questionnaire", "Hear from the value analysis committee",
         "Agree the success criteria", "Meet the radiology lead")  # fmt: skip
SEEN = ("Said in the call of that day", "In the notes of the meeting", "Confirmed by mail", "Shown on their own data")


@dataclass(frozen=True, slots=True)
class Story:
    """One deal: what for, how far it came in how many days, what it brings, how it ended if it did."""

    title: str
    stage: str
    days: int
    thousands: int | None
    lost: str = ""
    back: bool = False
    rival: int | None = None
    proof: bool = False


STORIES = (
    Story("Imaging triage", "O7", 210, 480, rival=0),
    Story("Sepsis watch", "O5", 150, 320, rival=1),
    Story("Stroke alerts", "O8", 260, 610),
    Story("Bed flow", "O2", 24, None),
    Story("Documentation assistant", "O3", 75, 140, rival=2),
    Story("Imaging triage", "O10", 180, 260, lost="competition", rival=0),
    Story("Nurse staffing", "O1", 9, None),
    Story("Sepsis watch", "O9", 300, 540),
    Story("Deterioration index", "O4", 120, 210),
    Story("Stroke alerts", "O6", 190, 390, rival=1),
    Story("Bed flow", "O10", 95, 120, lost="no_decision"),
    Story("Imaging triage", "O3", 130, 275, back=True),
    Story("Documentation assistant", "O7", 240, 350),
    Story("Nurse staffing", "O2", 70, 90),
    Story("Deterioration index", "O9", 280, 410),
    Story("Sepsis watch", "O3", 60, 300, rival=1),
    Story("Imaging triage", "O5", 200, 720, rival=0),
    Story("Bed flow", "O1", 40, None),
)
"""Eighteen of all kinds; a small demo takes the first eight."""
SMALL = 8
PROOFS = tuple(Story(title, "O2", 190, thousands, proof=True) for title, thousands in (
    ("Early warning", 360), ("Early warning, second site", 180), ("Early warning, west", 220), ("Early warning, all units", 540), ("Early warning, one clinic", 90)))  # fmt: skip
"""One runs well but for a figure, one failed, one waits for a BAA, one succeeded, one has only seen it."""


def tell_deals(units: list[Account], cast: Cast, *, at: datetime, small: bool = False) -> int:
    """Open and walk the deals of the demo among `units` that somebody owns; how many. There already: none."""
    if Opportunity.objects.filter(external_id="demo:0").exists():
        return 0
    owned = [unit for unit in units if unit.owner_id] or units
    rivals = rivals_of(cast, at)
    told = (*(STORIES[:SMALL] if small else STORIES), *PROOFS[: 2 if small else len(PROOFS)])
    deals = [_tell(number, story, owned[number % len(owned)], rivals, cast, at) for number, story in enumerate(told) if owned]
    _whole_system(cast, at)
    with events.quietly(new_id()):
        if money := _part("prices"):
            for deal in Opportunity.objects.filter(pk__in=[one.pk for one in deals], closed_at=None).select_related("account", "owner"):
                money.again(deal, cast, at=at)
        _prove([deal for deal, story in zip(deals, told, strict=True) if story.proof], cast, at)
        _furnish(deals, at)
        if papers := _part("paper"):
            papers.write_contracts(cast, at=at)
    return len(deals)


def _prove(deals: list[Opportunity], cast: Cast, at: datetime) -> None:
    """Demos and proofs of concept, which move their deals by themselves."""
    if proofs := _part("proofs"):
        pairs = [(deal, people) for deal in deals if len(people := proofs.people_of(deal)) > 1]
        proofs.build_proofs(pairs, cast, at=at, random=Random("proofs"))  # noqa: S311


def _furnish(deals: list[Opportunity], at: datetime) -> None:
    """Who decides, what discovery found, which approvals are due."""
    if room := _part("room"):
        for deal in deals:
            deal.refresh_from_db()
            room.furnish(deal, random=Random(f"room {deal.name}"), by=deal.owner.actor, at=deal.opened_at, today=at)  # noqa: S311


def rivals_of(cast: Cast, at: datetime) -> list[Competitor]:
    found = []
    for name, kind, products, strengths, weaknesses in RIVALS:
        row = Competitor.objects.filter(name=name).first()
        if row is None:
            by = {"by": cast.marketing.actor, "at": at - timedelta(days=120)}
            row = competitors.add(name=name, kind=kind, products=products, strengths=strengths, weaknesses=weaknesses, **by)
            competitors.cite(row, source="Synthetic trade fair notes", as_of=house_day(by["at"]), confidence=70, **by)
        found.append(row)
    return found


def _tell(number: int, story: Story, unit: Account, rivals: list[Competitor], cast: Cast, at: datetime) -> Opportunity:
    """One deal from its first day to where it stands. What lies more than a week back starts no automation."""
    began = at - timedelta(days=story.days)
    owner = unit.owner or cast.owner
    with events.quietly(new_id()):
        deal = opportunities.open_deal(unit, f"{unit.name}: {story.title.lower()}"[:300], owner=owner, kind="new", source="Demo",
                                       external_id=f"demo:{number}", by=owner.actor, at=began)  # fmt: skip
        if story.rival is not None:
            competitors.meet(deal, rivals[story.rival], status="present", by=owner.actor, at=began + timedelta(days=3))
        if story.thousands:
            opportunities.price(deal, story.thousands * 100_000, basis="estimate", term_months=36, by=owner.actor, at=began + timedelta(days=5))
        deal = _walk(deal, story, began, cast, at)
        if deal.is_open:
            _plan(deal, number, at)
        if story.lost:
            won_by = rivals[story.rival] if story.rival is not None else None
            deal = closing.lose(deal, reason=story.lost, competitor=won_by, by=owner.actor, at=at - timedelta(days=4))
    return deal


def _walk(deal: Opportunity, story: Story, began: datetime, cast: Cast, at: datetime) -> Opportunity:
    way = active().playbook.stages.way
    until = "O5" if story.lost else story.stage
    last = way.index(until) if until in way else 0
    stay = timedelta(days=5) if story.proof else (at - timedelta(days=6) - began) / (last + 1)
    for place, stage in enumerate(way[1 : last + 1], start=1):
        when = began + stay * place
        _tick(deal, stage, when)
        _tell_parts(deal, stage, cast, when)
        deal.refresh_from_db()
        if deal.stage != stage and not _go(deal, stage, cast, when):
            return deal
        deal.refresh_from_db()
    if story.back:
        deal = stages.move(deal, "O2", reason="The new CMIO asks for discovery again", by=deal.owner.actor, at=at - timedelta(days=5))
    return deal


def _tick(deal: Opportunity, stage: str, when: datetime) -> None:
    """What a person may tick of the process stage that is left, with a note."""
    book = active().playbook
    left = book.stages.process_of(deal.stage)
    if left == book.stages.process_of(stage):
        return
    for place, one in enumerate(book.process.by_code[left].criteria):
        if one.by_hand:
            criteria.check(deal, one.key, "met", note=SEEN[place % len(SEEN)], by=deal.owner.actor, at=when - timedelta(days=1, hours=place))


def _go(deal: Opportunity, stage: str, cast: Cast, when: datetime) -> bool:
    """Move the deal by hand where the records of no part did; False where its gate is shut."""
    try:
        if stage == active().playbook.stages.ending("won"):
            closing.win(deal, by=deal.owner.actor, at=when)
        else:
            stages.move(deal, stage, by=deal.owner.actor, at=when)
    except Refusal:
        return False
    return True


def _plan(deal: Opportunity, number: int, at: datetime) -> None:
    """When it is to close and what happens next; some are past their day, some have no step, as deals are."""
    by = {"by": deal.owner.actor, "at": at - timedelta(days=2)}
    fields: dict[str, Any] = {"close_on": house_day(at + timedelta(days=(number * 17) % 150 - 12))}
    if (proofs := _part("proofs")) and (people := proofs.people_of(deal)):
        fields["contact"] = people[0]
    if number % 4 != 3:
        fields |= {"next_step": STEPS[number % len(STEPS)], "next_step_due": house_day(at + timedelta(days=number % 9 - 2))}
    opportunities.change(deal, **fields, **by)
    if deal.stage in ("O5", "O6") and number % 2:
        opportunities.forecast(deal, "best_case", reason="The sponsor is firm", **by)


def _whole_system(cast: Cast, at: datetime) -> None:
    """One deal of ABC Health System over its hospitals, with one of them below it: summed once."""
    system = Account.objects.filter(name=ABC, level="system").select_related("owner").first()
    if system is None:
        return
    owner = system.owner or cast.owner
    by = {"by": owner.actor, "at": at - timedelta(days=30)}
    with events.quietly(new_id()):
        whole = opportunities.open_deal(system, f"{ABC}: enterprise agreement", owner=owner, external_id="demo:whole", **by)
        opportunities.price(whole, 120_000_000, basis="estimate", term_months=36, **by)
        sites = list(Account.objects.filter(buying_unit=system).exclude(pk=system.pk).order_by("name")[:4])
        placing.place(whole, sites, **by)
        part = opportunities.open_deal(system, f"{ABC}: first hospital", owner=owner, external_id="demo:part", parent=whole, **by)
        opportunities.price(part, 30_000_000, basis="estimate", **by)


def _part(name: str) -> Any:
    """A part of the demo, where its room is built; None where it is not."""
    found = f"rounds.jobs.demo.{name}"
    return import_module(found) if find_spec(found) is not None else None


def _tell_parts(deal: Opportunity, stage: str, cast: Cast, when: datetime) -> None:
    for name in ("prices", "paper"):
        if (part := _part(name)) and hasattr(part, "reached"):
            part.reached(Opportunity.objects.select_related("account__buying_unit", "owner").get(pk=deal.pk), stage, cast=cast, at=when)
