"""The demo's demos and proofs of concept, each told by the real actions at the day it would have happened.

The deals of the demo (deals.py) walk through what pocs.py tells of them; `build_proofs` adds the stories they lack.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random

from rounds.actions.deals import (
    demo_room,
    demos,
    poc_converting,
    poc_criteria,
    poc_ending,
    poc_extending,
    poc_issues,
    poc_plan,
    poc_readings,
    poc_roi,
    pocs,
)
from rounds.actions.trust import agreements
from rounds.jobs.demo.cast import Cast
from rounds.models import Contact, Counterparty, Demo, Opportunity, Poc, User
from rounds.models.flow.days import house_day

DAY, WEEK, FRIDAY = timedelta(days=1), timedelta(weeks=1), 4
TERMS = "If every mandatory criterion is met, the three-year order form of the appendix is signed within 30 days of the readout."
CRITERIA = (
    {"name": "Alert to answer", "category": "performance", "kind": "mean", "unit": "min", "direction": "at_most", "baseline": 12.4,
     "target": 5.0, "weight": 3, "mandatory": True, "planned_n": 80, "deviation": 4.0},
    {"name": "False alerts", "category": "performance", "kind": "share", "direction": "at_most", "baseline": 0.55, "target": 0.25,
     "weight": 2, "mandatory": True, "planned_n": 400},
    {"name": "Nurses using it", "category": "adoption", "kind": "share", "direction": "at_least", "baseline": 0.0, "target": 0.70,
     "weight": 3, "mandatory": True, "planned_n": 160},
    {"name": "Transfers to ICU", "category": "clinical", "kind": "mean", "unit": "%", "direction": "at_most", "baseline": 0.0,
     "target": -8.0, "weight": 2, "planned_n": 60, "deviation": 11.0},
)  # fmt: skip
SIGNS = {"good": (4.1, 0.16, 0.82, -13.0), "mixed": (4.2, 0.16, 0.61, -4.0), "poor": (9.8, 0.44, 0.22, -1.0)}
"""Where the four criteria arrive, by how it goes."""
QUESTIONS = ("Does it read vitals from the flowsheet by itself?", "Who answers an alert when the charge nurse is in a code?",
             "Can the threshold differ by unit?")  # fmt: skip


def noon(at: datetime) -> datetime:
    """The same day, when it is that day everywhere in the country; of a weekend the Friday before, for nobody meets then."""
    day = at.astimezone(UTC).replace(hour=17, minute=0, second=0, microsecond=0)
    return day - max(day.weekday() - FRIDAY, 0) * DAY


def people_of(deal: Opportunity) -> list[Contact]:
    """The customer's people, those who decide first."""
    unit = deal.buying_unit_id or deal.account_id
    return list(Contact.objects.filter(buying_unit=unit, left_on=None, merged_into=None).order_by("seniority", "name")[:12])


def held_demo(deal: Opportunity, people: Sequence[Contact], kind: str, when: datetime, *, by: User, random: Random, asks: int = 1) -> Demo:
    """A demo held at `when`, with its guide, its feedback and what stayed open."""
    actor, room, when = by.actor, list(people[:5]), noon(when)
    demo = demos.book(deal, kind, starts_at=when, attendees=room, presenter=by, place="Video call", by=actor, at=when - 8 * DAY)
    for item in ("outcomes_first", "clinical_value", "compliance", "questions")[: random.randint(3, 4)]:
        demo_room.tick(demo, item, by=actor, at=when + timedelta(minutes=20))
    after = when + timedelta(minutes=demo.minutes + 5)
    came = room[: max(len(room) - 1, 1)]
    demo = demos.complete(demo, came=came, notes="They want to see it with their own alarm load. IT asked about the interface engine.",
                   next_step="Scope a proof of concept on one unit", next_step_on=house_day(when + WEEK), by=actor, at=after)  # fmt: skip
    for place, attendee in enumerate(demo.attendees.filter(came=True).order_by("id")):
        demo_room.say(attendee, rating=random.choice((4, 5, 5)), intent="yes" if place else "maybe", champion=place == 1,
                      concerns="" if place else "Will it add to the alarm load at night?", by=actor, at=after + DAY)  # fmt: skip
    for number in range(asks):
        row = demo_room.ask(demo, QUESTIONS[number % len(QUESTIONS)], owner=by, due_on=house_day(after + 4 * DAY), asked_by=came[0], by=actor, at=after)
        if number or kind == "technical":
            demo_room.answer(row, "Yes, by FHIR Observation, every minute.", by=actor, at=after + 2 * DAY)
    return demo


