"""The deeds of a meeting's page, each a noun below its address: moving, cancelling, holding, no-show."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone

from rounds.actions.reach import meeting_ends, meetings
from rounds.kit.clock import now
from rounds.models import Meeting
from rounds.models.flow.active import active
from rounds.web.deals.proof_doors import Part
from rounds.web.deals.proof_forms import Ask, Field, moment, text


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"by": request.user.actor, "at": now()}


def moving(request: HttpRequest, row: Meeting, key: UUID | None) -> str:
    meetings.move(row, moment(request, "starts_at"), **_who(request))
    return "Moved; both have a new invitation"


def cancelling(request: HttpRequest, row: Meeting, key: UUID | None) -> str:
    meetings.cancel(row, why=text(request, "why"), **_who(request))
    return "Called off; both are told"


def holding(request: HttpRequest, row: Meeting, key: UUID | None) -> str:
    meeting_ends.hold(row, outcome=text(request, "outcome"), note=text(request, "note"), **_who(request))
    return "Held"


def no_show(request: HttpRequest, row: Meeting, key: UUID | None) -> str:
    meeting_ends.no_show(row, **_who(request))
    return "Recorded; a task asks for a new day, and they are offered other times"


PARTS: dict[str, Part] = {"moving": moving, "cancelling": cancelling, "holding": holding, "no-show": no_show}


def asks(row: Meeting, at: datetime) -> list[Ask]:
    """The dialogs that may be opened now."""
    url = f"/meetings/{row.id}/"
    found = [
        Ask("ask-move", "Another time", f"{url}moving/", "Move it", [
            Field("starts_at", "Day and time", "moment", f"{timezone.localtime(row.starts_at):%Y-%m-%dT%H:%M}", required=True, help="In your own time zone.")]),
        Ask("ask-cancel", "Call it off", f"{url}cancelling/", "Call it off", [Field("why", "Why", "area", required=True, help="They are told that it is off, not why.")]),
    ]  # fmt: skip
    if at >= row.starts_at:
        outcomes = [(one, one) for one in active().playbook.tasks.visits.outcomes]
        found += [
            Ask("ask-hold", "It was held", f"{url}holding/", "It was held", [
                Field("outcome", "What came of it", "select", outcomes[0][0], outcomes), Field("note", "Notes", "area", help="No patient data.")]),
            Ask("ask-no-show", "Nobody came", f"{url}no-show/", "Nobody came", [], "They get a mail with other times, and a task asks for a new day."),
        ]  # fmt: skip
    return found
