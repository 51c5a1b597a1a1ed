"""Reach: mailboxes and calendars, mail as it went and came, sequences, consents, meetings."""

from rounds.models.reach.consents import AddressFault, Consent
from rounds.models.reach.mailboxes import Busy, Calendar, Mailbox
from rounds.models.reach.meetings import BookingPage, Meeting
from rounds.models.reach.messages import Message, MessageHit, MessageLink, Thread
from rounds.models.reach.sequences import Campaign, Enrolment, EnrolmentStep, SendDecision

__all__ = [
    "AddressFault", "BookingPage", "Busy", "Calendar", "Campaign", "Consent", "Enrolment", "EnrolmentStep", "Mailbox", "Meeting",
    "Message", "MessageHit", "MessageLink", "SendDecision", "Thread",
]  # fmt: skip