def agreed_poc(deal: Opportunity, people: Sequence[Contact], when: datetime, *, by: User, weeks: int = 10) -> Poc:
    """One whose agreement was signed at `when`."""
    actor, name, when = by.actor, deal.account.name, noon(when)
    poc = pocs.open_poc(deal, name=f"Early warning, one unit at {name}"[:120], weeks=weeks, lead=by, by=actor, at=when - 10 * DAY)
    said = {"use_case": "Find patients who deteriorate on one medical unit an hour earlier.", "conversion_terms": TERMS,
            "resources": "Two nurse champions, four hours of the interface team, no new hardware.", "executive": people[0],
            "data_owner": people[-1]}  # fmt: skip
    poc = pocs.describe(poc, said, by=actor, at=when - 9 * DAY)
    for one in CRITERIA:
        poc_criteria.add(poc, dict(one), by=actor, at=when - 8 * DAY)
    return pocs.agree(poc, people[0], by=actor, at=when)


def cover(deal: Opportunity, cast: Cast, at: datetime, *, years: int = 2) -> None:
    """A BAA with the customer, if there is none."""
    account = deal.account.buying_unit or deal.account
    if Counterparty.objects.filter(account=account).exists():
        return
    by = cast.compliance.actor
    party = agreements.add("", "customer", account=account, why="Proof of concept on patient data", by=by, at=at)
    on = agreements.day(at)
    baa = agreements.draft(party, f"{on.year}-1", effective_on=on, expires_on=on.replace(year=on.year + years, day=min(on.day, 28)), by=by, at=at)
    agreements.sign(baa, on, by=by, at=at)


def run(poc: Poc, start: datetime, weeks: int, going: str, *, by: User, random: Random, data: bool = True) -> Poc:
    """It was kicked off at `start` and ran for so many weeks: milestones, readings, reviews, an issue."""
    start = noon(start)
    poc = pocs.kick_off(poc, house_day(start), by=by.actor, at=start)
    return progress(poc, start, weeks, going, by=by, random=random, data=data)


def progress(poc: Poc, start: datetime, weeks: int, going: str, *, by: User, random: Random, data: bool = True) -> Poc:
    """What happens in the `weeks` after the kickoff at `start`."""
    start = noon(start)
    actor, until = by.actor, start + weeks * WEEK
    for row in poc.milestones.filter(due_on__lt=house_day(until)).exclude(door="readout").order_by("due_on"):
        if row.door != "data" or data:
            poc_plan.finish(row, by=actor, at=max(datetime.combine(row.due_on, start.timetz()) - DAY, start))
    since = Poc.objects.values_list("data_since", flat=True).get(pk=poc.pk)
    for week in range(1, weeks):
        at = start + week * WEEK + 2 * DAY
        if since is not None and since <= at < until:
            _read(poc, week, weeks, SIGNS[going], at, by=by, random=random)
    for week in range(1, weeks + 1, 2):
        at = start + week * WEEK - DAY
        if at < until:
            poc_plan.review(poc, note=("On track.", "Night shift is behind; a second training is set.")[week % 4 == 3], held_on=house_day(at), by=actor, at=at)
    if weeks > 3:
        issue = poc_issues.raise_issue(poc, title="Vitals stop after midnight on two monitors", severity="major",
                                       note="Since the gateway was updated.", by=actor, at=start + 3 * WEEK - DAY)  # fmt: skip
        if weeks > 5:
            poc_issues.close(issue, solution="Gateway set back, then patched by their vendor.", by=actor, at=start + 4 * WEEK)
    return Poc.objects.select_related("opportunity__account", "lead").get(pk=poc.pk)


def _read(poc: Poc, week: int, weeks: int, ends: tuple[float, float, float, float], at: datetime, *, by: User, random: Random) -> None:
    """The four readings of a week, on their way from the baseline to where they arrive."""
    way = 1 - (1 - week / max(weeks - 1, 1)) ** 1.6
    wobble = random.uniform(-0.02, 0.02)
    minutes, false, using, icu = (base + (end - base) * way for base, end in zip((12.4, 0.55, 0.05, 0.0), ends, strict=True))
    say = {"by": by.actor, "at": at}
    poc_readings.record(poc, "alert_to_answer", value=round(minutes + wobble * 10, 1), n=60 + 4 * week, deviation=3.4, source="Alert log", **say)
    poc_readings.record(poc, "false_alerts", n=300, hits=round(300 * min(max(false + wobble, 0), 1)), source="Reviewed alerts", **say)
    poc_readings.record(poc, "nurses_using_it", n=140, hits=round(140 * min(max(using + wobble, 0), 1)), source="Log-ins by shift", **say)
    poc_readings.record(poc, "transfers_to_icu", value=round(icu + wobble * 40, 1), n=26 + 2 * week, deviation=13.0, source="Weekly unit report", **say)


def count_roi(poc: Poc, at: datetime, *, by: User, signer: Contact | None = None) -> None:
    """Its ROI sheet, signed where somebody signs it."""
    cents = {"savings": 610_000_00, "revenue": 120_000_00, "cost": 395_000_00, "one_time": 85_000_00}
    sources = {"savings": "Two ICU days less a month, their cost report", "revenue": "Beds freed, finance's estimate", "cost": "Our quote, draft 2",
               "one_time": "Interface and training"}  # fmt: skip
    poc_roi.count(poc, cents, sources=sources, by=by.actor, at=at)
    if signer is not None:
        poc_converting.signed(poc, "roi", signer, by=by.actor, at=at + timedelta(hours=3))


