"""What is known of some sixty units: who decides, what is heard of them, and who looks after them."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from rounds.actions.leads import activities
from rounds.actions.market import accounts, answers, contacts, intelligence
from rounds.jobs.demo.cast import Cast
from rounds.jobs.demo.names import Names, address_of
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.models import Account, Contact, Intelligence, User
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day

TITLES = (
    "Chief Information Officer", "Chief Medical Information Officer", "Chief Financial Officer", "Chief Medical Officer",
    "Director of IT", "Information Security Officer", "Chief Executive Officer", "Nurse Manager, Critical Care",
    "Medical Director, Radiology", "Chief Compliance Officer", "General Counsel", "Clinical Informaticist",
    "Chief of Cardiology", "Systems Administrator", "Data Scientist", "Transformation Catalyst",
)  # fmt: skip
"""The last has no role in the playbook: it waits on the review list."""
NOTES = (
    ("business", "Growth plans", "Board approved a new outpatient tower; opening planned in two years.", "synthetic press release"),
    ("business", "Financial trend", "Operating loss narrowed for the third quarter in a row.", "synthetic bond filing"),
    ("technology", "EHR and integrations", "Consolidates two EHR instances; integration freeze until spring.", "synthetic job posting"),
    ("technology", "Security posture", "Looks for a third-party risk platform after an audit finding.", "synthetic conference talk"),
    ("operational", "Quality", "Sepsis bundle compliance is a board goal this year.", "synthetic annual report"),
    ("operational", "Footprint", "Took over two clinics in the next county.", "synthetic local news"),
    ("stakeholder", "CIO priorities", "New CIO wants fewer vendors and shorter pilots.", "synthetic interview"),
    ("stakeholder", "Clinical champion", "Radiology lead ran an AI pilot at her former hospital.", "synthetic call note"),
)  # fmt: skip
TALKS = (("call", "out"), ("personal_email", "out"), ("personal_email", "in"), ("linkedin_message", "in"), ("stakeholder_meeting", "in"),
         ("document_shared", "out"))  # fmt: skip
STANCES = (("champion", 1), ("supporter", 3), ("neutral", 6), ("sceptic", 2), ("blocker", 1))


def known_units(count: int) -> list[Account]:
    """The units the vendor has worked on: by territory in turn, the most promising first."""
    units = Account.objects.filter(is_unit=True, status="open", programme="core").exclude(domain="").exclude(territory="")
    queues: dict[str, list[Account]] = {}
    for unit in units.order_by("-deal_potential_cents", "id"):
        queues.setdefault(unit.territory, []).append(unit)
    rows: list[Account] = []
    while len(rows) < count and any(queues.values()):
        rows += [queue.pop(0) for queue in queues.values() if queue]
    return rows[:count]


def rep_of(cast: Cast, territory: str, turn: int) -> User | None:
    """Who of the cast sells in a territory."""
    sellers = [user for user in (cast.owner, cast.senior_ae, cast.inside, cast.colleague) if territory in user.territories]
    return sellers[turn % len(sellers)] if sellers else None


def give_owners(cast: Cast, units: list[Account], *, at: datetime) -> None:
    """Units to the reps of their territories, in turn; those that have an owner keep them."""
    for turn, unit in enumerate(units):
        rep = rep_of(cast, unit.territory, turn)
        if rep and unit.owner_id is None:
            accounts.assign(unit, rep, by=cast.manager.actor, at=at, reason="Spring territory plan")


def know(unit: Account, cast: Cast, random: Random, *, at: datetime) -> None:
    """Contacts, committee, notes and answers of one unit; nothing where it has contacts already."""
    if Contact.objects.filter(account=unit).exists() or Intelligence.objects.filter(account=unit).exists():
        return
    by, titles = (unit.owner or cast.manager).actor, random.sample(TITLES, random.randint(4, 8))
    names = Names(random).people(len(titles))
    people = [
        contacts.add(unit, name=name, title=title, email=address_of(name, unit.domain), by=by, at=at)
        for name, title in zip(names, titles, strict=True)
    ]
    for place, person in enumerate(people[: random.randint(2, 5)]):
        if person.role:
            stance = random.choices([s for s, _ in STANCES], [w for _, w in STANCES])[0]
            contacts.seat(person, unit, role=person.role, influence=max(1, 5 - place), stance=stance, by=by, at=at)
    for person in random.sample(people, len(people) // 2):
        _talk(person, unit, random, at)
    for area, topic, text, source in random.sample(NOTES, 2):
        heard = at + timedelta(days=random.randint(5, 150))
        intelligence.note(unit, area=area, topic=topic, text=text, source=source, as_of=house_day(heard), by=by, at=heard,
                          confidence=random.choice((0.5, 0.7, 0.9)))  # fmt: skip
    if random.random() < 0.4:
        _answer(unit, people[0], random, by, at + timedelta(days=random.randint(20, 160)))


def _talk(person: Contact, unit: Account, random: Random, at: datetime) -> None:
    """What was said and written with one person since: some answer, some do not."""
    by = (unit.owner.actor if unit.owner else SYSTEM_ACTOR)
    for turn in range(random.randint(1, 6)):
        kind, way = random.choice(TALKS)
        activities.log(kind, account=unit, contact=person, by=by, at=at + timedelta(days=random.randint(5, 190)), direction=way,
                       subject="", external_id=f"demo-talk-{person.id}-{turn}", quiet=True)  # fmt: skip


def _answer(unit: Account, heard_from: Contact, random: Random, by, at: datetime) -> None:
    asked = [c for c in active().playbook.scoring["lead_fit"].criteria if c.criterion in ("it_infrastructure", "innovation")]
    criterion = random.choice(asked)
    level = random.choice([level.level for level in criterion.levels if not level.unknown])
    answers.answer(unit, criterion.criterion, level, heard_from=heard_from, reason="Said in the first call", by=by, at=at)
