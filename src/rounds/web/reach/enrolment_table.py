"""The list of enrolments: its columns and the views everybody has."""

from __future__ import annotations

from collections.abc import Sequence

from rounds.access.scope import visible
from rounds.models import Enrolment
from rounds.models.flow.active import active
from rounds.models.reach.ahead import next_steps
from rounds.models.reach.listing import ENROLMENTS
from rounds.web.lists import Column, Shipped, Table, register
from rounds.web.reach.enrolment_words import state_of, title_of


def gather(rows: Sequence[Enrolment]) -> None:
    """What comes next for each of many, in one query: `row.next` is its first step that is not done, or None."""
    found = next_steps(rows)
    for row in rows:
        row.next = found.get(row.pk)  # type: ignore[attr-defined]
        row.next_title = titled(row)  # type: ignore[attr-defined]


def titled(row: Enrolment) -> str:
    """The title of the next step, as the sequence is now."""
    if row.next is None:  # type: ignore[attr-defined]
        return ""
    sequence = active().playbook.sequences.get(row.sequence)
    steps = {step.step: step.title for step in sequence.steps} if sequence else {}
    return steps.get(row.next.step, row.next.step)  # type: ignore[attr-defined]


def held(row: Enrolment) -> str:
    """Why the next step did not go yet; "" where nothing held it back."""
    return row.paused_for if row.state == "paused" else row.next.said if row.next is not None else ""  # type: ignore[attr-defined]


TABLE = register(Table(
    listing=ENROLMENTS,
    url="/enrolments/",
    noun="enrolment",
    needs="sequences.enrol",
    rows=lambda request: visible(Enrolment, request.scope),
    gather=gather,
    columns=(
        Column("name", "Person", lambda row: row.name, sort="name", css=""),
        Column("account", "Account", lambda row: row.account.name if row.account else row.lead.organization if row.lead else "", sort="account"),
        Column("sequence", "Sequence", lambda row: title_of(row.sequence), sort="sequence"),
        Column("next", "Next step", titled),
        Column("due", "Due", lambda row: row.next.next_at if row.next else None),
        Column("state", "State", lambda row: state_of(row)[0], sort="state", css="max-sm:text-right"),
        Column("held", "Why it waits", held),
        Column("sender", "Sent by", lambda row: row.sender.name if row.sender else ""),
        Column("begins", "Begins", lambda row: row.begins_on, sort="begins"),
        Column("enrolled", "Enrolled", lambda row: row.at, sort="enrolled"),
        Column("ended", "Ended", lambda row: row.ended_at, sort="ended"),
        Column("why", "Enrolled by", lambda row: row.why or row.by_name),
    ),
    shipped=(
        Shipped("active", "Under way", "f=state.is.active,paused", star=True),
        Shipped("mine", "Mine", "f=state.is.active,paused&f=sender.is.me"),
        Shipped("held", "Held back", "f=held.is.yes"),
        Shipped("waits", "Waits for a word", "f=held_for.is.approval"),
        Shipped("paused", "Paused", "f=state.is.paused"),
        Shipped("answered", "Answered or met", "f=ended_for.is.reply,meeting&sort=-ended"),
        Shipped("ended", "Ended", "f=state.is.ended&sort=-ended&cols=account,sequence,state,ended,sender"),
        Shipped("all", "All", ""),
    ),
))  # fmt: skip
