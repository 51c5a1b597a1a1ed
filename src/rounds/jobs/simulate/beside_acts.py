"""The steps beside the deals as deeds: leads that come to nothing, people who come and go, customers afterwards."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from rounds.actions.customers import health, readings, surveys, terms
from rounds.actions.leads import activities, statuses
from rounds.actions.leads.capturing import capture
from rounds.actions.numbers import quotas
from rounds.actions.people import leaving, users
from rounds.jobs.demo.customers import walk
from rounds.jobs.simulate.deal_acts import given, lead_of, luck
from rounds.jobs.simulate.marking import PREFIX
from rounds.jobs.simulate.world import World, act
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.refusal import Refusal
from rounds.models import Contact, Customer, Implementation, SurveyInvitation, User
from rounds.models.flow.days import house_day
from rounds.rules.simulation.stories import Step

ROLES = {"enterprise": "senior_ae"}
LOST = (("no_budget", "Nothing left this fiscal year"), ("competitor", "Takes what their EHR vendor offers"), ("unreachable", ""))


@act("hire")
def hire(world: World, step: Step, at: datetime) -> None:
    seller = step.said["seller"]
    if world.founder(seller) is None and not User.objects.filter(email=world.address(seller)).exists():
        users.add(world.address(seller), world.names[seller], role=ROLES.get(world.segment_of(seller), "ae"), team=world.team_of(seller),
                  territories=[world.territory_of(seller)], by=SYSTEM_ACTOR, at=at)  # fmt: skip


@act("leave")
def leave(world: World, step: Step, at: datetime) -> None:
    """What was theirs goes to their manager's first seller of the segment; the deals went to colleagues before."""
    person = world.seller(step.said["seller"])
    same = world.company.sellers.segment == world.company.sellers.segment[step.said["seller"]]
    leaving.send_away(person, heir=world.seller(int(same.argmax())), reason="Takes another post", by=world.cast.admin.actor, at=at)


@act("lost_lead")
def come(world: World, step: Step, at: datetime) -> None:
    said, unit, owner = given(world, step, lost=True)
    capture(said, by=owner.actor, at=at, account=unit, owner=owner, quiet=True)


@act("lost_lead_touch")
def touch(world: World, step: Step, at: datetime) -> None:
    lead = lead_of(world, step, lost=True)
    if lead.owner is not None:
        activities.log("call", lead=lead, by=lead.owner.actor, at=at, direction="out", external_id=f"{PREFIX}{world.seed}:lost:{step.of}", quiet=True)


@act("lost_lead_end")
def end(world: World, step: Step, at: datetime) -> None:
    lead, random = lead_of(world, step, lost=True), luck(world, step)
    by = (lead.owner or world.cast.manager).actor
    code, reason = random.choice(LOST) if step.said["status"] == "Disqualified" else ("", "Asks to be called again next year")
    statuses.set_status(lead, step.said["status"], by=by, at=at, code=code, reason=reason, quiet=True)


def _customer(world: World, step: Step) -> Customer | None:
    return Customer.objects.select_related("account", "owner").filter(account_id=world.deal(step.of).account_id).exclude(phase="churned").first()


@act("project")
def project(world: World, step: Step, at: datetime) -> None:
    """What was planned until now is done."""
    for row in Implementation.objects.filter(customer__account_id=world.deal(step.of).account_id, completed_at=None, stopped_at=None):
        walk(row, world.cast, house_day(at), at)


@act("reading")
def reading(world: World, step: Step, at: datetime) -> None:
    customer, by = _customer(world, step), world.cast.success.actor
    if customer is None:
        return
    readings.keep(customer, "user_adoption", as_of=house_day(at), parts={"active_users": step.said["used"], "licensed_users": step.said["licences"]},
                  evidence="Usage report, from the product’s own log", by=by, at=at)  # fmt: skip
    readings.keep(customer, "uptime", as_of=house_day(at), parts={"period_minutes": 43_200, "downtime_minutes": step.said["down"], "maintenance_minutes": 120},
                  evidence="Monitoring of the interface engine", by=by, at=at)  # fmt: skip
    health.check(customer, by=by, at=at)


@act("survey")
def survey(world: World, step: Step, at: datetime) -> None:
    customer, random = _customer(world, step), luck(world, step)
    if customer is None:
        return
    people = list(Contact.objects.filter(account=customer.account, left_on=None).exclude(email="").order_by("created_at", "id")[: len(step.said["scores"])])
    asked = surveys.send(customer, "nps", people, by=world.cast.success.actor, at=at)
    for row, score in zip(SurveyInvitation.objects.filter(survey=asked).order_by("id"), step.said["scores"], strict=False):
        if random.random() < step.said["answer_rate"]:
            surveys.answer(surveys.path_of(row)[3:-1], score=str(score), at=at)


@act("churn")
def churn(world: World, step: Step, at: datetime) -> None:
    customer = _customer(world, step)
    if customer is not None:
        with suppress(Refusal):
            terms.churn(customer, on=house_day(at), reason=step.said["reason"], by=world.cast.success.actor, at=at)


@act("quota")
def quota(world: World, step: Step, at: datetime) -> None:
    """A quota of a quarter, said by the manager as it begins."""
    owner = world.seller(step.said["seller"])
    quotas.give(owner, step.said["cents"], starts_on=step.said["starts_on"], ends_on=step.said["ends_on"], by=world.cast.manager.actor, at=at)
