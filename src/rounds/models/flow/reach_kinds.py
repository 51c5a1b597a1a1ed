"""Events of reach: mail, sequences, consents, meetings. Addresses and texts stand in none of them."""

from __future__ import annotations

from rounds.models.flow.payload import Payload


class MailSent(Payload):
    message: str
    sequence: str = ""
    step: str = ""
    variant: str = ""
    campaign: str | None = None


class MailFollowed(Payload):
    """A person, no machine, followed a link of a letter (number 1 and up) or opened it (-1)."""

    message: str
    number: int
    sequence: str = ""


class Enrolled(Payload):
    enrolment: str
    sequence: str
    why: str = ""
    begins_on: str


class EnrolmentPaused(Payload):
    enrolment: str
    sequence: str
    why: str
    until: str | None = None


class EnrolmentResumed(Payload):
    enrolment: str
    sequence: str


class LetterReleased(Payload):
    """Somebody read a letter that waited for it, and let it go."""

    enrolment: str
    sequence: str
    step: str


class EnrolmentEnded(Payload):
    enrolment: str
    sequence: str
    ended_for: str
    why: str = ""


class StepDone(Payload):
    """A step was done, passed over or given up, and why."""

    enrolment: str
    sequence: str
    step: str
    state: str
    code: str = ""
    why: str = ""


class ConsentSaid(Payload):
    purpose: str
    channel: str = ""
    source: str


class MeetingBooked(Payload):
    """`how`: by the guest's own hand ("page"), or somebody of ours ("house")."""

    kind: str
    starts_at: str
    minutes: int
    how: str
    host: str | None = None


class MeetingMoved(Payload):
    kind: str
    before: str
    after: str
    moved: int
    how: str


class MeetingOff(Payload):
    kind: str
    starts_at: str
    how: str


class MeetingHeld(Payload):
    kind: str
    starts_at: str
    outcome: str


class MeetingMissed(Payload):
    kind: str
    starts_at: str


class MailboxChanged(Payload):
    """A mailbox was connected, changed, stopped, began to work again, broke or ended."""

    mailbox: str
    kind: str
    state: str
    why: str = ""


class MailCaptured(Payload):
    """A mail of a connected mailbox was kept. `whom`: the person it is with, by name."""

    message: str
    thread: str
    direction: str
    taken_for: str
    whom: str = ""


class MailAnswered(Payload):
    """Somebody outside wrote to us, as a person."""

    message: str
    thread: str
    whom: str = ""
    sequence: str = ""
    step: str = ""
    variant: str = ""


class MailReturned(Payload):
    """A mail of ours came back; `soft`: for now only."""

    message: str
    soft: bool
    why: str
    sequence: str = ""
    step: str = ""


REACH: dict[str, type[Payload]] = {
    "mail.sent": MailSent,
    "mail.followed": MailFollowed,
    "mailbox.changed": MailboxChanged,
    "mail.captured": MailCaptured,
    "mail.answered": MailAnswered,
    "mail.returned": MailReturned,
    "sequence.enrolled": Enrolled,
    "sequence.paused": EnrolmentPaused,
    "sequence.resumed": EnrolmentResumed,
    "sequence.released": LetterReleased,
    "sequence.ended": EnrolmentEnded,
    "sequence.step_done": StepDone,
    "consent.given": ConsentSaid,
    "consent.withdrawn": ConsentSaid,
    "meeting.booked": MeetingBooked,
    "meeting.moved": MeetingMoved,
    "meeting.cancelled": MeetingOff,
    "meeting.held": MeetingHeld,
    "meeting.no_show": MeetingMissed,
}
