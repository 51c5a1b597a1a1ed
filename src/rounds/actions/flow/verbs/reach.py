"""Deeds of reach: somebody is enrolled in a sequence, sequences stop (AUTO-02, AUTO-04)."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from rounds.actions.flow.verbs.verb import Context, Nothing, Outcome, Said, done, refused, verb, waiting
from rounds.actions.reach import enrolling, people
from rounds.kit.actor import Actor
from rounds.models import Enrolment
from rounds.models.flow.active import active


class Sequence(Said):
    """`sequence`: its code in the playbook."""

    sequence: str = Field(min_length=1)


@verb("sequence.enrol", shape=Sequence, says="enrol in a sequence", emits=("sequence.enrolled",), needs="lead")
def enrol(context: Context, said: Sequence, *, by: Actor, at: datetime) -> Outcome:
    """Enrol the lead. A draft waits for its texts; whoever may not be written to is refused, with the reason."""
    sequence = active().playbook.sequences.get(said.sequence)
    if sequence is None:
        return refused(f"there is no sequence “{said.sequence}” in the playbook")
    if sequence.state != "ready":
        return waiting(f"{sequence.title} is a draft: its texts are to be completed in the playbook")
    row = enrolling.enrol(said.sequence, people.of_lead(context.lead), sender=context.lead.owner, why=context.automation.title, by=by, at=at)
    return done(f"{sequence.title} from {row.begins_on:%-d %B}", enrolment=row.id)


@verb("sequence.stop", shape=Nothing, says="stop its sequences", emits=("sequence.ended",), needs="record")
def stop(context: Context, said: Nothing, *, by: Actor, at: datetime) -> Outcome:
    """End every sequence of the record."""
    record = context.record
    about = {context.deal: "opportunity", context.lead: "lead", context.account: "account"}[record]
    rows = list(Enrolment.objects.filter(**{about: record}).exclude(state="ended"))
    for row in rows:
        enrolling.end(row, "by_hand", why=context.automation.title, by=by, at=at)
    return done(f"{len(rows)} sequences ended" if rows else "none was running")
