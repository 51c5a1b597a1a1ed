"""Events of demonstrations."""

from __future__ import annotations

from rounds.models.flow.payload import Payload


class DemoBooked(Payload):
    kind: str
    starts_at: str
    minutes: int
    attendees: int
    standard: bool
    warnings: list[str]


class DemoMoved(Payload):
    kind: str
    before: str
    after: str
    why: str


class DemoOff(Payload):
    """Cancelled, or nobody came."""

    kind: str
    why: str


class DemoCompleted(Payload):
    """`first`: no demo of this deal was held before; that one moves the stage."""

    kind: str
    came: int
    invited: int
    ticked: int
    open_questions: int
    first: bool


class DemoFeedbackGiven(Payload):
    kind: str
    rating: int
    intent: str
    blocker: bool
    champion: bool
    feedback: str


class DemoQuestionAsked(Payload):
    question: str
    owner: str | None
    due_on: str


class DemoQuestionAnswered(Payload):
    question: str


DEMOS: dict[str, type[Payload]] = {
    "demo.booked": DemoBooked,
    "demo.moved": DemoMoved,
    "demo.cancelled": DemoOff,
    "demo.no_show": DemoOff,
    "demo.completed": DemoCompleted,
    "demo.feedback_given": DemoFeedbackGiven,
    "demo.question_asked": DemoQuestionAsked,
    "demo.question_answered": DemoQuestionAnswered,
}
