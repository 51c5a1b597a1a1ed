"""Who may be enrolled, asked of many at once: as many queries for fifty people as for one (COMM-09, ABM-28).

The reasons and their order are the same for one person and for a list of them.
"""

from __future__ import annotations

from collections.abc import Sequence as Several
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from rounds.actions.reach.people import Person, indexes_of
from rounds.actions.trust import suppressions
from rounds.kit.refusal import Refusal
from rounds.models import AddressFault, Consent, Enrolment, Opportunity, Suppression, User
from rounds.models.flow.active import active
from rounds.playbook.shapes.sequences import Sequence

CHANNELS = ("", "email")


class EnrolmentRefused(Refusal):
    """Somebody cannot be enrolled as it is."""

    status = 422


class EnrolledElsewhere(Refusal):
    """They are in another sequence that wants them for itself; end that one first."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """One person and whoever would send: `there` where they are in it already, `refusal` where they may not be enrolled."""

    person: Person
    sender: User | None
    there: Enrolment | None = None
    refusal: Refusal | None = None

    @property
    def may(self) -> bool:
        return self.there is None and self.refusal is None


@dataclass
class Known:
    """What is known of the addresses that were asked for, by blind index."""

    suppressed: set[str] = field(default_factory=set)
    withdrawn: dict[str, tuple[datetime, UUID, str]] = field(default_factory=dict)
    faults: set[str] = field(default_factory=set)
    enrolments: dict[str, list[Enrolment]] = field(default_factory=dict)
    deals: dict[UUID, list[Opportunity]] = field(default_factory=dict)


def weigh(sequence: Sequence, given: Several[tuple[Person, User | None]], at: datetime) -> list[Weighed]:
    """Each person with why they may not be enrolled, in the order given. Five queries, nothing is written."""
    known, taken, found = _known(sequence, [person for person, _ in given]), set(), []
    for person, sender in given:
        rows = _of(known.enrolments, person)
        there = next((row for row in rows if row.sequence == sequence.code and row.state != "ended"), None)
        refusal = None if there else _why_not(sequence, person, sender, known, rows, at)
        if refusal is None and there is None and person.address.lower() in taken:
            refusal = EnrolmentRefused(f"{person.name} has the address of somebody else among these.", field="email")
        taken.add(person.address.lower())
        found.append(Weighed(person, sender, there, refusal))
    return found


def _known(sequence: Sequence, people: Several[Person]) -> Known:
    known, indexes = Known(), [one for person in people for one in indexes_of(person.address)]
    stopped = {one for person in people for one in suppressions.indexes_of(person.address)}
    known.suppressed = set(Suppression.objects.filter(index__in=stopped).values_list("index", flat=True)) if stopped else set()
    if not indexes:
        return known
    said = Consent.objects.filter(person_index__in=indexes, purpose="commercial", channel__in=CHANNELS)
    for index, when, key, state in said.order_by("happened_at", "id").values_list("person_index", "happened_at", "id", "state"):
        known.withdrawn[index] = (when, key, state)
    faults = AddressFault.objects.filter(person_index__in=indexes, kind__in=("bounce", "left"), lifted_at=None)
    known.faults = set(faults.values_list("person_index", flat=True))
    for row in Enrolment.objects.filter(person_index__in=indexes).order_by("at"):
        known.enrolments.setdefault(row.person_index, []).append(row)
    if "colleague" in sequence.stops:
        known.deals = _deals(people)
    return known


def _deals(people: Several[Person]) -> dict[UUID, list[Opportunity]]:
    """Health system → its open deals that somebody owns, the oldest first."""
    units, found = {person.unit.pk for person in people if person.unit is not None}, {}
    rows = Opportunity.objects.filter(Q(buying_unit__in=units) | Q(account__in=units), closed_at=None, owner__isnull=False)
    for deal in rows.select_related("owner").order_by("opened_at"):
        for unit in {deal.buying_unit_id, deal.account_id} & units:
            found.setdefault(unit, []).append(deal)
    return found


def _of(known: dict[str, list[Any]], person: Person) -> list[Any]:
    return [row for index in indexes_of(person.address) for row in known.get(index, [])]


def _why_not(sequence: Sequence, person: Person, sender: User | None, known: Known, rows: list[Enrolment], at: datetime) -> Refusal | None:
    if not person.address:
        return EnrolmentRefused(f"{person.name} has no e-mail address; add one first.", field="email")
    if sender is None or not sender.is_active:
        return EnrolmentRefused("Say who sends it: somebody who works here.", field="sender")
    if known.suppressed & set(suppressions.indexes_of(person.address)):
        return EnrolmentRefused("This address is suppressed: nothing is sent there.", field="email")
    words = [known.withdrawn[index] for index in indexes_of(person.address) if index in known.withdrawn]
    withdrawn = bool(words) and max(words)[2] == "withdrawn"
    if sequence.purpose == "commercial" and (withdrawn or (person.lead is not None and person.lead.opted_out)):
        return EnrolmentRefused(f"{person.name} does not want mail of this kind.", field="email")
    if known.faults & set(indexes_of(person.address)):
        return EnrolmentRefused("Mail to this address came back, or its owner left; mend the address first.", field="email")
    return _again(sequence, person, rows, at) or _colleague(sequence, person, sender, known)


def _again(sequence: Sequence, person: Person, rows: list[Enrolment], at: datetime) -> Refusal | None:
    """Once, or again after as long as the sequence says; after any commercial one a person is left alone for a while; and
    nobody is in two at once that want them for themselves."""
    book, past = active().playbook.reach, [row for row in rows if row.state == "ended"]
    # Whom an answer of somebody else there stopped did not go through it.
    last = max((row.ended_at for row in past if row.sequence == sequence.code and row.ended_for != "system"), default=None)
    if last is not None and (sequence.again_days is None or last > at - timedelta(days=sequence.again_days)):
        when = "never again" if sequence.again_days is None else f"not before {last + timedelta(days=sequence.again_days):%-d %B %Y}"
        return EnrolmentRefused(f"{person.name} went through {sequence.title} already: {when}.", field="sequence")
    quiet = at - timedelta(days=book.contact_again.days)
    if sequence.purpose == "commercial" and sequence.exclusive and any(
        row.purpose == "commercial" and row.exclusive and row.ended_for == "finished" and row.ended_at > quiet for row in past
    ):
        return EnrolmentRefused(f"{person.name} went through a sequence in the last {book.contact_again.days} days and is left alone for now.", field="sequence")
    if sequence.exclusive and any(row.exclusive and row.state != "ended" for row in rows):
        return EnrolledElsewhere()
    return None


def _colleague(sequence: Sequence, person: Person, sender: User, known: Known) -> Refusal | None:
    if "colleague" not in sequence.stops or person.unit is None:
        return None
    own = person.opportunity.pk if person.opportunity else None
    deal = next((one for one in known.deals.get(person.unit.pk, []) if one.pk != own and one.owner_id != sender.pk), None)
    if deal is None:
        return None
    return EnrolmentRefused(f"{deal.owner.name} has an open deal with this health system ({deal.name}); speak with them first.", field="sequence")
