"""Records that are there twice, as they are in every company: typed by hand beside a load, or by two people."""

from __future__ import annotations

from datetime import datetime

from rounds.actions.leads import leads
from rounds.actions.market import accounts, contacts, duplicates
from rounds.jobs.demo.abc import NAME as ABC
from rounds.jobs.demo.cast import Cast
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.models import Account, Contact, DuplicatePair, Lead

SPELLED = {"Medical Center": "Med Ctr", "Hospital": "Hosp.", "Health System": "Healthcare System", "Health": "Hlth", "St.": "Saint"}
SHORT = {"Robert": "Bob", "William": "Bill", "Elizabeth": "Liz", "Susan": "Sue", "Michael": "Mike", "James": "Jim"}
HOUSES, PEOPLE, LEADS = 3, 2, 2


def write_twice(cast: Cast, *, at: datetime) -> None:
    """A few accounts, contacts and leads once more, written another way; then everything is looked through. Where pairs
    were found already nothing is written."""
    if DuplicatePair.objects.exists():
        return
    owned = Account.objects.filter(level="hospital", status="open", merged_into=None, buying_unit__owner=cast.owner, parent__isnull=False)
    for number, house in enumerate(owned.exclude(city="").exclude(buying_unit__name=ABC).order_by("-beds", "name")[:HOUSES]):
        said = {"name": _spelled(house.name), "level": house.level, "city": house.city, "state": house.state}
        extra = ({"phone": house.phone}, {"zip": house.zip, "beds": house.beds}, {"website": house.website})[number % 3]
        accounts.add(by=cast.owner.actor, at=at, owner=cast.owner, parent=house.parent, **said, **{key: value for key, value in extra.items() if value})
    for person in Contact.objects.filter(owner=cast.owner).order_by("name")[:PEOPLE]:
        contacts.add(person.account, name=_short(person.name), title=person.title, email=person.email, by=cast.senior_ae.actor, at=at)
    for lead in Lead.objects.filter(owner=cast.owner).exclude(email="").order_by("-captured_at", "id")[:LEADS]:
        said = {"name": _short(lead.name), "email": lead.email, "organization": _spelled(lead.organization), "state": lead.state}
        leads.capture({**said, "source": "Event"}, by=cast.owner.actor, at=at, owner=cast.owner, quiet=True)
    for noun in duplicates.COLUMNS:
        duplicates.look_through(noun, by=SYSTEM_ACTOR, at=at)


def _spelled(name: str) -> str:
    for long, short in SPELLED.items():
        if long in name:
            return name.replace(long, short, 1)
    return f"The {name}"


def _short(name: str) -> str:
    first, _, last = name.partition(" ")
    return f"{SHORT.get(first, first[0] + '.')} {last}" if first in SHORT else f"{last}, {first}"
