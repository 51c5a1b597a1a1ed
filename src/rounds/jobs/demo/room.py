"""The rooms of the demo's deals: who decides, what discovery found, which approvals are due, what comes next."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from rounds.actions.deals import challenges, committee, customer_approvals, discovery, notes, opportunities, signing
from rounds.kit.actor import Actor
from rounds.models import Contact, DealContact, Opportunity
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day

HEARD = {
    "introduction": "They want to know what it takes from nursing, and who else runs it.",
    "current_state": "Deterioration is found by rounds and by a score in the EHR that is filled in by hand each shift.",
    "challenges": "Late transfers to intensive care, about six a month; alarms nobody trusts.",
    "technology": "One instance of the EHR, an interface engine, single sign-on; security asks for a review of every vendor.",
    "success_metrics": "Time from first sign to call, share of alerts acted upon, transfers that were not planned.",
    "next_steps": "Workflow visit on two wards, security questionnaire, numbers from the last year.",
}
FOUND = (
    ("current_state", "Score filled in by hand once a shift, forty minutes late on average."),
    ("pain_point", "Late transfers to intensive care; each costs days and trust."),
    ("pain_point", "Three alarm systems, none of which anybody trusts at night."),
    ("workflow", "Charge nurse looks at the list at 7, 11, 15 and 19; between them nobody does."),
    ("architecture", "One EHR instance, HL7 interface engine, no FHIR write-back yet."),
    ("security", "Vendor review of 118 questions, penetration test of this year, single sign-on."),
    ("data_flow", "Vitals and labs out, alerts back to the flowsheet; nothing leaves the network."),
    ("integration", "Two interfaces, medium: the engine is theirs, the team is small."),
)  # fmt: skip
MEASURED = (("Time from first sign to call", "minutes", "42", "15"), ("Alerts acted upon", "%", "18", "60"))
STEPS = ("Workflow visit on 4 West", "Numbers for the CFO", "Security questionnaire back", "Call with the CMIO", "Draft of the POC plan", "Meet the value analysis committee")
NOTES = ("The CFO asks for payback under 18 months; everything else is said.", "New CIO starts in spring, the deal should be through before.",
         "Champion speaks at their quality day; we help with the slides.")  # fmt: skip
STANCES = ("supporter", "champion", "neutral", "supporter", "sceptic")
UNWON = ("supporter", "neutral", "neutral", "sceptic", "neutral")
"""Where nobody champions it yet: three deals of ten."""


def furnish(deal: Opportunity, *, random: Random, by: Actor, at: datetime, today: datetime) -> Opportunity:
    """Fill the room of a deal that was opened at `at` as far as its stage goes; one that has a committee stays as it is."""
    if DealContact.objects.filter(opportunity=deal).exists():
        return deal
    way = active().playbook.stages.way
    span = (today - at) / timedelta(days=1)

    def after(days: float) -> datetime:
        """So many days after the opening, or as far as a young deal has come."""
        return at + timedelta(days=min(days, span * days / (days + 10)))

    place = way.index(deal.stage) if deal.stage in way else 2
    people = _committee(deal, place, random, by=by, at=after(2))
    if place >= 1:
        _discover(deal, people, random, by=by, at=after(9))
    if place >= 2:
        _approve(deal, place, random, by=by, at=after(20), today=today)
    if random.random() < 0.5:
        notes.add(deal, random.choice(NOTES), by=by, at=after(30))
    if random.random() < 0.6:
        challenges.tag(deal, random.choice(active().playbook.challenges.tags).tag, by=by, at=after(5))
    return _ahead(deal, place, random, by=by, at=today) if deal.is_open else deal


def _committee(deal: Opportunity, place: int, random: Random, *, by: Actor, at: datetime) -> list[DealContact]:
    """More people the further the deal is; the first has the last word, the others report upwards."""
    unit = deal.buying_unit_id or deal.account_id
    known = list(Contact.objects.filter(buying_unit_id=unit, left_on=None).order_by("seniority", "name")[: min(8, 3 + place)])
    levels = [one.level for one in active().playbook.committee.decision_levels.listed]
    stances = STANCES if random.random() < 0.7 else UNWON
    rows = [committee.seat(deal, person, influence=max(1, 5 - turn), stance=stances[turn % len(stances)],
                           level=levels[min(turn, len(levels) - 1)], by=by, at=at) for turn, person in enumerate(known)]  # fmt: skip
    for turn, row in enumerate(rows[1:], 1):
        committee.report_to(row, rows[0] if turn < 3 else rows[random.choice((1, 2))], by=by, at=at)
    if len(rows) > 3:
        committee.draw(rows[3], rows[0], by=by, at=at)
    return rows


def _discover(deal: Opportunity, people: list[DealContact], random: Random, *, by: Actor, at: datetime) -> None:
    there = [row.contact for row in people[:3]]
    call = discovery.plan(deal, at, people=there, by=by, at=at - timedelta(days=3))
    discovery.note(call, HEARD, by=by, at=at)
    discovery.complete(call, by=by, at=at)
    for kind, text in FOUND:
        discovery.record(deal, kind, text, contact=random.choice(there) if there else None, call=call, by=by, at=at)
    for text, measure, now, wanted in MEASURED:
        discovery.record(deal, "success_criterion", text, measure=measure, baseline=now, target=wanted, by=by, at=at)
    if there:
        discovery.record(deal, "interview", "Would run it on two wards first, with the night shift.", group="clinical_champions", contact=there[-1],
                         call=call, by=by, at=at)  # fmt: skip


def _approve(deal: Opportunity, place: int, random: Random, *, by: Actor, at: datetime, today: datetime) -> None:
    steps = customer_approvals.offer(deal, by=by, at=at)
    customer_approvals.say_buying(deal, committee_required="yes", annual_budget=random.choice(("yes", "no", "")), by=by, at=at)
    for turn, step in enumerate(steps):
        if turn < place - 3:
            customer_approvals.change(step, state="approved", decided_on=house_day(min(today, at + timedelta(days=7 * turn))), by=by, at=today)
        elif turn == max(0, place - 3):
            customer_approvals.change(step, state="in_review", due_on=house_day(today) + timedelta(days=random.randint(8, 40)), by=by, at=today)
    if place == 4 and deal.is_open:
        signing.change(deal, "security_review", days=random.choice((30, 45, 60)), by=by, at=today)


def _ahead(deal: Opportunity, place: int, random: Random, *, by: Actor, at: datetime) -> Opportunity:
    """What comes next and until when; some deals have neither, which the board says."""
    if deal.close_on is None:
        deal = opportunities.change(deal, close_on=house_day(at) + timedelta(days=random.randint(20, 60) + 25 * max(0, 7 - place)), by=by, at=at)
    if deal.amount_cents is None:
        deal = opportunities.price(deal, random.randrange(120, 900, 5) * 100_000, term_months=36, by=by, at=at)
    if random.random() < 0.75:
        deal = opportunities.next_step(deal, random.choice(STEPS), due=house_day(at) + timedelta(days=random.randint(-3, 16)), by=by, at=at)
    return deal
