"""A dry run of enrolling: who gets which letter on which day at which time of theirs, and who is refused and why. Nothing is written."""

from __future__ import annotations

from collections.abc import Sequence as Several
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from rounds.actions.reach.enrolling import known, need_day, steps_of
from rounds.actions.reach.people import Person, indexes_of
from rounds.actions.reach.weighing import Weighed, weigh
from rounds.actions.reach.writing import written
from rounds.models import EnrolmentStep, Message, User
from rounds.models.flow.active import active, read_once
from rounds.models.reach.messages import WENT
from rounds.playbook.shapes.sequences import Sequence, SequenceStep
from rounds.rules.reach.dates import Placed, opens
from rounds.rules.reach.deciding import Decision
from rounds.rules.reach.rehearsing import Letter, Rehearsed, Went, rehearse


@dataclass(frozen=True, slots=True)
class Stop:
    """One step of one person: when it would be done on their clock (None: held), what put it off, which places are missing."""

    step: SequenceStep
    planned: datetime
    at: datetime | None
    held: Decision | None
    missing: tuple[str, ...]

    @property
    def moved(self) -> bool:
        """Whether something but the window puts it on another day than the sequence says."""
        return self.held is not None


@dataclass(frozen=True, slots=True)
class Run:
    """One person: refused or in it already (`weighed`), or their stops in order."""

    weighed: Weighed
    stops: tuple[Stop, ...] = ()


def dry_run(code: str, given: Several[tuple[Person, User | None]], *, begins_on: date | None = None, at: datetime) -> list[Run]:
    """What enrolling these people would come to, in the order given. As many queries for fifty as for one.

    Raises EnrolmentRefused (422) for a draft. Caps count what the viewer sees of what went; they are asked again, of
    everything, when each letter is due.
    """
    need_day(begins_on)
    with read_once():
        return _walked(known(code), given, begins_on, at)


def _walked(sequence: Sequence, given: Several[tuple[Person, User | None]], begins_on: date | None, at: datetime) -> list[Run]:
    found = weigh(sequence, given, at)
    plans = {place: _planned(sequence, one, begins_on, at) for place, one in enumerate(found) if one.may}
    others = _others([one.person for one in found], at)
    walked = rehearse(active().playbook, [*(letters for _, letters in plans.values()), *others], _went([one.person for one in found], at))
    rehearsed = dict(zip(plans, walked, strict=False))
    return [Run(one, _stops(one.person, *plans[place], rehearsed[place], at)) if place in plans else Run(one) for place, one in enumerate(found)]


Plan = tuple[list[Placed], list[Letter]]


def _planned(sequence: Sequence, one: Weighed, begins_on: date | None, at: datetime) -> Plan:
    person, book = one.person, active().playbook
    steps = [step for step in steps_of(sequence, begins_on or at.astimezone(person.zone).date()) if step.step.sends]
    letters = [
        Letter(person.index, str(person.unit.pk) if person.unit else "", person.unit.name if person.unit else "", str(one.sender.pk),
               max(opens(step.send_on, book.reach.window, person.zone), at), person.zone, _missing(step.step, person, one.sender), sequence.purpose)
        for step in steps if step.step.do == "email"
    ]  # fmt: skip
    return steps, letters


def _missing(step: SequenceStep, person: Person, sender: User) -> tuple[str, ...]:
    """The places of a step's text that nothing could be said for, whichever variant they would get."""
    template = active().playbook.templates[step.template or ""]
    return tuple(dict.fromkeys(name for way in template.ways for name in written(template, way, person, sender).missing))


def _stops(person: Person, steps: list[Placed], letters: list[Letter], walked: list[Rehearsed], at: datetime) -> tuple[Stop, ...]:
    found, place, window = [], 0, active().playbook.reach.window
    for step in steps:
        planned = max(opens(step.send_on, window, person.zone), at).astimezone(person.zone)
        if step.step.do != "email":
            found.append(Stop(step.step, planned, planned, None, ()))
            continue
        said, letter = walked[place], letters[place]
        found.append(Stop(step.step, planned, said.at and said.at.astimezone(person.zone), said.held, letter.missing))
        place += 1
    return tuple(found)


def _went(people: Several[Person], at: datetime) -> list[Went]:
    """What went to these people and their health systems within the longest cap."""
    caps, units, names = active().playbook.reach.caps, [one.unit.pk for one in people if one.unit], _names(people)
    since = at - timedelta(days=max([cap.days for cap in (*caps.contact, *caps.buying_unit)] + [active().playbook.reach.collision.days]))
    rows = Message.objects.filter(direction="out", state__in=WENT, sent_at__gt=since)
    found = (rows.filter(contact_index__in=names) | rows.filter(buying_unit__in=units)).values_list("contact_index", "buying_unit", "user", "sent_at")
    return [Went(names.get(index, index), str(unit or ""), str(user or ""), when) for index, unit, user, when in found]


def _others(people: Several[Person], at: datetime) -> list[list[Letter]]:
    """The letters of enrolments that run already with these health systems: they count against the same caps."""
    units, found = {one.unit.pk: one.unit.name for one in people if one.unit}, {}
    rows = EnrolmentStep.objects.filter(state="planned", do="email", enrolment__buying_unit__in=units, enrolment__state="active")
    for step in rows.select_related("enrolment").order_by("enrolment", "position"):
        row = step.enrolment
        found.setdefault(row.pk, []).append(Letter(row.person_index, str(row.buying_unit_id), units[row.buying_unit_id], str(row.sender_id or ""),
                                                   max(step.next_at, at), ZoneInfo(row.zone), (), row.purpose))  # fmt: skip
    return list(found.values())


def _names(people: Several[Person]) -> dict[str, str]:
    """Every index a person may stand under → the newest one."""
    return {old: person.index for person in people for old in indexes_of(person.address)}
