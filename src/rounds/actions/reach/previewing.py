"""A text as one person would get it: filled in by the code that sends, with what keeps it from going. Nothing is written (COMM-06)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from rounds.access.sight import EVERYTHING, sight
from rounds.actions.reach.people import Person
from rounds.actions.reach.standing import standing_of
from rounds.actions.reach.writing import Written, as_sent, values_of, written
from rounds.documents.letters import Letter
from rounds.models import User
from rounds.models.flow.active import active
from rounds.playbook.checks.reaching import UNWRITTEN
from rounds.playbook.places import places
from rounds.playbook.shapes.sequences import Template, Variant
from rounds.rules.reach.deciding import Decision, decide


@dataclass(frozen=True, slots=True)
class Previewed:
    """One variant for one person. `letter`: of an e-mail, as it would be sent. `blocks`: each thing that keeps it from going, in a
    sentence that says how to mend it. `decision`: what the sender would decide at this moment; None where nothing is mailed."""

    variant: str
    share: float
    text: Written
    letter: Letter | None
    blocks: tuple[str, ...]
    decision: Decision | None


def preview(template: Template, person: Person, sender: User, *, at: datetime) -> list[Previewed]:
    """Every variant of a text, written for this person as `sender` would send it."""
    whole = sum(way.share for way in template.ways) or 1
    return [_previewed(template, way, way.share / whole, person, sender, at) for way in template.ways]


def _previewed(template: Template, way: Variant, share: float, person: Person, sender: User, at: datetime) -> Previewed:
    text = written(template, way, person, sender)
    mailed = template.channel == "email"
    decision = decision_of(person, text, sender, at=at) if mailed else None
    return Previewed(way.variant, share, text, as_sent(text, sender) if mailed else None, blocks_of(text), decision)


def decision_of(person: Person, text: Written, sender: User, *, purpose: str = "commercial", word: str = "", at: datetime) -> Decision:
    """What is decided of a letter at `at`, counting what everybody of ours sent, whoever asks. `word`: why it waits for one. Nothing is written."""
    unit: UUID | None = person.unit.pk if person.unit else None
    with sight(EVERYTHING):  # a cap of a health system counts letters its asker does not see
        return decide(active().playbook.reach, replace(standing_of(person, text, sender=sender, purpose=purpose, unit=unit, at=at), word=word))


def blocks_of(text: Written) -> tuple[str, ...]:
    """What is wrong with the text itself: places nothing is known for, words still to be written."""
    fields = active().playbook.reach.fields
    found = [f"{name} is not known: {_lower(fields[name])}. It blocks sending." if name in fields else f"{name} is no place that is filled in: it blocks sending." for name in text.missing]
    if UNWRITTEN in f"{text.subject}\n{text.text}":
        found.append("A part of the text is still to be written: put your words in the place of “(Write …)”. It blocks sending.")
    return tuple(found)


def known_of(template: Template, person: Person | None, sender: User) -> list[tuple[str, str, bool, str]]:
    """Every place a text may name: its name, in words, whether this text names it, and what is known for the person ("" for nothing)."""
    used = {name for way in template.ways for name in places(f"{way.subject} {way.text}")}
    values = values_of(person, sender) if person is not None else {}
    rows = [(name, words, name in used, " ".join(values.get(name, "").split())) for name, words in active().playbook.reach.fields.items()]
    return sorted(rows, key=lambda row: not row[2])


def _lower(said: str) -> str:
    return said[:1].lower() + said[1:]