def ended(poc: Poc, signer: Contact, when: datetime, *, by: User, decision: str = "convert", why: str = "") -> Poc:
    """Results shown at `when`, signed off two days later, decided in the week after."""
    when = noon(when)
    poc = poc_ending.hold_readout(poc, by=by.actor, at=when)
    count_roi(poc, when, by=by, signer=signer if decision == "convert" else None)
    if decision == "convert":
        poc_converting.draft(poc, by=by.actor, at=when + DAY)
        poc_converting.signed(poc, "plan", signer, by=by.actor, at=when + 2 * DAY)
    poc = poc_ending.sign_off(poc, signer, by=by.actor, at=when + 2 * DAY)
    return poc_ending.decide(poc, decision, why=why, by=by.actor, at=when + 5 * DAY)


def build_proofs(deals: Sequence[tuple[Opportunity, Sequence[Contact]]], cast: Cast, *, at: datetime, random: Random) -> None:
    """Give deals their stories, the first the first: one that runs well but for one figure, one that failed and owes data,
    one that waits for a BAA, one that succeeded, then demos alone. A deal that has one already keeps it."""
    stories = (_mixed, _failed, _shut, _converted, _demos_only)
    for place, (deal, people) in enumerate(deals):
        if not (deal.is_open and len(people) >= 2) or Poc.objects.filter(opportunity=deal).exists() or Demo.objects.filter(opportunity=deal).exists():
            continue
        stories[min(place, len(stories) - 1)](deal, people, cast, noon(at) - DAY, random)


def _mixed(deal: Opportunity, people: Sequence[Contact], cast: Cast, at: datetime, random: Random) -> None:
    by = deal.owner or cast.owner
    held_demo(deal, people, "executive", at - 15 * WEEK, by=by, random=random)
    held_demo(deal, people, "technical", at - 14 * WEEK, by=by, random=random, asks=2)
    poc = agreed_poc(deal, people, at - 10 * WEEK, by=by)
    cover(deal, cast, at - 9 * WEEK)
    poc = run(poc, at - 8 * WEEK, 8, "mixed", by=by, random=random)
    poc_issues.raise_issue(poc, title="Night shift on 4 West does not open the list", severity="critical", by=by.actor, at=at - 2 * DAY)
    count_roi(poc, at - 3 * DAY, by=by)
    poc_extending.ask(poc, weeks=2, why="The night shift was trained two weeks late.", by=by.actor, at=at - DAY)


def _failed(deal: Opportunity, people: Sequence[Contact], cast: Cast, at: datetime, random: Random) -> None:
    by = deal.owner or cast.owner
    held_demo(deal, people, "clinical", at - 22 * WEEK, by=by, random=random)
    poc = agreed_poc(deal, people, at - 18 * WEEK, by=by, weeks=8)
    cover(deal, cast, at - 17 * WEEK)
    poc = run(poc, at - 16 * WEEK, 9, "poor", by=by, random=random)
    ended(poc, people[0], at - 6 * WEEK, by=by, decision="stop", why="Alerts came too late to change anything on this unit.")


def _shut(deal: Opportunity, people: Sequence[Contact], cast: Cast, at: datetime, random: Random) -> None:
    by = deal.owner or cast.owner
    held_demo(deal, people, "technical", at - 9 * WEEK, by=by, random=random)
    run(agreed_poc(deal, people, at - 5 * WEEK, by=by, weeks=6), at - 4 * WEEK, 4, "mixed", by=by, random=random, data=False)


def _converted(deal: Opportunity, people: Sequence[Contact], cast: Cast, at: datetime, random: Random) -> None:
    by = deal.owner or cast.owner
    held_demo(deal, people, "executive", at - 20 * WEEK, by=by, random=random)
    poc = agreed_poc(deal, people, at - 16 * WEEK, by=by, weeks=10)
    cover(deal, cast, at - 15 * WEEK)
    poc = run(poc, at - 14 * WEEK, 10, "good", by=by, random=random)
    ended(poc, people[0], at - 3 * WEEK, by=by)


def _demos_only(deal: Opportunity, people: Sequence[Contact], cast: Cast, at: datetime, random: Random) -> None:
    by = deal.owner or cast.owner
    held_demo(deal, people, "executive", at - 2 * WEEK, by=by, random=random)
    when = noon(at + 6 * DAY).replace(hour=15)
    demos.book(deal, "clinical", starts_at=when, attendees=list(people[:3]), presenter=by, place="Their boardroom", by=by.actor, at=at - DAY)
    missed = demos.book(deal, "technical", starts_at=at - 3 * DAY, attendees=list(people[:1]), presenter=by, by=by.actor, at=at - 12 * DAY)
    demos.no_show(missed, why="The ward was short of people", by=by.actor, at=at - 3 * DAY + timedelta(minutes=30))


__all__ = ["agreed_poc", "build_proofs", "count_roi", "cover", "ended", "held_demo", "people_of", "progress", "run"]
