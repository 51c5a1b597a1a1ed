"""What comes next in enrolments that are seen, and what was decided of their steps: for one as for many."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from rounds.models.reach.messages import Message
from rounds.models.reach.sequences import Enrolment, EnrolmentStep, SendDecision


def next_steps(rows: Sequence[Enrolment]) -> dict[UUID, EnrolmentStep]:
    """Enrolment → its first step that is not done, of those that have not ended. One query."""
    found: dict[UUID, EnrolmentStep] = {}
    steps = EnrolmentStep.objects.filter(enrolment__in=[row.pk for row in rows if row.state != "ended"], state="planned")
    for step in steps.order_by("enrolment", "position"):
        found.setdefault(step.enrolment_id, step)
    return found


def steps_of(row: Enrolment) -> list[EnrolmentStep]:
    """Its steps in order, each with its letter and its task."""
    return list(EnrolmentStep.objects.filter(enrolment=row).select_related("message", "task").order_by("position"))


def decisions_of(row: Enrolment) -> dict[int | None, list[SendDecision]]:
    """Position → what was decided of the step there, the oldest first."""
    found: dict[int | None, list[SendDecision]] = {}
    for one in SendDecision.objects.filter(enrolment=row).order_by("at", "id"):
        found.setdefault(one.position, []).append(one)
    return found


def decisions_of_letter(row: Message) -> list[SendDecision]:
    """What was decided of a letter written by hand, the oldest first."""
    return list(SendDecision.objects.filter(message=row).order_by("at", "id"))
