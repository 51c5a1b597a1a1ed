"""Whom the owner wrote to in the last weeks: enrolled, sent day by day, answered, paused, unsubscribed, held back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings

from rounds.access.sight import EVERYTHING, sight
from rounds.actions.flow import sending
from rounds.actions.leads import activities
from rounds.actions.reach import consents, enrolling, people, stepping
from rounds.jobs.demo import ADDRESS
from rounds.jobs.demo.cast import Cast
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.models import Contact, Delivery, Enrolment, EnrolmentStep, Message, Thread
from rounds.models.base import signature

BEGAN = timedelta(days=17)
LOOKS = timedelta(hours=6)
"""How often the worker of the story looks."""
WHY = "The autumn list"
MOST = 24
NURTURED = 6
SENT, SEND, ROUND, ANSWER = timedelta(days=12), "The checklist for next year's budgets", 36, 6
"""When the one-off send of marketing went, its name, to how many at most, and that every so-manieth answers."""
ANSWERS = ("Thank you, this is useful. We plan the budget in spring; may I come back to you then?", "Could you send the same for ambulatory sites?",
           "I passed it on to our CFO. Please call me next week.")  # fmt: skip


def write_to(cast: Cast, *, at: datetime) -> None:
    """Enrol some people of the owner's accounts and tell what became of them. Told once."""
    with sight(EVERYTHING), _addressed():
        if Enrolment.objects.filter(why=WHY).exists():
            return
        those, begin = _contacts(cast), at - BEGAN
        found = _enrolled("initial_outreach", those[NURTURED:], cast, begin) + _enrolled("nurture_basic", those[:NURTURED], cast, begin)
        _work(found, begin, begin + timedelta(days=4))
        _lived(found, cast, begin + timedelta(days=4))
        _work(found, begin + timedelta(days=4), at)
        _send_round(cast, at - SENT)


def _send_round(cast: Cast, at: datetime) -> None:
    """Marketing sends a resource to people of the colleagues' accounts, in the name of each owner; some answer, one wants no more."""
    rows = Contact.objects.filter(left_on=None, account__owner__isnull=False).exclude(email="").exclude(account__owner=cast.owner)
    those = {row.account_id: row for row in rows.select_related("account__owner", "account__buying_unit").order_by("-name")}
    given = [(people.of_contact(those[key]), those[key].account.owner) for key in sorted(those, key=str)][:ROUND]
    made = enrolling.enrol_many("resource_distribution", given, why="The checklist for next year's budgets", campaign=SEND, by=cast.marketing.actor, at=at)
    found = [one.there for one in made if one.there is not None]
    _work(found, at, at + timedelta(days=5))
    went = list(Message.objects.filter(enrolment__in=found, direction="out", sent_at__isnull=False).select_related("contact", "account", "user").order_by("sent_at", "id"))
    for place, letter in enumerate(went):
        if place % ANSWER == 1:
            _answer(letter, letter.sent_at + timedelta(hours=5 + place))
    if len(went) > ANSWER:
        consents.withdraw_by_link(went[0], went[0].contact_index, by=SYSTEM_ACTOR, at=went[0].sent_at + timedelta(hours=3))


def _answer(letter: Message, at: datetime) -> None:
    """What somebody answered, in the thread of the letter, as a mailbox would have brought it."""
    said = {name: getattr(letter, name) for name in ("thread_id", "user_id", "account_id", "buying_unit_id", "lead_id", "opportunity_id", "contact_id", "contact_index")}
    Message.objects.create(**said, direction="in", kind="answer", why="Kept because it answers a mail of ours.", message_id=f"<{letter.pk}@answers.example>",
                           in_reply_to=letter.message_id, references=[letter.message_id], sender=f"{letter.contact.name} <{letter.to[0]}>", to=[letter.user.email],
                           subject=f"Re: {letter.subject}", text=ANSWERS[at.day % len(ANSWERS)], sent_at=at, **signature(SYSTEM_ACTOR, at))  # fmt: skip
    Message.objects.filter(pk=letter.pk).update(answered_at=at)
    Thread.objects.filter(pk=letter.thread_id).update(mails=2, last_at=at)
    activities.log("personal_email", account=letter.account, contact=letter.contact, direction="in", happened_at=at, subject="", external_id=f"mail:<{letter.pk}@answers.example>",
                   by=letter.user.actor, at=at)  # fmt: skip


def _contacts(cast: Cast) -> list[Contact]:
    """One person of each of the owner's accounts, until there are enough."""
    rows = Contact.objects.filter(account__owner=cast.owner, left_on=None).exclude(email="").select_related("owner", "account__buying_unit")
    found = {row.account_id: row for row in rows.order_by("-name")}
    return [found[key] for key in sorted(found, key=str)][:MOST]


def _enrolled(code: str, contacts: list[Contact], cast: Cast, at: datetime) -> list[Enrolment]:
    found = enrolling.enrol_many(code, [(people.of_contact(one), cast.owner) for one in contacts], why=WHY, by=cast.owner.actor, at=at)
    return [one.there for one in found if one.there is not None]


def _lived(found: list[Enrolment], cast: Cast, at: datetime) -> None:
    """Of those who got a letter one answers, one wants no more, one waits for a budget."""
    got = [row for row in found if row.steps.filter(state="sent").exists()]
    if len(got) > 2:
        first = got[0].contact
        activities.log("personal_email", account=first.account, contact=first, subject="Re: your letter", by=cast.owner.actor, at=at)
        consents.withdraw_by_link(got[1], got[1].person_index, by=SYSTEM_ACTOR, at=at)
        enrolling.pause(got[2], why="Their budget round ends first", by=cast.owner.actor, at=at)


def _work(found: list[Enrolment], begin: datetime, end: datetime) -> None:
    """The worker of the story looks, and the mail server takes what was written."""
    moment = begin
    while moment <= end:
        due = EnrolmentStep.objects.filter(enrolment__in=found, state="planned", next_at__lte=moment).order_by("next_at", "id")
        for key in list(due.values_list("id", flat=True)):
            stepping.take(key, by=SYSTEM_ACTOR, at=moment)
        for letter in Delivery.objects.filter(about="mail.sequence", state="due", due_at__lte=moment):
            sending.sent(letter, at=moment)
        moment += LOOKS


@contextmanager
def _addressed() -> Iterator[None]:
    """The imaginary vendor has a postal address, as the law asks of whoever writes letters."""
    kept = settings.CONFIG
    settings.CONFIG = kept.model_copy(update={"postal_address": kept.postal_address or ADDRESS})
    try:
        yield
    finally:
        settings.CONFIG = kept
