"""What the page of an enrolment shows: every step with its day, what was decided of it and why, and the letter itself."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from rounds.actions.reach import approving, people
from rounds.actions.reach.writing import Written, written
from rounds.models import Enrolment, EnrolmentStep, SendDecision
from rounds.models.flow.active import active, by_hash
from rounds.models.reach.ahead import decisions_of, steps_of
from rounds.playbook.shapes.sequences import SequenceStep
from rounds.rules.reach.variants import allot
from rounds.rules.reach.words import stop_words
from rounds.web.reach.enrolment_words import ENDS, OUTCOMES, STEPS, about, state_of, title_of
from rounds.web.reach.sequence_shown import CHANNELS


def whole(row: Enrolment) -> dict[str, Any]:
    """Everything of one enrolment, in three queries; where its letter waits for a word, that letter too."""
    book = by_hash(row.playbook_hash)
    sequence = book.sequences.get(row.sequence)
    decided, steps = decisions_of(row), steps_of(row)
    said = dict(enumerate(sequence.steps)) if sequence else {}
    following = next((step for step in steps if step.state == "planned"), None) if row.state != "ended" else None
    tried = {one.step for one in said.values() if one.template in book.templates and len(book.templates[one.template].ways) > 1}
    lines = [_line(step, said.get(step.position), decided.get(step.position, []), step is following, row, step.step in tried) for step in steps]
    url, name = about(row)
    return {"row": row, "url": f"/enrolments/{row.id}/", "title": title_of(row.sequence), "state": state_of(row), "steps": lines, "of": url, "who": name,
            "following": following, "finding": finding(row, lines), "stops": stop_words(sequence) if sequence else [],
            "letter": letter(row, following), "older": row.playbook_hash != active().hash, "ended_word": ENDS.get(row.ended_for, row.ended_for),
            "sent": sum(step.state == "sent" for step in steps), "of_all": len(steps), "zone": row.zone.rpartition("/")[2].replace("_", " ")}  # fmt: skip


def _line(step: EnrolmentStep, said: SequenceStep | None, decisions: list[SendDecision], following: bool, row: Enrolment, tried: bool) -> dict[str, Any]:
    icon, word = CHANNELS[step.do]
    last = decisions[-1] if decisions else None
    return {"step": step, "title": said.title if said else step.step, "template": said.template if said else None, "icon": icon, "word": word,
            "state": STEPS.get(step.state, STEPS["planned"]), "following": following, "held": step.state == "planned" and bool(step.code),
            "decision": last and (last, OUTCOMES[last.outcome]), "earlier": [(one, OUTCOMES[one.outcome]) for one in decisions[:-1]][::-1],
            "local": step.next_at.astimezone(ZoneInfo(row.zone)), "message": step.message, "tried": tried}  # fmt: skip


def letter(row: Enrolment, step: EnrolmentStep | None) -> Written | None:
    """The text that waits for somebody's word, as it would go; None where none does."""
    if step is None or step.code != approving.CODE or row.state == "ended":
        return None
    book = by_hash(row.playbook_hash)
    template = book.templates[book.sequences[row.sequence].steps[step.position].template or ""]
    person = people.of_contact(row.contact, opportunity=row.opportunity) if row.contact is not None else people.of_lead(row.lead)
    return written(template, allot(template.ways, str(row.id)), person, row.sender)


def finding(row: Enrolment, lines: list[dict[str, Any]]) -> str:
    """The page's title: what comes next, or what ended it."""
    if row.state == "ended":
        return f"{row.name}: {ENDS.get(row.ended_for, 'ended').lower()}" if row.ended_for != "finished" else f"{row.name} got all of it"
    if row.state == "paused":
        return f"{row.name} is paused"
    comes = next((line for line in lines if line["following"]), None)
    if comes is None:
        return f"{row.name}: nothing is left to do"
    if comes["held"]:
        return f"{comes['title']} waits: {comes['step'].said.rstrip('.')}"
    return f"{comes['title']} goes to {row.name} on {comes['local']:%A, %-d %B}"
