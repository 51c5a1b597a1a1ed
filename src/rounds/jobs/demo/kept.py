"""The proofs of concept that run, and what the cast kept up with: follow-ups of weeks ago are done, old questions answered, and nearly every open deal has a plan.

A house that has a little to catch up with, not one that forgot half a year of it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from random import Random

from django.db.models import Count

from rounds.access.sight import EVERYTHING, sight
from rounds.actions.deals import demo_room, opportunities
from rounds.actions.desk import tasks
from rounds.actions.flow import events
from rounds.jobs.demo import pocs, proofs, room
from rounds.jobs.demo.cast import Cast
from rounds.jobs.demo.tasks import OUTCOMES, STANDS_OUT
from rounds.jobs.demo.universe import SEED
from rounds.kit.ids import new_id
from rounds.models import Account, DemoQuestion, Opportunity, Task
from rounds.models.desk.tasks import OPEN

ANSWERS = {"vitals": "Yes, by FHIR Observation, every minute.", "charge nurse": "The alert goes on to the house supervisor after two minutes.",
           "threshold": "Yes; the unit's manager sets it, and the change is on the record."}  # fmt: skip
"""A word of a question → what was answered."""
NEXT = ("Introduction with the clinical lead", "Send the one-page case", "Hear who else decides", "Call back after their committee", "Agree the agenda of discovery")
LEFT_OUT = 6
"""Every sixth deal has no next step: somebody forgets one everywhere, and the pages that say so have something to say."""


def tell_proofs(cast: Cast, *, at: datetime) -> None:
    """Readings of the proofs of concept that run, and the stories the deals lack: one that failed, one without a BAA."""
    with sight(EVERYTHING):
        pocs.catch_up(at=at)
        if Opportunity.objects.filter(external_id__startswith="demo:proof:").exists():
            return
        ours = Account.objects.filter(is_unit=True, merged_into=None).annotate(people=Count("contacts")).filter(people__gt=2).order_by("name")
        uncovered = ours.filter(counterparty=None, territory__in=cast.owner.territories).last()  # where no BAA opens the door
        units = [*ours.filter(owner=cast.owner)[:2], *([uncovered] if uncovered else [])]
        deals = [opportunities.open_deal(unit, f"{unit.name}: early warning"[:300], owner=cast.owner, source="Demo", external_id=f"demo:proof:{place}",
                                         by=cast.owner.actor, at=at - timedelta(weeks=26)) for place, unit in enumerate(units)]  # fmt: skip
        proofs.build_proofs([(deal, proofs.people_of(deal)) for deal in deals], cast, at=at, random=Random(SEED))  # noqa: S311


def keep_up(cast: Cast, *, at: datetime) -> None:
    """Do what was due long ago, and plan what is open. Run again it finds nothing more."""
    with events.quietly(new_id()):
        for question in DemoQuestion.objects.filter(answered_at=None, due_on__lt=(at - STANDS_OUT).date()).select_related("owner", "demo").order_by("id"):
            said = next((answer for word, answer in ANSWERS.items() if word in question.question.lower()), "Yes.")
            demo_room.answer(question, said, by=(question.owner or cast.owner).actor, at=_on(question.due_on, hour=15))
        for task in Task.objects.filter(OPEN, key__startswith="demo:", kind="follow_up", due_at__lt=at - STANDS_OUT).select_related("owner").order_by("id"):
            dice = Random(f"follow-up {task.title}")  # noqa: S311 - the same story every time
            done = task.due_at + timedelta(hours=dice.uniform(-20, 9))
            tasks.complete(task, outcome=dice.choice(OUTCOMES), by=(task.owner or cast.owner).actor, at=done)
        for deal in Opportunity.objects.filter(closed_at=None, external_id__startswith="demo:proof:").select_related("account", "owner").order_by("name"):
            room.furnish(deal, random=Random(f"room {deal.name}"), by=(deal.owner or cast.owner).actor, at=deal.opened_at, today=at)  # noqa: S311
        for number, deal in enumerate(Opportunity.objects.filter(closed_at=None, close_on=None).select_related("account", "buying_unit", "owner").order_by("name")):
            _plan(deal, number, cast, at)


def _plan(deal: Opportunity, number: int, cast: Cast, at: datetime) -> None:
    """An estimate, a day to close and a next step, as the owner of a young deal notes them."""
    by = {"by": (deal.owner or cast.owner).actor, "at": max(at - timedelta(days=2, hours=number % 7), deal.opened_at)}
    dice = Random(f"plan {deal.name}")  # noqa: S311
    if deal.amount_cents is None and deal.parent_id is None and number % 4:
        opportunities.price(deal, dice.randrange(9, 46) * 1_000_000, basis="estimate", term_months=36, **by)
    fields: dict = {"close_on": (at + timedelta(days=dice.randrange(60, 260))).date()}
    if not deal.next_step and number % LEFT_OUT:
        fields |= {"next_step": dice.choice(NEXT), "next_step_due": (at + timedelta(days=dice.randrange(0, 12))).date()}
    opportunities.change(deal, **fields, **by)


def _on(day: date, *, hour: int) -> datetime:
    return datetime.combine(day, time(hour), UTC)
