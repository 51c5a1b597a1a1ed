"""Enrolling somebody in a sequence, pausing, going on, ending (COMM-01, COMM-09, ABM-22)."""

from __future__ import annotations

from collections.abc import Sequence as Several
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.reach import approving, campaigns
from rounds.actions.reach.people import Person
from rounds.actions.reach.weighing import EnrolledElsewhere, EnrolmentRefused, Weighed, weigh
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.kit.clock import sayable, sayable_day
from rounds.kit.refusal import Refusal
from rounds.models import Enrolment, EnrolmentStep, Event, User
from rounds.models.base import signature
from rounds.models.flow.active import active, read_once
from rounds.playbook.shapes.sequences import Sequence
from rounds.rules.reach.dates import Placed, opens, placed

__all__ = ["EnrolledElsewhere", "EnrolmentRefused", "NotRunning", "end", "enrol", "enrol_many", "known", "need_day", "pause", "resume", "steps_of"]


class NotRunning(Refusal):
    """This enrolment has ended."""


@phi.texts("why")
def enrol(code: str, person: Person, *, sender: User | None, begins_on: date | None = None, why: str = "", by: Actor, at: datetime) -> Enrolment:
    """Enrol a person in a sequence of the playbook, as it stands now. Somebody who is in it already stays as they are.

    Effects: Enrolment, its steps with their days, the event sequence.enrolled, an audit entry. Raises EnrolmentRefused (422)
    with the reason, EnrolledElsewhere (409).
    """
    found = enrol_many(code, [(person, sender)], begins_on=begins_on, why=why, by=by, at=at)[0]
    if found.refusal is not None:
        raise found.refusal
    return found.there


@phi.texts("why", "campaign")
def enrol_many(code: str, given: Several[tuple[Person, User | None]], *, begins_on: date | None = None, why: str = "", campaign: str = "",
               by: Actor, at: datetime) -> list[Weighed]:  # fmt: skip
    """Enrol each of these people, with whoever sends it, that may be enrolled: `there` is the enrolment, made now or before,
    `refusal` why there is none. As many statements for fifty as for one.

    `campaign`: the name a one-off send (newsletter, webinar …) goes by; unsaid, its title and the day.
    Effects: those of `enrol` for each, and of a one-off send its Campaign. Raises EnrolmentRefused (422) for a sequence that is a draft, or none.
    """
    need_day(begins_on)
    with read_once():
        return _enrolled(known(code), given, begins_on, why, campaign, by, at)


def _enrolled(sequence: Sequence, given: Several[tuple[Person, User | None]], begins_on: date | None, why: str, campaign: str, by: Actor, at: datetime) -> list[Weighed]:
    found = weigh(sequence, given, at)
    made = {place: _row(sequence, one, begins_on, why, by, at) for place, one in enumerate(found) if one.may}
    try:
        with deed(by), transaction.atomic():
            _keep(sequence, list(made.values()), campaign, by, at)
    except IntegrityError:  # somebody else enrolled one of them meanwhile: each by itself, so that one stops nobody else
        if len(given) == 1:
            again = weigh(sequence, given, at)[0]
            return [again if not again.may else replace(again, refusal=EnrolledElsewhere())]
        return [_enrolled(sequence, [one], begins_on, why, campaign, by, at)[0] for one in given]
    return [replace(one, there=made[place]) if place in made else one for place, one in enumerate(found)]


def _row(sequence: Sequence, one: Weighed, begins_on: date | None, why: str, by: Actor, at: datetime) -> Enrolment:
    person = one.person
    return Enrolment(
        sequence=sequence.code, playbook_hash=active().playbook.hash, person_index=person.index, name=person.name, sender=one.sender,
        begins_on=begins_on or at.astimezone(person.zone).date(), zone=person.zone.key, exclusive=sequence.exclusive, purpose=sequence.purpose,
        why=why.strip()[:300], contact=person.contact, buying_unit=person.unit, **person.where, **signature(by, at),
    )  # fmt: skip


def _keep(sequence: Sequence, rows: list[Enrolment], campaign: str, by: Actor, at: datetime) -> None:
    if rows and sequence.family == campaigns.FAMILY:
        send = campaigns.opened(sequence, campaign, by=by, at=at)
        for row in rows:
            row.campaign = send
    Enrolment.objects.bulk_create(rows)
    EnrolmentStep.objects.bulk_create([step for row in rows for step in _steps(row, steps_of(sequence, row.begins_on), ZoneInfo(row.zone), at)])
    events.record_all([_told("sequence.enrolled", row, {"why": row.why, "begins_on": row.begins_on.isoformat()}, by, at) for row in rows])
    for row in rows[:1] if len(rows) == 1 else []:
        audit.note("sequence.enrol", by=by, at=at, kind="enrolment", subject=row.id, detail={"sequence": sequence.code})
    if len(rows) > 1:
        audit.note("sequence.enrol_many", by=by, at=at, kind="enrolment", detail={"sequence": sequence.code, "enrolments": [str(row.id) for row in rows]})


def steps_of(sequence: Sequence, begins: date) -> list[Placed]:
    """The steps that are done, on their days."""
    book = active().playbook
    return [one for one in placed(sequence, begins, book.calendar, book.reach.window) if not one.step.off]


