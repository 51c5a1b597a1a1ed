"""Many leads enrolled in a sequence at once, and taken out again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rounds.actions.reach import campaigns, enrolling, people
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Enrolment, Lead, User

SENDERS = {"owner": "The owner of each lead", "me": "I do"}


def checked(said: dict[str, Any]) -> dict[str, Any]:
    """Which sequence, who sends, why. Raises EnrolmentRefused for a draft, or none."""
    sequence = enrolling.known(str(said.get("sequence") or ""))
    sender = str(said.get("sender") or "owner")
    if sender not in SENDERS:
        raise enrolling.EnrolmentRefused(f"Say who sends: {', '.join(SENDERS)}.", field="sender")
    return {"sequence": sequence.code, "title": sequence.title, "sender": sender, "reason": str(said.get("reason") or "")[:300],
            "campaign": str(said.get("campaign") or "")[: campaigns.LONGEST]}


def givens(rows: Sequence[Lead], sender: str, user: User | None) -> list[tuple[people.Person, User | None]]:
    """Each lead as a person, with whoever would send."""
    return [(people.of_lead(row), user if sender == "me" else row.owner) for row in rows]


def enrol_all(rows: Sequence[Lead], said: dict[str, Any], *, by: Actor, at: datetime) -> list[bool | Refusal]:
    """Enrol leads; of each whether it is new in the sequence, or why it may not be."""
    user = User.objects.filter(pk=by.id).first()
    if len(rows) > 1 and (refused := campaigns.not_allowed(said["sequence"], user)):
        return [refused for _ in rows]
    found = enrolling.enrol_many(said["sequence"], givens(rows, said["sender"], user), why=said["reason"], campaign=said.get("campaign", ""), by=by, at=at)
    return [one.refusal or one.there.at == at for one in found]


def enrol(row: Lead, said: dict[str, Any], *, by: Actor, at: datetime) -> bool:
    """One of them."""
    found = enrol_all([row], said, by=by, at=at)[0]
    if isinstance(found, Refusal):
        raise found
    return found


def take_out(row: Lead, payload: dict[str, Any], *, by: Actor, at: datetime) -> bool:
    """End the enrolment that was begun; one that has ended meanwhile is left."""
    there = Enrolment.objects.filter(pk=payload["enrolment"], lead=row).exclude(state="ended").first()
    if there is None:
        return False
    enrolling.end(there, "by_hand", why="Taken back with the others.", by=by, at=at)
    return True
