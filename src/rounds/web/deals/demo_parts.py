"""The deeds of a demo's page, each a noun below its address: ticks, holding, feedback, questions …"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from rounds.actions.deals import demo_room, demos
from rounds.kit.clock import now
from rounds.models import Demo, DemoAttendee, DemoQuestion
from rounds.web.deals.proof_doors import Part, own
from rounds.web.deals.proof_forms import (
    FormRefused,
    colleague,
    contact,
    contacts,
    day,
    moment,
    need_contact,
    text,
    whole,
)


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"by": request.user.actor, "at": now()}


def ticks(request: HttpRequest, demo: Demo, row: UUID | None) -> str:
    demo_room.tick(demo, text(request, "item"), done=text(request, "done") == "on", **_who(request))
    return ""


def attendees(request: HttpRequest, demo: Demo, row: UUID | None) -> str:
    if row is not None:
        demos.uninvite(own(request, DemoAttendee, row, demo=demo), **_who(request))
        return "Taken off the list"
    person = need_contact(request, demo.opportunity, "contact")
    demos.invite(demo, person, **_who(request))
    return f"{person.name} is invited"


def moving(request: HttpRequest, demo: Demo, row: UUID | None) -> str:
    demos.move(demo, moment(request, "starts_at"), why=text(request, "why"), **_who(request))
    return "Moved; its preparation moved along"


def cancelling(request: HttpRequest, demo: Demo, row: UUID | None) -> str:
    demos.cancel(demo, why=text(request, "why"), **_who(request))
    return "Called off"


def no_show(request: HttpRequest, demo: Demo, row: UUID | None) -> str:
    demos.no_show(demo, why=text(request, "why"), **_who(request))
    return "Recorded; a task asks for a new day"


def holding(request: HttpRequest, demo: Demo, row: UUID | None) -> str:
    demos.complete(demo, came=contacts(request, "came"), notes=text(request, "notes"), next_step=text(request, "next_step"),
                   next_step_on=day(request, "next_step_on"), **_who(request))  # fmt: skip
    return "Held; what follows became tasks"


def feedback(request: HttpRequest, demo: Demo, row: UUID | None) -> str:
    rating = whole(request, "rating")
    if rating is None:
        raise FormRefused("Say a rating.", field="rating")
    demo_room.say(own(request, DemoAttendee, row, demo=demo), rating=rating, intent=text(request, "intent"), blocker=text(request, "blocker") == "on",
                  champion=text(request, "champion") == "on", concerns=text(request, "concerns"), **_who(request))  # fmt: skip
    return "Feedback kept"


def questions(request: HttpRequest, demo: Demo, row: UUID | None) -> str:
    if row is not None:
        demo_room.answer(own(request, DemoQuestion, row, demo=demo), text(request, "answer"), **_who(request))
        return "Answered"
    due = day(request, "due_on")
    if due is None:
        raise FormRefused("Say until when it is answered.", field="due_on")
    demo_room.ask(demo, text(request, "question"), owner=colleague(request, "owner"), due_on=due, asked_by=contact(request, demo.opportunity, "asked_by"),
                  **_who(request))  # fmt: skip
    return "Kept, with a task for whoever answers it"


PARTS: dict[str, Part] = {
    "ticks": ticks, "attendees": attendees, "moving": moving, "cancelling": cancelling, "no-show": no_show, "holding": holding,
    "feedback": feedback, "questions": questions,
}  # fmt: skip
