"""In and after a demo: the guide is ticked, people say what they think, questions stay open (DEMO-04 to 06)."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from rounds.actions.deals.below import add_task, finish_tasks, tell
from rounds.actions.deals.demos import DemoRefused
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Contact, Demo, DemoAttendee, DemoFeedback, DemoQuestion, DemoTick, User
from rounds.models.base import signature
from rounds.models.deals.demo_said import feedback_of
from rounds.models.flow.active import active


class NotThere(Refusal):
    """Only somebody who came to the demo gives feedback on it."""


class DemoIsOff(Refusal):
    """This demo did not take place; book another one."""


def tick(demo: Demo, item: str, *, done: bool = True, by: Actor, at: datetime) -> bool:
    """Tick an item of the guide, or take the tick away; whether that changed anything.

    Effects: a DemoTick comes or goes, an audit entry. Raises DemoRefused (422), DemoIsOff (409).
    """
    listed = [one.code for one in active().playbook.demos.guide.items]
    if item not in listed:
        raise DemoRefused(f"The guide has no item “{item[:40]}”; it has: {', '.join(listed)}.", field="item")
    if demo.state in ("cancelled", "no_show"):
        raise DemoIsOff
    with deed(by):
        if done:
            _, changed = DemoTick.objects.get_or_create(demo=demo, item=item, defaults={"opportunity": demo.opportunity, **signature(by, at)})
        else:
            changed = bool(DemoTick.objects.filter(demo=demo, item=item).delete()[0])
        if changed:
            audit.note("demo.tick", by=by, at=at, kind="demo", subject=demo.id, detail={"item": item, "done": done})
    return changed


@phi.texts("concerns")
def say(attendee: DemoAttendee, *, rating: int, intent: str = "", blocker: bool = False, champion: bool = False, concerns: str = "",
        by: Actor, at: datetime) -> DemoFeedback:  # fmt: skip
    """What somebody who came thinks; the last word of each counts.

    Effects: a DemoFeedback, demo.feedback_given with what all of it comes to, an audit entry. Raises DemoRefused (422),
    NotThere (409).
    """
    book = active().playbook.demos.feedback
    if not book.scale.low <= rating <= book.scale.high:
        raise DemoRefused(f"Rate it from {book.scale.low} to {book.scale.high}.", field="rating")
    if intent and intent not in book.intents:
        raise DemoRefused(f"Say one of: {', '.join(book.intents)}.", field="intent")
    with deed(by):
        attendee = DemoAttendee.objects.select_related("demo__opportunity").get(pk=attendee.pk)
        if attendee.demo.state != "held" or not attendee.came:
            raise NotThere
        row = DemoFeedback.objects.create(opportunity=attendee.demo.opportunity, attendee=attendee, rating=rating, intent=intent, blocker=blocker,
                                          champion=champion, concerns=concerns.strip()[:4000], **signature(by, at))  # fmt: skip
        said = {"kind": attendee.demo.kind, "rating": rating, "intent": intent, "blocker": blocker, "champion": champion,
                "feedback": feedback_of([attendee.demo]).word}  # fmt: skip
        tell("demo.feedback_given", attendee.demo, said, by=by, at=at)
        audit.note("demo.feedback", by=by, at=at, kind="demo", subject=attendee.demo_id, detail={"rating": rating})
    return row


@phi.texts("question", needed=("question",), written="at")
def ask(demo: Demo, question: str, *, owner: User | None, due_on: date, asked_by: Contact | None = None, by: Actor, at: datetime) -> DemoQuestion:
    """Keep a question that is open, with who answers it and until when.

    Effects: DemoQuestion, a task for its owner, demo.question_asked, an audit entry. Raises DemoRefused (422).
    """
    if not question.strip():
        raise DemoRefused("Write the question down.", field="question")
    zone = ZoneInfo(demo.zone)
    if due_on < at.astimezone(zone).date():
        raise DemoRefused("That day has passed; choose a later one.", field="due_on")
    with deed(by):
        row = DemoQuestion.objects.create(opportunity=demo.opportunity, demo=demo, question=question.strip()[:2000], asked_by=asked_by,
                                          owner=owner or demo.presenter, due_on=due_on, **signature(by, at))  # fmt: skip
        close = time.fromisoformat(active().playbook.calendar.business.end)
        add_task(demo.opportunity, f"Answer: {row.question[:200]}", key=f"demo_question:{row.id}", owner=row.owner,
                 due_at=datetime.combine(due_on, close, tzinfo=zone), kind="follow_up", by=by, at=at)  # fmt: skip
        said = {"question": row.question, "owner": row.owner_id and str(row.owner_id), "due_on": due_on.isoformat()}
        tell("demo.question_asked", row, said, by=by, at=at)
        audit.note("demo.question", by=by, at=at, kind="demo", subject=demo.id)
    return row


@phi.texts("answer", needed=("answer",))
def answer(row: DemoQuestion, answer: str, *, by: Actor, at: datetime) -> DemoQuestion:
    """The answer to an open question; one that is answered stays as it is.

    Effects: the answer, its task is done, demo.question_answered, an audit entry. Raises DemoRefused (422).
    """
    if not answer.strip():
        raise DemoRefused("Write the answer down.", field="answer")
    with deed(by):
        row = DemoQuestion.objects.select_for_update(of=("self",)).select_related("opportunity").get(pk=row.pk)
        if row.answered_at:
            return row
        row.answer, row.answered_at, row.answered_name = answer.strip()[:4000], at, by.name
        row.save(update_fields=["answer", "answered_at", "answered_name"])
        finish_tasks([f"demo_question:{row.id}"], outcome="Answered", by=by, at=at)
        tell("demo.question_answered", row, {"question": row.question}, by=by, at=at)
        audit.note("demo.answer", by=by, at=at, kind="demo", subject=row.demo_id)
    return row
