"""The demo's customers: one that thrives, one whose project runs late, one that slips away, one that begins, one that left.

They bought before Rounds was there, so they are brought in; what happened to them since went through the same doors. Whoever
was won in the demo is one as well.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from rounds.actions.customers import (
    customers,
    expansions,
    health,
    implementations,
    issues,
    outcomes,
    planning,
    readings,
    references,
    surveys,
    terms,
)
from rounds.actions.market import contacts
from rounds.actions.portal import invitations
from rounds.actions.trust import agreements, baa_reading
from rounds.jobs.demo.cast import Cast
from rounds.jobs.demo.committee import known_units
from rounds.models import Account, Contact, Counterparty, Customer, Implementation, ProjectStep, SurveyInvitation, User
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day

PEOPLE = (
    ("Nadia Orlow", "Chief Medical Information Officer"), ("Tomas Reyer", "Chief Information Officer"), ("Wilma Sand", "Director of Radiology"),
    ("Kofi Adler", "Nurse Manager, Emergency"), ("Irene Falk", "Medical Director, Neurology"), ("Basil Kern", "Clinical Informaticist"),
    ("Greta Holm", "Chief Financial Officer"), ("Anton Vey", "Director of IT"),
)  # fmt: skip
DAY = timedelta(days=1)
FIRST = "Stroke triage, whole house"
CENTS = 100
"""Money is kept in cents."""


def keep_customers(cast: Cast, *, at: datetime) -> None:
    """The customers as of `at`, where there are none yet. Sight is set by the caller."""
    if Implementation.objects.filter(name=FIRST).exists():
        return
    stories = (_thrives, _runs_late, _slips, _begins, _left)
    for account, story in zip(_hospitals(len(stories)), stories, strict=False):
        story(account, cast, at)


def carry_on(cast: Cast, *, at: datetime) -> None:
    """What customer success did since with the projects of the deals that were won: the kickoff was held, the plan is walked
    on its days. Sight is set by the caller."""
    won = Implementation.objects.filter(deals__opportunity__external_id__startswith="demo:", completed_at=None, stopped_at=None, merged_into=None)
    for project in won.select_related("customer").order_by("id"):
        walk(project, cast, house_day(at - 2 * DAY), at)


def _hospitals(count: int) -> list[Account]:
    """Hospitals of units somebody looks after, one of each."""
    units = [unit for unit in known_units(40) if unit.owner_id][: count * 2]
    found = []
    for unit in units:
        below = Account.objects.filter(buying_unit=unit, level="hospital", status="open", merged_into=None, customers=None).order_by("-beds", "id").first()
        if below is not None and len(found) < count:
            found.append(below)
    return found


def _bought(account: Account, cast: Cast, name: str, *, days: int, arr: int, at: datetime, weeks: int = 24, kickoff: int | None = None) -> Implementation:
    """The customer with its agreement, its people and its project."""
    by, since = cast.success.actor, house_day(at - days * DAY)
    began = at - days * DAY
    customer = customers.bring_in(account, since=since, months=36, arr_cents=arr * CENTS, owner=account.owner or cast.success, by=by, at=began)
    _agreement(account, cast, since, at)
    host = account.domain or f"{account.id.hex[:8]}.example"
    for person, title in PEOPLE:
        contacts.add(account, name=person, title=title, email=f"{person.lower().replace(' ', '.')}.{account.id.hex[-4:]}@{host}", by=by, at=began)
    project = implementations.begin(customer, name, signed_on=since, weeks=weeks, kickoff_on=since + (kickoff or 14) * DAY, by=by, at=began)
    return project


def _agreement(account: Account, cast: Cast, on: date, at: datetime) -> None:
    by = cast.compliance.actor
    if Counterparty.objects.filter(account=account).exists():
        return
    party = agreements.add("", "customer", account=account, by=by, at=at, why="The product reads their images")
    baa = agreements.draft(party, f"{on.year}-1", by=by, at=at, effective_on=on, expires_on=on + 5 * 365 * DAY, scope="The whole product")
    agreements.sign(baa, on, by=by, at=at)
    baa_reading.read(baa, list(active().playbook.agreements.elements.titles), breach_hours=48, by=by, at=at)


def walk(project: Implementation, cast: Cast, until: date, at: datetime, *, slow: dict[str, int] | None = None, stop: str = "") -> Implementation:
    """Everything that was planned to be done by `until` is, each on its day or so many days later."""
    by, slow = cast.success.actor, slow or {}
    waits = _waiting_for(project, stop)
    evidence = {"first_value": "Pilot unit: first alert acted on within the hour", "go_live": "Cutover protocol signed by their IT"}
    while True:
        step = ProjectStep.objects.filter(implementation=project, done_on=None).exclude(code__in=waits).order_by("ends_on", "milestone", "position").first()
        if step is None:
            break
        on = step.ends_on + slow.get(step.code, 0) * DAY
        if on > until:
            break
        planning.finish(step, on=on, note=evidence.get(step.code, ""), by=by, at=min(at, _noon(on, at)))
    return Implementation.objects.select_related("customer__account").get(pk=project.pk)


def _waiting_for(project: Implementation, stop: str) -> set[str]:
    """The step that is held up and whatever needs it."""
    waits = {stop}
    for _ in range(10):
        waits |= {step.code for step in ProjectStep.objects.filter(implementation=project, needs__overlap=list(waits))}
    return waits


def _noon(day: date, at: datetime) -> datetime:
    return at.replace(year=day.year, month=day.month, day=day.day, hour=12, minute=0)


def _read(customer: Customer, cast: Cast, at: datetime, *said: tuple[int, int, int, int]) -> None:
    """Readings of (days ago, active, licensed, minutes down), with the check of the week after each."""
    by = cast.success.actor
    for days, used, licensed, down in said:
        when = at - days * DAY
        readings.keep(customer, "user_adoption", as_of=house_day(when), parts={"active_users": used, "licensed_users": licensed},
                      evidence="Usage report of the month, from the product’s own log", by=by, at=when)  # fmt: skip
        readings.keep(customer, "uptime", as_of=house_day(when), parts={"period_minutes": 43_200, "downtime_minutes": down, "maintenance_minutes": 240},
                      evidence="Monitoring of the interface engine; one announced maintenance window", by=by, at=when)  # fmt: skip
        health.check(Customer.objects.select_related("account", "owner").get(pk=customer.pk), by=by, at=when)


def _ask(customer: Customer, cast: Cast, scores: tuple[int, ...], said: tuple[str, ...], when: datetime) -> None:
    people = Contact.objects.filter(account=customer.account, left_on=None).exclude(email="").order_by("name")
    survey = surveys.send(customer, "nps", people, by=cast.success.actor, at=when)
    rows = SurveyInvitation.objects.filter(survey=survey).order_by("id")
    for place, (row, score) in enumerate(zip(rows, scores, strict=False)):
        surveys.answer(surveys.path_of(row)[3:-1], score=str(score), said=said[place] if place < len(said) else "", at=when + (1 + place) * DAY)


def _thrives(account: Account, cast: Cast, at: datetime) -> None:
    project = walk(_bought(account, cast, FIRST, days=340, arr=640_000, at=at), cast, house_day(at), at)
    customer, by = project.customer, cast.success.actor
    _read(customer, cast, at, (120, 171, 240, 96), (80, 188, 240, 61), (40, 214, 240, 12))
    _ask(customer, cast, (9, 10, 8, 9, 10, 7), (), at - 190 * DAY)
    _ask(customer, cast, (10, 9, 10, 9, 9, 10, 8), ("Reads are back before the patient leaves the scanner.", "Support answers at night, too."), at - 30 * DAY)
    span = {"starts_on": house_day(at - 120 * DAY), "ends_on": house_day(at - 10 * DAY), "by": by, "at": at - 9 * DAY}
    outcomes.keep(customer, "report_turnaround", baseline="62", current="38.5", goal="45", people=1480, source="EHR report", **span)
    outcomes.keep(customer, "time_to_treatment", baseline="71", current="52", goal="50", people=212, source="Quality registry", **span)
    references.agree(customer, willing=True, types=["Reference call", "Site visit"], most=4, by=by, at=at - 60 * DAY)
    references.use(customer, "Reference call", on=house_day(at - 21 * DAY), told_to="A health system in the Midwest", by=by, at=at - 20 * DAY)
    health.check(Customer.objects.select_related("account", "owner").get(pk=customer.pk), by=by, at=at - DAY)
    expansions.find(by=by, at=at, customers=[Customer.objects.select_related("account").get(pk=customer.pk)])
    person = Contact.objects.get(account=account, name=PEOPLE[0][0])
    user, _ = invitations.invite(account, person, by=by, at=at - 20 * DAY)
    User.objects.filter(pk=user.pk).update(joined_at=at - 19 * DAY)


def _runs_late(account: Account, cast: Cast, at: datetime) -> None:
    project = _bought(account, cast, "Chest CT worklist", days=112, arr=380_000, at=at, weeks=20)
    project = walk(project, cast, house_day(at - 9 * DAY), at, slow={"resources": 6, "configuration": 12}, stop="security_setup")
    issues.open_issue(project.customer, "Their security review waits for a second pen test", severity="major", implementation=project,
                      by=cast.success.actor, at=at - 6 * DAY)  # fmt: skip
    health.check(Customer.objects.select_related("account", "owner").get(pk=project.customer_id), by=cast.success.actor, at=at - 5 * DAY)
    person = Contact.objects.get(account=account, name=PEOPLE[1][0])
    user, _ = invitations.invite(account, person, by=cast.success.actor, at=at - 20 * DAY)
    User.objects.filter(pk=user.pk).update(joined_at=at - 19 * DAY)


def _slips(account: Account, cast: Cast, at: datetime) -> None:
    project = walk(_bought(account, cast, "Mammography second read", days=420, arr=290_000, at=at), cast, house_day(at), at)
    customer, by = project.customer, cast.success.actor
    _read(customer, cast, at, (100, 118, 160, 130), (60, 109, 160, 210))
    _ask(customer, cast, (7, 8, 6, 9, 5, 7), ("The worklist jumps since the last update.",), at - 50 * DAY)
    issues.open_issue(customer, "Alerts arrive after the reading is signed", severity="critical", by=by, at=at - 14 * DAY)
    issues.open_issue(customer, "Two radiologists have no licence yet", severity="minor", by=by, at=at - 8 * DAY)
    _read(customer, cast, at, (2, 66, 160, 420))


def _begins(account: Account, cast: Cast, at: datetime) -> None:
    project = _bought(account, cast, "Sepsis early warning", days=10, arr=455_000, at=at, kickoff=24)
    planning.move_kickoff(project, on=project.kickoff_on + 7 * DAY, reason="Their project lead is away until then", by=cast.success.actor, at=at - 2 * DAY)


def _left(account: Account, cast: Cast, at: datetime) -> None:
    project = walk(_bought(account, cast, "ECG reading pilot", days=400, arr=90_000, at=at, weeks=12), cast, house_day(at), at)
    terms.churn(project.customer, on=house_day(at - 30 * DAY), reason="Merger or closure", note="Their new owner uses another product", by=cast.success.actor,
                at=at - 30 * DAY)  # fmt: skip
