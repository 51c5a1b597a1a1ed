"""Where a person stands in the data: looked up by e-mail, telephone or name, everywhere a copy may be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.apps import apps
from django.db.models import Q, QuerySet

from rounds.kit.text import digits
from rounds.models import (
    Answer,
    AuditEntry,
    CommitteeSeat,
    Contact,
    DealContact,
    DiscoveryRecord,
    Event,
    Lead,
    LeadActivity,
    LeadStatusChange,
    QualificationAnswer,
    Quarantine,
    User,
)  # fmt: skip
from rounds.models.sealed import whose

ERASED = "Erased person"
SHORTEST = 7
"""Digits a telephone number has at least."""


@dataclass(frozen=True)
class Person:
    """Somebody in the data: the rows that are this person, and how many rows of each kind tell of them."""

    contacts: list[Contact] = field(default_factory=list)
    leads: list[Lead] = field(default_factory=list)
    users: list[User] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def known(self) -> bool:
        return bool(self.contacts or self.leads or self.users)

    @property
    def contact_ids(self) -> list[UUID]:
        return [row.id for row in self.contacts]

    @property
    def lead_ids(self) -> list[UUID]:
        return [row.id for row in self.leads]


def find(who: str) -> Person:
    """The person of an e-mail address, a telephone number, or a name as it is written; also by an address they had."""
    said = " ".join(who.split())
    if not said:
        return Person()
    return of(*_rows(said), users=_users(said))


def of(contacts: Iterable[UUID], leads: Iterable[UUID], users: Iterable[User] = ()) -> Person:
    """The person who is these contacts and leads, with everything that tells of them counted."""
    mine = list(Contact.objects.filter(pk__in=list(contacts)).select_related("account").order_by("name", "id"))
    came = list(Lead.objects.filter(pk__in=list(leads)).select_related("account").order_by("-captured_at", "id"))
    found = Person(mine, came, list(users))
    return Person(mine, came, found.users, {name: rows.count() for name, rows in tell_of(found).items()})


def tell_of(person: Person) -> dict[str, object]:
    """Kind of record → the rows that tell of a person, besides their own."""
    people, leads = person.contact_ids, person.lead_ids
    seats = [key for model in (CommitteeSeat, DealContact) for key in model.objects.filter(contact_id__in=people).values_list("id", flat=True)]
    return {
        "contacts": Contact.objects.filter(pk__in=people),
        "leads and form submissions": Lead.objects.filter(pk__in=leads),
        "earlier values": _history("contact").filter(pgh_obj_id__in=people),
        "earlier values of leads": _history("lead").filter(pgh_obj_id__in=leads),
        "committee seats": CommitteeSeat.objects.filter(contact_id__in=people),
        "seats on committees of deals": DealContact.objects.filter(contact_id__in=people),
        "discovery records": DiscoveryRecord.objects.filter(contact_id__in=people),
        "activities": LeadActivity.objects.filter(Q(lead_id__in=leads) | Q(contact_id__in=people)),
        "answers": Answer.objects.filter(Q(lead_id__in=leads) | Q(heard_from_id__in=people)),
        "qualification answers": QualificationAnswer.objects.filter(lead_id__in=leads),
        "status changes": LeadStatusChange.objects.filter(lead_id__in=leads),
        "events": Event.objects.filter(Q(lead_id__in=leads) | Q(subject_id__in=[*people, *seats])),
        "texts held for review": Quarantine.objects.filter(subject_id__in=[*people, *leads]),
        "audit entries": AuditEntry.objects.filter(subject_id__in=[*people, *leads, *seats]),
    }


def addresses(person: Person) -> tuple[set[str], set[str]]:
    """(e-mail addresses, telephone numbers as digits) a person has or had."""
    rows = [*person.contacts, *person.leads]
    before = [*_history("contact").filter(pgh_obj_id__in=person.contact_ids),
              *_history("lead").filter(pgh_obj_id__in=person.lead_ids)]  # fmt: skip
    mails = {row.email.strip().lower() for row in [*rows, *before] if row.email}
    numbers = {digits(row.phone) for row in [*rows, *before] if row.phone}
    return mails, {number for number in numbers if len(number) >= SHORTEST}


def names(person: Person) -> set[str]:
    """What a person is or was called."""
    before = [*_history("contact").filter(pgh_obj_id__in=person.contact_ids).values_list("name", flat=True),
              *_history("lead").filter(pgh_obj_id__in=person.lead_ids).values_list("name", flat=True)]  # fmt: skip
    said = {row.name for row in [*person.contacts, *person.leads]} | set(before)
    return {name.strip() for name in said if len(name.strip()) >= SHORTEST - 2 and name != ERASED}


def is_phone(said: str) -> bool:
    """Whether a person is looked up by number."""
    return "@" not in said and len(digits(said)) >= SHORTEST and not any(sign.isalpha() for sign in said)


def _rows(said: str) -> tuple[set[UUID], set[UUID]]:
    if "@" in said:
        wanted = Q(email__iexact=said)
    elif is_phone(said):
        return _by_phone(said)
    else:
        wanted = Q(name__iexact=said)
    people = {*Contact.objects.filter(wanted).values_list("id", flat=True),
              *_history("contact").filter(wanted).values_list("pgh_obj_id", flat=True)}  # fmt: skip
    leads = {*Lead.objects.filter(wanted).values_list("id", flat=True),
             *_history("lead").filter(wanted).values_list("pgh_obj_id", flat=True)}  # fmt: skip
    return people, leads


def _by_phone(said: str) -> tuple[set[UUID], set[UUID]]:
    found = []
    for model in (Contact, Lead):
        found.append(set(model.objects.filter(whose(model, "phone", said)).values_list("id", flat=True)))
    return found[0], found[1]


def _history(noun: str) -> QuerySet:
    """The earlier values of a noun's rows."""
    return apps.get_model("rounds", f"{noun}history").objects.all()


def _users(said: str) -> list[User]:
    return list(User.objects.filter(Q(email__iexact=said) | Q(name__iexact=said)))