@phi.texts("why")
def pause(row: Enrolment, *, why: str, until: datetime | None = None, by: Actor, at: datetime) -> Enrolment:
    """Nothing is done till `until`, or till somebody lets it go on. Effects: paused, the event sequence.paused. Raises NotRunning (409),
    and EnrolmentRefused (422) for a day no clock shows."""
    if until is not None and not sayable(until):
        raise EnrolmentRefused("That day is too far away; say one such as 2026-11-20, or leave it empty.", field="until")
    return _turned(row, {"state": "paused", "paused_for": why[:300], "paused_until": until}, "sequence.paused",
                   {"why": why[:300], "until": until and until.isoformat()}, by, at)  # fmt: skip


def resume(row: Enrolment, *, by: Actor, at: datetime) -> Enrolment:
    """Go on. What fell into the pause is due now. Effects: active, the event sequence.resumed. Raises NotRunning."""
    return _turned(row, {"state": "active", "paused_for": "", "paused_until": None}, "sequence.resumed", {}, by, at)


@phi.texts("why")
def end(row: Enrolment, ended_for: str, *, why: str = "", by: Actor, at: datetime) -> Enrolment:
    """End it: steps that were not done are cancelled. Ended already: nothing happens.

    Effects: ended, steps cancelled, the event sequence.ended, an audit entry; the sender is told where somebody else ends it while its
    letter waits for a word; the one-off send it was the last of is finished.
    """
    with deed(by):
        # Steps before their enrolment, as the worker takes them: the other way round the two would wait for each other.
        list(EnrolmentStep.objects.select_for_update().filter(enrolment=row, state="planned").order_by("position").values_list("pk"))
        gone = Enrolment.objects.filter(pk=row.pk).exclude(state="ended").update(state="ended", ended_at=at, ended_for=ended_for)
        if gone:
            approving.tell_of_end(row, why, by=by, at=at)
            EnrolmentStep.objects.filter(enrolment=row, state="planned").update(state="cancelled", code=ended_for, said=why[:300], decided_at=at)
            row.state, row.ended_at, row.ended_for = "ended", at, ended_for
            _tell("sequence.ended", row, {"ended_for": ended_for, "why": why[:300]}, by, at)
            campaigns.settle(row.campaign_id, at=at)
            audit.note("sequence.end", by=by, at=at, kind="enrolment", subject=row.id, detail={"for": ended_for})
    return row


def _turned(row: Enrolment, change: dict[str, Any], kind: str, said: dict[str, Any], by: Actor, at: datetime) -> Enrolment:
    with deed(by):
        if not Enrolment.objects.filter(pk=row.pk).exclude(state="ended").update(**change):
            raise NotRunning
        for name, value in change.items():
            setattr(row, name, value)
        _tell(kind, row, said, by, at)
        audit.note(kind, by=by, at=at, kind="enrolment", subject=row.id)
    return row


def need_day(begins_on: date | None) -> None:
    """Raises EnrolmentRefused (422) for a day on which nothing can be planned."""
    if begins_on is not None and not sayable_day(begins_on):
        raise EnrolmentRefused("That day is too far away to plan from; say one such as 2026-11-20.", field="begins_on")


def known(code: str) -> Sequence:
    """The sequence of that code, if somebody may be enrolled in it now. Raises EnrolmentRefused (422)."""
    book = active().playbook
    sequence = book.sequences.get(code)
    if sequence is None:
        raise EnrolmentRefused(f"There is no sequence “{code[:60]}”; there are: {', '.join(book.sequences)}.", field="sequence")
    if part := campaigns.unwritten(book, sequence):
        raise EnrolmentRefused(f"{sequence.title} is a draft and cannot be sent: its text still says “{part}”. Put your words there, in templates/{sequence.steps[0].template}.yaml, "
                               "publish, and set state: ready.", field="sequence")  # fmt: skip
    if sequence.state != "ready":
        raise EnrolmentRefused(f"{sequence.title} is a draft: complete its texts in the playbook, then set state: ready.", field="sequence")
    return sequence


def _steps(row: Enrolment, steps: list[Placed], zone: ZoneInfo, at: datetime) -> list[EnrolmentStep]:
    window = active().playbook.reach.window
    return [
        EnrolmentStep(enrolment=row, account_id=row.account_id, lead_id=row.lead_id, opportunity_id=row.opportunity_id, position=one.position,
                      step=one.step.step, do=one.step.do, due_on=one.due, next_at=max(opens(one.send_on, window, zone), at))
        for one in steps
    ]  # fmt: skip


def _tell(kind: str, row: Enrolment, said: dict[str, Any], by: Actor, at: datetime) -> None:
    events.record_all([_told(kind, row, said, by, at)])


def _told(kind: str, row: Enrolment, said: dict[str, Any], by: Actor, at: datetime) -> Event:
    return events.made(kind, {"enrolment": str(row.id), "sequence": row.sequence, **said}, by=by, at=at, account=row.account_id, lead=row.lead_id,
                       opportunity=row.opportunity_id)  # fmt: skip
