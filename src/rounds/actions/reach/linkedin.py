"""LinkedIn plays: drafted texts and tasks to do them there (COMM-10). Nobody clicks there for anybody: its terms forbid it (C-30)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from rounds.actions.desk import tasks
from rounds.actions.leads import activities
from rounds.actions.reach.people import Person
from rounds.actions.reach.writing import values_of
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import LeadActivity, Task, User
from rounds.models.flow.active import active
from rounds.rules.reach.merging import merge

KIND = "linkedin_message"


class NoSuchPlay(Refusal):
    """The playbook has no such play; choose one of the page."""

    status = 422
    field = "play"


@dataclass(frozen=True, slots=True)
class Drafted:
    """A play for one person: `missing` are places nothing is known for."""

    code: str
    group: str
    title: str
    text: str
    missing: tuple[str, ...]


def drafted(person: Person, sender: User | None) -> list[Drafted]:
    """Every play of the playbook, written for this person. Nothing is kept."""
    values, found = values_of(person, sender), []
    for group in active().playbook.linkedin.groups.values():
        for play in group.plays:
            text = merge(play.text, values)
            found.append(Drafted(play.play, group.title, play.title, text.text.strip(), text.missing))
    return found


def to_do(person: Person, code: str, *, owner: User, by: Actor, at: datetime) -> Task:
    """A task of `owner` to do a play in LinkedIn, with its text; an open one of the same play stays as it is.

    Effects: those of tasks.add. Raises NoSuchPlay (422).
    """
    play = _play(person, code, owner)
    place = person.contact or person.lead
    return tasks.add(f"LinkedIn, {play.title.lower()}: {person.name}"[:300], kind="follow_up", owner=owner, lead=person.lead, contact=person.contact,
                     account=None if person.lead else person.account, note=play.text, due_at=at + timedelta(days=1),
                     key=f"linkedin:{place.pk if place else ''}:{code}", by=by, at=at)  # fmt: skip


def did(person: Person, code: str, *, owner: User, once: str = "", by: Actor, at: datetime) -> LeadActivity:
    """Somebody did a play there: it is logged, and its task ticked off. The same `once` twice logs once.

    Effects: those of activities.log and tasks.complete. Raises NoSuchPlay (422).
    """
    from rounds.models.desk.tasks import OPEN

    play, place = _play(person, code, owner), person.contact or person.lead
    act = activities.log(KIND, lead=person.lead, account=None if person.lead else person.account, contact=person.contact, direction="out",
                         subject=f"LinkedIn: {play.title}", external_id=f"linkedin:{once}" if once else None, by=by, at=at)  # fmt: skip
    for task in Task.objects.filter(OPEN, key=f"linkedin:{place.pk if place else ''}:{code}"):
        tasks.complete(task, outcome="Done in LinkedIn", activity=act, by=by, at=at)
    return act


def _play(person: Person, code: str, owner: User | None) -> Drafted:
    found = next((one for one in drafted(person, owner) if one.code == code), None)
    if found is None:
        raise NoSuchPlay
    return found
