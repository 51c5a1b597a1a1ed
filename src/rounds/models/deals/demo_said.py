"""What the people at demos said: the last word of each, and what all of it comes to."""

from __future__ import annotations

from collections.abc import Iterable

from rounds.models.deals.demos import Demo, DemoFeedback
from rounds.models.flow.active import active
from rounds.rules.demos.feedback import Summed, summed


def last_words(demos: Iterable[Demo]) -> list[DemoFeedback]:
    """The last feedback of each attendee of these demos. One query."""
    rows = DemoFeedback.objects.filter(attendee__demo__in=list(demos)).select_related("attendee__contact")
    return list(rows.order_by("attendee_id", "-at", "-id").distinct("attendee_id"))


def feedback_of(demos: Iterable[Demo]) -> Summed:
    """What the feedback on these demos comes to (DEMO-06)."""
    return summed(active().playbook.demos, [(row.rating, row.blocker) for row in last_words(demos)])
